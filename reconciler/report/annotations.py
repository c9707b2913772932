"""Findings as workflow commands of GitHub Actions: annotations at the lines they speak of.

GitHub shows ten annotations of a level for each step and drops the others silently, so no more
than these are written, and the number of the others is.
"""

from collections.abc import Iterator, Sequence

from reconciler.model.finding import Finding
from reconciler.report.findings_text import findings_totals
from reconciler.report.visible import visible

MOST = 10  # of one level
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def findings_github(findings: Sequence[Finding]) -> str:
    """Errors first; "" for no findings. The last line has the totals."""
    return "".join(f"{text}\n" for text in _annotations(findings))


def _annotations(findings: Sequence[Finding]) -> Iterator[str]:
    for level, command in _COMMANDS.items():
        group = [finding for finding in findings if finding.level == level]
        for finding in group[:MOST]:
            yield annotation(finding, command)
        if len(group) > MOST:
            yield f"{len(group) - MOST} more {level}s in the summary"
    if findings:
        yield findings_totals(findings)


def annotation(finding: Finding, command: str) -> str:
    """`::error file=…,line=…,col=…,endColumn=…,title=…::message`."""
    properties = []
    if finding.position is not None:
        position = finding.position
        properties += [f"file={_property(position.file)}", f"line={position.line}"]
        properties.append(f"col={position.column}")
        if position.end_column:
            properties.append(f"endColumn={position.end_column}")
    properties.append(f"title={_property(finding.code)}")
    message = "\n".join(part for part in (finding.message, finding.hint) if part)
    return f"::{command} {','.join(properties)}::{_message(message)}"


def _message(text: str) -> str:
    return "%0A".join(visible(part).replace("%", "%25") for part in text.split("\n"))


def _property(text: str) -> str:
    escaped = visible(text).replace("%", "%25")
    return escaped.replace(":", "%3A").replace(",", "%2C")
