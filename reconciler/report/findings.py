"""Findings for people: the place, the message, the evidence, what to do; and as annotations.

GitHub shows ten annotations of a level for each step and drops the others silently. So no more are
written, with the number of the others, and old findings come after a change's own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from reconciler.model import Finding, Json, Position
from reconciler.plan.document import finding_document
from reconciler.text import (
    Line,
    Span,
    Style,
    columns,
    counted,
    fitted,
    json_text,
    line,
    render,
    visible,
)

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


def own_first(
    now: Sequence[Finding], before: Iterable[Finding], untouched: Collection[str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings to show, new ones first; and those to count: old ones in `untouched` files,
    except errors, which refuse all.
    """
    left = Counter(map(_what, before))
    new: list[Finding] = []
    old: list[Finding] = []
    elsewhere: list[Finding] = []
    for finding in now:
        if not left[_what(finding)]:
            new.append(finding)
            continue
        left[_what(finding)] -= 1
        there = finding.position is not None and finding.position.file in untouched
        (elsewhere if there and finding.level != "error" else old).append(finding)
    return (*new, *old), tuple(elsewhere)


def elsewhere_words(findings: Sequence[Finding]) -> str:
    """`12 warnings and 1 note in files that this change does not touch`; "" for none."""
    counts = Counter(finding.level for finding in findings)
    parts = [counted(counts[level], level) for level in ("warning", "note") if level in counts]
    return f"{' and '.join(parts)} in files that this change does not touch" if parts else ""


def _what(finding: Finding) -> tuple[str, ...]:
    """All but the line, which moves with the lines above it."""
    file = finding.position.file if finding.position else ""
    return (finding.level, finding.code, finding.message, finding.route, file)
