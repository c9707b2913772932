"""Case of letters, one character for one: `ß` and the final sigma stay (fact 7.4)."""

from functools import lru_cache
from itertools import islice, product

_UNUSUAL = {  # capital letters that are not the capital of their small letter
    "k": "\u212a",
    "å": "\u212b",
    "ω": "\u2126",
    "ß": "\u1e9e",
    "θ": "\u03f4",
}


def small(text: str) -> str:
    """The text without case: what has no single small letter stays as it is."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


@lru_cache(maxsize=4096)
def spellings(char: str) -> tuple[str, ...]:
    """Every character that has this small letter; the letter itself comes first."""
    found = [char]
    for other in (char.upper(), char.title(), _UNUSUAL.get(char, char)):
        if len(other) == 1 and other not in found and small(other) == char:
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
