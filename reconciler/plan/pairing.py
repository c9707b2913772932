"""Which element became which: groups, conditions and branches have no names.

What is equal stays. Of the rest each is paired with one that shares most with it, then with one of
the same shape; what is left came or went. Pairs are looked for in the order of both sides, and
among a bounded number of candidates: the work grows with the sizes, and equal input gives equal
pairs.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
Pairs = list[tuple[T | None, T | None]]
MOST_TRIED = 8  # candidates for each part that two elements may share


def pairs(
    old: Sequence[T],
    new: Sequence[T],
    parts: Callable[[T], Sequence[Hashable]],
    shapes: Sequence[Callable[[T], Hashable]],
) -> Pairs[T]:
    """The elements of two sets that are not on both sides, old beside new; None: not there.

    `parts`: what elements may share; `shapes`: what pairs those that share nothing, the most
    telling first.
    """
    here, there = set(old), set(new)
    left = [one for one in old if one not in there]
    right = [one for one in new if one not in here]
    found: Pairs[T] = []
    _by_parts(left, right, found, parts)
    for shape in shapes:
        _by_shape(left, right, found, shape)
    return [*found, *((one, None) for one in left), *((None, one) for one in right)]


def _by_parts(
    left: list[T], right: list[T], found: Pairs[T], parts: Callable[[T], Sequence[Hashable]]
) -> None:
    having: dict[Hashable, list[int]] = {}
    for place, one in enumerate(right):
        for part in parts(one):
            having.setdefault(part, []).append(place)
    taken: set[int] = set()
    kept: list[T] = []
    for one in left:
        shared: Counter[int] = Counter()
        for part in parts(one):
            shared.update(_first_free(having.get(part, []), taken))
        if shared:
            place = min(shared, key=lambda place: (-shared[place], place))
            taken.add(place)
            found.append((one, right[place]))
        else:
            kept.append(one)
    left[:] = kept
    right[:] = [one for place, one in enumerate(right) if place not in taken]


def _first_free(places: list[int], taken: set[int]) -> list[int]:
    """Up to MOST_TRIED of the places; those that are taken go from the list for good."""
    free: list[int] = []
    looked_at = 0
    while looked_at < len(places) and len(free) < MOST_TRIED:
        if places[looked_at] not in taken:
            free.append(places[looked_at])
        looked_at += 1
    places[:looked_at] = free
    return free


def _by_shape(
    left: list[T], right: list[T], found: Pairs[T], shape: Callable[[T], Hashable]
) -> None:
    waiting: dict[Hashable, list[T]] = {}
    for one in reversed(right):
        waiting.setdefault(shape(one), []).append(one)
    kept: list[T] = []
    taken: set[T] = set()
    for one in left:
        if candidates := waiting.get(shape(one)):
            taken.add(candidates[-1])
            found.append((one, candidates.pop()))
        else:
            kept.append(one)
    left[:] = kept
    right[:] = [one for one in right if one not in taken]
