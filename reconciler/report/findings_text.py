"""Findings for people: where, what in their own words, the evidence, what to do."""

from collections.abc import Iterator, Sequence

from reconciler.model.finding import Finding, Position
from reconciler.report.lines import Line, Span, Style, fitted, line, render
from reconciler.report.plural import counted
from reconciler.report.visible import columns, visible

_STYLES: dict[str, Style] = {"error": "error", "warning": "warning", "note": "note"}
_WINDOW = 160  # characters of a longer excerpt that are shown


def findings_text(
    findings: Sequence[Finding], *, width: int = 80, colour: bool = False, unicode: bool = True
) -> str:
    """Every finding in the order given, then the totals; "" for none."""
    return render(_all(findings, width), colour=colour, unicode=unicode)


def _all(findings: Sequence[Finding], width: int) -> Iterator[Line]:
    for finding in findings:
        yield from finding_lines(finding, width)
    if findings:
        yield line(Span(findings_totals(findings), "strong"))


def findings_totals(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 warning, 0 notes`."""
    return ", ".join(
        counted(sum(finding.level == level for finding in findings), level)
        for level in ("error", "warning", "note")
    )


def finding_lines(finding: Finding, width: int = 80) -> Iterator[Line]:
    """The place and the message stay in one line, so that editors and grep find them."""
    position = finding.position
    place = f"{position.file}:{position.line}:{position.column}: " if position else ""
    yield line(
        place,
        Span(finding.level, _STYLES[finding.level]),
        f": {finding.message} ",
        Span(f"[{finding.code}]", "dim"),
    )
    if position and finding.excerpt.strip():
        yield from _excerpt(finding.excerpt, position, _STYLES[finding.level])
    if finding.hint:
        for paragraph in finding.hint.split("\n"):
            yield from fitted(line("  ", paragraph), width, "  ")


def _excerpt(excerpt: str, position: Position, style: Style) -> Iterator[Line]:
    start = max(position.column - 1, 0)
    end = max(position.end_column - 1, start + 1) if position.end_column else start + 1
    shift = max(start - _WINDOW // 2, 0) if len(excerpt) > _WINDOW else 0
    shown = excerpt[shift : shift + _WINDOW]
    before = visible(excerpt[shift:start])
    marked = visible(excerpt[start : min(end, shift + _WINDOW)])
    number = str(position.line)
    yield line(Span(f"  {number} | ", "dim"), shown)
    blank = " " * columns(before)
    carets = "^" * max(columns(marked), 1)
    yield line(Span(f"  {' ' * len(number)} | ", "dim"), blank, Span(carets, style))
