"""What is open: the words of `cover`, each with its files and lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from reconciler.model import Path
from reconciler.plan.compare.words import condition_words
from reconciler.plan.paging.region_words import (
    rests_words,
    sources_words,
    unproven_words,
)
from reconciler.plan.paging.who_words import ASSUMED, NOT_JUDGED
from reconciler.planning.pictured import Pictured
from reconciler.report.cover import (
    ACCEPTED,
    IDLE,
    NEVER,
    NO_ROUTE,
    TITLES,
    UNKNOWN,
    accepted_words,
    gap_words,
)
from reconciler.report.page.model import Hole, Holes, Place, RouteRow
from reconciler.text import counted

At = Callable[[str, Path], Place]


def holes_of(found: Pictured, rows: Mapping[str, RouteRow], at: At) -> Iterator[Holes]:
    """Only kinds of which there is something; what must be looked at first."""
    cover, names = found.open, found.names
    unattached = sorted(names.get(source, source) for source in cover.unattached)
    lists: list[tuple[str, Sequence[Hole]]] = [
        (TITLES["dropped"], list(_gaps(found, "dropped", rows))),
        (TITLES["pages-twice"], list(_gaps(found, "pages-twice", rows))),
        (NO_ROUTE, [Hole(name) for name in unattached]),
        (NEVER, [_never(never.route, never.sources, found, rows, at) for never in cover.never]),
        (IDLE, list(_idle(found, rows, at))),
        (UNKNOWN, list(_unknown(found, rows))),
        (TITLES["pages-nobody"], list(_gaps(found, "pages-nobody", rows))),
        (ACCEPTED, [Hole(accepted_words(judged)) for judged in found.accepted]),
    ]
    yield from (Holes(title, tuple(holes)) for title, holes in lists if holes)


def _gaps(found: Pictured, kind: str, rows: Mapping[str, RouteRow]) -> Iterator[Hole]:
    for gap in found.open.gaps:
        if gap.kind == kind:
            words = gap_words(gap, found.names)
            only = f"only if {words.only_if}" if words.only_if else ""
            shown = f"e.g. {words.example}" if words.example else ""
            what = words.effect.partition(", by ")[0] if kind == "pages-twice" else ""
            by = [(rows[key].name, rows[key].place) for key in gap.row.caused_by if key in rows]
            detail = "; ".join(filter(None, (what, only, shown)))
            yield Hole(words.where, detail, tuple(by))


def _never(
    key: str, sources: Sequence[str], found: Pictured, rows: Mapping[str, RouteRow], at: At
) -> Hole:
    name = rows[key].name
    words = f"takes no alert of {sources_words(sources, found.names)}" if sources else ""
    return Hole(f"{name} {words or 'has no source'}", "", ((name, at(key, ("name",))),))


def _idle(found: Pictured, rows: Mapping[str, RouteRow], at: At) -> Iterator[Hole]:
    for idle in found.open.idle:
        what = "its whole group" if idle.whole_group else "it"
        words = condition_words(idle.condition, found.names)
        name = rows[idle.route].name
        sentence = f'{name}: "{words}": without {what} the route does the same to every alert'
        yield Hole(sentence, "", ((name, at(idle.route, idle.path)),))


def _unknown(found: Pictured, rows: Mapping[str, RouteRow]) -> Iterator[Hole]:
    for unknown in found.open.unknown:
        where = ", ".join(unproven_words(unknown.region, found.names))
        yield Hole(f"{TITLES[unknown.kind].lower()}? {where}", unknown.region.why)
    for key in found.open.undecided:
        yield Hole(rows[key].name, "the proof exceeds its limit of steps")


def proved_words(found: Pictured) -> str:
    """What everything rests on."""
    pins = dict.fromkeys((*found.cover.assumed, *found.decisions.assumed))
    complete = not (found.cover.unknown or found.decisions.unknown or found.cover.undecided)
    but = "" if complete else ", except what is named as unknown"
    words = [f"Proved for every alert of {counted(len(found.cover.sources), 'source')}{but}."]
    words += [rests_words(assumption) for assumption in pins]
    words.append(f"Assumed: {ASSUMED}. Not judged: {NOT_JUDGED}.")
    return " ".join(words)
