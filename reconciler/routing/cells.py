"""Alerts that tell a set of routes apart: for each source one for each thing that can become of an
alert, made of the values around every condition.

A first table of tests is made of them. It is no proof: values are tried one by one, and where there
are too many combinations not all of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from reconciler.model import (
    Branches,
    Condition,
    ConditionGroups,
    Filter,
    Literal,
    Reference,
    Route,
)
from reconciler.routing.evaluate import prepare
from reconciler.routing.expectation import footprint
from reconciler.routing.outcome import Outcome
from reconciler.routing.reading import Reading
from reconciler.routing.world import PRIORITY, TITLE, Alert, Entry, World

MOST = 20_000  # combinations of values that are tried for a source
_FAR_APART = 2_654_435_761  # a prime
MOST_ENTRIES = 20  # of a catalog type
A_TITLE = "any title"
ANOTHER = "something else"
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One alert, and what becomes of it. `all_tried`: every combination of its source was."""

    alert: Alert
    outcome: Outcome
    all_tried: bool = True


def cells(
    routes: Mapping[str, Route], sources: Iterable[str], readings: Sequence[Reading], world: World
) -> Iterator[Cell]:
    """For each source the simplest alert of each outcome; one of a source that no route has."""
    prepared = prepare(routes, readings, world)
    for source in sources:
        attached = [
            route
            for route in routes.values()
            if route.enabled and source in {place.source for place in route.sources}
        ]
        axes = _axes(attached, source, world)
        all_tried = prod(map(len, axes.values())) <= MOST
        found: dict[frozenset[object], Cell] = {}
        for values in sorted(_combined(axes), key=_weight):
            alert = _alert(source, values)
            outcome = prepared.judge(alert)
            found.setdefault(footprint(outcome), Cell(alert, outcome, all_tried))
        yield from found.values()


def _weight(values: Mapping[str, Values]) -> int:
    """Few values make a simple alert."""
    return sum(bool(value) and value != (ANOTHER,) for value in values.values())


def _alert(source: str, values: Mapping[str, Values]) -> Alert:
    """A priority that no condition asks for is of no interest; a title is always there."""
    given = {TITLE: (A_TITLE,), **{key: value for key, value in values.items() if value}}
    unknown = frozenset() if PRIORITY in values else frozenset({PRIORITY})
    return Alert(source, given, unknown)


def _combined(axes: Mapping[str, Sequence[Values]]) -> Iterator[Mapping[str, Values]]:
    """Every combination; of too many the same number each time, spread over all of them."""
    total = prod(map(len, axes.values()))
    for number in range(min(total, MOST)):
        rest = number if total <= MOST else number * _FAR_APART % total
        chosen = {}
        for subject, values in axes.items():
            rest, place = divmod(rest, len(values))
            chosen[subject] = values[place]
        yield chosen


def _axes(routes: Sequence[Route], source: str, world: World) -> Mapping[str, Sequence[Values]]:
    """By reference of the alert: the values that matter, the most telling first."""
    literals: dict[str, dict[str, None]] = {}
    for route in routes:
        for subject, operands in _tests(route, source):
            head = subject.partition('.catalog_attribute["')[0]
            if head.startswith("alert."):
                known = literals.setdefault(head, {})
                known.update(dict.fromkeys(() if head != subject else operands))
    return {subject: _values(subject, tuple(of), world) for subject, of in literals.items()}


def _values(subject: str, literals: Values, world: World) -> Sequence[Values]:
    kind = world.kind(subject)
    missing: list[Values] = [] if subject == TITLE else [()]
    if kind.is_entry:
        of_type = world.catalog.get(kind.type)
        entries = of_type.entries if of_type else ()
        named = [entry.id for entry in entries if _is_one_of(entry, literals)]
        others = [entry.id for entry in entries if not _is_one_of(entry, literals)]
        kept = [*named, *others][: max(MOST_ENTRIES, len(named) + 1)]
        return [*((text,) for text in kept), *missing]
    twins = [twin for text in literals for twin in _twins(text) if twin not in literals]
    return [*((literal,) for literal in (*literals, *dict.fromkeys(twins))), (ANOTHER,), *missing]


def _is_one_of(entry: Entry, literals: Values) -> bool:
    return bool({entry.id, entry.external_id, *entry.aliases}.intersection(literals))


def _twins(text: str) -> Iterator[str]:
    """In another case, and as a part of a longer text: there readings differ."""
    yield text.swapcase()
    yield f"{text}-2"


def _tests(route: Route, source: str) -> Iterator[tuple[str, Values]]:
    """What conditions look at, and what they compare it with; bindings of references, too."""
    groups: list[ConditionGroups] = [route.when]
    groups += [attached.when for attached in route.sources if attached.source == source]
    groups += [destination.when for destination in route.notify]
    groups += [route.incident.when] if route.incident else []
    bindings = [target.binding for target in route.escalate.targets]
    for expression in route.expressions:
        yield expression.root, ()
        for step in expression.steps:
            if isinstance(step, Branches):
                groups += [case.when for case in step.cases]
                bindings += [case.result for case in step.cases]
            elif isinstance(step, Filter):
                groups.append(step.when)
    for group in (group for part in groups for group in part):
        for condition in group:
            yield condition.subject, _operands(condition)
    for binding in bindings:
        yield from ((value.path, ()) for value in binding.values if isinstance(value, Reference))


def _operands(condition: Condition) -> Values:
    return tuple(
        value.text
        for binding in condition.params
        for value in binding.values
        if isinstance(value, Literal)
    )
