"""Values of an alert: known, missing or unknown, for all readings at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from typing import Literal

from reconciler.routing.reading import ALL, Truth
from reconciler.routing.text import Judge, Texts
from reconciler.routing.world import CatalogType, Entry, Kind, World

Reason = Literal[
    "not given",  # the alert is not known that far
    "blank",  # an empty text, or none
    "no value of alerts",  # a reference that is documented nowhere
    "unread",  # the catalog, or an entry of it, was not read
    "computed",  # by a step whose result only incident.io knows
    "several",  # one of several values, and which is not known
    "case",  # a case of branches may hold
    "empty case",  # a case holds, and its result is nothing
    "circle",  # an expression that is made of itself
    "doubled",  # two expressions have one name
    "absent",  # no expression has this name
]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is there to be known. `about`: the reference, or the entry. With `candidates` it
    is one of these for sure, () among them is missing; without, it may be anything.
    """

    reason: Reason
    about: str
    candidates: tuple[Texts, ...] = ()


Value = Texts | Unknown
"""Texts or ids of entries; () is missing."""
ByReading = tuple[tuple[int, Value], ...]
"""A value for each set of readings. The sets share no reading and are all of them together."""

MISSING: ByReading = ((ALL, ()),)
MOST_CANDIDATES = 64


def in_all(value: Value) -> ByReading:
    """The same in every reading."""
    return ((ALL, value),)


def joined(parts: Iterable[tuple[int, Value]]) -> ByReading:
    """Parts, those of the same value as one."""
    by_value: dict[Value, int] = {}
    for readings, value in parts:
        if readings:
            by_value[value] = by_value.get(value, 0) | readings
    return tuple((readings, value) for value, readings in by_value.items())


def any_of(unknown: Unknown, values: Iterable[Value]) -> Value:
    """What is one of these: known where all are the same, else unknown for this reason."""
    candidates: dict[Texts, None] = {}
    for value in values:
        if not isinstance(value, Unknown):
            candidates[value] = None
        elif value.candidates:
            candidates.update(dict.fromkeys(value.candidates))
        else:
            return Unknown(unknown.reason, unknown.about)
    if len(candidates) == 1:
        return next(iter(candidates))
    kept = tuple(candidates) if len(candidates) <= MOST_CANDIDATES else ()
    return Unknown(unknown.reason, unknown.about, kept)


def changed(value: ByReading, change: Callable[[Texts], Value]) -> ByReading:
    """Each known value changed; of an unknown one each candidate."""
    if len(value) == 1 and not isinstance(value[0][1], Unknown):
        return in_all(change(value[0][1]))
    return joined((readings, _changed(texts, change)) for readings, texts in value)


def _changed(value: Value, change: Callable[[Texts], Value]) -> Value:
    if not isinstance(value, Unknown):
        return change(value)
    return any_of(value, map(change, value.candidates)) if value.candidates else value


def chained(value: ByReading, change: Callable[[Texts], ByReading]) -> ByReading:
    """The same for a change that depends on the reading."""
    return joined(
        (readings & there, known)
        for readings, texts in value
        for there, known in _chained(texts, change)
    )


def _chained(value: Value, change: Callable[[Texts], ByReading]) -> ByReading:
    if not isinstance(value, Unknown):
        return change(value)
    if not value.candidates:
        return in_all(value)

    def one_of(first: Value, second: Value) -> Value:
        return any_of(value, (first, second))

    return reduce(lambda some, more: paired(some, more, one_of), map(change, value.candidates))


def paired(left: ByReading, other: ByReading, unite: Callable[[Value, Value], Value]) -> ByReading:
    """Two values made one, reading by reading."""
    return joined(
        (here & there, unite(first, second)) for here, first in left for there, second in other
    )


def union(value: Value, other: Value) -> Value:
    """All elements of both, each once; unknown where one is."""
    if isinstance(value, Unknown):
        return _united(value, value, other)
    if isinstance(other, Unknown):
        return _united(other, value, other)
    return tuple(dict.fromkeys((*value, *other)))


def _united(unknown: Unknown, value: Value, other: Value) -> Value:
    pairs = product(candidates(value), candidates(other))
    united = [tuple(dict.fromkeys((*first, *second))) for first, second in pairs]
    return any_of(unknown, united) if united else Unknown(unknown.reason, unknown.about)


def candidates(value: Value) -> tuple[Texts, ...]:
    """Everything that it may be; nothing where that may be anything."""
    return value.candidates if isinstance(value, Unknown) else (value,)


def judged(value: ByReading, judge: Judge) -> Truth:
    """A test of a value: of an unknown one it is known where all candidates agree."""
    if len(value) == 1 and not isinstance(value[0][1], Unknown):
        return judge(value[0][1])
    holds = fails = 0
    for readings, texts in value:
        if not isinstance(texts, Unknown):
            yes, no = judge(texts)
        elif texts.candidates:
            yes = no = ALL
            for candidate in texts.candidates:
                truth = judge(candidate)
                yes, no = yes & truth[0], no & truth[1]
        else:
            continue
        holds |= yes & readings
        fails |= no & readings
    return holds, fails


@dataclass(slots=True)
class Catalog:
    """The entries of a world, found by what they are called. Each type is sorted when first needed:
    a catalog may have many thousands of entries, and a route looks at few.
    """

    world: World
    _by_id: dict[str, Mapping[str, Entry]] = field(default_factory=dict)
    _by_other: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def entry(self, kind: Kind, identity: str) -> Entry | None:
        """The entry with this id, None where it was not read."""
        return self._entries(kind.type).get(identity)

    def resolved(self, kind: Kind, literal: str) -> str | None:
        """The id of the entry that an operand means: by its id, else by its external id, else by an
        alias. The last two need the whole type: an entry that was not read may have the first.
        """
        if literal in self._entries(kind.type):
            return literal
        of_type = self.world.catalog.get(kind.type)
        if of_type is None or not of_type.whole:
            return None
        if kind.type not in self._by_other:
            self._by_other[kind.type] = _others(of_type)
        return self._by_other[kind.type].get(literal)

    def attribute(self, kind: Kind, attribute: str) -> Kind:
        """The type of an attribute of entries."""
        of_type = self.world.catalog.get(kind.type)
        return of_type.attributes.get(attribute, Kind()) if of_type else Kind()

    def _entries(self, engine_type: str) -> Mapping[str, Entry]:
        if engine_type not in self._by_id:
            of_type = self.world.catalog.get(engine_type)
            self._by_id[engine_type] = (
                {entry.id: entry for entry in of_type.entries} if of_type else {}
            )
        return self._by_id[engine_type]


def _others(of_type: CatalogType) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for entry in of_type.entries:
        for alias in entry.aliases:
            found.setdefault(alias, entry.id)
    found.update({other.external_id: other.id for other in of_type.entries if other.external_id})
    return found
