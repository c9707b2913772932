"""What came of a check of tokens, as people read it. Pure, but for the time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from reconciler.sources.tokens.check import WORDS, State, Verdict
from reconciler.text import Line, Span, Style, fitted, line

INDENT = " " * 14
_STYLES: Mapping[State, Style] = {
    "match": "create",
    "mismatch": "error",
    "empty": "error",
    "unreadable": "error",
}


def verdict_lines(name: str, verdicts: Sequence[Verdict], width: int | None) -> Iterator[Line]:
    """One source's; nothing where nothing was compared. Without a width no line is wrapped."""
    rows = [line(Span(name, "strong"))] if verdicts else []
    for verdict in verdicts:
        kind = verdict.place.kind
        said = f": {verdict.words}" if verdict.words else ""
        done = "copied" if kind == "kubernetes" else "written"
        age = f", {done} {_age(verdict.since)}" if verdict.since else ""
        state = Span(WORDS[verdict.state], _STYLES[verdict.state])
        rows.append(line(f"  {kind:<10}  ", state, f"{said}{age}"))
        rows.append(line(INDENT, Span(verdict.place.where, "dim")))
        if verdict.advice and verdict.state != "match":
            rows.append(line(f"{INDENT}next: {verdict.advice}"))
    for row in rows:
        yield from fitted(row, width, INDENT) if width else [row]


def _age(since: datetime) -> str:
    seconds = max((datetime.now(UTC) - since).total_seconds(), 0)
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
