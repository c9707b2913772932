"""What routes leave open, proven for every alert: which none takes, which page nobody, which page
twice; routes that never match, conditions that decide nothing.

By the formulas and the solver of `proof`. What cannot be proven is unknown, with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.model import Route, canonical
from reconciler.routing.compare import Limits
from reconciler.routing.gaps import KINDS, Accepted, Cover, Gap, Idle, Kind, Never, Unknown
from reconciler.routing.proof.answer import region_of
from reconciler.routing.proof.atoms import Atoms
from reconciler.routing.proof.changes import Group, Vector
from reconciler.routing.proof.conditions import Conditions
from reconciler.routing.proof.effects import Deeds, Effect
from reconciler.routing.proof.formula import FALSE, Formula, Formulas
from reconciler.routing.proof.rows import Found, Scope, Search, TooManyRowsError
from reconciler.routing.proof.solver import OverBudgetError
from reconciler.routing.proof.values import Account, Tests
from reconciler.routing.proof.words import of_atoms, of_changed
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
from reconciler.routing.variants import Variant, variants
from reconciler.routing.who import Region, Row, Thing, Unproven
from reconciler.routing.world import World


def cover(
    routes: Mapping[str, Route],
    world: World,
    assumed: Sequence[Assumed] = (),
    accepted: Sequence[Accepted] = (),
    limits: Limits | None = None,
    only: Iterable[str] = (),
    tell: Tell = silent,
) -> Cover:
    """Of all sources of the account and of the routes, or `only` these. Routes have ids."""
    made = {key: canonical(route) for key, route in routes.items()}
    enabled = {key: route for key, route in made.items() if route.enabled}
    attached = {place.source for route in enabled.values() for place in route.sources}
    sources = [
        source for source in sorted({*world.sources, *attached}) if not only or source in set(only)
    ]
    proof = _Proof(enabled, world, tuple(assumed), accepted, limits or Limits())
    places = {key: _variants(routes[key]) for key in enabled}
    found = []
    judged = [source for source in sources if source in attached]
    for done, source in enumerate(judged):
        tell(done, len(judged))
        found.append(proof.of(source, places))
    used = {place for of_source in found for place in of_source.used}
    used |= {place for place, gap in enumerate(accepted) if not proof.speaks_of(gap, sources)}
    return Cover(
        gaps=_merged(gap for of_source in found for gap in of_source.gaps),
        unattached=tuple(source for source in sources if source not in attached),
        never=tuple(_never(made, found, attached if not only else set(sources) & attached)),
        idle=tuple(_idle(found, enabled, places)),
        unknown=tuple(dict.fromkeys(unknown for part in found for unknown in part.unknown)),
        undecided=tuple(sorted({key for part in found for key in part.undecided})),
        closed=tuple(place for place in range(len(accepted)) if place not in used),
        sources=tuple(sources),
        assumed=proof.pinned,
    )


def _never(
    routes: Mapping[str, Route], found: Sequence["_OfSource"], attached: set[str]
) -> Iterator[Never]:
    """A disabled route matches nothing on purpose, and says so."""
    for key, route in routes.items():
        own = list(dict.fromkeys(place.source for place in route.sources))
        if not route.enabled:
            continue
        dead = [of_source.source for of_source in found if key in of_source.never]
        if dead or not own:
            own_attached = [source for source in own if source in attached]
            yield Never(key, tuple(dead), len(dead) == len(own_attached))


def _variants(route: Route) -> list[Variant]:
    """As the file has its conditions; the variants in canonical form."""
    return [
        replace(variant, always=canonical(variant.always), never=canonical(variant.never))
        for variant in variants(route)
    ]


def _idle(
    found: Sequence["_OfSource"],
    routes: Mapping[str, Route],
    places: Mapping[str, Sequence[Variant]],
) -> Iterator[Idle]:
    """A condition of the whole route has to be idle for each of its sources."""
    for key, route in routes.items():
        own = {place.source for place in route.sources}
        parts = [of_source for of_source in found if of_source.source in own]
        if (
            not parts
            or len(parts) < len(own)
            or any(key in of_source.undecided for of_source in parts)
        ):
            continue
        if any(key in of_source.never for of_source in parts):
            continue  # nothing of it decides anything
        for number, variant in enumerate(places[key]):
            alone = all((key, number, False) in of_source.idle for of_source in parts)
            group = all((key, number, True) in of_source.idle for of_source in parts)
            if alone or group:
                yield Idle(key, variant.path, variant.condition, not alone)


def _merged(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Gaps of several sources that say the same, as one."""
    found: dict[str, Gap] = {}
    for gap in gaps:
        row = gap.row
        bare = repr((gap.kind, row.region.when, row.depends_on, row.doubled, row.caused_by))
        known = found.get(bare)
        if known is not None:
            sources = (*known.row.region.sources, *row.region.sources)
            region = replace(known.row.region, sources=sources)
            gap = replace(known, row=replace(known.row, region=region))
        found[bare] = gap
    return tuple(sorted(found.values(), key=lambda gap: KINDS.index(gap.kind)))


@dataclass(slots=True)
class _OfSource:
    """What was found for the alerts of one source. `idle`: route, place of the condition among the
    route's variants, and whether its whole group is meant.
    """

    source: str
    gaps: list[Gap] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    never: set[str] = field(default_factory=set)
    idle: set[tuple[str, int, bool]] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)


class _Proof:
    """What all sources share."""

    def __init__(
        self,
        routes: Mapping[str, Route],
        world: World,
        assumed: tuple[Assumed, ...],
        accepted: Sequence[Accepted],
        limits: Limits,
    ) -> None:
        self.routes, self._accepted, self._limits = routes, accepted, limits
        self._formulas = Formulas()
        self._account = Account(world, {})
        self._tests = Tests(Atoms(self._formulas), self._account)
        regions = [side for each in accepted for side in (each.inside, each.outside) if side]
        open_: set[Question] = set()
        for route in (*routes.values(), *regions):
            open_ |= questions_of(route)
        self.pinned = cited(assumed, open_)
        by_answers: dict[tuple[bool, ...], Reading] = {}
        for reading in admissible(assumed):
            answers = tuple(reading.answer(question) for question in QUESTIONS if question in open_)
            by_answers.setdefault(answers, reading)
        self._readings = list(by_answers.values())
        self._questions = [
            question
            for question in QUESTIONS
            if len({r.answer(question) for r in self._readings}) > 1
        ]
        self._deeds: dict[int, tuple[list[Deeds], Route]] = {}

    def deeds(self, route: Route) -> list[Deeds]:
        """A route under each reading."""
        if id(route) not in self._deeds:
            made = [Deeds(route, Conditions(self._tests, reading)) for reading in self._readings]
            self._deeds[id(route)] = (made, route)
        return self._deeds[id(route)][0]

    def speaks_of(self, accepted: Accepted, sources: Sequence[str]) -> bool:
        """Whether what is accepted is about one of these sources."""
        return any(place.source in sources for place in accepted.inside.sources)

    def of(self, source: str, places: Mapping[str, Sequence[Variant]]) -> _OfSource:
        """Everything about the alerts of a source that a route has."""
        found = _OfSource(source)
        own = {
            key: route
            for key, route in self.routes.items()
            if source in {place.source for place in route.sources}
        }
        for kind, groups in self._gaps(source, own).items():
            self._searched(kind, groups, own, found)
        self._decided(own, places, found)
        return found

    def _takes(self, own: Mapping[str, Route], source: str) -> list[list[Formula]]:
        """For each reading, when each route takes an alert."""
        every = [self.deeds(route) for route in own.values()]
        return [[deeds[at].takes(source) for deeds in every] for at in range(len(self._readings))]

    def _gaps(self, source: str, own: Mapping[str, Route]) -> dict[Kind, list[Group]]:
        formulas, every = self._formulas, [self.deeds(route) for route in own.values()]
        readings = range(len(self._readings))
        taken = [formulas.any(takes) for takes in self._takes(own, source)]
        someone = [formulas.any(deeds[at].someone(source) for deeds in every) for at in readings]
        dropped = tuple(-formula for formula in taken)
        silent = tuple(
            formulas.all((formula, -other)) for formula, other in zip(taken, someone, strict=True)
        )
        twice: dict[Vector, Group] = {}
        things = (done for deeds in every for at in readings for done in deeds[at].effects())
        for effect in dict.fromkeys(things):
            if effect.sort in ("path", "user"):
                vector = tuple(self._two(every, effect, source, at) for at in readings)
                group = twice.setdefault(vector, Group("twice", vector))
                group.effects["doubled", effect] = None
        return {
            "dropped": [Group("channels", dropped)],
            "pages-nobody": [Group("channels", silent)],
            "pages-twice": [
                group
                for vector, group in twice.items()
                if any(formula != FALSE for formula in vector)
            ],
        }

    def _two(
        self, every: Sequence[Sequence[Deeds]], effect: Effect, source: str, reading: int
    ) -> Formula:
        """Whether two routes or more have the effect."""
        once, twice = FALSE, FALSE
        for deeds in every:
            does = deeds[reading].does(effect, source)
            twice = self._formulas.any((twice, self._formulas.all((once, does))))
            once = self._formulas.any((once, does))
        return twice

    def _region(self, accepted: Accepted, source: str) -> Vector:
        inside = self.deeds(accepted.inside)
        outside = self.deeds(accepted.outside) if accepted.outside else None
        return tuple(
            self._formulas.all(
                (inside[at].takes(source), *((-outside[at].takes(source),) if outside else ()))
            )
            for at in range(len(self._readings))
        )

    def _searched(
        self, kind: Kind, groups: Sequence[Group], own: Mapping[str, Route], found: _OfSource
    ) -> None:
        """The rows of one kind, without what is accepted."""
        source = found.source
        regions = {
            place: self._region(accepted, source)
            for place, accepted in enumerate(self._accepted)
            if accepted.kind == kind and self.speaks_of(accepted, [source])
        }
        left = [self._without(group, list(regions.values())) for group in groups]
        search, scope = self._search(own, source, left, groups, list(regions.values()))
        why = ""
        try:
            for place, region in regions.items():
                if self._meets(search, groups, region):
                    found.used.add(place)
            search.run()
        except OverBudgetError:
            why = f"the proof takes more than {self._limits.conflicts} steps"
        except TooManyRowsError:
            why = f"there are more than {self._limits.rows} kinds of such alerts"
        finally:
            search.solver.close()
        if why:
            found.used |= regions.keys()
            found.unknown.append(Unknown(kind, Unproven(Region((source,)), why)))
            return
        for gap in search.found:
            self._add_gap(kind, gap, scope, own, found)

    def _without(self, group: Group, regions: Sequence[Vector]) -> Group:
        vector = tuple(
            self._formulas.all((formula, *(-region[at] for region in regions)))
            for at, formula in enumerate(group.vector)
        )
        return replace(group, vector=vector)

    def _meets(self, search: Search, groups: Sequence[Group], region: Vector) -> bool:
        return any(
            search.anything(self._formulas.all((formula, region[at])))
            for group in groups
            for at, formula in enumerate(group.vector)
        )

    def _regions_of(self, source: str) -> Iterator[Route]:
        """What is accepted of a source has words, too: the rest is told by them."""
        for accepted in self._accepted:
            if self.speaks_of(accepted, [source]):
                yield from (route for route in (accepted.inside, accepted.outside) if route)

    def _search(
        self,
        own: Mapping[str, Route],
        source: str,
        groups: Sequence[Group],
        besides: Sequence[Group] = (),
        more: Sequence[Vector] = (),
    ) -> tuple[Search, Scope]:
        """For `groups`. Their formulas, those of `besides` and of `more` can be asked for."""
        routes = [*own.values(), *self._regions_of(source)]
        sayings = [word for route in routes for word in of_changed([self.deeds(route)], source)]
        vectors = [group.vector for group in (*groups, *besides)] + list(more)
        cone = self._formulas.cone([formula for vector in vectors for formula in vector])
        atoms = [formula for formula in cone if self._formulas.parts(formula) is None]
        plain = of_atoms(self._formulas, atoms, len(self._readings))
        scope = Scope(source, groups, [*sayings, *plain], self._readings, (), self._questions)
        limits = self._limits
        search = Search(self._formulas, self._account, scope, limits.conflicts, limits.rows)
        return search, scope

    def _add_gap(
        self, kind: Kind, gap: Found, scope: Scope, own: Mapping[str, Route], found: _OfSource
    ) -> None:
        region = region_of(scope, gap)
        if gap.why or gap.witness is None:
            found.unknown.append(Unknown(kind, Unproven(region, gap.why)))
            return
        at = gap.readings[0]
        takes = tuple(
            key
            for key, route in own.items()
            if self._formulas.value(self.deeds(route)[at].takes(found.source), gap.model)
        )
        effects = [effect for group in gap.groups for _, effect in group.effects]
        things: tuple[Thing, ...] = tuple(
            (effect.sort, str(effect.of)) for effect in effects if effect.sort in ("path", "user")
        )
        row = Row(
            region,
            gap.witness,
            certain=not gap.depends_on,
            doubled=things,
            depends_on=gap.depends_on,
            caused_by=takes,
        )
        found.gaps.append(Gap(kind, row))

    def _decided(
        self, own: Mapping[str, Route], places: Mapping[str, Sequence[Variant]], found: _OfSource
    ) -> None:
        """Routes that take nothing, and conditions that decide nothing."""
        for key, route in own.items():
            takes = tuple(deeds.takes(found.source) for deeds in self.deeds(route))
            differs = {
                (key, number, group): self._differs(route, other, found.source)
                for number, variant in enumerate(places[key])
                for group, other in ((False, variant.always), (True, variant.never))
            }
            # No row is said of them, so the words of the other routes are not needed.
            search, _ = self._search({}, found.source, [], more=[takes, *differs.values()])
            try:
                if not any(map(search.anything, takes)):
                    found.never.add(key)
                for which, vector in differs.items():
                    if not any(map(search.anything, vector)):
                        found.idle.add(which)
            except OverBudgetError:
                found.undecided.add(key)
            finally:
                search.solver.close()

    def _differs(self, route: Route, other: Route, source: str) -> Vector:
        """When they do something else to an alert."""
        formulas = self._formulas
        here, there = self.deeds(route), self.deeds(other)
        effects = dict.fromkeys(effect for deeds in (*here, *there) for effect in deeds.effects())

        def unlike(formula: Formula, other: Formula) -> Formula:
            return formulas.any((formulas.all((formula, -other)), formulas.all((-formula, other))))

        return tuple(
            formulas.any(
                (
                    unlike(deeds.takes(source), others.takes(source)),
                    *(unlike(deeds.does(e, source), others.does(e, source)) for e in effects),
                )
            )
            for deeds, others in zip(here, there, strict=True)
        )
