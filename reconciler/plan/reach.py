"""Which of two filters lets more alerts through. What cannot be proved is not claimed."""

from reconciler.model.condition import Condition, ConditionGroup, ConditionGroups

_MORE_VALUES_MATCH_MORE = frozenset({"one_of", "contains_one_of"})
_MORE_VALUES_MATCH_LESS = frozenset({"not_one_of", "not_contains_one_of", "all_of"})


def implies(one: ConditionGroups, other: ConditionGroups) -> bool:
    """Whether every alert that passes `one` surely passes `other`; both in canonical form.

    What an empty group matches is documented nowhere, so it proves nothing.
    """
    if one == other or not other:
        return True
    if () in one or () in other or not one:
        return False
    there = set(other)  # most groups stay, and to look for each among all costs their square
    return all(
        group in there or any(_group_implies(group, wider) for wider in other) for group in one
    )


def _group_implies(one: ConditionGroup, other: ConditionGroup) -> bool:
    return all(any(_condition_implies(mine, theirs) for mine in one) for theirs in other)


def _condition_implies(one: Condition, other: Condition) -> bool:
    if one == other:
        return True
    if (one.subject, one.operation) != (other.subject, other.operation):
        return False
    if len(one.params) != 1 or len(other.params) != 1:
        return False
    mine, theirs = set(one.params[0].values), set(other.params[0].values)
    if one.operation in _MORE_VALUES_MATCH_MORE:
        return mine <= theirs
    return one.operation in _MORE_VALUES_MATCH_LESS and mine >= theirs
