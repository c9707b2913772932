"""A finding says where, what and what to do, with the evidence under it."""

from hypothesis import given, strategies as st

from reconciler.model import Finding, Position
from reconciler.report.findings import findings_text, findings_totals

UNKNOWN_PATH = Finding(
    "error",
    "unknown-path",
    'no escalation path is named "Engineering Oncall"',
    'did you mean "Engineering On-Call"? (names of 2026-08-20; `reconciler directory refresh`'
    " reads them again)",
    Position("routes/database-alerts.yaml", 7, 11, 29),
    "  - path: Engineering Oncall",
)


def test_a_finding_with_all_its_parts() -> None:
    assert findings_text([UNKNOWN_PATH], width=100) == (
        'routes/database-alerts.yaml:7:11: error: no escalation path is named "Engineering Oncall"'
        " [unknown-path]\n"
        "  7 |   - path: Engineering Oncall\n"
        "    |           ^^^^^^^^^^^^^^^^^^\n"
        '  did you mean "Engineering On-Call"? (names of 2026-08-20; `reconciler directory refresh`'
        " reads\n  them again)\n"
        "1 error, 0 warnings, 0 notes\n"
    )


def test_a_finding_of_no_place_and_one_without_an_end() -> None:
    nowhere = Finding("warning", "no-owner", "nobody owns it", "one\ntwo")
    pointed = Finding("note", "tab", "a tab", "", Position("a.yaml", 10, 2), "a\tb")

    assert findings_text([nowhere, pointed]) == (
        "warning: nobody owns it [no-owner]\n"
        "  one\n"
        "  two\n"
        "a.yaml:10:2: note: a tab [tab]\n"
        "  10 | a\\tb\n"
        "     |  ^^\n"
        "0 errors, 1 warning, 1 note\n"
    )


def test_a_position_in_an_empty_line_shows_no_line() -> None:
    finding = Finding("error", "empty", "an empty file", "", Position("a.yaml", 1, 1), " ")

    assert findings_text([finding]) == (
        "a.yaml:1:1: error: an empty file [empty]\n1 error, 0 warnings, 0 notes\n"
    )


def test_of_a_very_long_line_the_place_is_shown() -> None:
    text = "x" * 5_000 + "HERE" + "y" * 5_000
    finding = Finding("error", "long", "long", "", Position("a.yaml", 1, 5_001, 5_005), text)
    lines = findings_text([finding]).split("\n")

    assert len(lines[1]) < 200
    start = lines[2].index("^")
    assert lines[1][start : start + 4] == "HERE"


def test_no_findings_say_nothing() -> None:
    assert findings_text([]) == ""
    assert findings_totals([]) == "0 errors, 0 warnings, 0 notes"


@given(st.text(), st.text(), st.text(), st.integers(1, 30))
def test_nothing_raw_reaches_a_terminal(message: str, hint: str, excerpt: str, at: int) -> None:
    finding = Finding(
        "error", "code", message, hint, Position("a\x1b.yaml", 1, at, at + 2), excerpt
    )

    assert all(
        character == "\n"
        or character.isprintable()
        or character in "\u200c\u200d"
        or character == " "
        or not character.isascii()
        for character in findings_text([finding])
    )
    assert "\x1b" not in findings_text([finding])


def test_colour_marks_the_level() -> None:
    assert "\x1b[1;31merror\x1b[0m" in findings_text([UNKNOWN_PATH], colour=True)
