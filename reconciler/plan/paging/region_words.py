"""Which alerts a row of a proof is about, in the words of route files.

A condition is said as route files write it. All of a cube must hold, so its negatives together are
one `unless`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.model import (
    SEMANTICS_FILE,
    Assumed,
    Assumption,
    Binding,
    Condition,
    Names,
    Reference,
    Route,
    Value,
)
from reconciler.plan.compare.words import binding_words, condition_words, reference_words
from reconciler.plan.paging.paging import LONGEST, cut_short, some
from reconciler.routing.reading import Question
from reconciler.routing.who import (
    EMPTY_GROUP,
    HAS,
    HAS_IN_ANY_CASE,
    IS_ENTRY,
    PRESENT,
    READING,
    WRITTEN,
    WRITTEN_IN_ANY_CASE,
    Cube,
    Region,
    Row,
    Unproven,
    Word,
)
from reconciler.text import counted

_OWN = {
    WRITTEN: "is exactly",
    WRITTEN_IN_ANY_CASE: "is, in any case,",
    HAS: "contains exactly",
    HAS_IN_ANY_CASE: "contains, in any case,",
    IS_ENTRY: "is",
}
EVERY_ALERT = "every alert"
SHORT = 40  # characters of a condition that is said in place of a route's name
READINGS: Mapping[tuple[str, bool], str] = {
    ("text_case", True): "case counts",
    ("text_case", False): "case does not count",
    ("text_one_of", True): "`one_of` compares whole texts",
    ("text_one_of", False): "`one_of` finds a part of the text",
    ("empty_text_is_set", True): "an empty text is set",
    ("empty_text_is_set", False): "an empty text is not set",
    ("empty_group", True): "an empty group matches every alert",
    ("empty_group", False): "an empty group matches no alert",
}


def with_expressions(names: Names, region: Region) -> Names:
    """With the labels of the expressions that the region's conditions use."""
    if not region.expressions:
        return names
    labels = {
        f'expressions["{expression.reference}"]': expression.label or expression.reference
        for expression in region.expressions
    }
    return {**names, **labels}


def sources_words(sources: Sequence[str], names: Names) -> str:
    """Names, of many the first."""
    return ", ".join(some(sorted(names.get(source, source) for source in sources)))


def region_words(row: Row, names: Names) -> Iterator[str]:
    """Each cube of the row, without the readings that the row names itself."""
    changed = {names.get(route, route) for route in row.caused_by}
    for cube in row.region.when or ((),):
        own = tuple(
            _shortest(word, row.region.sources, changed, names)
            for word in cube
            if not _is_of_the_row(word, row)
        )
        yield cube_words(own, names, changed, others=row.unless)


def _shortest(word: Word, sources: Sequence[str], changed: Collection[str], names: Names) -> Word:
    """That an unchanged route takes the alert, said by its condition where it has only that one:
    `unless severity is one of warning` needs no look at another file.
    """
    route = word.test
    if not isinstance(route, Route) or route.name in changed or not route.enabled:
        return word
    plain = {source.source for source in route.sources if not source.when}
    if not plain.issuperset(sources) or [*map(len, route.when)] != [1]:
        return word
    (condition,) = route.when[0]
    is_short = len(condition_words(condition, names)) <= SHORT
    return replace(word, test=condition) if is_short and not _refers(condition) else word


def _refers(condition: Condition) -> bool:
    """Whether it needs an expression, which has another meaning in another route."""
    values = [value for binding in condition.params for value in binding.values]
    references = [value.path for value in values if isinstance(value, Reference)]
    return any(
        reference.startswith("expressions[") for reference in (condition.subject, *references)
    )


def _is_of_the_row(word: Word, row: Row) -> bool:
    test = word.test
    return isinstance(test, Condition) and test.operation == READING and not row.certain


def unproven_words(unproven: Unproven, names: Names) -> tuple[str, str]:
    """The region of an unknown: sources, and conditions."""
    known = with_expressions(names, unproven.region)
    cubes = "; or ".join(cube_words(cube, known) for cube in unproven.region.when) or EVERY_ALERT
    return sources_words(unproven.region.sources, known), cubes


def cube_words(
    cube: Cube, names: Names, changed: Collection[str] = (), *, others: bool = False
) -> str:
    """`severity is one of critical, unless branch is one of main or Informational takes it`. Of a
    changed route, by its name, it is what the change left of its conditions. `others`: nor must a
    route take it that is not named here.
    """
    held = [phrase for word in cube if (phrase := _positive(word, names, changed))]
    negative = [word for word in cube if not _positive(word, names, changed)]
    unless = [_word(word, names, changed) for word in _joined(negative)]
    taking = [word.test for word in negative if isinstance(word.test, Route)]
    unless += [_taken(route, changed) for route in taking if route.name in changed]
    routes = [_route(route) for route in taking if route.name not in changed]
    routes += ["another route"] if others else []
    unless += [f"{' or '.join(routes)} takes it"] if routes else []
    first = " and ".join(held) or EVERY_ALERT
    return f"{first}, unless {' or '.join(unless)}" if unless else first


def _joined(negative: Sequence[Word]) -> Iterator[Word]:
    """The conditions; those that ask one subject for one of some values as one that asks for all
    of them, for neither is to hold.
    """
    conditions = [word.test for word in negative if isinstance(word.test, Condition)]
    values: dict[str, list[Value]] = {}
    for condition in conditions:
        if _asks_for_one(condition):
            values.setdefault(condition.subject, []).extend(condition.params[0].values)
    for condition in conditions:
        if not _asks_for_one(condition):
            yield Word(condition, holds=False)
        elif all_ := values.pop(condition.subject, []):
            yield Word(replace(condition, params=(Binding(tuple(all_)),)), holds=False)


def _asks_for_one(condition: Condition) -> bool:
    """Files call both operations `one_of`. An empty list is not joined: nothing matches it."""
    is_one_of = condition.operation in ("contains_one_of", "one_of")
    return is_one_of and len(condition.params) == 1 and bool(condition.params[0].values)


def _positive(word: Word, names: Names, changed: Collection[str]) -> str:
    """What is said without a *not* around it; "" where it needs one."""
    test = word.test
    if word.holds:
        return _word(word, names, changed)
    if isinstance(test, Condition):
        subject = reference_words(test.subject, names)
        match test.operation:
            case "is_set":
                return f"{subject} is not set"
            case "is_not_set":
                return f"{subject} is set"
            case operation if operation == PRESENT:
                return f"{subject} is missing"
            case operation if operation == EMPTY_GROUP:
                return "an empty group matches no alert"
            case operation if operation == READING:
                return READINGS.get((test.subject, False), "")
    return ""


def _word(word: Word, names: Names, changed: Collection[str]) -> str:
    test = word.test
    if isinstance(test, Route):
        return _taken(test, changed)
    operation = test.operation
    if operation == READING:
        return READINGS.get((test.subject, True), test.subject)
    if operation == EMPTY_GROUP:
        return "an empty group matches every alert"
    subject = reference_words(test.subject, names)
    if operation == PRESENT:
        return f"{subject} is there"
    if operation in _OWN:
        operands = " or ".join(binding_words(binding, names) for binding in test.params)
        return f"{subject} {_OWN[operation]} {operands}"
    return condition_words(test, names)


def _taken(route: Route, changed: Collection[str]) -> str:
    if route.name in changed:
        return f"the unchanged conditions of {_route(route)} hold"
    return f"{_route(route)} takes it"


def _route(route: Route) -> str:
    return cut_short(route.name, LONGEST) or "another route"


def assumed_words(assumed: Assumed) -> str:
    """What is taken for granted: `case counts`, `not both: … and …`."""
    if isinstance(assumed, Assumption):
        return READINGS[assumed.question, assumed.answer]
    if len(assumed.never) == 1:
        question, answer = assumed.never[0]
        return READINGS[question, not answer]
    together = "both" if len(assumed.never) == 2 else "all"
    return f"not {together}: {readings_words(dict(assumed.never))}"


def rests_words(assumed: Assumed) -> str:
    """``It rests on `assume`: case counts (reconciler.yaml:68, since 2026-07-03: seen once).``"""
    if isinstance(assumed, Assumption):
        of, why = "assume", assumed.reason.strip().removesuffix(".")
    else:
        of, why = SEMANTICS_FILE, f"shown by {counted(assumed.alerts, 'past alert')}"
    at = assumed.position
    place = f"{at.file}:{at.line}, " if at else ""
    place += f"since {assumed.since.isoformat()}"
    return f"It rests on `{of}`: {assumed_words(assumed)} ({place}: {why})."


def readings_words(depends_on: Mapping[Question, bool]) -> str:
    """`case counts and an empty text is set`."""
    return " and ".join(READINGS[question, answer] for question, answer in depends_on.items())
