"""Alerts of the past, through two sets of routes: who would have been paged differently.

Routes that change are asked first; the others only about an alert that the change may treat
otherwise. An alert that looks like an earlier one to all routes has the earlier one's answer.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from typing import Literal

from reconciler.model import Route
from reconciler.routing.evaluate import Prepared, prepare
from reconciler.routing.outcome import Answer, Outcome
from reconciler.routing.past import PastAlert
from reconciler.routing.reading import QUESTIONS, Question, Reading
from reconciler.routing.who import Thing
from reconciler.routing.world import DESCRIPTION, TITLE, Alert, World

Kind = Literal["lost", "moved", "doubled", "unrouted", "gained", "undoubled", "unknown"]
KINDS: tuple[Kind, ...] = (
    "lost", "moved", "doubled", "unrouted", "gained", "undoubled", "unknown",
)  # fmt: skip
"""The worst first. An alert counts once, as the worst that it is."""
MOST_LINKS = 3
MOST_VALUES = 100  # of one row; what is beyond is counted together
REMEMBERED = 4_096  # signatures

AlertValues = tuple[tuple[str, tuple[str, ...] | None], ...]
"""By reference: what an alert has; None is unknown."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What becomes of an alert otherwise. `nobody`: it paged, and pages nobody any more."""

    kind: Kind
    lost: tuple[Thing, ...] = ()
    gained: tuple[Thing, ...] = ()
    doubled: tuple[Thing, ...] = ()
    undoubled: tuple[Thing, ...] = ()
    nobody: bool = False


UNDECIDED = Difference("unknown")


@dataclass(frozen=True, slots=True)
class Judged:
    """`depends_on`: the questions on which it hangs whether it is so, each with the answer in which
    it is (None: in both, by another answer); empty: it is certain. Of an unknown difference:
    `unknown`, the values of the alert that nobody knows.
    """

    difference: Difference
    depends_on: tuple[tuple[Question, bool | None], ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """In every admissible reading."""
        return not self.depends_on and self.difference.kind != "unknown"


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """Alerts of one source that become different in the same way. `values`: how many had which
    values of those that the changed routes look at, the most frequent first; titles and
    descriptions are left out. `others`: how many had values beyond the most that are told apart, or
    are private.
    """

    source: str
    judged: Judged
    count: int
    values: tuple[tuple[AlertValues, int], ...] = ()
    others: int = 0
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """`rows`: the worst first. `sources`: how many alerts of each were replayed; `deleted`: of
    sources that the account no longer has, which no route can take. `redacted`: how many had an
    unknown title.
    """

    rows: tuple[ReplayRow, ...] = ()
    sources: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)
    redacted: int = 0
    first: datetime | None = None
    last: datetime | None = None

    @property
    def total(self) -> int:
        """How many alerts were replayed."""
        return sum(self.sources.values())

    @property
    def different(self) -> int:
        """How many would have paged differently, for sure or in some reading."""
        return sum(row.count for row in self.rows if row.judged.difference.kind != "unknown")

    @property
    def undecided(self) -> int:
        """Of how many it is unknown."""
        return sum(row.count for row in self.rows if row.judged.difference.kind == "unknown")


def replay(
    alerts: Iterable[PastAlert],
    before: Mapping[str, Route],
    after: Mapping[str, Route],
    changed: Collection[str],
    world: World,
    readings: Sequence[Reading],
) -> Replayed:
    """`changed`: the keys of `before` and `after` whose routes are not the same in both. Memory
    does not grow with the number of alerts. Raises ValueError without a reading.
    """
    judge = Judge(before, after, changed, world, readings)
    counted = _Counted()
    for past in alerts:
        deleted = world.all_sources and past.source not in world.sources
        counted.see(past, deleted=deleted)
        found = None if deleted else judge.judge(past.alert)
        if found is not None:
            shown = None if past.redacted else judge.values(past.alert)
            counted.add(past, found, shown)
    return counted.replayed()


class Judge:
    """Routes made ready for many alerts."""

    def __init__(
        self,
        before: Mapping[str, Route],
        after: Mapping[str, Route],
        changed: Collection[str],
        world: World,
        readings: Sequence[Reading],
    ) -> None:
        """Raises ValueError without a reading."""
        same = {key: route for key, route in before.items() if key not in changed}
        self._readings = tuple(readings)
        self._sides = _Sides(
            prepare({key: before[key] for key in changed if key in before}, readings, world),
            prepare({key: after[key] for key in changed if key in after}, readings, world),
            replace(prepare(same, readings, world), most=1),  # `judge` itself remembers
        )
        self._by_reading = {reading: self._sides.under(reading) for reading in self._readings}
        self._remembered: dict[object, Judged | None] = {}

    def judge(self, alert: Alert) -> Judged | None:
        """None where the alert pages as it did."""
        if not self._sides.may_differ(alert):
            return None
        key = (alert.source, _values_of(alert, self._sides.looked_at(alert.source)), alert.blank)
        if key not in self._remembered:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = self._judged(alert)
        return self._remembered[key]

    def values(self, alert: Alert) -> AlertValues:
        """What the alert has of that which the changed routes look at, but for texts of its own."""
        shown = [
            reference
            for reference in self._sides.changed(alert.source)
            if reference not in (TITLE, DESCRIPTION)
        ]
        return _values_of(alert, shown)

    def _judged(self, alert: Alert) -> Judged | None:
        found = self._sides.difference(alert)
        if found is None or found.kind != "unknown":
            return Judged(found) if found else None
        by_reading = {reading: side.difference(alert) for reading, side in self._by_reading.items()}
        differences = {difference for difference in by_reading.values() if difference is not None}
        if UNDECIDED in differences:
            looked_at = self._sides.looked_at(alert.source)
            unknown = tuple(reference for reference in looked_at if reference in alert.unknown)
            return Judged(UNDECIDED, (), unknown)
        if not differences:
            return None
        worst = min(differences, key=_badness)
        return Judged(worst, tuple(_deciding(by_reading, worst)))


@dataclass(frozen=True, slots=True)
class _Sides:
    """Changed routes as they were and as they will be, and the routes that do not change."""

    before: Prepared
    after: Prepared
    same: Prepared

    def under(self, reading: Reading) -> "_Sides":
        was, will, same = (side.under(reading) for side in (self.before, self.after, self.same))
        return _Sides(was, will, same)

    def changed(self, source: str) -> tuple[str, ...]:
        sides = (self.before.looked_at(source), self.after.looked_at(source))
        return tuple(sorted({reference for side in sides for reference in side}))

    def looked_at(self, source: str) -> tuple[str, ...]:
        return tuple(sorted({*self.changed(source), *self.same.looked_at(source)}))

    def may_differ(self, alert: Alert) -> bool:
        """Whether the changed routes alone leave it open. What they do for sure on both sides
        alike, they do alike whatever the others do.
        """
        was, will = self.before.judge(alert), self.after.judge(alert)
        if was.anybody or will.anybody or _may_take(was) or _may_take(will):
            return True
        things = was.pages.keys() | will.pages.keys()
        alike = all(_count(was, thing) == _count(will, thing) for thing in things)
        sure = all(low == high for low, high in (_count(was, thing) for thing in things))
        return not (alike and sure and was.unrouted == will.unrouted)

    def difference(self, alert: Alert) -> Difference | None:
        """In all readings that are asked for; UNDECIDED where it is not the same in them."""
        was, will, same = (side.judge(alert) for side in (self.before, self.after, self.same))
        if was.anybody or will.anybody:
            return UNDECIDED
        found: dict[str, list[Thing]] = {}
        for thing in sorted(was.pages.keys() | will.pages.keys()):
            kinds = set(_kinds(_count(same, thing), _count(was, thing), _count(will, thing)))
            if len(kinds) > 1:
                return UNDECIDED
            for kind in filter(None, kinds):
                found.setdefault(kind, []).append(thing)
        if not found:
            return _unrouted(was, will, same)
        nobody = _both(will.nobody, same.nobody)
        if "lost" in found and nobody == "unknown":
            return UNDECIDED
        return Difference(
            _kind(found.keys()),
            tuple(found.get("lost", ())),
            tuple(found.get("gained", ())),
            tuple(found.get("doubled", ())),
            tuple(found.get("undoubled", ())),
            nobody="lost" in found and nobody == "yes",
        )


def _may_take(outcome: Outcome) -> bool:
    return any(verdict.answer == "unknown" for verdict in outcome.routes.values())


def _count(outcome: Outcome, thing: Thing) -> tuple[int, int]:
    """How many routes page it, at least and at most."""
    effect = outcome.pages.get(thing)
    if effect is None:
        return 0, len(outcome.anybody)
    sure = len(effect.routes)
    return sure, len(effect.via)


def _kinds(
    same: tuple[int, int], was: tuple[int, int], will: tuple[int, int]
) -> Iterator[Kind | None]:
    """What it may mean for one who is paged. More than two routes are no other than two."""
    for rest, old, new in product(*(range(low, min(high, low + 2) + 1) for low, high in
                                      (same, was, will))):  # fmt: skip
        before, after = rest + old, rest + new
        if before and not after:
            yield "lost"
        elif after and not before:
            yield "gained"
        elif before == 1 and after > 1:
            yield "doubled"
        elif before > 1 and after == 1:
            yield "undoubled"
        else:
            yield None


def _badness(difference: Difference) -> tuple[int, bool, str]:
    return KINDS.index(difference.kind), not difference.nobody, repr(difference)


def _kind(found: Collection[str]) -> Kind:
    if "lost" in found:
        return "moved" if "gained" in found else "lost"
    return next(kind for kind in KINDS if kind in found)


def _unrouted(was: Outcome, will: Outcome, same: Outcome) -> Difference | None:
    """Whether a route took the alert and none does, though nobody was paged."""
    before = _both(was.unrouted, same.unrouted)
    after = _both(will.unrouted, same.unrouted)
    if before == "yes" or after == "no":
        return None
    if before == "no" and after == "yes":
        return Difference("unrouted")
    return UNDECIDED


def _both(answer: Answer, other: Answer) -> Answer:
    if "no" in (answer, other):
        return "no"
    return "unknown" if "unknown" in (answer, other) else "yes"


def _values_of(alert: Alert, references: Iterable[str]) -> AlertValues:
    return tuple((reference, alert.value(reference)) for reference in references)


def _deciding(
    by_reading: Mapping[Reading, Difference | None], worst: Difference
) -> Iterator[tuple[Question, bool | None]]:
    """The questions whose answer alone turns the difference; all that differ, where none does."""
    if len({*by_reading.values()}) == 1:
        return
    undecided = [asked for asked in QUESTIONS if len({r.answer(asked) for r in by_reading}) > 1]
    turning = [asked for asked in undecided if _turns(asked, by_reading)]
    for question in turning or undecided:
        answers = {r.answer(question) for r, what in by_reading.items() if what == worst}
        yield question, answers.pop() if len(answers) == 1 else None


def _turns(question: Question, by_reading: Mapping[Reading, Difference | None]) -> bool:
    other: dict[Reading, Difference | None] = {}
    for reading, difference in by_reading.items():
        turned = replace(reading, **{question: True})
        if other.setdefault(turned, difference) != difference:
            return True
    return False


@dataclass(slots=True)
class _Row:
    count: int = 0
    values: Counter[AlertValues] = field(default_factory=Counter)
    others: int = 0
    newest: list[tuple[datetime, str]] = field(default_factory=list)

    def add(self, past: PastAlert, values: AlertValues | None) -> None:
        self.count += 1
        if values is None:
            self.others += 1
        elif values in self.values or len(self.values) < MOST_VALUES:
            self.values[values] += 1
        else:
            self.others += 1
        if past.url:
            self.newest = sorted([*self.newest, (past.created_at, past.url)])[-MOST_LINKS:]


@dataclass(slots=True)
class _Counted:
    rows: dict[tuple[str, Judged], _Row] = field(default_factory=dict)
    sources: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    redacted: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def see(self, past: PastAlert, *, deleted: bool) -> None:
        (self.deleted if deleted else self.sources)[past.source] += 1
        self.redacted += past.redacted and not deleted
        at = past.created_at
        self.first = at if self.first is None else min(self.first, at)
        self.last = at if self.last is None else max(self.last, at)

    def add(self, past: PastAlert, judged: Judged, values: AlertValues | None) -> None:
        self.rows.setdefault((past.source, judged), _Row()).add(past, values)

    def replayed(self) -> Replayed:
        made = [
            ReplayRow(
                source,
                judged,
                row.count,
                tuple(sorted(row.values.items(), key=lambda item: (-item[1], repr(item[0])))),
                row.others,
                tuple(url for _, url in reversed(row.newest)),
            )
            for (source, judged), row in self.rows.items()
        ]
        made.sort(key=_order)
        return Replayed(
            tuple(made), self.sources, self.deleted, self.redacted, self.first, self.last
        )


def _order(row: ReplayRow) -> tuple[object, ...]:
    difference = row.judged.difference
    place = KINDS.index(difference.kind)
    return (place, not row.judged.certain, -row.count, row.source, repr(difference))
