"""Workflow commands that no text can break out of."""

from hypothesis import given, strategies as st

from reconciler.model import Finding, Position
from reconciler.report.findings import findings_github


def test_a_finding_is_an_annotation_at_its_place() -> None:
    finding = Finding(
        "error", "unknown-path", 'no path "A"', "did you mean B?", Position("a.yaml", 7, 11, 29)
    )

    assert findings_github([finding]) == (
        "::error file=a.yaml,line=7,col=11,endColumn=29,title=unknown-path::"
        'no path "A"%0Adid you mean B?\n'
        "1 error, 0 warnings, 0 notes\n"
    )


def test_properties_and_messages_are_escaped() -> None:
    finding = Finding("note", "n", "100%: a,b\n::error::x", "", Position("a:b,c%.yaml", 1, 1))

    assert findings_github([finding]).split("\n")[0] == (
        "::notice file=a%3Ab%2Cc%25.yaml,line=1,col=1,title=n::100%25: a,b%0A::error::x"
    )


def test_errors_come_first_and_ten_of_a_level_at_most() -> None:
    findings = [Finding("warning", "w", f"w{n}") for n in range(12)]
    findings += [Finding("error", "e", "e")]
    lines = findings_github(findings).split("\n")

    assert lines[0] == "::error title=e::e"
    assert [line for line in lines if line.startswith("::warning")][-1].endswith("w9")
    assert lines[11:] == ["2 more warnings in the summary", "1 error, 12 warnings, 0 notes", ""]


def test_no_findings_say_nothing() -> None:
    assert findings_github([]) == ""


@given(st.text(), st.text())
def test_one_finding_is_one_command_whatever_it_says(message: str, file: str) -> None:
    text = findings_github([Finding("error", "e", message, "", Position(file, 1, 1))])

    assert len(text.splitlines()) == 2
    assert text.startswith("::error file=")
