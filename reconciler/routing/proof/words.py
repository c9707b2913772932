"""What a row may say: conditions as they are written, routes by name, plain atoms last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.model import (
    Binding,
    Condition,
    Expression,
    Route,
    RouteSource,
    many,
)
from reconciler.routing import who
from reconciler.routing.proof.atoms import Beyond, In, Present, Text
from reconciler.routing.proof.changes import COMPUTED
from reconciler.routing.proof.contents import conditions_of, used
from reconciler.routing.proof.effects import Deeds
from reconciler.routing.proof.formula import Formula, Formulas

LISTS = ("one_of", "contains_one_of")
# In this order words are left out of a row, as long as it still says enough.
UNSAYABLE, ATOM, CONDITION, NAME, DIFFERENCE, WHOLE = range(6)
_OPERATIONS = {
    "is": who.WRITTEN,
    "is in any case": who.WRITTEN_IN_ANY_CASE,
    "has": who.HAS,
    "has in any case": who.HAS_IN_ANY_CASE,
}


@dataclass(frozen=True, slots=True)
class Saying:
    """One word, its formula under each reading, and what conditions in it refer to. Without a
    `test` it can be meant, but not said; `why` says what it is.
    """

    test: Condition | Route | None
    formulas: tuple[Formula, ...]
    rank: int
    expressions: tuple[Expression, ...] = ()
    why: str = ""

    def order(self, holds: bool) -> int:
        """When it is left out: the least goes first."""
        if self.rank == CONDITION:
            return 20 if not holds else 40
        if self.rank in (NAME, WHOLE):
            return 10 * self.rank + holds
        return {UNSAYABLE: 0, ATOM: 10, DIFFERENCE: 49}[self.rank]


def of_changed(sides: Sequence[Sequence[Deeds]], source: str) -> Iterator[Saying]:
    """Words of a changed route: `sides` has its versions, before and after, each by reading."""
    conditions: list[list[tuple[Condition, Sequence[Deeds]]]] = []
    for deeds in sides:
        listed = list(dict.fromkeys(_conditions(deeds[0].route, source)))
        conditions.append([(condition, deeds) for condition in listed])
        yield from (_condition(condition, deeds, CONDITION) for condition in listed)
    for here, there in zip(conditions, reversed(conditions), strict=True):
        for condition, deeds in here:
            for other, _ in there:
                left = _difference(condition, other)
                if left is not None:
                    yield _condition(left, deeds, DIFFERENCE)
    yield from _groups(sides, source)


def _conditions(route: Route, source: str) -> Iterator[Condition]:
    groups = [
        route.when,
        *(attached.when for attached in route.sources if attached.source == source),
    ]
    groups += [place.when for place in route.notify]
    if route.incident is not None:
        groups.append(route.incident.when)
    for those in groups:
        for group in those:
            yield from group
    for expression in route.expressions:
        yield from conditions_of(expression)


def _condition(condition: Condition, deeds: Sequence[Deeds], rank: int) -> Saying:
    formulas = tuple(deed.conditions.holds(condition, deed.scope) for deed in deeds)
    paths = [condition.subject]
    paths += [getattr(v, "path", "") for param in condition.params for v in param.values]
    return Saying(condition, formulas, rank, used(deeds[0].route.expressions, paths))


def _difference(condition: Condition, other: Condition) -> Condition | None:
    """The first with those operands of a list that the second lacks."""
    alike = (condition.subject, condition.operation) == (other.subject, other.operation)
    if (
        not alike
        or condition.operation not in LISTS
        or len(condition.params) != 1
        or len(other.params) != 1
    ):
        return None
    values, others = condition.params[0].values, set(other.params[0].values)
    left = tuple(value for value in values if value not in others)
    if not left or len(left) == len(values):
        return None
    return replace(condition, params=(Binding(left, many=True),))


def _groups(sides: Sequence[Sequence[Deeds]], source: str) -> Iterator[Saying]:
    """Groups that a change leaves as they were, together."""
    routes = [deeds[0].route for deeds in sides]
    common = tuple(g for g in routes[0].when if all(g in route.when for route in routes[1:]))
    places = tuple(RouteSource(attached.source) for attached in routes[-1].sources) or (
        RouteSource(source),
    )
    if common and (len(common) > 1 or len(common[0]) > 1):
        yield _groups_of(replace(bare(routes[-1]), sources=places, when=common), sides[-1], source)
    own = [
        tuple(g for attached in route.sources if attached.source == source for g in attached.when)
        for route in routes
    ]
    shared = tuple(group for group in own[0] if all(group in those for those in own[1:]))
    if shared and (len(shared) > 1 or len(shared[0]) > 1):
        place = (RouteSource(source, shared),)
        yield _groups_of(replace(bare(routes[-1]), sources=place, when=()), sides[-1], source)


def _groups_of(route: Route, deeds: Sequence[Deeds], source: str) -> Saying:
    formulas = tuple(
        deed.conditions.tests.atoms.formulas.all(
            [
                deed.scope.hold(route.when),
                *(deed.scope.hold(place.when) for place in route.sources if place.source == source),
            ]
        )
        for deed in deeds
    )
    return Saying(replace(route, enabled=True), formulas, NAME)


def of_unchanged(deeds: Sequence[Deeds], source: str) -> Saying:
    """That a route takes the alert, by its name."""
    return Saying(bare(deeds[0].route), tuple(deed.takes(source) for deed in deeds), NAME)


def of_whole(before: Sequence[Deeds], after: Sequence[Deeds], source: str) -> Iterator[Saying]:
    """That a changed route takes the alert: as it was, and as it is. Where conditions would make
    too many rows.
    """
    for deeds, sign in ((before, " (before)"), (after, "")):
        if deeds:
            route = bare(deeds[0].route)
            named = replace(route, name=f"{route.name}{sign}")
            yield Saying(named, tuple(deed.takes(source) for deed in deeds), WHOLE)


def bare(route: Route) -> Route:
    """The route as far as it takes alerts."""
    return Route(
        route.name,
        route.enabled,
        sources=route.sources,
        when=route.when,
        expressions=route.expressions,
    )


def of_atoms(formulas: Formulas, atoms: Iterable[Formula], readings: int) -> Iterator[Saying]:
    """Plain words. What has none can be meant, but not said."""
    for number in atoms:
        test = formulas.test(number)
        plain, why = _plain(test), ""
        if plain is None:
            why = test.why if isinstance(test, Beyond) else COMPUTED
        rank = UNSAYABLE if plain is None else ATOM
        yield Saying(plain, (number,) * readings, rank, why=why)


def _plain(test: object) -> Condition | None:
    match test:
        case Text(of, how, text):
            return Condition(of, _OPERATIONS[how], (many(text),))
        case Present(of):
            return Condition(of, who.PRESENT)
        case In(of, entries, False):
            return Condition(of, who.IS_ENTRY, (many(*sorted(entries)),))
        case _:
            return None
