"""Whatever is read here, a reader of YAML 1.2 reads, and reads alike.

py-yaml12 passes every case of the YAML test suite; it is here for this comparison alone.
"""

import re

import yaml
import yaml12
from hypothesis import assume, example, given, strategies as st

from reconciler.files.yaml.compose import compose
from reconciler.files.yaml.strict import is_integer, misread
from tests.properties.strategies import law

lines = st.sampled_from([
    "name: A\n", "sources:\n  - S\n", "when:\n  - branch: main\n", "  - x: [a, b]\n",
    "escalate: {to: [{path: P}]}\n", 'notify: [{slack: "#a"}]\n', "group:\n  by: [a,\n    b]\n",
    "text: |\n  a\n  b\n", "text: >-\n  a\n\n  b\n", 't: "a\n  b"\n', "t: 'it''s'\n", '  "k": v\n',
    "# comment\n", "\n", "  - x: >\n      folded\n      text\n", "? a\n: b\n",
])  # fmt: skip
pieces = st.sampled_from([
    "a", "cd", '"', "'", ": ", ":", ":\n", "- ", "-", "\n", "\n  ", "\n ", "\n\t", " ", "  ", "\t",
    "#", " # c", "[", "]", "{", "}", ",", ", ", "|", ">", "|\n", ">-\n", "|2\n", "|+\n", "? ", "\\",
    "\\n", "\\x41", "\\'", "\\/", "---", "...", "%", "@", "`", "\r\n", "key: ", '"v"', "x y", "::",
    "a:b", "a#b", "-a", "?a", ":a", "~", "''", '"a\n b"', "\\\n",
])  # fmt: skip
_EMPTY_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*(#[^\n]*)?\s*(\n\S|$)")


@st.composite
def almost_yaml(draw: st.DrawFn) -> str:
    """Lines of a route file with pieces put in and taken out."""
    text = "".join(draw(st.lists(lines, min_size=1, max_size=5)))
    for piece in draw(st.lists(pieces, max_size=3)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + piece + text[at + draw(st.integers(0, 2)) :]
    return text


@law
@given(st.one_of(almost_yaml(), st.lists(pieces, max_size=10).map("".join)))
@example('a: "b\nc"\n')
@example("a: [b,\nc]\n")
@example('a: "b"# c\n')
@example("a:\n|\n  b\n")
@example("a: [-]\n")
@example("a: {?b: c}\n")
def test_what_is_read_is_yaml_and_means_the_same(text: str) -> None:
    assume(":\t" not in text and not _EMPTY_BLOCK.search(text))  # where that reader is wrong
    root = compose(text, "a.yaml").root
    if not isinstance(root, yaml.MappingNode) or "?" in text or _repeats(root):
        return

    (read,) = yaml12.parse_yaml(text, multi=True)

    assert _alike(root, read)


def _alike(node: yaml.Node, read: object) -> bool:
    match node, read:
        case yaml.MappingNode(), dict():
            same = [
                _alike(k, a) and _alike(v, b)
                for (k, v), (a, b) in zip(node.value, read.items(), strict=True)
            ]
            return all(same)
        case yaml.SequenceNode(), list():
            return all(map(_alike, node.value, read)) and len(read) == len(node.value)
        case yaml.ScalarNode(), str():
            return bool(node.value == read)
        case yaml.ScalarNode(), _:  # a number, say: `quote-it` refuses it where a text is meant
            return not node.style and (misread(node.value) is not None or is_integer(node.value))
        case _:
            return False


def _repeats(node: yaml.Node) -> bool:
    """Whether a key is written twice, or is no text: both are refused later."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value if isinstance(key, yaml.ScalarNode) else None for key, _ in node.value]
        return len({*keys}) < len(keys) or None in keys or any(_repeats(v) for _, v in node.value)
    return isinstance(node, yaml.SequenceNode) and any(map(_repeats, node.value))


words = st.one_of(
    st.text("0123456789+-._:eExXoObBaAfFnNyYtTrRuUlLsSiI~=<Z", min_size=1, max_size=8),
    st.sampled_from([
        "0X1F", "0b1", "0B1", "0O7", "0o7", "1_000", "12:30", "12:30:45", "=", "<<", ".5", "5.",
        "+.INF", ".NaN", "1e3", "2026-01-01", "2026-1-1 12:00:00", "Null", "NULL", "Y", "off",
    ]),
)  # fmt: skip


@law
@given(words)
def test_a_plain_text_is_text_to_every_reader(word: str) -> None:
    root = compose(f"a: {word}\n", "a.yaml").root
    if not isinstance(root, yaml.MappingNode):
        return
    ((_, node),) = root.value
    if not isinstance(node, yaml.ScalarNode) or node.style or misread(node.value) is not None:
        return

    first = yaml12.parse_yaml(f"a: {word}\n")
    second = yaml.safe_load(f"a: {word}\n")

    expected = int(node.value) if is_integer(node.value) else node.value
    assert first == second == {"a": expected}
