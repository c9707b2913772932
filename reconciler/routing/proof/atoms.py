"""Atoms: tests of one value of an alert that a formula takes as a whole.

`of` is the reference of a value that the alert itself has. Of an array each test asks whether some
element passes.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from reconciler.routing.proof.formula import FALSE, TRUE, Formula, Formulas
from reconciler.routing.text import fold, has_case
from reconciler.routing.world import TITLE

STANDS_IN = "the else stands in for a case that gives nothing"
"""The question that fact 7.11 leaves open, of each expression."""


class Present(NamedTuple):
    """A value is there, an empty text too."""

    of: str


class Filled(NamedTuple):
    """A text is there that is not empty."""

    of: str


class Text(NamedTuple):
    """The text equals another, or has it as a part; `text` is in small letters where case does
    not count.
    """

    of: str
    how: Literal["is", "is in any case", "has", "has in any case"]
    text: str


class In(NamedTuple):
    """The entry is one of `entries`; with `rest`, or one that the catalog at hand lacks."""

    of: str
    entries: frozenset[str]
    rest: bool


class Asks(NamedTuple):
    """A question whose meaning is not documented, or a computation: the same question about the
    same value has the same answer. `about`: ("value", reference), ("text", text), ("missing",), or
    ("result", what computes it).
    """

    question: Hashable
    about: tuple[Hashable, ...]


class Beyond(NamedTuple):
    """What this proof does not decide, and `why`, as Unproven says it."""

    why: str
    question: Hashable


Atom = Present | Filled | Text | In | Asks | Beyond


@dataclass(frozen=True, slots=True)
class Atoms:
    """Makes atoms; those that mean the same are the same. `all_of`: every entry that a value of the
    alert may be, None where there may be others.
    """

    formulas: Formulas
    all_of: Callable[[str], frozenset[str] | None] = lambda _: None

    def present(self, of: str) -> Formula:
        """Fact 7.7: an alert always has a title."""
        return TRUE if of == TITLE else self.formulas.atom(Present(of))

    def filled(self, of: str) -> Formula:
        return self.formulas.atom(Filled(of))

    def equals(self, of: str, text: str, *, case: bool) -> Formula:
        if not case and has_case(fold(text)):
            return self.formulas.atom(Text(of, "is in any case", fold(text)))
        return self.formulas.atom(Text(of, "is", text))

    def has(self, of: str, part: str, *, case: bool) -> Formula:
        if not part:
            return self.present(of)
        if not case and has_case(fold(part)):
            return self.formulas.atom(Text(of, "has in any case", fold(part)))
        return self.formulas.atom(Text(of, "has", part))

    def among(self, of: str, entries: frozenset[str], *, rest: bool = False) -> Formula:
        if not entries and not rest:
            return FALSE
        if (every := self.all_of(of)) is not None and every <= entries:
            return self.present(of)
        return self.formulas.atom(In(of, entries, rest))

    def asks(self, question: Hashable, about: tuple[Hashable, ...]) -> Formula:
        return self.formulas.atom(Asks(question, about))

    def beyond(self, why: str, question: Hashable) -> Formula:
        return self.formulas.atom(Beyond(why, question))
