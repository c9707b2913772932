"""Findings as JSON."""

import json

from reconciler.model import Finding, Position
from reconciler.report.findings import findings_json


def test_counts_and_findings() -> None:
    finding = Finding("error", "code", "what", "why", Position("a", 1, 2, 3), path=("sources", 0))
    document = json.loads(findings_json([finding, Finding("note", "n", "m")]))

    assert document["format_version"] == "1.0"
    assert document["summary"] == {"error": 1, "warning": 0, "note": 1}
    assert document["findings"][0] == {
        "level": "error",
        "code": "code",
        "message": "what",
        "hint": "why",
        "route": None,
        "file": "a",
        "line": 1,
        "column": 2,
        "end_column": 3,
        "path": ["sources", 0],
    }
