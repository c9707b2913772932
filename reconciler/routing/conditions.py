"""Conditions made ready: what each tests, and whether groups of them hold."""

from dataclasses import dataclass
from typing import Literal as OneOf

from reconciler.model import (
    ENTRY_STORED_AS,
    TEXT_STORED_AS,
    Condition,
    ConditionGroups,
    Literal,
    canonical_condition,
)
from reconciler.routing.reading import ALL, NO, UNKNOWN, WHERE, YES, Truth, opposite, where
from reconciler.routing.subjects import Facts, Scope, Subject
from reconciler.routing.text import Judge, Texts, contains, contains_one_of, is_set, unjudged
from reconciler.routing.values import judged
from reconciler.routing.world import Kind

Unclear = OneOf["", "operation", "operand", "type", "entry"]
"""Why a test may have no answer for a known value: incident.io does not document the operation; an
operand is a reference; the type of the subject was not read; an operand is no entry that was read.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """One condition, ready to be asked. `condition` is as the route has it."""

    condition: Condition
    subject: Subject
    judge: Judge
    unclear: Unclear = ""

    def holds(self, facts: Facts) -> Truth:
        """The answer for an alert, kept where it is the same all over the alert."""
        truth = judged(self.subject.read(facts), self.judge)
        if self.subject.of != "element":
            facts.truths[self] = truth
        return truth


Groups = tuple[tuple[Test, ...], ...]
Shared = dict[object, Test]
"""Tests that several routes have, by what they ask."""


def ready(groups: ConditionGroups, scope: Scope, shared: Shared) -> Groups:
    """Every condition of some groups, in their order."""
    return tuple(
        tuple(_shared(condition, scope, shared) for condition in group) for group in groups
    )


def groups_hold(groups: Groups, facts: Facts) -> Truth:
    """One group must hold; no groups always do."""
    return all_hold((groups,), facts)


def group_holds(group: tuple[Test, ...], facts: Facts) -> Truth:
    """All must hold. What an empty group does is a question of its own (fact 7.8)."""
    return all_hold(((group,),), facts)


def all_hold(parts: tuple[Groups, ...], facts: Facts) -> Truth:
    """Several parts, of which each must hold. These loops are most of the work of an evaluation, so
    they call no function for what is known.
    """
    truths = facts.truths
    holds, fails = ALL, 0
    for groups in parts:
        if not groups:
            continue
        some_hold, none_holds = 0, ALL
        for group in groups:
            these, fail = _EMPTY_GROUP if not group else YES
            for test in group:
                truth = truths.get(test) or test.holds(facts)
                these &= truth[0]
                fail |= truth[1]
                if fail == ALL:
                    break
            some_hold |= these
            none_holds &= fail
            if some_hold == ALL:
                break
        holds &= some_hold
        fails |= none_holds
        if fails == ALL:
            break
    return holds, fails


_EMPTY_GROUP = where(WHERE["empty_group"])


def _shared(condition: Condition, scope: Scope, shared: Shared) -> Test:
    test = _test(condition, scope)
    if test.subject.of != "alert":
        return test
    plain = canonical_condition(condition)
    return shared.setdefault((plain, plain.subject_type), test)


def _test(condition: Condition, scope: Scope) -> Test:
    subject = scope.subject(condition.subject)
    kind = Kind(condition.subject_type, subject.kind.array) if condition.subject_type else None
    judge, unclear = _judge(canonical_condition(condition), kind or subject.kind, scope)
    return Test(condition, subject, judge, unclear)


def _judge(condition: Condition, kind: Kind, scope: Scope) -> tuple[Judge, Unclear]:
    """By the operation's stored name for a subject of this type."""
    operation, params = condition.operation, condition.params
    if operation in ("is_set", "is_not_set"):
        if params:
            return unjudged, "operation"
        return (is_set if operation == "is_set" else _is_not_set), ""
    if len(params) != 1:
        return unjudged, "operation"
    operands = [value.text for value in params[0].values if isinstance(value, Literal)]
    if len(operands) < len(params[0].values):
        return unjudged, "operand"
    if kind.is_entry:
        return _judge_entry(operation, operands, kind, scope)
    if kind.type and not kind.is_text:
        return unjudged, "operation"
    if TEXT_STORED_AS.get(operation, operation) == TEXT_STORED_AS["one_of"]:
        return contains_one_of(operands), ""
    if operation != "contains" or len(operands) != 1:
        return unjudged, "operation"
    return (contains(operands[0]), "") if kind.type else (unjudged, "type")


def _judge_entry(
    operation: str, operands: list[str], kind: Kind, scope: Scope
) -> tuple[Judge, Unclear]:
    """A subject whose type was unknown when its route was stored has the name that texts have."""
    operation = ENTRY_STORED_AS.get(operation, operation)
    if operation in ("one_of", TEXT_STORED_AS["one_of"]):
        return _one_of(operands, kind, scope), "entry"
    if operation == "name_contains" and len(operands) == 1:
        return _name_contains(operands[0], kind, scope), "entry"
    return unjudged, "operation"


def _is_not_set(texts: Texts) -> Truth:
    return opposite(is_set(texts))


def _one_of(operands: list[str], kind: Kind, scope: Scope) -> Judge:
    """By the entry's id. What resolves to no entry may be the external id of any (fact 7.9)."""
    resolved = {operand: scope.catalog.resolved(kind, operand) for operand in operands}
    wanted = {identity for identity in resolved.values() if identity is not None}
    unresolved = {operand for operand, identity in resolved.items() if identity is None}

    def judge(entries: Texts) -> Truth:
        if not entries:
            return NO
        if not wanted.isdisjoint(entries) or not unresolved.isdisjoint(entries):
            return YES
        return UNKNOWN if unresolved else NO

    return judge


def _name_contains(part: str, kind: Kind, scope: Scope) -> Judge:
    in_name = contains(part)

    def judge(entries: Texts) -> Truth:
        holds, fails = NO
        for identity in entries:
            entry = scope.catalog.entry(kind, identity)
            truth = in_name((entry.name,)) if entry else UNKNOWN
            holds, fails = holds | truth[0], fails & truth[1]
        return holds, fails

    return judge
