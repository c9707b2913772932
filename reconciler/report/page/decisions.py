"""The decision table of each source: which alerts, and what becomes of them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.model import GapKind, Names
from reconciler.plan.paging.region_words import (
    readings_words,
    region_words,
    unproven_words,
    with_expressions,
)
from reconciler.plan.paging.who_words import example, things_words
from reconciler.planning.pictured import Pictured
from reconciler.report.page.model import Decision, Kind, RouteRow, SourceTable
from reconciler.routing.gaps import Gap
from reconciler.routing.who import Row, Unproven

ORDER: tuple[Kind, ...] = ("dropped", "twice", "unknown", "pages", "nobody", "posts", "incident")
_OF_GAP: Mapping[GapKind, tuple[Kind, str]] = {
    "dropped": ("dropped", "nobody: no route takes it"),
    "pages-nobody": ("nobody", "nobody is paged"),
    "pages-twice": ("twice", ""),
}
_UNKNOWN: Mapping[GapKind, str] = {
    "dropped": "unknown whether a route takes it",
    "pages-nobody": "unknown whether it pages nobody",
    "pages-twice": "unknown whether it pages twice",
}
Rows = Mapping[str, RouteRow]


def source_tables(found: Pictured, rows: Rows) -> Iterator[SourceTable]:
    """Of every source of the account and of the routes, by name."""
    by_source = {source: list[Decision]() for source in found.cover.sources}
    for source, decision in _decisions(found, rows):
        by_source.setdefault(source, []).append(decision)
    named = sorted(by_source, key=lambda identity: (found.names.get(identity, identity), identity))
    for number, source in enumerate(named):
        ordered = sorted(by_source[source], key=lambda row: ORDER.index(row.kind))
        complete = all(row.kind != "unknown" for row in ordered)
        name = found.names.get(source, source)
        yield SourceTable(f"s{number}", name, tuple(ordered), complete)


def _decisions(found: Pictured, rows: Rows) -> Iterator[tuple[str, Decision]]:
    for row in found.decisions.rows:
        yield from _each(row, _of_row(row, found.names, rows))
    for gap in found.cover.gaps:
        yield from _each(gap.row, _of_gap(gap, found.names, rows))
    for source in found.cover.unattached:
        yield source, Decision("dropped", "every alert", "nobody: no route has this source")
    for unproven in found.decisions.unknown:
        yield from _unknown(unproven, "unknown who is paged", found.names)
    for left in found.cover.unknown:
        yield from _unknown(left.region, _UNKNOWN[left.kind], found.names)


def _each(row: Row, decision: Decision) -> Iterator[tuple[str, Decision]]:
    """Values of an example are those of one source alone."""
    for source in row.region.sources:
        own = source == row.witness.source
        yield source, decision if own else replace(decision, example="")


def _unknown(unproven: Unproven, what: str, names: Names) -> Iterator[tuple[str, Decision]]:
    for source in unproven.region.sources:
        _, alerts = unproven_words(unproven, names)
        yield source, Decision("unknown", alerts, f"{what}: {unproven.why}")


def _of_row(row: Row, names: Names, rows: Rows) -> Decision:
    known = with_expressions(names, row.region)
    kind: Kind
    if row.gained:
        kind, effect = "pages", things_words(row.gained, known)
    elif row.channels_gained:
        channels = ", ".join(names.get(channel, channel) for channel in row.channels_gained)
        kind, effect = "posts", channels
    else:
        kind, effect = "incident", "starts an incident"
    return _decision(row, kind, effect, names, rows)


def _of_gap(gap: Gap, names: Names, rows: Rows) -> Decision:
    kind, effect = _OF_GAP[gap.kind]
    if kind == "twice":
        known = with_expressions(names, gap.row.region)
        effect = f"{things_words(gap.row.doubled, known)}, by several routes"
    return _decision(gap.row, kind, effect, names, rows)


def _decision(row: Row, kind: Kind, effect: str, names: Names, rows: Rows) -> Decision:
    known = with_expressions(names, row.region)
    plain = replace(row, caused_by=())  # a changed route is told as what is left of it
    return Decision(
        kind,
        "; or ".join(region_words(plain, known)),
        effect,
        tuple(rows[key] for key in row.caused_by if key in rows),
        example(row, known),
        readings_words(row.depends_on) if not row.certain else "",
    )
