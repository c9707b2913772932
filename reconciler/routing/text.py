"""How texts are compared: with and without case, as a whole and as a part (facts 7.4, 7.5)."""

from collections.abc import Callable, Iterable

from reconciler.routing.truth import ALL, NO, UNKNOWN, WHERE, YES, Truth, where

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


def contains(part: str) -> Judge:
    """`contains`: the text has the part in it."""
    folded = fold(part)

    def judge(texts: Texts) -> Truth:
        if any(part in text for text in texts):
            return YES
        if any(folded in fold(text) for text in texts):
            return where(_ANY_CASE)
        return NO

    return judge


def contains_one_of(options: Iterable[str]) -> Judge:
    """`contains_one_of`: the text is one of these, or has one of them in it (fact 7.5)."""
    written = frozenset(options)
    folded = frozenset(map(fold, written))

    def judge(texts: Texts) -> Truth:
        if not written.isdisjoint(texts):
            return YES
        small = [fold(text) for text in texts]
        holds = 0
        if not folded.isdisjoint(small):
            holds |= _EQUAL & _ANY_CASE
        if any(option in text for option in folded for text in small):
            holds |= _PART & _ANY_CASE
            if any(option in text for option in written for text in texts):
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
