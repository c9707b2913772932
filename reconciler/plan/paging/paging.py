"""Whom a route pages, as far as the route alone tells: as targets, in words, and beside routes of
the same alerts.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import IntEnum

from reconciler.model import (
    Binding,
    Literal,
    Live,
    Names,
    Route,
    Target,
    canonical_pair,
    same_thing,
)
from reconciler.plan.compare.words import reference_words, target_words
from reconciler.plan.paging.possible import Doubt, Possible, possible, possible_values


class Paging(IntEnum):
    """How certainly an alert of the route pages."""

    NOBODY = 0
    PERHAPS = 1  # for some alert it may be nobody, or that cannot be known
    SOMEBODY = 2


def paging(route: Route) -> Paging:
    """A disabled route, or one without sources or targets, pages nobody."""
    if not route.enabled or not route.sources:
        return Paging.NOBODY
    if not any(target.binding.values for target in route.escalate.targets):
        return Paging.NOBODY
    return Paging.PERHAPS if _all(route).doubts else Paging.SOMEBODY


def doubts(route: Route) -> frozenset[Doubt]:
    """Why it may be nobody, whatever its switch and its sources."""
    return _all(route).doubts


def _all(route: Route) -> Possible:
    known = possible_values(route)
    filled = [target.binding for target in route.escalate.targets if target.binding.values]
    found = [possible(binding, known) for binding in filled]
    together = found[0] if found else Possible()
    for one in found[1:]:
        together = together.and_(one)
    return together


def paged(route: Route, names: Names | None = None) -> frozenset[Target]:
    """Each target that it may page: `path: [A, B]` is A and B, an expression is each of its
    results. A value that only the alert knows is a reference. With `names` a path has one id,
    whether the route names it by its own or by its entry in the catalog.
    """
    known = possible_values(route)
    found: set[Target] = set()
    for target in route.escalate.targets:
        for value in possible(target.binding, known).values:
            if isinstance(value, Literal) and names is not None:
                value = replace(value, text=same_thing(value.text, names))
            found.add(Target(target.kind, Binding((value,))))
    return frozenset(found)


def chosen(route: Route) -> bool:
    """Whether an expression decides, alert by alert, whom the route pages."""
    known = possible_values(route)
    return any(
        len(found.values) > 1 or found.doubts
        for target in route.escalate.targets
        for value in target.binding.values
        if not isinstance(value, Literal)
        for found in (possible(Binding((value,)), known),)
    )


MOST_NAMED = 3  # of many; the fields of the change name them all
LONGEST = 48  # characters of one name


def who(targets: Collection[Target], names: Names) -> str:
    """`A, B`, sorted; of many the first."""
    return ", ".join(_named(targets, names)) or "nobody"


def whom(route: Route, names: Names, first: Collection[Target] = ()) -> str:
    """`A, B` for both, `A or nobody` where the alert decides; `first` come first."""
    found = paged(route, names)
    listed = _named(found, names, first)
    if doubts(route):
        listed.append("nobody")
    if not listed:
        return "nobody"
    if not chosen(route):
        return ", ".join(listed)
    return " or ".join(filter(None, (", ".join(listed[:-1]), listed[-1])))


def _named(targets: Collection[Target], names: Names, first: Collection[Target] = ()) -> list[str]:
    ordered = sorted(targets, key=lambda one: (one not in first, target_words(one, names)))
    return some([target_words(one, names) for one in ordered])


def some(listed: Sequence[str]) -> list[str]:
    """All of a few, of many the first and how many more; long ones are cut."""
    kept = listed if len(listed) <= MOST_NAMED + 1 else listed[:MOST_NAMED]
    shown = [cut_short(one, LONGEST) for one in kept]
    more = len(listed) - len(kept)
    return [*shown, f"{more} more"] if more else shown


def cut_short(text: str, most: int) -> str:
    """The text, or as much as fits and an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,')}…"


def why(found: Collection[Doubt], names: Names) -> str:
    """Reasons for which a route may page nobody, sorted; of many the first."""
    reasons = sorted({_why(doubt, names) for doubt in found})
    more = f", and {len(reasons) - 2} more reasons" if len(reasons) > 3 else ""
    return ", and ".join(reasons[:2] if more else reasons) + more


def _why(doubt: Doubt, names: Names) -> str:
    what = cut_short(reference_words(doubt.reference, names), LONGEST)
    match doubt.reason:
        case "no else":
            return f"{what} has no else"
        case "empty":
            return f"{what} may be empty" if what else "a target may be empty"
        case "filtered":
            return f"the filter of {what} may leave nothing"
        case "computed":
            return f"the result of {what} is unknown"
        case "loop":
            return f"{what} refers to itself"
        case "missing":
            return f"{what} does not exist"


def alike(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    return [live for live in undeclared if _take_the_same(route, live.route)]


def paging_beside(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    """The routes of the same sources that page, where the route does too. A route that got another
    name and another source at once has some of the same sources, and pages the same.
    """
    if paging(route) is Paging.NOBODY:
        return []
    return [
        live
        for live in undeclared
        if paging(live.route) is not Paging.NOBODY
        and (
            same_sources(route, live.route)
            or (_sources(route) & _sources(live.route) and paged(route) == paged(live.route))
        )
    ]


def same_sources(one: Route, other: Route) -> bool:
    return _sources(one) == _sources(other)


def _sources(route: Route) -> set[str]:
    return {source.source for source in route.sources}


def _take_the_same(one: Route, other: Route) -> bool:
    if not one.sources or not same_sources(one, other):
        return False
    filters = [Route("", sources=route.sources, when=route.when) for route in (one, other)]
    first, second = canonical_pair(*filters)
    return first == second
