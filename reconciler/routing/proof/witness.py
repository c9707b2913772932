"""A model of the solver made into an alert."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.routing.alert import Alert
from reconciler.routing.proof.atoms import Asks, Filled, In, Present, Text
from reconciler.routing.proof.formula import Formula, Formulas
from reconciler.routing.proof.letters import casings, small, spellings
from reconciler.routing.proof.theory import Clause, Theory
from reconciler.routing.proof.values import UNREAD, Account
from reconciler.routing.world import TITLE

MOST_CASINGS = 2_048
PLAIN_TEXTS = ("other", "another value")
TITLES = ("An alert", "Some alert")
_JOINING = ("-", "_", " ", ".", "~", *map(chr, range(0x2460, 0x24B0)))
Tests = list[tuple[Text, bool]]


@dataclass(frozen=True, slots=True)
class Refused:
    """No alert is like that: `clause` says so of all models like this; without it, only that no
    alert was found, and why.
    """

    clause: Clause | None
    why: str


class _Failed(Exception):
    """No value for one reference. `surely`: there is none."""

    def __init__(self, of: str, why: str, *, surely: bool) -> None:
        super().__init__(why)
        self.of, self.why, self.surely = of, why, surely


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
        try:
            for of in sorted({*self._of, TITLE}):
                found = self._value(of, model, used)
                used.update(found)
                if found:
                    values[of] = found
            self._check(values, model)
        except _Failed as failed:
            if not failed.surely:
                return Refused(None, failed.why)
            known = [n for n in self._of[failed.of] if n in model]
            extra = self.theory.classes.get(failed.of, {}).values()
            tested = [*known, *(n for n in extra if n in model)]
            return Refused(tuple(-n if model[n] else n for n in tested), failed.why)
        return Alert(self.source, values)

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
        making = _Texts(of, texts, filled, avoid)
        return making.several() if kind.array else (making.single(),)

    def _entries(self, of: str, model: Mapping[Formula, bool], avoid: set[str]) -> tuple[str, ...]:
        classes = self.theory.classes.get(of)
        if classes is None:
            known = list(self.account.catalog(self.account.kind(of).type))
            names = [next((one for one in known if one not in avoid), *known[:1])] if known else []
        else:
            names = [name for name, number in classes.items() if model.get(number)]
        if not names or any(name.startswith("?") for name in names):
            raise _Failed(of, UNREAD, surely=False)
        members = self.theory.members.get(of, {})
        return tuple(
            next((one for one in members.get(name, ()) if one not in avoid), name) for name in names
        )

    def _check(self, values: Mapping[str, tuple[str, ...]], model: Mapping[Formula, bool]) -> None:
        answers: dict[Hashable, tuple[bool, str]] = {}
        for number, wanted in model.items():
            test = self.formulas.test(number)
            if isinstance(test, Present | Filled | Text | In):
                if self._holds(test, values.get(test.of, ())) != wanted:
                    raise _Failed(test.of, f"no alert was found for {test.of}", surely=False)
            elif isinstance(test, Asks):
                about: Hashable = test.about
                if test.about[0] == "value":
                    those = values.get(str(test.about[1]), ())
                    about = ("text", those[0]) if len(those) == 1 else ("texts", those)
                    about = about if those else ("missing",)
                known = answers.setdefault((test.question, about), (wanted, ""))
                if known[0] != wanted:
                    raise _Failed("", "one question would have two answers", surely=False)

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


def passes(test: Text, text: str) -> bool:
    """Whether a text passes a test."""
    match test.how:
        case "is":
            return text == test.text
        case "is in any case":
            return small(text) == test.text
        case "has":
            return test.text in text
        case "has in any case":
            return test.text in small(text)


class _Texts:
    """Texts that pass some tests and fail others."""

    def __init__(self, of: str, tests: Tests, filled: bool | None, avoid: set[str]) -> None:
        self._of, self._filled, self._avoid = of, filled, avoid
        self._wanted = [test for test, truth in tests if truth]
        self._refused = [test for test, truth in tests if not truth]
        letters = set("".join(test.text for test, _ in tests))
        letters |= {other for char in letters for other in spellings(small(char))}
        self._join = next(char for char in _JOINING if char not in letters)

    def _allowed(self, text: str) -> bool:
        return not any(passes(test, text) for test in self._refused)

    def single(self) -> str:
        """One text that passes all."""
        wanted = sorted(self._wanted, key=lambda test: (-len(test.text), test.how, test.text))
        for test in wanted:
            if test.how == "is":
                return self._checked([test.text], surely=True)
        for test in wanted:
            if test.how == "is in any case":
                found, every = casings(test.text, MOST_CASINGS)
                return self._checked(found, surely=every)
        pieces: list[str] = []
        for test in wanted:
            if not any(passes(test, piece) for piece in pieces):
                pieces.append(self._piece(test))
        if not pieces:
            return self._checked(self._plain(), surely=False)
        text = self._join.join(pieces)
        return self._checked((text + self._join * n for n in range(self._tries())), surely=False)

    def _tries(self) -> int:
        return len(self._refused) + len(self._avoid) + 2

    def _plain(self) -> Iterator[str]:
        if self._filled is False:
            yield ""
            return
        plain = TITLES if self._of == TITLE else PLAIN_TEXTS
        yield from plain
        for text in (plain[0] + self._join, self._join):
            yield from (text + self._join * n for n in range(self._tries()))
        if self._filled is None:
            yield ""

    def _piece(self, test: Text) -> str:
        """A text for one test that passes none of the refused parts."""
        parts = [one for one in self._refused if one.how in ("has", "has in any case")]
        found, every = (
            ([test.text], True) if test.how == "has" else casings(test.text, MOST_CASINGS)
        )
        for piece in found:
            if not any(passes(one, piece) for one in parts):
                return piece
        raise _Failed(self._of, "too many ways to write a text", surely=every)

    def _checked(self, texts: Iterable[str], *, surely: bool) -> str:
        good = [text for text in texts if self._allowed(text) and self._all(text)]
        for text in good:
            if text not in self._avoid:
                return text
        if good:
            return good[0]
        raise _Failed(self._of, "no text was found", surely=surely)

    def _all(self, text: str) -> bool:
        return all(passes(test, text) for test in self._wanted)

    def several(self) -> tuple[str, ...]:
        """Elements, each of which passes one of the tests, and none a refused one."""
        found: dict[str, None] = {}
        for test in self._wanted:
            if not any(passes(test, text) for text in found):
                found[self._element(test)] = None
        if self._filled and not any(found):
            found[self._neutral()] = None
        if not found:
            found["" if self._filled is False else self._neutral()] = None
        return tuple(found)

    def _element(self, test: Text) -> str:
        every = True
        texts = [test.text]
        if test.how.endswith("any case"):
            texts, every = casings(test.text, MOST_CASINGS)
        for text in texts:
            more = range(self._tries()) if test.how.startswith("has") else range(1)
            for n in more:
                if self._allowed(text + self._join * n):
                    return text + self._join * n
        raise _Failed(self._of, "no text was found", surely=every)

    def _neutral(self) -> str:
        for text in self._plain():
            if text and text not in self._avoid and self._allowed(text):
                return text
        raise _Failed(self._of, "no text was found", surely=False)
