"""A model of the solver made into an alert."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.routing.proof.atoms import Asks, Filled, In, Present, Text
from reconciler.routing.proof.formula import Formula, Formulas
from reconciler.routing.proof.theory import Clause, Theory
from reconciler.routing.proof.values import UNREAD, Account
from reconciler.routing.text import casings, fold, spellings
from reconciler.routing.world import TITLE, Alert

MOST_CASINGS = 2_048
PLAIN_TEXTS = ("other", "another value")
TITLES = ("An alert", "Some alert")
_JOINING = ("-", "_", " ", ".", "~", *map(chr, range(0x2460, 0x24B0)))
Tests = Sequence[tuple[Text, bool]]
TWO_ANSWERS = "a question of unknown meaning would have two answers"
ABSENT = "no text was found that shows it"


@dataclass(frozen=True, slots=True)
class Refused:
    """No alert is like that: `clauses` say so of all models like this; without any, only that no
    alert was found, and why.
    """

    clauses: tuple[Clause, ...]
    why: str


class _Failed(Exception):
    """No value for one reference. `cores`: sets of tests that no value passes, each with whether it
    is to pass; none where there may be a value.
    """

    def __init__(self, why: str, cores: Sequence[Tests] = ()) -> None:
        super().__init__(why)
        self.why, self.cores = why, cores


@dataclass(slots=True)
class Witness:
    """Makes alerts of models."""

    formulas: Formulas
    account: Account
    theory: Theory
    source: str
    atoms: list[Formula]
    _of: dict[str, list[Formula]] = field(init=False)

    def __post_init__(self) -> None:
        self._of = defaultdict(list)
        for number in self.atoms:
            test = self.formulas.test(number)
            of = test.of if isinstance(test, Present | Filled | Text | In) else ""
            if isinstance(test, Asks) and test.about[0] == "value":
                of = str(test.about[1])
            if of:
                self._of[of].append(number)

    def alert(self, model: Mapping[Formula, bool]) -> Alert | Refused:
        """An alert for which every atom is as the model has it."""
        values: dict[str, tuple[str, ...]] = {}
        used: set[str] = set()
        why, clauses = "", []
        for of in sorted({*self._of, TITLE}):
            try:
                values[of] = self._value(of, model, used)
                used.update(values[of])
            except _Failed as failed:
                why = failed.why
                clauses += [self._clause(core) for core in failed.cores]
        if not why:
            why, more = self._mistake(values, model)
            clauses += more
        if why:
            return Refused(tuple(clauses), why)
        return Alert(self.source, {of: those for of, those in values.items() if those})

    def _clause(self, core: Tests) -> Clause:
        numbers = ((self.formulas.atom(test), truth) for test, truth in core)
        return tuple(-number if truth else number for number, truth in numbers)

    def _value(self, of: str, model: Mapping[Formula, bool], used: set[str]) -> tuple[str, ...]:
        tests = [(self.formulas.test(n), model[n]) for n in self._of.get(of, ()) if n in model]
        asked = any(isinstance(test, Asks) for test, _ in tests)
        there = next((truth for test, truth in tests if isinstance(test, Present)), None)
        if of != TITLE and (there is False or (there is None and not asked and not tests)):
            return ()
        avoid = used if asked else set()
        kind = self.account.kind(of)
        if of in self.theory.classes or kind.is_entry:
            return self._entries(of, model, avoid)
        texts = [(test, truth) for test, truth in tests if isinstance(test, Text)]
        filled = next((truth for test, truth in tests if isinstance(test, Filled)), None)
        making = _Texts(of == TITLE, texts, filled, avoid)
        return making.several() if kind.array else (making.single(),)

    def _entries(self, of: str, model: Mapping[Formula, bool], avoid: set[str]) -> tuple[str, ...]:
        classes = self.theory.classes.get(of)
        if classes is None:
            known = list(self.account.catalog(self.account.kind(of).type))
            names = (
                [next((name for name in known if name not in avoid), *known[:1])] if known else []
            )
        else:
            names = [name for name, number in classes.items() if model.get(number)]
        if not names or any(name.startswith("?") for name in names):
            raise _Failed(UNREAD)
        members = self.theory.members.get(of, {})
        return tuple(
            next((member for member in members.get(name, ()) if member not in avoid), name)
            for name in names
        )

    def _mistake(
        self, values: Mapping[str, tuple[str, ...]], model: Mapping[Formula, bool]
    ) -> tuple[str, list[Clause]]:
        """Why these values are not what the model asks for, and what that teaches."""
        answers: dict[Hashable, tuple[Formula, bool, str]] = {}
        for number, wanted in model.items():
            test = self.formulas.test(number)
            if isinstance(test, Present | Filled | Text | In):
                if self._holds(test, values.get(test.of, ())) != wanted:
                    return f"no value was found for {test.of}", []
            elif isinstance(test, Asks):
                of = str(test.about[1]) if test.about[0] == "value" else ""
                about = _about(values.get(of, ())) if of else test.about
                known = answers.setdefault((test.question, about), (number, wanted, of))
                if known[1] != wanted:
                    premises = [
                        self._premise(reference, model) for reference in (of, known[2]) if reference
                    ]
                    literals = [literal for premise in premises for literal in premise or ()]
                    answered = [-number if wanted else number, known[0] if wanted else -known[0]]
                    return TWO_ANSWERS, [] if None in premises else [(*literals, *answered)]
        return "", []

    def _premise(self, of: str, model: Mapping[Formula, bool]) -> list[Formula] | None:
        """What makes a value what it is, negated; None where it could be another one."""
        if not self.account.kind(of).array and of not in self.theory.classes:
            for number in self._of[of]:
                test = self.formulas.test(number)
                if isinstance(test, Text) and test.how == "is" and model.get(number):
                    return [-number]
        present = [n for n in self._of[of] if isinstance(self.formulas.test(n), Present)]
        if any(model.get(number) is False for number in present):
            return present
        classes = self.theory.classes.get(of)
        if classes is None:
            return None
        here = [name for name, number in classes.items() if model.get(number)]
        if any(len(self.theory.members[of].get(name, ())) != 1 for name in here):
            return None
        return [-n if model.get(n) else n for n in classes.values()]

    def _holds(self, test: Present | Filled | Text | In, values: tuple[str, ...]) -> bool:
        match test:
            case Present():
                return bool(values)
            case Filled():
                return any(values)
            case Text():
                return any(passes(test, value) for value in values)
            case In(of, entries, rest):
                known = self.account.catalog(self.account.kind(of).type)
                return any(v in entries or (rest and v not in known) for v in values)


def _about(values: tuple[str, ...]) -> tuple[Hashable, ...]:
    match values:
        case ():
            return ("missing",)
        case (text,):
            return ("text", text)
        case _:
            return ("texts", values)


def passes(test: Text, text: str) -> bool:
    """Whether a text passes a test."""
    match test.how:
        case "is":
            return text == test.text
        case "is in any case":
            return fold(text) == test.text
        case "has":
            return test.text in text
        case "has in any case":
            return test.text in fold(text)


class _Texts:
    """Texts that pass some tests and fail others."""

    def __init__(self, title: bool, tests: Tests, filled: bool | None, avoid: set[str]) -> None:
        self._filled, self._avoid = filled, avoid
        self._names = TITLES if title else PLAIN_TEXTS
        self._wanted = [test for test, truth in tests if truth]
        self._refused = [test for test, truth in tests if not truth]
        letters = set("".join(test.text for test, _ in tests))
        letters |= {other for char in letters for other in spellings(fold(char))}
        self._join = next(char for char in _JOINING if char not in letters)

    def single(self) -> str:
        """One text that passes all."""
        wanted = sorted(self._wanted, key=lambda test: (-len(test.text), test.how, test.text))
        for how in ("is", "is in any case"):
            for test in wanted:
                if test.how == how:
                    return self._fixed(test, wanted)
        pieces: list[str] = []
        for test in wanted:
            if not any(passes(test, piece) for piece in pieces):
                pieces.append(self._piece(test))
        if not pieces:
            return self._plain()
        return self._longer(self._join.join(pieces))

    def _fixed(self, test: Text, wanted: Sequence[Text]) -> str:
        """The text itself, in some case."""
        found, every = ([test.text], True) if test.how == "is" else _casings(test)
        core: dict[tuple[Text, bool], None] = {(test, True): None}
        for text in found:
            wrong = [(other, True) for other in wanted if not passes(other, text)]
            wrong += [(other, False) for other in self._refused if passes(other, text)]
            if not wrong:
                return text
            if len(found) == 1:
                raise _Failed(ABSENT, [[(test, True), mistake] for mistake in wrong])
            if not any(mistake in core for mistake in wrong):
                core[wrong[0]] = None
        raise _Failed(ABSENT, [list(core)] if every else ())

    def _piece(self, test: Text) -> str:
        """A text for one test that passes none of the refused parts."""
        parts = [refused for refused in self._refused if refused.how in ("has", "has in any case")]
        return self._element(test, parts)

    def _element(self, test: Text, refused: Sequence[Text]) -> str:
        found, every = _casings(test) if test.how.endswith("any case") else ([test.text], True)
        core: dict[tuple[Text, bool], None] = {(test, True): None}
        for text in found:
            wrong = [(other, False) for other in refused if passes(other, text)]
            if not wrong:
                return text
            if not any(mistake in core for mistake in wrong):
                core[wrong[0]] = None
        raise _Failed(ABSENT, [list(core)] if every else ())

    def _plain(self) -> str:
        """A text that passes no test."""
        if self._filled is False:
            return ""
        free = [text for text in self._names if self._allowed(text)]
        fresh = [text for text in free if text not in self._avoid]
        for text in (*fresh, *free):
            return text if fresh else self._longer(text)
        return self._longer(self._join)

    def _longer(self, text: str) -> str:
        """The text, longer by as little as it takes to be none that it must not be."""
        for _ in range(len(self._refused) + len(self._avoid) + 2):
            if text not in self._avoid and self._allowed(text):
                return text
            text += self._join
        raise _Failed(ABSENT)

    def _allowed(self, text: str) -> bool:
        return not any(passes(test, text) for test in self._refused)

    def several(self) -> tuple[str, ...]:
        """Elements, each of which passes one of the tests, and none a refused one."""
        found: dict[str, None] = {}
        for test in self._wanted:
            if any(passes(test, text) for text in found):
                continue
            if test.how in ("is", "is in any case"):
                found[self._element(test, self._refused)] = None
            else:
                found[self._longer(self._piece(test))] = None
        if not any(found) and (self._filled or not found):
            found[self._plain()] = None
        return tuple(found)


def _casings(test: Text) -> tuple[list[str], bool]:
    return casings(test.text, MOST_CASINGS)
