"""What YAML 1.2 forbids is no YAML here, whatever the parser lets pass. One input for each rule."""

import pytest

from reconciler.files.yaml.compose import compose
from reconciler.model import Finding

FILE = "routes/a.yaml"

UNCLOSED = 'when:\n  - branch: "main\nescalate:\n  - path: P\nnotify:\n  - slack: "#alerts"\n'
UNCLOSED_TOO = "incident:\n  name: '{{ title }}\n  severity: Major\nnotify:\n  - slack: '#alerts'\n"

FORBIDDEN = {  # the text: where it goes wrong
    UNCLOSED: (2, 13),
    UNCLOSED_TOO: (2, 9),
    'a: "b\nc"\n': (1, 4),
    "a: 'b\nc'\n": (1, 4),
    'a: "b\n\tc"\n': (1, 4),
    'a: "b\n\t\n  c"\n': (1, 4),
    '- - "b\n  c"\n': (1, 5),
    '- a: "b\n  c"\n': (1, 6),
    'a: "b"# c\n': (1, 7),
    "a: 'b'#c\n": (1, 7),
    "a: [b]# c\n": (1, 7),
    "a: {b: c}#\n": (1, 10),
    "a: [b,# c\n  d]\n": (1, 7),
    "a: [# c\n  d]\n": (1, 5),
    "a: |# c\n  b\n": (1, 5),
    "a: >-# c\n  b\n": (1, 6),
    "a: [b,\nc]\n": (2, 1),
    "a: [b,\n\tc]\n": (2, 1),
    "a:\n  b: {c: d,\n  e: f}\n": (3, 3),
    "a:\n  b: [c\n]\n": (3, 1),
    "- [b,\n c,\nd]\n": (3, 1),
    'a: [b, "c\nd"]\n': (1, 8),
    "a: [b c\nd]\n": (2, 1),
    "a: [-]\n": (1, 5),
    "a: [-, b]\n": (1, 5),
    "a: {b: -}\n": (1, 8),
    "a: [?b]\n": (1, 5),
    "a: {?b: c}\n": (1, 5),
    "a:\n|\n  b\n": (2, 1),
    "a:\n  b:\n  >-\n    c\n": (3, 3),
    "a: |\n   \n  b\n": (2, 1),
    "a: >\n\n    \n\n  b\nc: d\n": (3, 1),
    "a: |\n  b": (1, 4),
    "a: >+\n  b\n ": (1, 4),
    "%YAML 1.1\n---\na: b\n": (1, 1),
    "%YAML 1.2\n---\na: b\n": (1, 1),
    "%TAG ! tag:x,2000:\n---\na: b\n": (1, 1),
    "%YAML 1.1# c\n---\na: b\n": (1, 1),
}

ALLOWED = [
    'a: "b\n c"\n',
    'a: "b\n\n c"\n',
    '- - "b\n   c"\n',
    'a: "b # c"\n',
    'a: "b" # c\n',
    "a: b#c\n",
    "a: [b, # c\n  # d\n# e\n  f]\n",
    "a: [\n  b,\n]\n",  # by the letter the bracket needs a space before it; everybody writes it so
    "a:\n  b: {\n    c: d\n  }\n",
    "a: [b\n\n  c]\n",
    "a: [-b, -1]\n",
    "a: {? b : c}\n",
    "a: -,\nb: ?x\nc: :,\n",
    "a:\n  |\n  b\n",
    "- |\n a\n- >-\n a\n",
    "a: |\n\n\n  b\n",
    "a: |2\n   \n  b\n",
    "a: |\n   \nb: c\n",
    "a: |-\n  b",
    "a:\n- b\n- c\n",
    "---\na: b\n...\n",
    "# c\na: b\n# d",
    "a: b\r\nc: >\r\n  d\r\n",
]


def the_finding(text: str) -> Finding:
    composed = compose(text, FILE)
    assert composed.root is None
    (finding,) = composed.findings
    return finding


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_yaml_forbids_is_told_where_it_goes_wrong(text: str) -> None:
    finding = the_finding(text)

    assert (finding.level, finding.code) == ("error", "yaml-syntax")
    assert finding.position is not None
    assert (finding.position.line, finding.position.column) == FORBIDDEN[text]
    assert finding.excerpt == text.split("\n")[FORBIDDEN[text][0] - 1]
    assert finding.hint


@pytest.mark.parametrize("text", ALLOWED)
def test_what_yaml_allows_is_read(text: str) -> None:
    composed = compose(text, FILE)

    assert composed.findings == ()
    assert composed.root is not None


@pytest.mark.parametrize("character", ["\r", "\x85", "\u2028", "\u2029"])
def test_what_only_some_take_for_a_line_end_is_refused(character: str) -> None:
    """In a comment it would hide a setting from a reviewer, or show one that nobody reads."""
    finding = the_finding(f"a: b # c{character}d: e\n")

    assert finding.code == "control-character"
    assert finding.position is not None
    assert (finding.position.line, finding.position.column) == (1, 9)


def test_a_quote_that_is_not_closed_is_told_at_the_quote() -> None:
    finding = the_finding(UNCLOSED)

    assert finding.message == (
        "this is not YAML: this quote is not closed in the lines that belong to it"
    )
    assert finding.excerpt == '  - branch: "main'
