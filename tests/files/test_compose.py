"""Whatever a file holds, it becomes nodes or findings: fast, and without an exception."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from reconciler.files.yaml.compose import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_FINDINGS,
    MAX_NODES,
    compose,
    decode,
)
from reconciler.model import Finding, Position

FILE = "routes/a.yaml"


def the_finding(text: str) -> Finding:
    composed = compose(text, FILE)
    assert composed.root is None
    (finding,) = composed.findings
    assert finding.level == "error"
    return finding


def place(finding: Finding) -> tuple[int, int]:
    assert finding.position is not None
    assert finding.position.file == FILE
    return finding.position.line, finding.position.column


def test_nodes_have_no_types_whatever_they_look_like() -> None:
    root = compose("a: no\nb: [1, ~]\nc: {d: 2026-01-01}\n", FILE).root

    assert isinstance(root, yaml.MappingNode)
    tags = {root.tag, *(node.tag for pair in root.value for node in pair)}
    assert tags == {""}
    assert root.value[0][1].value == "no"


def seen(node: Any) -> object:
    """All that code reads of a node besides its tag."""
    place = (node.start_mark.line, node.start_mark.column, node.end_mark.index)
    if isinstance(node, yaml.ScalarNode):
        return ("scalar", node.value, node.style, place)
    parts = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
    return (type(node), bool(vars(node)["flow_style"]), place, list(map(seen, parts)))


REPOSITORY = Path(__file__).parents[2]
TEXTS = [
    "a: b",
    "---\n- |\n  a\n...\n",
    "a:\n- b\n- {c: [d, {e: f}], g: }\nh: |\n  i\n\n  j\nk: 'l\n  m'\n? n\n: o\n",
    *(path.read_text() for path in sorted(REPOSITORY.glob("rout*/*.yaml"))),
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_nodes_are_those_that_the_library_composes(text: str) -> None:
    composed = compose(text, FILE)

    assert composed.root is not None
    assert seen(composed.root) == seen(yaml.compose(text, Loader=yaml.CBaseLoader))


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    composed = compose("\n".join(lines), FILE)

    assert composed.root is None
    assert {finding.code for finding in composed.findings} == {"anchor", "alias"}


def test_an_anchor_says_how_to_write_it_out_or_quote_it() -> None:
    finding = the_finding("a: &x 1\n")

    assert finding.code == "anchor"
    assert place(finding) == (1, 4)
    assert '"&x"' in finding.hint
    assert finding.excerpt == "a: &x 1"


def test_an_alias_to_nothing_is_refused_as_an_alias() -> None:
    finding = the_finding("a: *all\n")

    assert (finding.code, place(finding)) == ("alias", (1, 4))


@pytest.mark.parametrize("tag", ["!!str", "!custom", "!!python/object:os.system"])
def test_tags_are_refused(tag: str) -> None:
    finding = the_finding(f"a: {tag} b\n")

    assert finding.code == "tag"
    assert tag in finding.message


def test_the_tag_that_means_text_means_nothing() -> None:
    assert compose("a: ! b\n", FILE).findings == ()


def test_a_tab_in_the_indentation_is_called_that() -> None:
    finding = the_finding("a:\n\tb: c\n")

    assert (finding.code, place(finding)) == ("tab", (2, 1))


def test_a_tab_after_the_text_is_no_mistake() -> None:
    assert compose("a: b\t# why\n", FILE).findings == ()


@pytest.mark.parametrize(
    ("text", "at", "hint"),
    [
        ("a: b: c\n", (1, 5), "double quotes"),
        ("a: @b\n", (1, 4), "starts with `@`"),
        ("a: `b`\n", (1, 4), "starts with"),
        ('a: "\\d"\n', (1, 5), "backslash"),
        ("a: [b\n", (2, 1), "brackets"),
        ("a: %b\n", (1, 4), "`%`"),
        ("- a\nb: c\n", (2, 1), "indentation"),
        ('a: "b', (1, 6), "quotes"),
    ],
)
def test_a_syntax_error_says_where_and_what_to_try(
    text: str, at: tuple[int, int], hint: str
) -> None:
    finding = the_finding(text)

    assert finding.code == "yaml-syntax"
    assert place(finding) == at
    assert hint in finding.hint


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n...\n", "\ufeff"])
def test_an_empty_file_says_so(text: str) -> None:
    composed = compose(text, FILE)

    if composed.root is None:
        assert [finding.code for finding in composed.findings] == ["empty-file"]
    else:  # a document of nothing
        assert isinstance(composed.root, yaml.ScalarNode)
        assert composed.root.value == ""


def test_a_second_document_is_refused_where_it_starts() -> None:
    finding = the_finding("a: b\n---\nc: d\n")

    assert (finding.code, place(finding)) == ("several-documents", (2, 1))


def test_explicit_markers_of_one_document_are_fine() -> None:
    assert compose("---\na: b\n...\n", FILE).findings == ()


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 5_000, 200_000])
def test_nesting_is_bounded(depth: int) -> None:
    finding = the_finding("[" * depth)

    assert finding.code == "too-deep"


def test_nesting_up_to_the_bound_is_read() -> None:
    assert compose("[" * MAX_DEPTH + "]" * MAX_DEPTH, FILE).findings == ()


@pytest.mark.parametrize(
    "part",
    ["name: A\n", "a, ", "- a\n", "{a: b}, ", "? a\n", "- - a\n", "&a b, ", "*a, ", "!x b, "],
)
def test_what_is_repeated_without_end_is_refused_early(part: str) -> None:
    text = part * (1_048_576 // len(part))
    text = f"[{text}]" if part.endswith(", ") else text

    composed = compose(text, FILE, len(text))

    codes = [finding.code for finding in composed.findings]
    assert composed.root is None
    assert 0 < len(codes) <= MAX_FINDINGS
    assert {*codes} <= {"too-large", "anchor", "alias", "tag"}
    assert the_finding(text).code == "too-large"


def test_a_file_of_many_values_is_told_where_reading_ended() -> None:
    text = "a:\n" + "- b\n" * MAX_NODES

    finding = the_finding(text)

    assert finding.code == "too-large"
    assert place(finding) == (MAX_NODES - 1, 3)


def test_a_text_over_the_limit_is_not_parsed() -> None:
    finding = the_finding("# " + "x" * MAX_BYTES)

    assert finding.code == "too-large"
    assert "KiB" in finding.message


@pytest.mark.parametrize(
    ("character", "escape"),
    [("\0", "\\x00"), ("\x1b", "\\x1b"), ("\x7f", "\\x7f"), ("\ufffe", "\\u")],
)
def test_characters_that_yaml_forbids_are_named(character: str, escape: str) -> None:
    finding = the_finding(f"a: b\nc: d{character}\n")

    assert (finding.code, place(finding)) == ("control-character", (2, 5))
    assert f"U+{ord(character):04X}" in finding.message
    assert escape in finding.hint


def test_a_byte_order_mark_shifts_no_column() -> None:
    composed = compose("\ufeffa: b\n", FILE)

    assert composed.root is not None
    assert composed.root.start_mark.column == 0
    assert composed.lines[0] == "a: b"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_of_every_system_count_lines(ending: str) -> None:
    composed = compose(ending.join(["a: b", "c: d", ""]), FILE)

    assert isinstance(composed.root, yaml.MappingNode)
    assert [key.start_mark.line for key, _ in composed.root.value] == [0, 1]
    assert composed.lines[:2] == ("a: b", "c: d")
    assert composed.root.value[0][1].value == "b"


def test_bytes_that_are_not_utf8_are_placed() -> None:
    finding = decode(b"a: b\nc: gr\xfcn\n", FILE)

    assert isinstance(finding, Finding)
    assert finding.code == "not-utf8"
    assert finding.position == Position(FILE, 2, 6)
    assert "0xfc" in finding.message


def test_bytes_over_the_limit_are_not_decoded() -> None:
    finding = decode(b"\xff" * (MAX_BYTES + 1), FILE)

    assert isinstance(finding, Finding)
    assert finding.code == "too-large"


def test_utf8_is_text() -> None:
    assert decode("grün 🚨".encode(), FILE) == "grün 🚨"


@given(
    st.text(st.characters(codec="utf-8"), max_size=60)
    | st.text("ab:-[]{}#&*!|>'\"%@`\n \t", max_size=40)
)
def test_no_text_raises(text: str) -> None:
    composed = compose(text, FILE)

    assert (composed.root is None) == bool(composed.findings)
    for finding in composed.findings:
        assert finding.position is not None
        assert finding.position.line >= 1
        assert finding.hint or finding.code == "yaml-syntax"
