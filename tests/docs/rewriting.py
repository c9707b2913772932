"""A block's output, written anew: what the page leaves out stays left out."""

from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches

from tests.docs.reader import masked, matches

OMITTED = "…"
ALIKE = 0.6  # of two lines, one of which is the other's new wording


def rewritten(shown: str, said: str) -> str:
    """What a command printed, with a `…` wherever the page has one. All of it where the lines
    around an `…` are gone.
    """
    lines = said.splitlines()
    text = "".join(f"{line}\n" for line in _lines(shown.splitlines(), lines))
    return text if matches(text, said) else "".join(f"{line}\n" for line in lines)


def _lines(shown: list[str], said: list[str]) -> Iterator[str]:
    at_shown, at_said = -1, -1
    for here, there in (*_pairs(shown, said), (len(shown), len(said))):
        between = said[at_said + 1 : there]
        omitted = any(line.strip() == OMITTED for line in shown[at_shown + 1 : here])
        yield from [OMITTED] if omitted and between else between
        yield from said[there : there + 1]
        at_shown, at_said = here, there


def _pairs(shown: list[str], said: list[str]) -> Iterator[tuple[int, int]]:
    """The lines of the page that are still printed, and those with other words, in order."""
    old, new = ([masked(line).rstrip() for line in lines] for lines in (shown, said))
    matcher = SequenceMatcher(lambda line: not line, old, new, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            yield from zip(range(start, end), range(first, last), strict=True)
        elif kind == "replace":
            yield from _reworded(old, range(start, end), new, range(first, last))


def _reworded(
    old: list[str], changed: range, new: list[str], instead: range
) -> Iterator[tuple[int, int]]:
    free = [*instead]
    for here in changed:
        if old[here].strip() == OMITTED:
            continue
        near = get_close_matches(old[here], [new[one] for one in free], 1, ALIKE)
        if near:
            there = next(one for one in free if new[one] == near[0])
            yield here, there
            free = [one for one in free if one > there]
