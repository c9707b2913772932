"""Whether a change may let a route fall silent for an alert that paged somebody before.

Nobody proves here that it does: what is not surely kept counts as lost.
"""

from dataclasses import replace

from reconciler.model.binding import Binding, Reference
from reconciler.model.canonical import canonical_expression, canonical_targets
from reconciler.model.expression import Branches, Case, Expression
from reconciler.model.names import Names
from reconciler.model.route import Route, Target
from reconciler.plan.paging import Paging, paged, paging
from reconciler.plan.possible import Known, named_expression, possible, possible_values
from reconciler.plan.reach import implies
from reconciler.plan.rename import references_in, renamed, renames


def follow_renames(old: Route, new: Route) -> Route:
    """The old route with the new names of its expressions, whatever their labels; both in canonical
    form.
    """
    pairs = renames(_unlabelled(new), _unlabelled(old))
    return renamed(old, new, pairs) if pairs else old


def decision(route: Route) -> tuple[tuple[Target, ...], tuple[Expression, ...]]:
    """All that decides whom the route pages for an alert that it takes: its targets and the
    expressions that these use, without labels.
    """
    targets = canonical_targets(route.escalate.targets)
    used = used_expressions(route, targets)
    return targets, tuple(sorted((_bare(one) for one in used), key=repr))


def used_expressions(route: Route, part: object) -> tuple[Expression, ...]:
    """The expressions that a part of the route refers to, and those that they in turn use."""
    left = {f'expressions["{one.reference}"]': one for one in route.expressions}
    found: list[Expression] = []
    asked = references_in(part)
    while more := [key for key in left if key in asked]:
        asked = references_in(tuple(left[key] for key in more))
        found += [left.pop(key) for key in more]
    return tuple(found)


def _unlabelled(route: Route) -> Route:
    return replace(route, expressions=tuple(replace(one, label="") for one in route.expressions))


def _bare(expression: Expression) -> Expression:
    return replace(canonical_expression(expression), label="")


def may_fall_silent(before: Route, after: Route, names: Names) -> bool:
    """Whether some alert for which `before` may page somebody may page nobody by `after`. What
    either takes at all is not looked at.
    """
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
    old = {one.reference: _bare(one) for one in before.expressions}
    new = {one.reference: _bare(one) for one in after.expressions}
    if name not in old or name not in new:
        return False
    was, now = old.pop(name), new.pop(name)
    if any(old.get(one.reference) != new.get(one.reference) for one in _made_of(was, before)):
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


def _made_of(expression: Expression, route: Route) -> tuple[Expression, ...]:
    return tuple(
        one
        for one in used_expressions(route, (expression,))
        if one.reference != expression.reference
    )


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
    return all(any(implies(one.when, other.when) for other in before) for one in earlier)


def _sure(binding: Binding | None, known: Known) -> bool:
    return binding is not None and not possible(binding, known).doubts
