"""A filter implies another only where that can be proved."""

import pytest
from hypothesis import given

from reconciler.model import Condition, ConditionGroups, canonical_groups, many
from reconciler.plan.paging import silence as reach
from reconciler.plan.paging.silence import implies
from tests.plan.parts import severity_is, when
from tests.properties.ids_strategies import groups

SET = Condition("alert.title", "is_set")


def none_of(*values: str) -> ConditionGroups:
    return ((Condition("alert.title", "not_one_of", (many(*values),)),),)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (when("a"), ()),
        (when("a"), when("a", "b")),
        (none_of("a", "b"), none_of("a")),
        (((severity_is("a"), SET),), when("a")),
        (when("a"), (*when("a"), (SET,))),
    ],
)
def test_one_way_is_proved_and_the_other_is_not(
    narrow: ConditionGroups, wide: ConditionGroups
) -> None:
    one, other = canonical_groups(narrow), canonical_groups(wide)

    assert implies(one, other)
    assert not implies(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (when("a"), ((),)),
        (((),), when("a")),
        (when("a"), when("b")),
        (when("a"), ((SET,),)),
        (when("a"), ((Condition("alert.title", "one_of", (many("a"),)),),)),
        (
            ((Condition("a", "is_one", (many("x"),)),),),
            ((Condition("a", "is_one", (many("y"),)),),),
        ),
        (((Condition("a", "one_of", ()),),), ((Condition("a", "one_of", (many("y"),)),),)),
    ],
)
def test_what_is_not_known_proves_nothing(one: ConditionGroups, other: ConditionGroups) -> None:
    assert not implies(one, other)
    assert not implies(other, one)


@given(groups)
def test_every_filter_implies_itself_and_no_filter_at_all(drawn: ConditionGroups) -> None:
    assert implies(drawn, drawn)
    assert implies(drawn, ())


def test_groups_that_stay_are_not_compared_with_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[None] = []
    monkeypatch.setattr(reach, "_group_implies", lambda *_: compared.append(None))
    many_groups = tuple((severity_is(f"s{number}"),) for number in range(1_000))

    assert implies(many_groups, (*many_groups, (SET,)))
    assert compared == []
