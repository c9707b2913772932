"""Findings as JSON."""

from collections.abc import Mapping, Sequence

from reconciler.model.finding import Finding
from reconciler.model.json import Json
from reconciler.plan.document import finding_document
from reconciler.report.json_text import json_text

FORMAT_VERSION = "1.0"


def findings_json(findings: Sequence[Finding], beside: Mapping[str, Json] | None = None) -> str:
    """`{format_version, summary {error, warning, note}, findings}`, and what stands `beside`."""
    levels = ("error", "warning", "note")
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "summary": {
                level: sum(finding.level == level for finding in findings) for level in levels
            },
            **(beside or {}),
            "findings": [finding_document(finding) for finding in findings],
        }
    )
