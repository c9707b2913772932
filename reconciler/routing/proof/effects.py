"""What a route does to an alert: who is paged, where it is posted, whether an incident starts."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from reconciler.model import Route, without_team
from reconciler.routing.proof.conditions import Conditions
from reconciler.routing.proof.expressions import RouteScope, scope_of
from reconciler.routing.proof.formula import FALSE, TRUE, Formula
from reconciler.routing.proof.values import (
    UNREAD,
    Given,
    Mapped,
    Own,
    Piece,
    Table,
    Unclear,
    Value,
)
from reconciler.routing.world import Kind

Sort = Literal["path", "user", "channel", "incident"]
MOST_NAMED = 12
"""So many things that an array may name are told apart; of more it is told as a whole."""


class Effect(NamedTuple):
    """`of`: a thing by its id (`how` "is"), whatever a reference of the alert names ("named"), or
    what nobody knows ("unclear").
    """

    sort: Sort
    how: Literal["is", "named", "unclear"]
    of: Hashable
    why: str = ""


OVERLAPS = "an attribute names who is paged, and others are paged by name"
INCIDENT = Effect("incident", "is", "")


@dataclass(slots=True)
class Deeds:
    """One route under one reading."""

    route: Route
    conditions: Conditions
    scope: RouteScope = field(init=False)
    _slots: list[tuple[Sort, Value, Formula]] | None = None
    _matches: dict[str, Formula] = field(default_factory=dict)
    _does: dict[tuple[Effect, str], Formula] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scope = scope_of(self.route, self.conditions)

    def takes(self, source: str) -> Formula:
        """Whether the route takes an alert of a source."""
        known = self._matches.get(source)
        if known is None:
            formulas = self.conditions.tests.atoms.formulas
            known = FALSE
            if self.route.enabled:
                known = formulas.any(
                    formulas.all((self.scope.hold(attached.when), self.scope.hold(self.route.when)))
                    for attached in self.route.sources
                    if attached.source == source
                )
            self._matches[source] = known
        return known

    def slots(self) -> list[tuple[Sort, Value, Formula]]:
        """What it does to the alerts that it takes, each with the formula of its own conditions."""
        if self._slots is None:
            self._slots = list(self._made_slots())
        return self._slots

    def _made_slots(self) -> Iterator[tuple[Sort, Value, Formula]]:
        for target in self.route.escalate.targets:
            yield target.kind, self.scope.bound(target.binding, Kind()), TRUE
        for place in self.route.notify:
            when = self.scope.hold(place.when)
            for channels in (place.slack, place.ms_teams):
                if channels is not None:
                    yield "channel", self.scope.bound(channels.channel, Kind()), when
        if self.route.incident is not None:
            nothing = Value(Kind(), (Given(TRUE, ""),))
            yield "incident", nothing, self.scope.hold(self.route.incident.when)

    def effects(self) -> Iterator[Effect]:
        """Everything that it may do under this reading."""
        for sort, value, _ in self.slots():
            for piece in value.pieces:
                yield from self._effects_of(sort, piece)

    def _effects_of(self, sort: Sort, piece: Piece) -> Iterator[Effect]:
        match piece:
            case Given(_, text):
                yield Effect(sort, "is", self.thing(sort, text))
            case Unclear(_, question, why):
                yield Effect(sort, "unclear", question, why)
            case Own(_, of):
                yield from self._named_by(sort, of, of, None)
            case Mapped(_, of, table, path):
                yield from self._named_by(sort, of, path, table)

    def _named_by(self, sort: Sort, of: str, path: str, table: Table | None) -> Iterator[Effect]:
        """As a whole, where the alert names one thing; otherwise each thing for itself."""
        account = self.conditions.tests.account
        kind = account.kind(of)
        single = not kind.array and (table is None or all(len(texts) < 2 for _, texts in table))
        if table is None and kind.is_entry and account.whole(kind.type):
            table = tuple((entry, (entry,)) for entry in account.catalog(kind.type))
        things = {self.thing(sort, text) for _, texts in table or () for text in texts}
        if path and (single or table is None or len(things) > MOST_NAMED):
            yield Effect(sort, "named", path)
        else:
            yield from (Effect(sort, "is", thing) for thing in sorted(things))

    def thing(self, sort: Sort, text: str) -> str:
        """A literal or a value of a catalog, as the one id that the thing has."""
        if sort == "incident":
            return ""
        if sort == "channel":
            return without_team(text)
        return self.conditions.tests.account.world.paged.get(text, text)

    def does(self, effect: Effect, source: str) -> Formula:
        """When the route has this effect on an alert of a source."""
        known = self._does.get((effect, source))
        if known is None:
            formulas = self.conditions.tests.atoms.formulas
            takes = self.takes(source)
            known = FALSE if takes == FALSE else formulas.all((takes, self._slot_does(effect)))
            self._does[effect, source] = known
        return known

    def _slot_does(self, effect: Effect) -> Formula:
        formulas = self.conditions.tests.atoms.formulas
        return formulas.any(
            formulas.all((when, piece.guard, self._is(piece, effect)))
            for sort, value, when in self.slots()
            if sort == effect.sort
            for piece in value.pieces
        )

    def someone(self, source: str) -> Formula:
        """When it pages anybody at all."""
        takes = self.takes(source)
        if takes == FALSE:
            return FALSE
        formulas, tests = self.conditions.tests.atoms.formulas, self.conditions.tests
        paging = (value for sort, value, _ in self.slots() if sort in ("path", "user"))
        return formulas.all((takes, formulas.any(tests.present(value) for value in paging)))

    def _is(self, piece: Piece, effect: Effect) -> Formula:
        """When a piece that is there is this thing."""
        tests = self.conditions.tests
        match effect.how, piece:
            case "unclear", Unclear(_, question, _):
                return TRUE if question == effect.of else FALSE
            case "unclear", _:
                return FALSE
            case _, Unclear():
                return tests.unclear(piece, ("names", effect))
            case "is", _:
                return self._names(piece, effect.sort, str(effect.of))
            case _, Own(_, of) if of == effect.of:
                return tests.atoms.present(of)
            case _, Mapped(_, of, table, path) if path == effect.of:
                there = frozenset(entry for entry, texts in table if texts)
                return tests.atoms.among(of, there)
            case _, _:
                return self._overlap(piece, effect)

    def _names(self, piece: Piece, sort: Sort, thing: str) -> Formula:
        tests = self.conditions.tests
        match piece:
            case Given(_, text):
                return TRUE if self.thing(sort, text) == thing else FALSE
            case Mapped(_, of, table, _):
                named = (
                    e for e, texts in table if any(self.thing(sort, t) == thing for t in texts)
                )
                return tests.atoms.among(of, frozenset(named))
            case Own(_, of):
                return self._own_names(of, sort, thing)
            case Unclear():
                return tests.unclear(piece, ("names", sort, thing))

    def _own_names(self, of: str, sort: Sort, thing: str) -> Formula:
        tests = self.conditions.tests
        atoms, account = tests.atoms, tests.account
        kind = account.kind(of)
        if not kind.is_entry:
            paged = account.world.paged if sort in ("path", "user") else {}
            spelled = [thing, *(text for text, stands in paged.items() if stands == thing)]
            return atoms.formulas.any(atoms.equals(of, text, case=True) for text in spelled)
        named = {entry for entry in account.catalog(kind.type) if self.thing(sort, entry) == thing}
        found = atoms.among(of, frozenset(named))
        if account.whole(kind.type):
            return found
        other = atoms.among(of, frozenset(), rest=True)
        unread = atoms.beyond(UNREAD, ("names", sort, thing, of))
        return atoms.formulas.any((found, atoms.formulas.all((other, unread))))

    def _overlap(self, piece: Piece, effect: Effect) -> Formula:
        """When a piece is what another reference names. Of what may name several things at once,
        that is not proven.
        """
        tests = self.conditions.tests
        root = str(effect.of).partition(".catalog_attribute")[0]
        named = self._named(effect)
        several = tests.account.kind(root).array or any(
            len(things) > 1 for things in named.values()
        )
        if not named or several:
            return tests.atoms.beyond(OVERLAPS, (effect, replace(piece, guard=TRUE)))
        by_thing: dict[str, set[str]] = {}
        for entry, things in named.items():
            for thing in things:
                by_thing.setdefault(thing, set()).add(entry)
        if isinstance(piece, Given):
            by_thing = {
                name: those
                for name, those in by_thing.items()
                if name == self.thing(effect.sort, piece.text)
            }
        return tests.atoms.formulas.any(
            tests.atoms.formulas.all(
                (
                    tests.atoms.among(root, frozenset(those)),
                    self._names(piece, effect.sort, thing),
                )
            )
            for thing, those in by_thing.items()
        )

    def _named(self, effect: Effect) -> dict[str, tuple[str, ...]]:
        """Things by the entry that stands for them, for a reference as a target."""
        found: dict[str, tuple[str, ...]] = {}
        value = self.scope.value(str(effect.of))
        for piece in value.pieces:
            match piece:
                case Own() if value.kind.is_entry:
                    entries = self.conditions.tests.account.catalog(value.kind.type)
                    found |= {entry: (self.thing(effect.sort, entry),) for entry in entries}
                case Mapped(_, _, table, _):
                    found |= {
                        entry: tuple(dict.fromkeys(self.thing(effect.sort, t) for t in texts))
                        for entry, texts in table
                    }
                case _:
                    pass
        return found
