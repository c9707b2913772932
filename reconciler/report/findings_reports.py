"""Findings as reports that a CI service draws beside a change: JUnit's XML, and code quality.

Code quality is the JSON of GitLab's report: one row for each finding that has a place. GitLab tells
new rows from old ones by `fingerprint`, so a line is not in it: it moves with the lines above it.
"""

import hashlib
import xml.etree.ElementTree as Xml
from collections import Counter
from collections.abc import Iterable, Sequence

from reconciler.model import Finding, Json
from reconciler.text import json_text, visible

_SEVERITIES = {"error": "critical", "warning": "minor", "note": "info"}
NO_FILE = "the files together"


def findings_junit(findings: Sequence[Finding], files: Iterable[str]) -> str:
    """A case for each file; it fails by its errors, and shows its warnings. `files`: those that
    were read.
    """
    places = dict.fromkeys([*files, *map(_file, findings)])
    failed = [file for file in places if any(_fails(found, file) for found in findings)]
    root = Xml.Element("testsuites", name="reconciler validate")
    suite = Xml.SubElement(
        root,
        "testsuite",
        name="route files",
        tests=str(len(places)),
        failures=str(len(failed)),
    )
    for place in places:
        name = visible(place)
        case = Xml.SubElement(suite, "testcase", name=name, classname="validate")
        if place != NO_FILE:
            case.set("file", name)
        own = [finding for finding in findings if _file(finding) == place]
        errors = [finding for finding in own if finding.level == "error"]
        if errors:
            first = Xml.SubElement(case, "failure", message=visible(errors[0].message))
            first.text = "\n".join(map(_line, errors))
        if others := [finding for finding in own if finding.level != "error"]:
            Xml.SubElement(case, "system-out").text = "\n".join(map(_line, others))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _file(finding: Finding) -> str:
    return finding.position.file if finding.position else NO_FILE


def _fails(finding: Finding, file: str) -> bool:
    return finding.level == "error" and _file(finding) == file


def _line(finding: Finding) -> str:
    at = finding.position
    place = f"{at.file}:{at.line}:{at.column}: " if at else ""
    hint = f" ({finding.hint})" if finding.hint else ""
    return visible(f"{place}{finding.level}: {finding.message} [{finding.code}]{hint}")


def findings_codequality(findings: Sequence[Finding]) -> str:
    """GitLab draws no row without a place, so such a finding is left to the log."""
    seen: Counter[str] = Counter()
    rows: list[Json] = []
    for finding in findings:
        if finding.position is None:
            continue
        file = visible(finding.position.file)
        what = "\0".join((finding.code, finding.message, finding.route, file))
        seen[what] += 1
        rows.append(
            {
                "description": visible(
                    f"{finding.message} ({finding.hint})" if finding.hint else finding.message
                ),
                "check_name": finding.code,
                "fingerprint": hashlib.sha256(f"{what}\0{seen[what]}".encode()).hexdigest(),
                "severity": _SEVERITIES[finding.level],
                "location": {"path": file, "lines": {"begin": finding.position.line}},
            }
        )
    return json_text(rows)
