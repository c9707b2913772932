"""Steps of a pipeline, on values in pieces (facts 7.12 to 7.14)."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace

from reconciler.model import ConditionGroups
from reconciler.routing.proof.formula import FALSE, TRUE, Formula
from reconciler.routing.proof.values import (
    SEVERAL,
    UNREAD,
    Given,
    Mapped,
    Own,
    Piece,
    Table,
    Tests,
    Unclear,
    Value,
)
from reconciler.routing.world import Kind

MOST_CHOICES = 8
"""So many values a choice between several is taken apart for; with more it is not proven."""


@dataclass(frozen=True, slots=True)
class Pipelines:
    """`hold`: whether groups hold for an element, which is `input` in them."""

    tests: Tests
    hold: Callable[[ConditionGroups, Value], Formula]

    def navigate(self, value: Value, attribute: str) -> Value:
        """The attribute of the catalog entries that a value is."""
        read = self.tests.account.world.catalog.get(value.kind.type)
        kind = read.attributes.get(attribute, Kind()) if read else Kind()
        several = kind.array
        pieces: list[Piece] = []
        for piece in value.pieces:
            pieces += self._navigated(piece, value.kind, attribute)
        single = value.single and not several
        given = sum(isinstance(piece, Given) for piece in pieces) > 1
        alone = value.alone and not (several and given)
        return Value(
            replace(kind, array=kind.array or value.kind.array), tuple(pieces), alone, single
        )

    def _navigated(self, piece: Piece, kind: Kind, attribute: str) -> Iterator[Piece]:
        match piece:
            case Given(guard, entry):
                values = self._values(kind, entry, attribute)
                if values is None:
                    yield Unclear(guard, ("attribute", attribute, entry), UNREAD)
                else:
                    yield from (Given(guard, value) for value in values)
            case Own(guard, of):
                known = ((entry, (entry,)) for entry in self.tests.account.catalog(kind.type))
                rest = not self.tests.account.whole(kind.type)
                yield from self._tabled(guard, of, tuple(known), of, kind, attribute, rest)
            case Mapped(guard, of, table, path):
                yield from self._tabled(guard, of, table, path, kind, attribute, False)
            case Unclear(guard, question, why):
                yield Unclear(guard, ("attribute", attribute, question), why)

    def _tabled(
        self,
        guard: Formula,
        of: str,
        table: Table,
        path: str,
        kind: Kind,
        attribute: str,
        rest: bool,
    ) -> Iterator[Piece]:
        known: list[tuple[str, tuple[str, ...]]] = []
        unread: set[str] = set()
        for entry, those in table:
            found = [self._values(kind, name, attribute) for name in those]
            if None in found:
                unread.add(entry)
                continue
            texts = dict.fromkeys(text for values in found for text in values or ())
            known.append((entry, tuple(texts)))
        atoms = self.tests.atoms
        outside = atoms.among(of, frozenset(unread), rest=rest)
        inside = atoms.formulas.all((guard, -outside))
        hop = f'{path}.catalog_attribute["{attribute}"]' if path else ""
        if known:
            yield Mapped(inside, of, tuple(known), hop)
        if (unknown := atoms.formulas.all((guard, outside))) != FALSE:
            yield Unclear(unknown, ("attribute", attribute, of, hop), UNREAD)

    def _values(self, kind: Kind, entry: str, attribute: str) -> tuple[str, ...] | None:
        found = self.tests.account.catalog(kind.type).get(entry)
        if found is None or found.values is None:
            return None
        return found.values.get(attribute)

    def filter(self, value: Value, when: ConditionGroups, content: Hashable) -> Value:
        """The elements for which the groups hold."""
        pieces: list[Piece] = []
        for piece in value.pieces:
            pieces += self._filtered(piece, value.kind, when, content)
        alone = value.alone and (value.single or len(pieces) < 2)
        return Value(value.kind, tuple(pieces), alone, value.single)

    def _filtered(
        self, piece: Piece, kind: Kind, when: ConditionGroups, content: Hashable
    ) -> Iterator[Piece]:
        formulas = self.tests.atoms.formulas
        element = replace(kind, array=False)
        match piece:
            case Given(guard, text):
                holds = self.hold(when, Value(element, (Given(TRUE, text),)))
                yield Given(formulas.all((guard, holds)), text)
            case Own(guard, of) if kind.is_entry:
                known = tuple((entry, (entry,)) for entry in self.tests.account.catalog(kind.type))
                yield from self._sifted(guard, of, known, element, when)
                if not self.tests.account.whole(kind.type):
                    other = self.tests.atoms.among(of, frozenset(), rest=True)
                    yield Unclear(formulas.all((guard, other)), ("filter", content, of), UNREAD)
            case Own(guard, of) if not self.tests.account.kind(of).array:
                holds = self.hold(when, Value(element, (Own(TRUE, of),)))
                yield Own(formulas.all((guard, holds)), of)
            case Own(guard, of):
                there = formulas.all((guard, self.tests.atoms.present(of)))
                yield Unclear(there, ("filter", content, of), SEVERAL)
            case Mapped(guard, of, table, _):
                yield from self._sifted(guard, of, table, element, when)
            case Unclear(guard, question, why):
                yield Unclear(guard, ("filter", content, question), why)

    def _sifted(
        self, guard: Formula, of: str, table: Table, kind: Kind, when: ConditionGroups
    ) -> Iterator[Piece]:
        """A table for each formula under which some of the values stay."""
        formulas = self.tests.atoms.formulas
        holds = {
            text: self.hold(when, Value(kind, (Given(TRUE, text),)))
            for _, texts in table
            for text in texts
        }
        for formula in dict.fromkeys(holds.values()):
            if formula == FALSE:
                continue
            left = (
                (entry, tuple(text for text in texts if holds[text] == formula))
                for entry, texts in table
            )
            kept = tuple((entry, texts) for entry, texts in left if texts)
            there = self.tests.atoms.among(of, frozenset(entry for entry, _ in kept))
            yield Mapped(formulas.all((guard, formula, there)), of, kept)

    def count(self, value: Value, content: Hashable) -> Value:
        """How many values there are."""
        kind = Kind("Number")
        there = self.tests.present(value)
        if value.single:
            return Value(kind, (Given(there, "1"), Given(-there, "0")))
        return Value(kind, (Unclear(TRUE, ("count", content, value.pieces), SEVERAL),))

    def pick(self, value: Value, content: Hashable) -> Value:
        """One of the values. Of several, incident.io alone knows which."""
        kind = replace(value.kind, array=False)
        if value.single:
            return replace(value, kind=kind)
        formulas = self.tests.atoms.formulas
        there = {} if self._is_open(value) else self._each(value)
        question = ("pick", content, value.pieces)
        if not there:
            present = self.tests.present(value)
            return Value(kind, (Unclear(present, question, SEVERAL),))
        only = {
            text: formulas.all([here, *(-other for name, other in there.items() if name != text)])
            for text, here in there.items()
        }
        some = formulas.any(there.values())
        several = formulas.all([some, *(-formula for formula in only.values())])
        picked = (Given(guard, text) for text, guard in only.items())
        return Value(kind, (*picked, Unclear(several, question)))

    def _is_open(self, value: Value) -> bool:
        account = self.tests.account
        return any(
            isinstance(piece, Unclear)
            or (
                isinstance(piece, Own)
                and not (value.kind.is_entry and account.whole(value.kind.type))
            )
            for piece in value.pieces
        )

    def _each(self, value: Value) -> dict[str, Formula]:
        """Every value that there may be, with when it is there; empty where they are too many."""
        texts: set[str] = set()
        for piece in value.pieces:
            match piece:
                case Given(_, text):
                    texts.add(text)
                case Own():
                    texts.update(self.tests.account.catalog(value.kind.type))
                case Mapped(_, _, table, _):
                    texts.update(text for _, those in table for text in those)
        if len(texts) > MOST_CHOICES:
            return {}
        atoms = self.tests.atoms
        return {
            text: self.tests.some(
                value,
                lambda given, text=text: TRUE if given == text else FALSE,  # type: ignore[misc]
                lambda of, text=text: atoms.among(of, frozenset({text})),  # type: ignore[misc]
                "is",
            )
            for text in sorted(texts)
        }
