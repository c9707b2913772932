"""Changes inside one slot of conditions or steps, element by element.

Groups, conditions and branches have no names, so the module finds out which element became which.
Equal ones stay. Each of the rest is paired with the one that shares most with it, then with one of
the same shape; others came or went. Pairs are looked for in the order of both sides, and among a
bounded number of candidates: the work grows with the sizes, and equal input gives equal pairs.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Filter,
    Names,
    Step,
)
from reconciler.plan.change import Element, Elements, Noun
from reconciler.plan.compare.words import (
    binding_words,
    case_words,
    condition_words,
    group_words,
    groups_words,
    step_words,
)

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
    left = [item for item in old if item not in there]
    right = [item for item in new if item not in here]
    found: Pairs[T] = []
    _by_parts(left, right, found, parts)
    for shape in shapes:
        _by_shape(left, right, found, shape)
    return [*found, *((item, None) for item in left), *((None, item) for item in right)]


def _by_parts(
    left: list[T], right: list[T], found: Pairs[T], parts: Callable[[T], Sequence[Hashable]]
) -> None:
    having: dict[Hashable, list[int]] = {}
    for place, item in enumerate(right):
        for part in parts(item):
            having.setdefault(part, []).append(place)
    taken: set[int] = set()
    kept: list[T] = []
    for item in left:
        shared: Counter[int] = Counter()
        for part in parts(item):
            shared.update(_first_free(having.get(part, []), taken))
        if shared:
            place = min(shared, key=lambda place: (-shared[place], place))
            taken.add(place)
            found.append((item, right[place]))
        else:
            kept.append(item)
    left[:] = kept
    right[:] = [item for place, item in enumerate(right) if place not in taken]


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
    for item in reversed(right):
        waiting.setdefault(shape(item), []).append(item)
    kept: list[T] = []
    taken: set[T] = set()
    for item in left:
        if candidates := waiting.get(shape(item)):
            taken.add(candidates[-1])
            found.append((item, candidates.pop()))
        else:
            kept.append(item)
    left[:] = kept
    right[:] = [item for item in right if item not in taken]


MOST_VALUES = 8  # of a condition that is shown whole
MOST_ORDERED = 400  # steps or branches of one side: to find what moved costs their square


def groups_elements(old: ConditionGroups, new: ConditionGroups, names: Names) -> Elements | None:
    """Both in canonical form; None where two lines show it as well."""
    if max((len(old), len(new), *map(len, old), *map(len, new))) < 2:
        return None
    return _described(_groups(old, new, names, ""), len(set(old) & set(new)), "group")


def steps_elements(old: tuple[Step, ...], new: tuple[Step, ...], names: Names) -> Elements | None:
    """The same for the steps of an expression, whose order is meaning."""
    match old, new:
        case (Branches() as was,), (Branches() as now,) if was.returns == now.returns:
            same = len(set(was.cases) & set(now.cases))
            return _described(_cases(was.cases, now.cases, names), same, "branch")
        case _ if max(len(old), len(new)) < 2:
            return None
        case _:
            return _described(_steps(old, new, names), len(set(old) & set(new)), "step")


def _described(found: Iterator[Element], same: int, noun: Noun) -> Elements | None:
    """None where words cannot tell one side from the other: the whole slot is then shown by ids."""
    # Those without a head first.
    changed = tuple(sorted(found, key=lambda element: bool(element.within)))
    if any(element.from_ == element.to for element in changed):
        return None
    return Elements(changed, same, noun)


def _groups(
    old: ConditionGroups, new: ConditionGroups, names: Names, within: str
) -> Iterator[Element]:
    if not old:  # no condition at all, not an empty group
        yield Element(within, groups_words(old, names), "")
    for was, now in pairs(old, new, tuple, (_operations, _subjects)):
        if was and now:
            yield from _group(was, now, names, within)
        else:
            yield _element(within, was, now, group_words, names)
    if not new:
        yield Element(within, "", groups_words(new, names))


def _operations(group: ConditionGroup) -> Hashable:
    return tuple(map(_test, group))


def _subjects(group: ConditionGroup) -> Hashable:
    return frozenset(test.subject for test in group)


def _element(
    within: str, old: object, new: object, words: Callable[[Any, Names], str], names: Names
) -> Element:
    """An element that came (no `old`), went (no `new`) or changed."""
    was, now = ("" if side is None else words(side, names) for side in (old, new))
    return Element(within, was, now)


def _group(
    old: ConditionGroup, new: ConditionGroup, names: Names, within: str
) -> Iterator[Element]:
    """The conditions of a pair; those that stay tell which group it is."""
    stay = set(new)
    common = " and ".join(
        condition_words(condition, names) for condition in old if condition in stay
    )
    inside = " and ".join(filter(None, (within, common)))
    for was, now in pairs(old, new, lambda _: (), (_test, attrgetter("subject"))):
        if was and now and max(_count(was), _count(now)) > MOST_VALUES and _test(was) == _test(now):
            yield _values(was, now, names, inside)
        else:
            yield _element(inside, was, now, condition_words, names)


def _count(condition: Condition) -> int:
    return sum(len(binding.values) for binding in condition.params)


def _values(old: Condition, new: Condition, names: Names, within: str) -> Element:
    """The values that came and went, of a long list."""
    here = [value for binding in old.params for value in binding.values]
    there = [value for binding in new.params for value in binding.values]
    lost = Binding(tuple(value for value in here if value not in set(there)))
    won = Binding(tuple(value for value in there if value not in set(here)))
    head = condition_words(replace(new, params=()), names)
    inside = " and ".join(filter(None, (within, f"{head} {len(there)} values")))
    return Element(
        inside,
        binding_words(lost, names) if lost.values else "",
        binding_words(won, names) if won.values else "",
    )


def _test(condition: Condition) -> Hashable:
    return condition.subject, condition.operation


def _steps(old: Sequence[Step], new: Sequence[Step], names: Names) -> Iterator[Element]:
    for was, now in _in_order(old, new, lambda _: (), type):
        match was, now:
            case Filter(before), Filter(after):
                yield from _groups(before, after, names, "filter")
            case Branches(), Branches() if was.returns == now.returns:
                yield from _cases(was.cases, now.cases, names)
            case _:
                yield _element("", was, now, step_words, names)


def _cases(old: Sequence[Case], new: Sequence[Case], names: Names) -> Iterator[Element]:
    for was, now in _in_order(old, new, lambda c: (c.when, c.result, *chain(*c.when)), lambda _: 0):
        if was is None or now is None:
            yield _element("", was, now, case_words, names)
            continue
        if was.result != now.result:
            yield Element(
                f"if {groups_words(now.when, names)}",
                f"then {binding_words(was.result, names)}",
                f"then {binding_words(now.result, names)}",
            )
        if was.when != now.when:
            yield from _groups(
                was.when, now.when, names, f"then {binding_words(now.result, names)}"
            )


def _in_order(
    old: Sequence[T],
    new: Sequence[T],
    parts: Callable[[T], Sequence[Hashable]],
    shape: Callable[[T], Hashable],
) -> Iterator[tuple[T | None, T | None]]:
    """The elements whose order differs between the sides; a moved element goes and comes."""
    shapes = (shape,)
    if max(len(old), len(new)) > MOST_ORDERED:
        yield from pairs(old, new, parts, shapes)
        return
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "replace" and not set(old[a:b]) & set(new[c:d]):
            yield from pairs(old[a:b], new[c:d], parts, shapes)
        elif what != "equal":
            yield from ((item, None) for item in old[a:b])
            yield from ((None, item) for item in new[c:d])
