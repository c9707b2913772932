"""Why a route takes an alert or not: the deciding conditions, and no others."""

from collections.abc import Iterator

from reconciler.model import Path
from reconciler.routing.conditions import Groups, Test, group_holds, groups_hold
from reconciler.routing.outcome import Answer, Tested, Why, verdict
from reconciler.routing.ready import Ready
from reconciler.routing.subjects import Facts
from reconciler.routing.values import Held, Unknown, Value, any_of

Decided = tuple[tuple[Tested, ...], ...]


def why(route: Ready, facts: Facts, asked: int) -> Why:
    """The reason of a route's verdict, in the readings that are asked for."""
    takes = verdict(route.takes(facts), asked)
    if route.stop:
        return Why(takes, route.stop)
    if facts.alert.source not in route.attached:
        return Why(takes, "other source")
    found: list[tuple[Answer, Decided]] = []
    for path, groups in _parts(route, facts.alert.source):
        answer = verdict(groups_hold(groups, facts), asked).answer
        if groups:
            found.append((answer, deciding(groups, path, facts, asked)))
    if takes.answer == "no" and any(answer == "no" for answer, _ in found):
        found = [reason for reason in found if reason[0] == "no"]
    elif takes.answer == "unknown":
        found = [reason for reason in found if reason[0] != "yes"]
    return Why(takes, "", tuple(group for _, groups in found for group in groups))


def _parts(route: Ready, source: str) -> Iterator[tuple[Path, Groups]]:
    for number, groups in route.attached[source]:
        yield ("sources", number, "when"), groups
    yield ("when",), route.when


def deciding(groups: Groups, path: Path, facts: Facts, asked: int) -> Decided:
    """Of groups that hold the first that does; of others what keeps each group from it."""
    answers = [verdict(group_holds(group, facts), asked).answer for group in groups]
    whole = verdict(groups_hold(groups, facts), asked).answer
    first = answers.index("yes") if "yes" in answers else None
    chosen = range(len(groups)) if first is None else range(first, first + 1)
    found: list[tuple[Tested, ...]] = []
    for number in chosen:
        if whole == "unknown" and answers[number] == "no":
            continue
        tested = [
            _tested(test, (*path, number, place), facts, asked)
            for place, test in enumerate(groups[number])
        ]
        found.append(tuple(_those_that_decide(tested, answers[number])))
    return tuple(found)


def _those_that_decide(tested: list[Tested], answer: Answer) -> list[Tested]:
    """Of a group that is false in every reading no condition need be: then all that are not true
    decide together.
    """
    if answer == "yes":
        return tested
    same = [test for test in tested if test.verdict.answer == answer]
    return same or [test for test in tested if test.verdict.answer != "yes"]


def _tested(test: Test, path: Path, facts: Facts, asked: int) -> Tested:
    value = _seen(test.subject.read(facts), asked)
    answer = verdict(test.holds(facts), asked)
    unclear = "" if answer.answer != "unknown" or answer.depends_on else test.unclear
    return Tested(path, test.condition, value, answer, unclear)


def _seen(value: Held, asked: int) -> Value:
    """The value in the readings that are asked for."""
    parts = [texts for readings, texts in value if readings & asked]
    unknown = next((part for part in parts if isinstance(part, Unknown)), None)
    return any_of(unknown or Unknown("case", ""), parts)
