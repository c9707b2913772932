"""The parts of a route's paging that a change surely keeps.

The tests are cautious. A route may fall silent for an alert unless its paging is surely kept, a
change may page others unless it surely does not, and a filter is wider unless that is disproved.
"""

from dataclasses import replace

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Expression,
    Live,
    Names,
    Path,
    Reference,
    Route,
    Target,
    canonical_expression,
    canonical_targets,
    settings,
)
from reconciler.plan.change import Change, Create, Delete, Update
from reconciler.plan.compare.effective import references_in, renamed, renames
from reconciler.plan.paging.paging import (
    Known,
    Paging,
    named_expression,
    paged,
    paging,
    possible,
    possible_values,
)

_MORE_VALUES_MATCH_MORE = frozenset({"one_of", "contains_one_of"})
_MORE_VALUES_MATCH_LESS = frozenset({"not_one_of", "not_contains_one_of", "all_of"})


def implies(groups: ConditionGroups, other: ConditionGroups) -> bool:
    """Whether every alert that passes `groups` surely passes `other`; both in canonical form.

    What an empty group matches is documented nowhere, so it proves nothing.
    """
    if groups == other or not other:
        return True
    if () in groups or () in other or not groups:
        return False
    there = set(other)  # most groups stay, and to look for each among all costs their square
    return all(
        group in there or any(_group_implies(group, wider) for wider in other) for group in groups
    )


def _group_implies(group: ConditionGroup, other: ConditionGroup) -> bool:
    return all(any(_condition_implies(mine, theirs) for mine in group) for theirs in other)


def _condition_implies(condition: Condition, other: Condition) -> bool:
    if condition == other:
        return True
    if (condition.subject, condition.operation) != (other.subject, other.operation):
        return False
    if len(condition.params) != 1 or len(other.params) != 1:
        return False
    mine, theirs = set(condition.params[0].values), set(other.params[0].values)
    if condition.operation in _MORE_VALUES_MATCH_MORE:
        return mine <= theirs
    return condition.operation in _MORE_VALUES_MATCH_LESS and mine >= theirs


def follow_renames(old: Route, new: Route) -> Route:
    """The old route with its expressions' new names; both in canonical form."""
    pairs = renames(_unlabelled(new), _unlabelled(old))
    return renamed(old, new, pairs) if pairs else old


def decision(route: Route) -> tuple[tuple[Target, ...], tuple[Expression, ...]]:
    """All that decides whom the route pages: its targets, and the expressions that they use."""
    targets = canonical_targets(route.escalate.targets)
    used = used_expressions(route, targets)
    return targets, tuple(sorted((_bare(expression) for expression in used), key=repr))


def used_expressions(route: Route, part: object) -> tuple[Expression, ...]:
    """The expressions that a part of the route refers to, and those that they in turn use."""
    left = {
        f'expressions["{expression.reference}"]': expression for expression in route.expressions
    }
    found: list[Expression] = []
    used = references_in(part)
    while more := [key for key in left if key in used]:
        used = references_in(tuple(left[key] for key in more))
        found += [left.pop(key) for key in more]
    return tuple(found)


def _unlabelled(route: Route) -> Route:
    return replace(
        route, expressions=tuple(replace(expression, label="") for expression in route.expressions)
    )


def _bare(expression: Expression) -> Expression:
    return replace(canonical_expression(expression), label="")


def may_fall_silent(before: Route, after: Route, names: Names) -> bool:
    """Whether an alert for which `before` may page can page nobody by `after`."""
    if paging(after) < paging(before):
        return True
    if paging(before) is not Paging.PERHAPS or paging(after) is not Paging.PERHAPS:
        return False
    before = follow_renames(before, after)
    if decision(before) == decision(after):
        return False
    return bool(paged(before, names) - paged(after, names)) or not _kept(before, after)


def _kept(before: Route, after: Route) -> bool:
    """Whether each target still pages whenever it did; whom it pages has not become less."""
    still = {value for target in after.escalate.targets for value in target.binding.values}
    for target in before.escalate.targets:
        for value in target.binding.values:
            name = named_expression(value.path) if isinstance(value, Reference) else ""
            if value not in still or (name and not _kept_expression(name, before, after)):
                return False
    return True


def _kept_expression(name: str, before: Route, after: Route) -> bool:
    old = {expression.reference: _bare(expression) for expression in before.expressions}
    new = {expression.reference: _bare(expression) for expression in after.expressions}
    if name not in old or name not in new:
        return False
    was, now = old.pop(name), new.pop(name)
    parts = {expression.reference for expression in used_expressions(before, (was,))} - {name}
    if any(old.get(part) != new.get(part) for part in parts):
        return False
    known = possible_values(after)
    if was.otherwise and was.otherwise != now.otherwise and not _sure(now.otherwise, known):
        return False
    if (was.root, was.steps) == (now.root, now.steps):
        return True
    match was.steps, now.steps:
        case (Branches(cases=cases),), (Branches(cases=others),) if was.root == now.root:
            return _kept_cases(cases, others, known)
        case _:
            return False


def _kept_cases(cases: tuple[Case, ...], others: tuple[Case, ...], known: Known) -> bool:
    """Each alert of an old case falls into a new one, and into none that is less sure: not even
    into one of the old cases that now stands before another.
    """
    if not all(any(implies(case.when, other.when) for other in others) for case in cases):
        return False
    return all(
        _sure(other.result, known) or _as_late(other, cases, others[:place])
        for place, other in enumerate(others)
    )


def _as_late(case: Case, cases: tuple[Case, ...], before: tuple[Case, ...]) -> bool:
    """Whether it is an old case, and all that was chosen before it still is."""
    if case not in cases:
        return False
    earlier = cases[: cases.index(case)]
    return all(any(implies(first.when, other.when) for other in before) for first in earlier)


def _sure(binding: Binding | None, known: Known) -> bool:
    return binding is not None and not possible(binding, known).doubts


_WITHOUT_PAGING = frozenset(row.key for row in settings(Route) if not row.pages)
"""Keys for channels, owners and incidents, which never decide who is paged."""


def unsure_keys(change: Change) -> tuple[str, ...]:
    """The changed keys of the file that may decide who is paged; none if they surely do not."""
    match change:
        case Create():
            return () if paging(change.after) is Paging.NOBODY else ("escalate",)
        case Delete():
            return ("escalate",) if _may_page(change.live) else ()
        case Update():
            return _of_update(change)


def _of_update(change: Update) -> tuple[str, ...]:
    before, after = change.live.route, change.after
    if not _may_page(change.live) and paging(after) is Paging.NOBODY:
        return ()
    used = _deciding(before) | _deciding(after)
    keys = {
        _key(field_change.path): None
        for field_change in change.fields
        if not _beside_paging(field_change.path, used)
    }
    hidden = ["hidden parts"] if change.live.hidden else []
    return (*keys, *hidden)


def _key(path: Path) -> str:
    return str(path[0]) if path[0] != "expressions" else ".".join(map(str, path[:2]))


def _beside_paging(path: Path, used: frozenset[str]) -> bool:
    match path:
        case ("expressions", _, "reference" | "label"):  # a new name everywhere (fact 3.9)
            return True
        case ("expressions", str(name), *_):
            return name not in used
        case _:
            return path[0] in _WITHOUT_PAGING


def _deciding(route: Route) -> frozenset[str]:
    """The expressions that decide whether, how often and whom the route pages."""
    parts = (route.escalate, route.when, route.sources, route.group)
    return frozenset(expression.reference for expression in used_expressions(route, parts))


def _may_page(live: Live) -> bool:
    """A target of an unknown kind may page."""
    unknown = any(
        "escalation" in field.pointer or field.path[:1] == ("escalate",) for field in live.unknown
    )
    return unknown or paging(live.route) is not Paging.NOBODY
