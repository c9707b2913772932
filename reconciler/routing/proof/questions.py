"""Which open questions about matching a route depends on."""

from collections.abc import Iterator

from reconciler.model import Branches, Condition, ConditionGroups, Filter, Route
from reconciler.routing.reading import Question

_BY_OPERATION: dict[str, frozenset[Question]] = {
    "contains": frozenset({"text_case"}),
    "name_contains": frozenset({"text_case"}),
    "one_of": frozenset({"text_case", "text_one_of"}),
    "contains_one_of": frozenset({"text_case", "text_one_of"}),
    "is_set": frozenset({"empty_text_is_set"}),
    "is_not_set": frozenset({"empty_text_is_set"}),
}


def questions_of(route: Route) -> set[Question]:
    """All that it may depend on; more is no mistake, only more work."""
    found: set[Question] = set()
    for groups in _groups(route):
        for group in groups:
            if not group:
                found.add("empty_group")
            for condition in group:
                found |= _of(condition)
    return found


def _of(condition: Condition) -> frozenset[Question]:
    entry = condition.subject_type.startswith("CatalogEntry[")
    if entry and condition.operation not in ("name_contains", "contains"):
        return frozenset()
    return _BY_OPERATION.get(condition.operation, frozenset())


def _groups(route: Route) -> Iterator[ConditionGroups]:
    yield route.when
    for source in route.sources:
        yield source.when
    for place in route.notify:
        yield place.when
    if route.incident is not None:
        yield route.incident.when
    for expression in route.expressions:
        for step in expression.steps:
            match step:
                case Filter(when):
                    yield when
                case Branches(cases=cases):
                    yield from (case.when for case in cases)
                case _:
                    pass
