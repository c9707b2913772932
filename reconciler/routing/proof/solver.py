"""The one place that knows the SAT solver: formulas in, models and cores out.

python-sat is imported here alone, when a solver is needed.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from reconciler.routing.proof.formula import TRUE, Formula, Formulas

SOLVER = "glucose4"


class _Sat(Protocol):
    """The part of a python-sat solver that is used; its package has no types."""

    def add_clause(self, clause: list[int]) -> None: ...
    def conf_budget(self, budget: int) -> None: ...
    def solve_limited(self, assumptions: list[int]) -> bool | None: ...
    def get_model(self) -> list[int]: ...
    def get_core(self) -> list[int] | None: ...
    def accum_stats(self) -> dict[str, int]: ...
    def delete(self) -> None: ...


class OverBudgetError(Exception):
    """So many conflicts that the question counts as not decided. Counted, not timed: the same
    routes always have the same answer.
    """


class Solver:
    """Formulas of one source, in clauses (Tseitin), asked again and again."""

    def __init__(self, formulas: Formulas, conflicts: int) -> None:
        from pysat.solvers import Solver as Sat  # type: ignore[import-untyped]

        self._sat = cast("_Sat", Sat(name=SOLVER))
        self._formulas = formulas
        self._left = conflicts
        self._variables: dict[Formula, int] = {}
        self._known: set[Formula] = set()

    def close(self) -> None:
        """Free its memory, which is outside of Python's."""
        self._sat.delete()

    def _literal(self, formula: Formula) -> int:
        number = abs(formula)
        variable = self._variables.get(number)
        if variable is None:
            variable = self._variables[number] = len(self._variables) + 1
            if number == TRUE:
                self._sat.add_clause([variable])
        return variable if formula > 0 else -variable

    def know(self, formulas: Iterable[Formula]) -> None:
        """Say what formulas are made of."""
        for formula in self._formulas.cone(formulas):
            if formula in self._known:
                continue
            self._known.add(formula)
            parts = self._formulas.parts(formula)
            if parts is None:
                self._literal(formula)
                continue
            whole, inside = self._literal(formula), [self._literal(part) for part in sorted(parts)]
            for part in inside:
                self._sat.add_clause([-whole, part])
            self._sat.add_clause([whole, *(-part for part in inside)])

    def add(self, clause: Sequence[Formula]) -> None:
        """At least one of these holds, from now on."""
        self._sat.add_clause([self._literal(formula) for formula in clause])

    def solve(self, assumed: Sequence[Formula]) -> bool:
        """Whether all of these can hold. Raises OverBudgetError."""
        before = self._sat.accum_stats()["conflicts"]
        self._sat.conf_budget(max(self._left, 1))
        found = self._sat.solve_limited([self._literal(formula) for formula in assumed])
        self._left -= self._sat.accum_stats()["conflicts"] - before
        if found is None:
            raise OverBudgetError
        return found

    def core(self, assumed: Sequence[Formula]) -> list[Formula]:
        """After solve() has said no: those of the assumptions that exclude each other."""
        core = set(self._sat.get_core() or ())
        return [formula for formula in assumed if self._literal(formula) in core]

    def atoms(self) -> list[Formula]:
        """Every atom that the solver knows."""
        return [
            variable
            for variable in self._variables
            if variable != TRUE and not self._formulas.parts(variable)
        ]

    def truths(self, formulas: Iterable[Formula]) -> dict[Formula, bool]:
        """After solve() has said yes: the truth of formulas that the solver knows."""
        model = self._sat.get_model()
        return {
            formula: formula > 0
            if abs(formula) == TRUE
            else (model[abs(self._literal(formula)) - 1] > 0) == (formula > 0)
            for formula in formulas
        }

    def model(self, atoms: Iterable[Formula]) -> dict[Formula, bool]:
        """After solve() has said yes: the truth of atoms that the solver knows."""
        model = self._sat.get_model()
        found: dict[Formula, bool] = {}
        for atom in atoms:
            variable = self._variables.get(atom)
            if variable is not None and variable <= len(model):
                found[atom] = model[variable - 1] > 0
        return found
