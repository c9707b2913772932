"""What routes leave open: text, Markdown and JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model import GapKind, Json, Names, Position
from reconciler.plan.compare.words import condition_words
from reconciler.plan.paging.region_words import (
    readings_words,
    region_words,
    rests_words,
    sources_words,
    unproven_words,
    with_expressions,
)
from reconciler.plan.paging.who_words import ASSUMED, NOT_JUDGED, example, things_words
from reconciler.planning.covered import Covered, Judged
from reconciler.report.explain_json import assumed_document
from reconciler.report.who_markdown import example_cell
from reconciler.routing.gaps import KINDS, Gap, Idle, Never
from reconciler.routing.who import Who
from reconciler.text import (
    Line,
    Span,
    Style,
    code,
    counted,
    fitted,
    json_text,
    line,
    prose,
    render,
    sentence,
)
from reconciler.wire.who import who_document

FORMAT_VERSION = "1.0"
MOST_ROWS = 40
TITLES: Mapping[GapKind, str] = {
    "dropped": "No route takes these alerts",
    "pages-nobody": "Routes take these alerts and page nobody",
    "pages-twice": "Several routes page the same target",
}
SIGNS: Mapping[GapKind, tuple[str, Style]] = {
    "dropped": ("✗", "error"),
    "pages-nobody": ("-", ""),
    "pages-twice": ("✗", "warning"),
}
NO_ROUTE = "No route has these sources"
NEVER = "Routes that can never match"
IDLE = "Conditions that decide nothing"
UNKNOWN = "Unknown"
ACCEPTED = "Accepted in reconciler.yaml"


@dataclass(frozen=True, slots=True)
class GapWords:
    """One gap in words. `effect`: what happens instead."""

    sources: str
    alerts: str
    effect: str
    example: str
    only_if: str

    @property
    def where(self) -> str:
        """`PlanetScale, every alert, unless branch is one of main`."""
        return f"{self.sources}, {self.alerts}"


def gap_words(gap: Gap, names: Names) -> GapWords:
    """One gap in words."""
    row = gap.row
    known = with_expressions(names, row.region)
    by = ", ".join(row.caused_by)
    effect = ""
    if gap.kind == "pages-nobody":
        effect = f"taken by {by}"
    elif gap.kind == "pages-twice":
        effect = f"{things_words(row.doubled, known)}, by {by}"
    return GapWords(
        sources_words(row.region.sources, known),
        "; or ".join(region_words(row, known)),
        effect,
        example(row, known),
        readings_words(row.depends_on),
    )


def summary(found: Covered) -> str:
    """`2 gaps, 1 condition that decides nothing; 2 accepted.`"""
    cover = found.cover
    stale = len(found.out_of_date)
    counts = [
        (
            len(cover.of("dropped")),
            "kind of alert that no route takes",
            "kinds of alerts that no route takes",
        ),
        (
            len(cover.of("pages-twice")),
            "kind of alert that pages twice",
            "kinds of alerts that page twice",
        ),
        (len(cover.unattached), "source that no route has", "sources that no route has"),
        (len(cover.never), "route that can never match", "routes that can never match"),
        (len(cover.idle), "condition that decides nothing", "conditions that decide nothing"),
        (len(cover.unknown) + len(cover.undecided), "unknown", "unknown"),
        (stale, "accepted gap that is out of date", "accepted gaps that are out of date"),
    ]
    parts = [
        f"{count} {single if count == 1 else several}" for count, single, several in counts if count
    ]
    return f"{', '.join(parts) or 'Nothing to do'}."


def proved(found: Covered) -> str:
    """What the answer is about, and what it rests on."""
    cover = found.cover
    complete = not cover.unknown and not cover.undecided
    but = "" if complete else ", except what is listed as unknown"
    sources = counted(len(cover.sources), "source")
    words = [f"Proved for every alert of {sources}{but}."]
    words += [rests_words(assumption) for assumption in cover.assumed]
    words.append(f"Assumed: {ASSUMED}. Not judged: {NOT_JUDGED}.")
    return " ".join(words)


def cover_text(
    found: Covered, *, width: int = 80, colour: bool = False, unicode: bool = True
) -> str:
    """The whole answer for a terminal or a pipe."""
    return render(_lines(found, width), colour=colour, unicode=unicode)


def _lines(found: Covered, width: int) -> Iterator[Line]:
    yield line(Span(summary(found), "strong"))
    for kind in KINDS:
        gaps = found.cover.of(kind)
        if gaps:
            yield line(f"{TITLES[kind]}:")
        for gap in gaps[:MOST_ROWS]:
            yield from _gap_lines(gap, found.names, width)
        if len(gaps) > MOST_ROWS:
            yield line(f"  and {len(gaps) - MOST_ROWS} more")
    for title, items in _lists(found):
        yield line(f"{title}:")
        for item in items:
            yield from fitted(line("  ", item), width, "    ")
    yield from fitted(line(Span(proved(found), "dim")), width, "  ")


def _gap_lines(gap: Gap, names: Names, width: int) -> Iterator[Line]:
    words = gap_words(gap, names)
    sign, style = SIGNS[gap.kind]
    yield from fitted(line("  ", Span(sign, style), f" {words.where}"), width, "      ")
    shown = f"e.g. {words.example}" if words.example else ""
    for part in (words.effect, f"only if {words.only_if}" if words.only_if else "", shown):
        if part:
            yield from fitted(line(f"      {part}"), width, "        ")


def _lists(found: Covered) -> Iterator[tuple[str, list[str]]]:
    """What has no alert to show, by title; only what there is."""
    cover, names = found.cover, found.names
    unknown = [
        f"{TITLES[open_gap.kind].lower()}? {', '.join(unproven_words(open_gap.region, names))}: "
        f"{open_gap.region.why}"
        for open_gap in cover.unknown
    ]
    unknown += [f"{key}: the proof exceeds its limit of steps" for key in cover.undecided]
    lists = (
        (NO_ROUTE, sorted(names.get(source, source) for source in cover.unattached)),
        (NEVER, [never_words(never, found) for never in cover.never]),
        (IDLE, [idle_words(idle, found) for idle in cover.idle]),
        (UNKNOWN, unknown),
        (ACCEPTED, [accepted_words(judged) for judged in found.accepted]),
    )
    yield from ((title, items) for title, items in lists if items)


def never_words(never: Never, found: Covered) -> str:
    """`routes/a.yaml:2: A takes no alert of PlanetScale`."""
    at = _place(found.positions[never.route].at(("name",)))
    if not never.sources:
        return f"{at}{never.route} has no source"
    return f"{at}{never.route} takes no alert of {sources_words(never.sources, found.names)}"


def idle_words(idle: Idle, found: Covered) -> str:
    """`routes/a.yaml:6: A: "severity is set": without it the route does the same`."""
    at = _place(found.positions[idle.route].at(idle.path))
    what = "its whole group" if idle.whole_group else "it"
    words = condition_words(idle.condition, found.names)
    return f'{at}{idle.route}: "{words}": without {what} the route does the same to every alert'


def _place(position: Position) -> str:
    return f"{position.file}:{position.line}: "


def accepted_words(judged: Judged) -> str:
    """`reconciler.yaml:9: PlanetScale, dropped, until 2027-03-31: noise`."""
    gap = judged.gap
    at = _place(gap.position) if gap.position else ""
    until = f"until {gap.expires.isoformat()}"
    state = {
        "open": until,
        "closed": "no alert falls into it any more: delete it",
        "expired": f"it was accepted {until}: write a later day, or delete it",
        "unreadable": "not accepted before the errors above are corrected",
    }[judged.state]
    return f"{at}{gap.source}, {gap.kind}, {state}: {gap.reason}"


def cover_markdown(found: Covered) -> str:
    """The whole answer for a page or a summary."""
    return "".join(f"{row}\n" for row in _markdown(found))


def _markdown(found: Covered) -> Iterator[str]:
    yield f"**{prose(summary(found))}**"
    for kind in KINDS:
        gaps = [gap_words(gap, found.names) for gap in found.cover.of(kind)]
        if gaps:
            yield from ("", f"### {TITLES[kind]}", "")
            yield from _table(gaps, kind)
    for title, items in _lists(found):
        yield from ("", f"### {title}", "")
        yield from (f"- {prose(item)}" for item in items)
    yield from ("", f"<sub>{prose(sentence(proved(found)))}</sub>")


def _table(gaps: Sequence[GapWords], kind: GapKind) -> Iterator[str]:
    more = [] if kind == "dropped" else ["What happens"]
    head = ["Source", "Alerts", *more, "Example"]
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for words in gaps[:MOST_ROWS]:
        only = f" only if {words.only_if}" if words.only_if else ""
        shown = example_cell(words.example, [words.alerts])
        cells = [prose(words.sources), code(words.alerts, in_table=True) + prose(only)]
        cells += [prose(words.effect)] if more else []
        yield f"| {' | '.join([*cells, shown])} |"
    if len(gaps) > MOST_ROWS:
        yield f"\nand {len(gaps) - MOST_ROWS} more"


def cover_json(found: Covered) -> str:
    """Regions have the form of the proof in a plan file."""
    cover, names = found.cover, found.names
    left = Who(
        tuple(gap.row for gap in cover.gaps), tuple(open_gap.region for open_gap in cover.unknown)
    )
    document = who_document(left, names)
    rows, regions = document["rows"], document["unknown"]
    gaps: list[Json] = []
    for gap, row in zip(cover.gaps, rows if isinstance(rows, list) else [], strict=True):
        words = gap_words(gap, names)
        effects = (
            {key: value for key, value in row.items() if key not in ("certain", "caused_by")}
            if isinstance(row, dict)
            else {}
        )
        gaps.append({"kind": gap.kind, "alerts": words.where, "routes": list(gap.row.caused_by),
                     "example": words.example, "certain": gap.row.certain, **effects})  # fmt: skip
    unknown: list[Json] = [
        {"kind": open_gap.kind, **(region if isinstance(region, dict) else {})}
        for open_gap, region in zip(
            cover.unknown, regions if isinstance(regions, list) else [], strict=True
        )
    ]
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "complete": not unknown and not cover.undecided,
            "clean": found.is_clean,
            **assumed_document(cover.assumed),
            "sources": list(cover.sources),
            "names": {source: names[source] for source in cover.sources if source in names},
            "gaps": gaps,
            "unknown": unknown,
            "undecided_routes": list(cover.undecided),
            "sources_without_route": list(cover.unattached),
            "never": [
                {
                    "route": never.route,
                    "sources": list(never.sources),
                    "all_sources": never.all_sources,
                }
                for never in cover.never
            ],
            "idle": [_idle(idle, found) for idle in cover.idle],
            "accepted": [
                {
                    "source": judged.gap.source,
                    "gap": judged.gap.kind,
                    "state": judged.state,
                    "reason": judged.gap.reason,
                    "expires": judged.gap.expires.isoformat(),
                }
                for judged in found.accepted
            ],
        }
    )


def _idle(idle: Idle, found: Covered) -> Json:
    at = found.positions[idle.route].at(idle.path)
    return {
        "route": idle.route,
        "condition": condition_words(idle.condition, found.names),
        "whole_group": idle.whole_group,
        "file": at.file,
        "line": at.line,
    }
