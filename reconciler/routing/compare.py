"""Who is paged differently: two sets of routes compared over all alerts.

Complete: every alert that is routed differently under some admissible reading is in a row, or in a
region of `unknown`. Exact: no row says what does not happen. See ADR 0032 for the method.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model import Route, canonical, canonical_pair
from reconciler.routing.proof.answer import Answer, merged, widest
from reconciler.routing.proof.atoms import Atoms
from reconciler.routing.proof.changes import Side, groups_of
from reconciler.routing.proof.conditions import Conditions
from reconciler.routing.proof.contents import judged
from reconciler.routing.proof.effects import Deeds, Effect
from reconciler.routing.proof.formula import Formula, Formulas
from reconciler.routing.proof.rows import Found, Scope, Search, TooManyRowsError
from reconciler.routing.proof.solver import OverBudgetError
from reconciler.routing.proof.values import Account, Tests
from reconciler.routing.proof.words import Saying, of_atoms, of_changed, of_unchanged, of_whole
from reconciler.routing.reading import (
    QUESTIONS,
    Assumed,
    Question,
    Reading,
    admissible,
    cited,
    questions_of,
)
from reconciler.routing.telling import Tell, silent
from reconciler.routing.who import Region, Row, Unproven, Who
from reconciler.routing.world import World

Routes = Mapping[str, Route]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one source and aspect: how many rows, and how many conflicts of the solver. Both are
    counted, so that the same routes always have the same answer.
    """

    rows: int = 40
    conflicts: int = 200_000


def compare(
    before: Routes,
    after: Routes,
    world: World,
    assumed: Sequence[Assumed] = (),
    limits: Limits | None = None,
    tell: Tell = silent,
) -> Who:
    """Keys are the identity of a route: its id, or its file's name. Routes have ids, not names."""
    limits = limits or Limits()
    old, new = _canonical(before, after)
    changed = [key for key in sorted({*old, *new}) if _judged(old, key) != _judged(new, key)]
    versions = [side[key] for key in changed for side in (old, new) if key in side]
    sources = sorted({place.source for route in versions for place in route.sources})
    if not sources:
        return Who()
    return _Comparison(old, new, changed, world, tuple(assumed), limits).answer(sources, tell)


def _canonical(before: Routes, after: Routes) -> tuple[dict[str, Route], dict[str, Route]]:
    old, new = {}, {}
    for key in sorted({*before, *after}):
        if key not in after:
            old[key] = canonical(before[key])
        elif key not in before:
            new[key] = canonical(after[key])
        elif before[key] is after[key]:
            old[key] = new[key] = canonical(before[key])
        else:
            old[key], new[key] = canonical_pair(before[key], after[key])
    return old, new


def _judged(routes: Routes, key: str) -> object:
    return judged(routes[key]) if key in routes else None


class _Comparison:
    """What all sources of one comparison share."""

    def __init__(
        self,
        before: Routes,
        after: Routes,
        changed: Sequence[str],
        world: World,
        assumed: tuple[Assumed, ...],
        limits: Limits,
    ) -> None:
        self._routes = (before, after)
        self._changed, self._assumed, self._limits = changed, assumed, limits
        self._formulas = Formulas()
        self._account = Account(world)
        atoms = Atoms(self._formulas, self._account.all_of)
        self._tests = Tests(atoms, self._account)
        self._deeds: dict[tuple[int, str], list[Deeds]] = {}
        self._by_source: dict[str, list[str]] = {}
        for key, route in after.items():
            for place in {place.source: None for place in route.sources}:
                self._by_source.setdefault(place, []).append(key)

    def answer(self, sources: Sequence[str], tell: Tell) -> Who:
        """Rows and regions of all sources, those that say the same joined."""
        self._readings = self._distinct(sources)
        rows: list[Row] = []
        unknown: list[Unproven] = []
        for done, source in enumerate(sources):
            tell(done, len(sources))
            for scope in self._scopes(source):
                found = self._searched(scope)
                rows += found.rows
                unknown += found.unknown
        pinned = cited(self._assumed, self._open)
        return Who(merged(rows), widest(unknown), pinned, tuple(sources))

    def _distinct(self, sources: Sequence[str]) -> list[Reading]:
        """One reading for each set of answers that matters to the routes of these sources."""
        self._open: set[Question] = set()
        keys = {key for source in sources for key in self._by_source.get(source, ())}
        for side in self._routes:
            for key in keys | set(self._changed):
                if key in side:
                    self._open |= questions_of(side[key])
        found: dict[tuple[bool, ...], Reading] = {}
        for reading in admissible(self._assumed):
            answers = tuple(
                reading.answer(question) for question in QUESTIONS if question in self._open
            )
            found.setdefault(answers, reading)
        return list(found.values())

    def _versions(self, side: int, key: str) -> list[Deeds]:
        """A route under each reading. One that did not change is the same on both sides."""
        if key not in self._changed:
            side = 1
        known = self._deeds.get((side, key))
        if known is None:
            route = self._routes[side][key]
            known = [Deeds(route, Conditions(self._tests, reading)) for reading in self._readings]
            self._deeds[side, key] = known
        return known

    def _scopes(self, source: str) -> Iterator[Scope]:
        changed = [
            [
                self._versions(side, key)
                for side in (0, 1)
                if key in self._routes[side] and _has(self._routes[side][key], source)
            ]
            for key in self._changed
        ]
        changed = [sides for sides in changed if sides]
        effects = list(
            dict.fromkeys(
                effect
                for sides in changed
                for deeds in sides
                for deed in deeds
                for effect in deed.effects()
            )
        )
        unchanged = [
            key
            for key in self._by_source.get(source, ())
            if key not in self._changed and self._touches(key, effects)
        ]
        sides = (self._side(0, unchanged), self._side(1, unchanged))
        groups = groups_of(self._formulas, sides, effects, source, len(self._readings))
        if not groups:
            return
        sayings = [word for versions in changed for word in of_changed(versions, source)]
        sayings += [of_unchanged(self._versions(1, key), source) for key in unchanged]
        wholes = [word for key in self._changed for word in self._whole(key, source)]
        someone = self._someone(source)
        for aspect in dict.fromkeys(group.aspect for group in groups):
            those = [group for group in groups if group.aspect == aspect]
            roots = [formula for group in those for formula in group.vector]
            cone = self._formulas.cone(roots)
            atoms = [formula for formula in cone if self._formulas.parts(formula) is None]
            plain = of_atoms(self._formulas, atoms, len(self._readings))
            yield Scope(
                source,
                those,
                [*sayings, *plain],
                self._readings,
                someone if aspect == "pages" else (),
                [
                    question
                    for question in QUESTIONS
                    if len({r.answer(question) for r in self._readings}) > 1
                ],
                wholes,
            )

    def _side(self, side: int, unchanged: Iterable[str]) -> Side:
        keys = [*(key for key in self._changed if key in self._routes[side]), *unchanged]
        return Side({key: self._versions(side, key) for key in keys})

    def _whole(self, key: str, source: str) -> Iterator[Saying]:
        before, after = (
            self._versions(side, key)
            if key in self._routes[side] and _has(self._routes[side][key], source)
            else []
            for side in (0, 1)
        )
        return of_whole(before, after, source)

    def _touches(self, key: str, effects: Sequence[Effect]) -> bool:
        """Whether an unchanged route may have one of the effects, under any reading: a reading may
        rule out a case of an expression.
        """
        wanted = set(effects)
        named = {effect.sort for effect in effects if effect.how != "is"}
        sorts = {effect.sort for effect in effects}
        for effect in (touched for deeds in self._versions(1, key) for touched in deeds.effects()):
            if effect in wanted or effect.sort in named:
                return True
            if effect.how != "is" and effect.sort in sorts:
                return True
        return False

    def _someone(self, source: str) -> tuple[Formula, ...]:
        """Whether anybody at all is paged after, by any route."""
        keys = [
            key for key in self._by_source.get(source, ()) if self._routes[1][key].escalate.targets
        ]
        return tuple(
            self._formulas.any(self._versions(1, key)[at].someone(source) for key in keys)
            for at in range(len(self._readings))
        )

    def _searched(self, scope: Scope) -> Answer:
        """In words of conditions; where these make too many rows, in words of whole routes."""
        sides = tuple(
            {key: self._versions(side, key) for key in self._changed if key in self._routes[side]}
            for side in (0, 1)
        )
        whole = replace(scope, sayings=(*scope.sayings, *scope.wholes))
        why = ""
        for searched in (scope, whole):
            try:
                return Answer.of(searched, self._found(searched), sides, self._formulas)
            except OverBudgetError:
                why = f"the proof takes more than {self._limits.conflicts} steps"
                break
            except TooManyRowsError:
                why = f"more than {self._limits.rows} kinds of alerts are routed differently"
        return Answer(unknown=(Unproven(Region((scope.source,)), why),))

    def _found(self, scope: Scope) -> list[Found]:
        limits = self._limits
        search = Search(self._formulas, self._account, scope, limits.conflicts, limits.rows)
        try:
            return search.run()
        finally:
            search.solver.close()


def _has(route: Route, source: str) -> bool:
    return any(place.source == source for place in route.sources)
