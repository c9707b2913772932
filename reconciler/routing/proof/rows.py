"""From what changes to rows: a model, all words that are true of it, then as few of these as still
say that it changes; until no alert is left that changes and is in no row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from reconciler.routing.proof.atoms import STANDS_IN, Asks, Beyond, Text
from reconciler.routing.proof.changes import Group, Vector
from reconciler.routing.proof.formula import FALSE, Formula, Formulas
from reconciler.routing.proof.solver import Solver
from reconciler.routing.proof.theory import Theory
from reconciler.routing.proof.values import Account
from reconciler.routing.proof.witness import Refused, Witness
from reconciler.routing.proof.words import UNSAYABLE, Saying
from reconciler.routing.reading import Question, Reading
from reconciler.routing.world import Alert

Cube = tuple[tuple[int, bool], ...]
"""Words by their place, and whether they hold."""
MOST_REFUSED = 100


class TooManyRowsError(Exception):
    """More rows than anybody reads."""


@dataclass(slots=True)
class Found:
    """A row in the making. `readings`: places of those in which it holds; `why`: that nothing else
    is known of its alerts, and the reason.
    """

    groups: list[Group]
    cube: Cube
    readings: tuple[int, ...]
    depends_on: dict[Question, bool] = field(default_factory=dict)
    why: str = ""
    nobody: bool | Literal["some"] | None = None
    witness: Alert | None = None
    model: dict[Formula, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked of one source: groups of one aspect, words, the readings that matter, under
    each whether anybody is paged after, the questions in which they differ, and words for whole
    routes.
    """

    source: str
    groups: Sequence[Group]
    sayings: Sequence[Saying]
    readings: Sequence[Reading]
    someone: Vector
    questions: Sequence[Question]
    wholes: Sequence[Saying] = ()


class Search:
    """The rows of one source and aspect."""

    def __init__(
        self, formulas: Formulas, account: Account, scope: Scope, conflicts: int, rows: int
    ) -> None:
        self._scope, self._formulas, self._most = scope, formulas, rows
        self.solver = Solver(formulas, conflicts)
        vectors = [group.vector for group in scope.groups]
        vectors += [saying.formulas for saying in scope.sayings]
        roots = [formula for vector in (*vectors, scope.someone) for formula in vector]
        self.solver.know(roots)
        theory = Theory(formulas, account)
        for clause in theory.clauses(self.solver.atoms()):
            self.solver.add(clause)
        self._inside = [
            -number
            for classes in theory.classes.values()
            for name, number in classes.items()
            if name.startswith("?")
        ]
        self._atoms = self.solver.atoms()
        self._plainer = [-atom for atom in self._atoms if _is_odd(formulas.test(atom))]
        self._witness = Witness(formulas, account, theory, scope.source, self._atoms)
        self.found: list[Found] = []

    def run(self) -> list[Found]:
        """All rows. Raises OverBudgetError and TooManyRowsError; `found` then has some of them."""
        for group in self._scope.groups:
            self._seed(group)
            for reading in range(len(self._scope.readings)):
                while self._next(group, reading):
                    self._row(group, reading)
        rows = [row for row in self.found if not self._implied(row)]
        for row in rows:
            self._finish(row)
        self.found = rows
        return rows

    def _selector(self, group: Group, reading: int) -> Formula:
        """Assumed to look for an alert outside of the rows so far."""
        key = (group.aspect, group.vector, bool(group.why), reading)
        return self._formulas.atom(("outside of rows", key))

    def _next(self, group: Group, reading: int) -> bool:
        """Find an alert that changes and is in no row; first, one that can be shown."""
        wanted = [group.vector[reading], self._selector(group, reading)]
        return self._possible([*wanted, *self._inside]) or (
            bool(self._inside) and self._possible(wanted)
        )

    def _possible(self, words: Sequence[Formula]) -> bool:
        """Whether some alert is like that, as far as is known. The solver has its model then."""
        for _ in range(MOST_REFUSED):
            if not self.solver.solve(words):
                return False
            made = self._witness.alert(self.solver.model(self._atoms))
            if isinstance(made, Alert) or not made.clauses:
                return True
            self._learn(made)
        return self.solver.solve(words)

    def _learn(self, refused: Refused) -> None:
        for clause in refused.clauses:
            self.solver.add(clause)

    def anything(self, formula: Formula) -> bool:
        """Whether some alert is like that; False is proven. Atoms of it are in the question.
        Raises OverBudgetError.
        """
        self.solver.know([formula])
        return formula != FALSE and self._possible([formula])

    def _row(self, group: Group, reading: int) -> None:
        if len(self.found) >= self._most:
            raise TooManyRowsError
        cube = self._cube(group, reading)
        unsaid = [i for i, _ in cube if self._scope.sayings[i].rank == UNSAYABLE]
        why = group.why or next(filter(None, (self._beyond(i) for i, _ in cube)), "")
        every = tuple(range(len(self._scope.readings)))
        if why:
            cube = tuple(word for word in cube if word[0] not in unsaid)
            row = Found([group], cube, every, why=why)
        else:
            pins, readings = self._readings(group, cube, reading)
            row = Found([group], cube, readings, pins)
        self.found.append(row)
        self._block(group, row)

    def _beyond(self, place: int) -> str:
        """Why a word cannot be said, or does not mean the same as in incident.io for certain."""
        saying = self._scope.sayings[place]
        tests = (self._formulas.test(formula) for formula in self._formulas.cone(saying.formulas))
        return saying.why or next((test.why for test in tests if isinstance(test, Beyond)), "")

    def _block(self, group: Group, row: Found) -> None:
        for reading in row.readings:
            words = self._words(row.cube, reading)
            self.solver.add([-self._selector(group, reading), *(-word for word in words)])

    def _words(self, cube: Cube, reading: int) -> list[Formula]:
        sayings = self._scope.sayings
        return [
            sayings[i].formulas[reading] if holds else -sayings[i].formulas[reading]
            for i, holds in cube
        ]

    def _cube(self, group: Group, reading: int) -> Cube:
        """As few of the words that are true of the model as still say that it changes."""
        chosen = self._true_words(reading)
        changed = group.vector[reading]
        order = sorted({self._order(word) for word in chosen})
        for rank in order:  # all of a kind at once, then each for itself
            left = [word for word in chosen if self._order(word) != rank]
            if self._implies(left, reading, changed):
                chosen = left
                continue
            for word in [word for word in chosen if self._order(word) == rank]:
                left = [other for other in chosen if other != word]
                if self._implies(left, reading, changed):
                    chosen = left
        return tuple(sorted(chosen))

    def _order(self, word: tuple[int, bool]) -> int:
        return self._scope.sayings[word[0]].order(word[1])

    def _true_words(self, reading: int) -> list[tuple[int, bool]]:
        """One for each formula: the one that people would say."""
        formulas = [saying.formulas[reading] for saying in self._scope.sayings]
        truths = self.solver.truths(formulas)
        best: dict[Formula, tuple[int, bool]] = {}
        for place, formula in enumerate(formulas):
            if abs(formula) == 1:
                continue
            word = (place, truths[formula])
            known = best.get(abs(formula))
            if known is None or self._order(known) < self._order(word):
                best[abs(formula)] = word
        return sorted(best.values())

    def _implies(self, cube: Sequence[tuple[int, bool]], reading: int, changed: Formula) -> bool:
        return not self.solver.solve([*self._words(tuple(cube), reading), -changed])

    def _readings(
        self, group: Group, cube: Cube, reading: int
    ) -> tuple[dict[Question, bool], tuple[int, ...]]:
        """The widest answers to open questions, around this reading, under which the words say the
        same of one and the same alert.
        """
        readings = self._scope.readings
        good = {
            at
            for at in range(len(readings))
            if at == reading or self._implies(cube, at, group.vector[at])
        }
        pins = {question: readings[reading].answer(question) for question in self._scope.questions}
        those = self._pinned(pins)
        for question in self._scope.questions:
            fewer = {name: answer for name, answer in pins.items() if name != question}
            wider = self._pinned(fewer)
            if good.issuperset(wider) and self._together(cube, wider):
                pins, those = fewer, wider
        return pins, those

    def _pinned(self, pins: dict[Question, bool]) -> tuple[int, ...]:
        return tuple(
            at
            for at, reading in enumerate(self._scope.readings)
            if all(reading.answer(question) == answer for question, answer in pins.items())
        )

    def _joint(self, cube: Cube, readings: Sequence[int]) -> list[Formula]:
        return list(dict.fromkeys(w for at in readings for w in self._words(cube, at)))

    def _together(self, cube: Cube, readings: Sequence[int]) -> bool:
        return self._possible(self._joint(cube, readings))

    def _seed(self, group: Group) -> None:
        """Rows of other effects that say enough for these, too."""
        for row in self.found:
            same = row.groups[0].aspect == group.aspect and not row.why and not group.why
            if not same or not all(
                self._implies(row.cube, at, group.vector[at]) for at in row.readings
            ):
                continue
            if self._readings(group, row.cube, row.readings[0])[0] == row.depends_on:
                row.groups.append(group)
                self._block(group, row)

    def _implied(self, row: Found) -> bool:
        return any(
            other is not row and self._covers(other, row) and not self._later_twin(other, row)
            for other in self.found
        )

    def _later_twin(self, other: Found, row: Found) -> bool:
        """Of two rows that cover each other the first stays."""
        return self._covers(row, other) and self.found.index(row) < self.found.index(other)

    def _covers(self, other: Found, row: Found) -> bool:
        groups = all(any(group is covered for covered in other.groups) for group in row.groups)
        if not groups or bool(other.why) != bool(row.why):
            return False
        if not set(row.readings) <= set(other.readings):
            return False
        return all(
            not self.solver.solve([*self._words(row.cube, at), -word])
            for at in row.readings
            for word in self._words(other.cube, at)
        )

    def _finish(self, row: Found) -> None:
        """Whether nobody is paged any more, and an alert that shows the row."""
        if row.why:
            return
        words = self._joint(row.cube, row.readings)
        if any(kind == "lost" for group in row.groups for kind, _ in group.effects):
            words = self._nobody(row, words) or words
        shown = self._shown(words)
        if shown is None:
            row.why = self._reason
            return
        row.witness, row.model = shown

    def _nobody(self, row: Found, words: list[Formula]) -> list[Formula] | None:
        if row.groups[0].aspect != "pages":
            return None
        someone = [(at, self._scope.someone[at]) for at in row.readings]
        words_of = {at: self._words(row.cube, at) for at in row.readings}
        if not any(self._possible([*words_of[at], -formula]) for at, formula in someone):
            return None
        every = not any(self._possible([*words_of[at], formula]) for at, formula in someone)
        row.nobody = True if every else "some"
        alone = [*words, *dict.fromkeys(-formula for _, formula in someone)]
        return alone if self._shown(alone) is not None else None

    _reason = ""

    def _shown(self, words: Sequence[Formula]) -> tuple[Alert, dict[Formula, bool]] | None:
        """An alert for which all of these hold, with entries that are known."""
        for more in ([*self._inside, *self._plainer], self._inside, []):
            for _ in range(MOST_REFUSED):
                if not self.solver.solve([*words, *more]):
                    break
                model = self.solver.model(self._atoms)
                made = self._witness.alert(model)
                if isinstance(made, Alert):
                    return made, model
                self._reason = made.why
                if not made.clauses:
                    break
                self._learn(made)
        return None


def _is_odd(test: object) -> bool:
    """What an example has only where it cannot be shown without: an empty text, and an else of
    which incident.io alone knows whether it stands in.
    """
    return (isinstance(test, Text) and not test.text) or (
        isinstance(test, Asks) and test.question == STANDS_IN
    )
