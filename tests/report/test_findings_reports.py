"""Findings as CI services draw them: JUnit's XML, and GitLab's code quality."""

import json
import xml.etree.ElementTree as Xml
from dataclasses import replace
from typing import Any

from reconciler.model import Finding, Position
from reconciler.report.findings_reports import NO_FILE, findings_codequality, findings_junit

WRONG = Finding("error", "unknown-key", "`x` is not a key", "remove it", Position("a.yaml", 3, 2))
ODD = Finding("warning", "not-in-lock", 'no "y" <&>', position=Position("a.yaml", 9, 1))
EVERYWHERE = Finding("error", "two-routes", "two routes have one name")


def suite_of(text: str) -> Xml.Element:
    return Xml.fromstring(text)[0]  # noqa: S314 - ours


def rows(*findings: Finding) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(findings_codequality(findings))
    return found


def test_each_file_is_a_case_that_fails_by_its_errors() -> None:
    suite = suite_of(findings_junit((ODD, WRONG), ("a.yaml", "b.yaml")))

    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    one, two = suite
    assert [child.tag for child in one] == ["failure", "system-out"]
    assert one[0].get("message") == "`x` is not a key"
    assert one[0].text == "a.yaml:3:2: error: `x` is not a key [unknown-key] (remove it)"
    assert one[1].text == 'a.yaml:9:1: warning: no "y" <&> [not-in-lock]'
    assert (two.get("file"), len(two)) == ("b.yaml", 0)


def test_what_has_no_place_is_a_case_of_its_own() -> None:
    suite = suite_of(findings_junit((EVERYWHERE,), ("a.yaml",)))

    assert [(case.get("name"), case.get("file")) for case in suite] == [
        ("a.yaml", "a.yaml"),
        (NO_FILE, None),
    ]
    assert suite.get("failures") == "1"


def test_control_characters_are_shown_and_the_xml_stays_xml() -> None:
    shown = findings_junit((replace(WRONG, message="a\x1b[2Jb\x00\r\n"),), ())

    assert "\x1b" not in shown
    assert suite_of(shown)[0][0].get("message") == r"a\x1b[2Jb\x00\r\n"


def test_code_quality_has_what_gitlab_draws() -> None:
    (wrong,) = rows(WRONG, EVERYWHERE)

    assert wrong == {
        "description": "`x` is not a key (remove it)",
        "check_name": "unknown-key",
        "fingerprint": wrong["fingerprint"],
        "severity": "critical",
        "location": {"path": "a.yaml", "lines": {"begin": 3}},
    }
    assert rows() == []


def test_a_finding_keeps_its_fingerprint_when_lines_move_and_two_have_two() -> None:
    moved = replace(WRONG, position=Position("a.yaml", 30, 2))
    first, second = rows(WRONG, moved)

    assert rows(moved)[0]["fingerprint"] == first["fingerprint"] != second["fingerprint"]
    assert rows(ODD)[0]["fingerprint"] not in (first["fingerprint"], second["fingerprint"])
    assert rows(ODD)[0]["severity"] == "minor"
