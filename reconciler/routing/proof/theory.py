"""What holds between atoms, whatever the alert: clauses that every alert satisfies.

Texts need no solver of their own (words that a text must have can always be joined by a character
that no literal has), so clauses have two literals, but for what an array or an entry must be.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import combinations

from reconciler.routing.proof.atoms import Asks, Atoms, Filled, In, Text
from reconciler.routing.proof.formula import Formula, Formulas
from reconciler.routing.proof.values import Account
from reconciler.routing.text import fold, has_case

Clause = tuple[Formula, ...]
MOST_PAIRS = 40_000
"""Beyond so many pairs of texts, that they exclude each other is found out one by one."""
MOST_LOOKED_AT = 64


class Theory:
    """The clauses for some atoms of a comparison."""

    def __init__(self, formulas: Formulas, account: Account) -> None:
        self._formulas = formulas
        self._account = account
        self.classes: dict[str, dict[str, Formula]] = {}
        """For values that are entries: by an entry of each class, the formula that it is there. "?"
        begins the name of a class outside of the catalog at hand.
        """
        self.members: dict[str, dict[str, list[str]]] = {}

    def clauses(self, atoms: Iterable[Formula]) -> Iterator[Clause]:
        """For these atoms and for those that the clauses bring with them."""
        texts: dict[str, list[tuple[Text, Formula]]] = defaultdict(list)
        sets: dict[str, list[tuple[In, Formula]]] = defaultdict(list)
        filled: list[str] = []
        asked: list[tuple[Asks, Formula]] = []
        for number in atoms:
            match self._formulas.test(number):
                case Text() as test:
                    texts[test.of].append((test, number))
                case In() as test:
                    sets[test.of].append((test, number))
                case Filled(of):
                    filled.append(of)
                case Asks() as test:
                    asked.append((test, number))
                case _:
                    pass
        for of in sorted({*filled, *texts}):
            yield from self._texts(of, texts[of], of in filled)
        for of in sorted(sets):
            yield from self._entries(of, sets[of])
        yield from self._questions(asked)

    def _present(self, of: str) -> Formula:
        return Atoms(self._formulas).present(of)

    def _texts(self, of: str, tests: list[tuple[Text, Formula]], filled: bool) -> Iterator[Clause]:
        scalar = not self._account.kind(of).array
        present = self._present(of)
        for _, number in tests:
            yield (-number, present)
        yield from self._between_texts(of, tests, scalar)
        if not filled:
            return
        full = self._formulas.atom(Filled(of))
        empty = self._formulas.atom(Text(of, "is", ""))
        yield (-full, present)
        yield (-empty, present)
        yield (-present, full, empty)
        if scalar:
            yield (-full, -empty)
        for test, number in tests:
            if test.text:
                yield (-number, full)
                if scalar:
                    yield (-number, -empty)

    def _between_texts(
        self, of: str, tests: list[tuple[Text, Formula]], scalar: bool
    ) -> Iterator[Clause]:
        by_how: dict[str, dict[str, Formula]] = defaultdict(dict)
        for test, number in tests:
            by_how[test.how][test.text] = number
        for test, number in tests:
            yield from self._implied(test, number, by_how)
        if not scalar:
            return
        exact, any_case = by_how["is"], by_how["is in any case"]
        alone = [number for text, number in exact.items() if fold(text) not in any_case]
        yield from self._at_most_one(("exact", of), list(exact.values()))
        yield from self._at_most_one(("any case", of), [*any_case.values(), *alone])
        whole = [pair for pair in tests if pair[0].how in ("is", "is in any case")]
        parts = [pair for pair in tests if pair[0].how in ("has", "has in any case")]
        if len(whole) * len(parts) > MOST_PAIRS:
            return
        for first, number in whole:
            for other, second in parts:
                if _follows(first, other) is False:
                    yield (-number, -second)

    def _implied(
        self, test: Text, number: Formula, by_how: dict[str, dict[str, Formula]]
    ) -> Iterator[Clause]:
        if test.how == "is" and (same := by_how["is in any case"].get(fold(test.text))):
            yield (-number, same)
            if has := by_how["has"].get(test.text):
                yield (-same, -has, number)  # the whole text, with these letters in it
        for how in ("has", "has in any case"):
            for part in _inside(test.text, by_how[how]):
                other = by_how[how][part]
                if other != number and _follows(test, Text(test.of, how, part)):
                    yield (-number, other)

    def _entries(self, of: str, sets: list[tuple[In, Formula]]) -> Iterator[Clause]:
        """Entries that no set tells apart are a class. A value is of one class; an array, of one
        at least.
        """
        kind = self._account.kind(of)
        known = self._account.catalog(kind.type)
        whole = self._account.whole(kind.type)
        members: dict[frozenset[Formula], list[str]] = {}
        where: dict[str, list[Formula]] = defaultdict(list)
        for test, number in sets:
            for entry in test.entries:
                if entry in known or not whole:
                    where[entry].append(number)
        rest = frozenset(number for test, number in sets if test.rest)
        for entry in known:
            members.setdefault(frozenset(where.get(entry, ())), []).append(entry)
        self.members[of] = {those[0]: those for those in members.values()}
        classes = {entry: self._formulas.atom(("class", of, entry)) for entry in self.members[of]}
        signs = {those[0]: sign for sign, those in members.items()}
        if not whole:
            for entry in sorted(where.keys() - known.keys()):
                name = f"?{entry}"
                classes[name] = self._formulas.atom(("class", of, name))
                signs[name] = frozenset(where[entry]) | rest
            classes["?"] = self._formulas.atom(("class", of, "?"))
            signs["?"] = rest
        self.classes[of] = classes
        present = self._present(of)
        for entry, number in classes.items():
            yield (-number, present)
            yield from ((-number, sign) for sign in signs[entry])
        for _, number in sets:
            yield (-number, *(classes[entry] for entry in classes if number in signs[entry]))
        yield (-present, *classes.values())
        if not kind.array:
            yield from self._at_most_one(of, list(classes.values()))

    def _at_most_one(self, of: Hashable, numbers: list[Formula]) -> Iterator[Clause]:
        if len(numbers) < 8:
            yield from ((-first, -second) for first, second in combinations(numbers, 2))
            return
        before = [self._formulas.atom(("before", of, number)) for number in numbers]
        for place, number in enumerate(numbers):
            yield (-number, before[place])
            if place:
                yield (-before[place - 1], before[place])
                yield (-number, -before[place - 1])

    def _questions(self, asked: list[tuple[Asks, Formula]]) -> Iterator[Clause]:
        """The same question about the same value has the same answer."""
        by_question: dict[object, list[tuple[Asks, Formula]]] = defaultdict(list)
        for test, number in asked:
            by_question[test.question].append((test, number))
        for question in by_question.values():
            values = [(str(t.about[1]), n) for t, n in question if t.about[0] == "value"]
            for of, number in values:
                yield from self._same(of, number, question)
            for (of, number), (other, second) in combinations(values, 2):
                yield from self._both_missing(of, number, other, second)

    def _same(
        self, of: str, number: Formula, question: list[tuple[Asks, Formula]]
    ) -> Iterator[Clause]:
        for test, answer in question:
            if test.about == ("missing",):
                there = self._present(of)
                yield from _if(-there, number, answer)
            elif test.about[0] == "text":
                text = str(test.about[1])
                entry = self._account.kind(of).is_entry
                if not entry:
                    yield from _if(self._formulas.atom(Text(of, "is", text)), number, answer)

    def _both_missing(
        self, of: str, number: Formula, other: str, second: Formula
    ) -> Iterator[Clause]:
        here, there = self._present(of), self._present(other)
        yield (here, there, -number, second)
        yield (here, there, number, -second)


def _if(condition: Formula, formula: Formula, other: Formula) -> Iterator[Clause]:
    """Where the condition holds, both are the same."""
    yield (-condition, -formula, other)
    yield (-condition, formula, -other)


def _follows(test: Text, other: Text) -> bool | None:
    """Whether a text that passes one test passes another: always, never, or that depends. (Never
    counts for a single text only.)
    """
    folded = fold(test.text)
    match test.how, other.how:
        case "is", "is":
            return False
        case "is", "is in any case":
            return folded == other.text
        case "is", "has":
            return other.text in test.text
        case "is", "has in any case":
            return other.text in folded
        case "is in any case", "is":
            return False if fold(other.text) != test.text else None
        case "is in any case", "is in any case":
            return False
        case "is in any case", "has":
            return _cased(other.text, test.text)
        case "is in any case", "has in any case":
            return other.text in test.text
        case "has", "has":
            return True if other.text in test.text else None
        case "has", "has in any case":
            return True if other.text in folded else None
        case "has in any case", "has":
            return True if _cased(other.text, test.text) else None
        case "has in any case", "has in any case":
            return True if other.text in test.text else None
        case _:
            return None


def _inside(text: str, parts: Mapping[str, Formula]) -> Iterable[str]:
    """Those of the parts that the text may have in it, as it is or in small letters."""
    folded = fold(text)
    if len(parts) <= MOST_LOOKED_AT or len(text) > MOST_LOOKED_AT:
        return [part for part in parts if part in text or part in folded]
    ends = range(1, len(text) + 1)
    found = (whole[start:end] for whole in (text, folded) for end in ends for start in range(end))
    return dict.fromkeys(part for part in found if part in parts)


def _cased(part: str, folded: str) -> bool | None:
    """Whether a text with these small letters has a part: for certain, never, or by its case."""
    if fold(part) not in folded:
        return False
    return None if has_case(fold(part)) else True
