"""A replay for a terminal, for GitHub's and GitLab's Markdown, and for programs."""

from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.model import Json
from reconciler.past.replayed import Replay
from reconciler.report.replay_words import (
    LABELS,
    RowWords,
    held_words,
    rest_words,
    row_words,
    summary,
)
from reconciler.routing.replay import KINDS, Kind, ReplayRow
from reconciler.routing.who import Thing
from reconciler.text import (
    Line,
    Span,
    Style,
    counted,
    fitted,
    json_text,
    line,
    prose,
    render,
    sentence,
)

FORMAT = 1
MOST_ROWS = 20  # the JSON document has them all
SIGNS: Mapping[Kind, tuple[str, Style, str]] = {
    "lost": ("✗", "error", "🔴"),
    "moved": ("~", "update", "🟠"),
    "doubled": ("+", "warning", "🟠"),
    "unrouted": ("✗", "warning", "🟠"),
    "gained": ("+", "create", "🟢"),
    "undoubled": ("-", "create", "🟢"),
    "unknown": ("?", "warning", "❓"),
}
_DEPENDING = "🟡"


def replay_text(
    replay: Replay, *, width: int = 80, colour: bool = False, unicode: bool = True
) -> str:
    """The answer on its own."""
    return render(replay_lines(replay, width), colour=colour, unicode=unicode)


def replay_lines(replay: Replay, width: int) -> Iterator[Line]:
    """The summary, the rows, and what they rest on."""
    span = _span(replay)
    yield from fitted(line(Span(summary(replay), "strong"), Span(span, "dim")), width, "  ")
    rows = [row_words(row, replay.names) for row in replay.replayed.rows]
    for row in rows[:MOST_ROWS]:
        yield from _row(row, width)
    if len(rows) > MOST_ROWS:
        more = f"… {counted(len(rows) - MOST_ROWS, 'more row')} (all in --format json)"
        yield from fitted(line("  ", Span(more, "dim")), width, "    ")
    for words in rest_words(replay):
        yield from fitted(line(Span(words, "dim")), width, "  ")


def _span(replay: Replay) -> str:
    found = replay.replayed
    if found.first is None or found.last is None:
        return ""
    days = f"{found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}"
    return f" Compared {replay.compared}, for alerts of {days}."


def _row(row: RowWords, width: int) -> Iterator[Line]:
    sign, style, _ = SIGNS[row.kind]
    head = line(
        "  ",
        Span(f"{sign} ", style),
        Span(f"{row.label}: ", style),
        f"{counted(row.count, 'alert')} of {row.source}",
    )
    yield from fitted(head, width, "      ")
    only_if = Span(f"  {row.only_if}", "warning") if row.only_if else ""
    yield from fitted(line("      ", Span(row.effect, "strong"), only_if), width, "      ")
    if row.values:
        yield from fitted(line("      ", Span(row.values, "dim")), width, "      ")
    for link in row.links:
        yield line("      ", Span(link, "dim"))


def replay_markdown(replay: Replay) -> str:
    """The answer on its own; ends with a newline."""
    return "\n".join([f"**{sentence(summary(replay))}**", *_blocks(replay, MOST_ROWS)]) + "\n"


def replay_section(replay: Replay, most: int = MOST_ROWS) -> Iterator[str]:
    """Below a proof: one line that everybody reads, the rest folded. Begins with an empty line."""
    yield from ("", f"**Replay:** {sentence(summary(replay))}")
    blocks = [*_blocks(replay, most)] if most else []
    if blocks:
        yield from ("", "<details><summary>Which alerts</summary>", *blocks, "", "</details>")


def _blocks(replay: Replay, most: int) -> Iterator[str]:
    rows = [row_words(row, replay.names) for row in replay.replayed.rows]
    if rows:
        yield from ("", "| | Alerts | Source | Which | Before → after | Links |")
        yield "|---|---:|---|---|---|---|"
        yield from map(_markdown_row, rows[:most])
    if len(rows) > most:
        yield from ("", f"and {counted(len(rows) - most, 'more row')}: `reconciler replay`.")
    rests = [*rest_words(replay)]
    if rests:
        yield from ("", f"<sub>{' '.join(map(sentence, rests))}</sub>")


def _markdown_row(row: RowWords) -> str:
    sign = _DEPENDING if row.only_if else SIGNS[row.kind][2]
    effect = prose(row.effect).replace("NOBODY", "**nobody**")
    effect += f" ({sentence(row.only_if)})" if row.only_if else ""
    links = " ".join(f"[{number}]({link})" for number, link in enumerate(row.links, 1))
    cells = (f"{sign} {row.label}", f"{row.count:,}", prose(row.source), prose(row.values), effect)
    return f"| {' | '.join(cells)} | {links} |"


def replay_json(replay: Replay) -> str:
    """Everything, by id and by name."""
    found, names = replay.replayed, replay.names
    kinds: Counter[Kind] = Counter()
    for row in found.rows:
        kinds[row.judged.difference.kind] += row.count
    return json_text(
        {
            "format": FORMAT,
            "compared": replay.compared,
            "days": replay.days,
            "first": found.first.isoformat() if found.first else None,
            "last": found.last.isoformat() if found.last else None,
            "alerts": found.total,
            "different": found.different,
            "unknown": found.undecided,
            "counts": {kind: kinds[kind] for kind in KINDS},
            "sources": [
                _count(source, count, replay) for source, count in sorted(found.sources.items())
            ],
            "deleted_sources": dict(sorted(found.deleted.items())),
            "private": found.redacted,
            "rows": [_document(row, replay) for row in found.rows],
            "changed": [names.get(key, key) for key in replay.sides.changed],
            "notes": [*rest_words(replay)],
        }
    )


def _count(source: str, count: int, replay: Replay) -> dict[str, Json]:
    return {"id": source, "name": replay.names.get(source, source), "alerts": count}


def _document(row: ReplayRow, replay: Replay) -> dict[str, Json]:
    difference, names = row.judged.difference, replay.names

    def things(those: tuple[Thing, ...]) -> list[Json]:
        return [
            {"kind": kind, "id": identity, "name": names.get(identity, identity)}
            for kind, identity in those
        ]

    return {
        "kind": difference.kind,
        "label": LABELS[difference.kind],
        "certain": row.judged.certain,
        "source": {"id": row.source, "name": names.get(row.source, row.source)},
        "alerts": row.count,
        "nobody": difference.nobody,
        "lost": things(difference.lost),
        "gained": things(difference.gained),
        "doubled": things(difference.doubled),
        "undoubled": things(difference.undoubled),
        "depends_on": dict(row.judged.depends_on),
        "not_known": [*row.judged.unknown],
        "values": [
            {
                "alerts": count,
                "words": held_words(held, names),
                "values": {
                    reference: None if texts is None else [*texts] for reference, texts in held
                },
            }
            for held, count in row.values
        ],
        "other_values": row.others,
        "links": [*row.links],
    }
