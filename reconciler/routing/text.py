"""How texts are compared: with and without case, as a whole and as a part (facts 7.4, 7.5)."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice, product

from reconciler.routing.reading import ALL, NO, UNKNOWN, WHERE, YES, Truth, where

Texts = tuple[str, ...]
Judge = Callable[[Texts], Truth]
"""A test of a known value; () is missing. An array passes where one of its elements does."""

_CASE = WHERE["text_case"]
_ANY_CASE = ALL & ~_CASE
_EQUAL = WHERE["text_one_of"]
_PART = ALL & ~_EQUAL


def fold(text: str) -> str:
    """Without case, one character for one: what has no single small letter stays (fact 7.4)."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


@lru_cache(maxsize=64)
def _folded(texts: Texts) -> Texts:
    """Many tests in a row ask about the same texts."""
    return tuple(map(fold, texts))


def _has(texts: Texts, parts: Iterable[str]) -> bool:
    """Whether a text has one of the parts in it. Loops: they are quicker than `any` by far."""
    for text in texts:
        for part in parts:
            if part in text:
                return True
    return False


def contains(part: str) -> Judge:
    """`contains`: the text has the part in it."""
    parts, folded = (part,), (fold(part),)

    def judge(texts: Texts) -> Truth:
        if not _has(_folded(texts), folded):
            return NO
        return YES if _has(texts, parts) else where(_ANY_CASE)

    return judge


def contains_one_of(options: Iterable[str]) -> Judge:
    """`contains_one_of`: the text is one of these, or has one of them in it (fact 7.5)."""
    written = frozenset(options)
    folded = frozenset(map(fold, written))

    def judge(texts: Texts) -> Truth:
        small = _folded(texts)
        if not _has(small, folded):
            return NO
        if not written.isdisjoint(texts):
            return YES
        holds = _PART & _ANY_CASE
        if not folded.isdisjoint(small):
            holds |= _EQUAL & _ANY_CASE
        if _has(texts, written):
            holds |= _PART & _CASE
        return where(holds)

    return judge


def is_set(texts: Texts) -> Truth:
    """`is_set`: a value is there. Whether "" is one, incident.io does not say (fact 7.6)."""
    if not texts:
        return NO
    return YES if any(texts) else where(WHERE["empty_text_is_set"])


def unjudged(_texts: Texts) -> Truth:
    """An operation whose meaning incident.io does not document (fact 7.3)."""
    return UNKNOWN


_UNUSUAL = {  # capital letters that are not the capital of their small letter
    "k": "\u212a",
    "å": "\u212b",
    "ω": "\u2126",
    "ß": "\u1e9e",
    "θ": "\u03f4",
}


@lru_cache(maxsize=4096)
def spellings(char: str) -> tuple[str, ...]:
    """Every character that has this small letter; the letter itself comes first."""
    found = [char]
    for other in (char.upper(), char.title(), _UNUSUAL.get(char, char)):
        if len(other) == 1 and other not in found and fold(other) == char:
            found.append(other)
    return tuple(found)


def has_case(text: str) -> bool:
    """Whether another text has the same small letters. Takes a text in small letters."""
    return any(len(spellings(char)) > 1 for char in text)


def casings(text: str, limit: int) -> tuple[list[str], bool]:
    """Texts with these small letters, `limit` at most, and whether they are all."""
    every = product(*(spellings(char) for char in text))
    found = ["".join(letters) for letters in islice(every, limit + 1)]
    return found[:limit], len(found) <= limit
