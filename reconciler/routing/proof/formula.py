"""Formulas: booleans over atoms, each kept once, so that equal ones are the same number.

A formula is a whole number: TRUE, FALSE, an atom, a conjunction, or the negation (`-f`) of one.
"""

from collections.abc import Hashable, Iterable, Mapping

Formula = int
TRUE: Formula = 1
FALSE: Formula = -1


class Formulas:
    """All formulas of one comparison."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Formula] = {}
        self._nodes: list[Hashable] = [None, True]  # by number; conjunctions are frozensets

    def atom(self, test: Hashable) -> Formula:
        """A test that is taken as a whole."""
        return self._node(("atom", type(test), test), test)

    def _node(self, key: Hashable, node: Hashable) -> Formula:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = len(self._nodes)
            self._nodes.append(node)
        return known

    def all(self, parts: Iterable[Formula]) -> Formula:
        """The conjunction: flat, without repetition."""
        flat: set[Formula] = set()
        for part in parts:
            if part == FALSE:
                return FALSE
            inside = self.parts(part) if part > 0 else None
            flat.update(inside) if inside is not None else flat.add(part)
        flat.discard(TRUE)
        if any(-part in flat for part in flat):
            return FALSE
        if len(flat) < 2:
            return flat.pop() if flat else TRUE
        whole = frozenset(flat)
        return self._node(("all", whole), whole)

    def any(self, parts: Iterable[Formula]) -> Formula:
        """The disjunction."""
        return -self.all(-part for part in parts)

    def parts(self, formula: Formula) -> frozenset[Formula] | None:
        """What a conjunction is made of; None for an atom. The sign does not count."""
        node = self._nodes[abs(formula)]
        return node if isinstance(node, frozenset) else None

    def test(self, formula: Formula) -> Hashable:
        """The test of an atom."""
        return self._nodes[abs(formula)]

    def cone(self, roots: Iterable[Formula]) -> list[Formula]:
        """Every atom and conjunction that these are made of, in ascending order."""
        found: set[Formula] = set()
        waiting = [abs(root) for root in roots]
        while waiting:
            formula = waiting.pop()
            if formula == TRUE or formula in found:
                continue
            found.add(formula)
            waiting += [abs(part) for part in self.parts(formula) or ()]
        return sorted(found)

    def value(self, formula: Formula, atoms: Mapping[Formula, bool]) -> bool:
        """Its truth, by that of its atoms; what is not among them is false."""
        truths = {TRUE: True}
        for member in self.cone([formula]):
            parts = self.parts(member)
            truths[member] = atoms.get(member, False)
            if parts is not None:
                truths[member] = all(truths[abs(part)] == (part > 0) for part in parts)
        return truths[abs(formula)] == (formula > 0)
