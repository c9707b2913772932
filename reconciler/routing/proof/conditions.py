"""Conditions as formulas, under one reading (facts 7.3 to 7.9)."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Protocol

from reconciler.model import (
    Condition,
    ConditionGroups,
    Literal,
    canonical_condition,
)
from reconciler.routing.proof.formula import FALSE, TRUE, Formula
from reconciler.routing.proof.values import UNREAD, Tests, Value
from reconciler.routing.reading import Reading
from reconciler.routing.text import fold
from reconciler.routing.world import Kind


class Scope(Protocol):
    """Where references stand for something."""

    def value(self, reference: str) -> Value:
        """What a reference stands for."""

    def question(self, condition: Condition) -> Hashable:
        """Operation and operands by content: two that are equal ask the same."""


class Conditions:
    """Makes formulas of conditions under one reading."""

    def __init__(self, tests: Tests, reading: Reading) -> None:
        self.tests = tests
        self.reading = reading
        self._formulas = tests.atoms.formulas

    def hold(self, groups: ConditionGroups, scope: Scope) -> Formula:
        """One group must hold; no groups always do. An empty group is a question of its own."""
        if not groups:
            return TRUE
        return self._formulas.any(
            self._formulas.all(self.holds(condition, scope) for condition in group)
            if group
            else (TRUE if self.reading.empty_group else FALSE)
            for group in groups
        )

    def holds(self, condition: Condition, scope: Scope) -> Formula:
        """One condition, by the stored name of its operation for a subject of this type."""
        value = scope.value(condition.subject)
        kind = value.kind
        if condition.subject_type:
            kind = Kind(condition.subject_type, kind.array)
        plain = canonical_condition(replace(condition, subject_type=kind.type))
        operation, params = plain.operation, plain.params
        if operation in ("is_set", "is_not_set") and not params:
            there = self._is_set(value, kind)
            return there if operation == "is_set" else -there
        if len(params) == 1:
            literals = [
                literal.text for literal in params[0].values if isinstance(literal, Literal)
            ]
            if len(literals) == len(params[0].values):
                formula = self._interpreted(value, kind, operation, literals)
                if formula is not None:
                    return formula
        return self.tests.asked(value, scope.question(plain))

    def _is_set(self, value: Value, kind: Kind) -> Formula:
        if self.reading.empty_text_is_set:
            return self.tests.present(value)
        atoms = self.tests.atoms
        own = atoms.present if kind.is_entry else atoms.filled
        return self.tests.some(value, lambda text: TRUE if text else FALSE, own, "filled")

    def _interpreted(
        self, value: Value, kind: Kind, operation: str, literals: list[str]
    ) -> Formula | None:
        if kind.is_entry:
            if operation in ("one_of", "contains_one_of"):
                return self._one_of(value, kind, literals)
            if operation == "name_contains" and len(literals) == 1:
                return self._name_contains(value, kind, literals[0])
            return None
        if kind.type and not kind.is_text:
            return None
        if operation == "contains_one_of":
            whole = self.reading.text_one_of
            return self._formulas.any(
                self._text(value, literal, whole=whole) for literal in literals
            )
        if operation == "contains" and len(literals) == 1 and kind.type:
            return self._text(value, literals[0], whole=False)
        return None

    def _text(self, value: Value, operand: str, *, whole: bool) -> Formula:
        """The text is the operand, or has it as a part."""
        case, atoms = self.reading.text_case, self.tests.atoms
        wanted = operand if case else fold(operand)

        def literal(text: str) -> Formula:
            found = text if case else fold(text)
            return TRUE if (wanted == found if whole else wanted in found) else FALSE

        def own(of: str) -> Formula:
            make = atoms.equals if whole else atoms.has
            return make(of, operand, case=case)

        return self.tests.some(value, literal, own, ("text", whole, wanted))

    def _one_of(self, value: Value, kind: Kind, literals: list[str]) -> Formula:
        """By id. A literal that means no known entry may mean any, by its external id."""
        atoms, account = self.tests.atoms, self.tests.account
        found = {text: account.resolved(kind.type, text) for text in literals}
        wanted = frozenset().union(*found.values())
        open_ = sorted(text for text, entries in found.items() if not entries)
        wanted |= frozenset(open_)

        def literal(entry: str) -> Formula:
            if entry in wanted:
                return TRUE
            asked = (atoms.asks(("entry", kind.type, text), ("text", entry)) for text in open_)
            return self._formulas.any(asked)

        def own(of: str) -> Formula:
            asked = (atoms.asks(("entry", kind.type, text), ("value", of)) for text in open_)
            present = atoms.present(of)
            unsure = (self._formulas.all((present, formula)) for formula in asked)
            return self._formulas.any([atoms.among(of, wanted), *unsure])

        return self.tests.some(value, literal, own, ("entries", kind.type, wanted))

    def _name_contains(self, value: Value, kind: Kind, part: str) -> Formula:
        atoms, account = self.tests.atoms, self.tests.account
        case = self.reading.text_case
        entries = account.catalog(kind.type)
        wanted = part if case else fold(part)
        named = {
            entry.id
            for entry in entries.values()
            if wanted in (entry.name if case else fold(entry.name))
        }

        def unread(about: Hashable) -> Formula:
            return atoms.beyond(UNREAD, ("name", kind.type, case, wanted, about))

        def literal(entry: str) -> Formula:
            if entry not in entries:
                return unread(entry)
            return TRUE if entry in named else FALSE

        def own(of: str) -> Formula:
            found = atoms.among(of, frozenset(named))
            if account.whole(kind.type):
                return found
            other = atoms.among(of, frozenset(), rest=True)
            return self._formulas.any((found, self._formulas.all((other, unread(of)))))

        return self.tests.some(value, literal, own, ("name", kind.type, wanted))
