"""A condition, a group or a branch that came, went or changed is shown as that."""

from dataclasses import replace

import pytest
from hypothesis import given

from reconciler.model import (
    Branches,
    Case,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Filter,
    Navigate,
    Plain,
    Step,
    canonical_groups,
    many,
    one,
)
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.elements import groups_elements, steps_elements
from reconciler.plan.compare.slots import key_text
from tests.plan.expressed import PATH_TYPE, branches, deciding, priority
from tests.plan.parts import NAMES, production, severity_is, when
from tests.properties.ids_strategies import groups

CRITICAL, PAGE = severity_is("critical"), severity_is("critical", "page")
A, B = one("01ONCALL"), one("01PLATFORM")


def service(name: str) -> Condition:
    return Condition("alert.attributes.01SERVICE", "one_of", (many(name),))


def many_groups(count: int) -> ConditionGroups:
    return tuple((service(f"s{number:03}"), CRITICAL) for number in range(count))


def shown(old: ConditionGroups, new: ConditionGroups) -> list[tuple[str, str, str]]:
    found = groups_elements(canonical_groups(old), canonical_groups(new), NAMES)
    assert found is not None
    return [(one.within, one.from_, one.to) for one in found.changed]


GROUPS = many_groups(33)
FIRST = "attributes.01SERVICE is one of s000"
S1 = "severity is one of critical"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (((service("s000"), PAGE), *GROUPS[1:]), [(FIRST, S1, f"{S1}, page")]),
        (((service("s000"),), *GROUPS[1:]), [(FIRST, S1, "")]),
        (
            ((service("s000"), CRITICAL, Condition("alert.title", "is_set")), *GROUPS[1:]),
            [(f"{FIRST} and {S1}", "", "title is set")],
        ),
        (GROUPS[1:], [("", f"{FIRST} and {S1}", "")]),
        ((*GROUPS, (service("new"),)), [("", "", "attributes.01SERVICE is one of new")]),
        (((), *GROUPS), [("", "", "an empty group")]),
    ],
)
def test_of_thirty_three_groups_the_one_that_changed(
    new: ConditionGroups, expected: list[tuple[str, str, str]]
) -> None:
    assert shown(GROUPS, new) == expected
    assert shown(new, GROUPS) == [(within, to, from_) for within, from_, to in expected]


def test_no_condition_at_all_is_any_alert() -> None:
    assert shown((), GROUPS[:2])[0] == ("", "any alert", "")
    assert shown(GROUPS[:2], ())[-1] == ("", "", "any alert")


def test_what_stays_is_counted() -> None:
    found = groups_elements(GROUPS, GROUPS[1:], NAMES)

    assert found is not None
    assert (found.same, found.noun) == (32, "group")


def test_of_a_long_list_the_values_that_came_and_went() -> None:
    values = [f"v{number:02}" for number in range(40)]
    group: ConditionGroup = (severity_is(*values), service("api"))
    other: ConditionGroup = (severity_is(*values[1:], "new"), service("api"))

    (element,) = shown((group,), (other,))

    assert element == (
        "attributes.01SERVICE is one of api and severity is one of 40 values",
        "v00",
        "new",
    )


@pytest.mark.parametrize(("old", "new"), [(when("a"), when("b")), ((), when("a")), ((), ())])
def test_two_single_lines_need_no_elements(old: ConditionGroups, new: ConditionGroups) -> None:
    assert groups_elements(old, new, NAMES) is None


def test_what_words_cannot_tell_apart_is_shown_by_ids() -> None:
    names = {"01A": "Twin", "01B": "Twin"}
    old, new = ((service("01A"), CRITICAL),), ((service("01B"), CRITICAL),)

    assert groups_elements(old, new, names) is None


@given(groups, groups)
def test_two_filters_differ_exactly_where_an_element_does(
    one_side: ConditionGroups, other_side: ConditionGroups
) -> None:
    old, new = canonical_groups(one_side), canonical_groups(other_side)
    found = groups_elements(old, new, {})

    if found is not None:
        assert bool(found.changed) is (old != new)
        assert all(one.from_ or one.to for one in found.changed)


def steps(old: tuple[Step, ...], new: tuple[Step, ...]) -> list[tuple[str, str, str]]:
    found = steps_elements(old, new, NAMES)
    assert found is not None
    return [(one.within, one.from_, one.to) for one in found.changed]


TWO = branches(("P1", A), ("P2", B))


def test_branches_are_compared_one_by_one() -> None:
    assert steps(TWO.steps, branches(("P1", B), ("P2", B)).steps) == [
        ("if priority is one of P1", "then Engineering On-Call", "then Platform On-Call")
    ]
    assert steps(TWO.steps, branches(("P3", A), ("P2", B)).steps) == [
        ("then Engineering On-Call", "priority is one of P1", "priority is one of P3")
    ]
    assert steps(TWO.steps, branches(("P0", B), ("P1", A), ("P2", B)).steps) == [
        ("", "", "if priority is one of P0 then Platform On-Call")
    ]
    assert steps(TWO.steps, branches(("P2", B), ("P1", A)).steps) == [
        ("", "", "if priority is one of P2 then Platform On-Call"),
        ("", "if priority is one of P2 then Platform On-Call", ""),
    ]


def test_steps_are_compared_one_by_one() -> None:
    old = (Navigate("x"), Filter(priority("P1")), Plain("first"))
    new = (Navigate("x"), Filter(priority("P2")), Plain("random"))

    assert steps(old, new) == [
        ("", "first", "random"),
        ("filter", "priority is one of P1", "priority is one of P2"),
    ]
    assert steps(old, old[:2]) == [("", "first", "")]
    assert steps_elements(old[:1], new[1:2], NAMES) is None


def test_a_thousand_branches_are_no_square() -> None:
    cases = tuple(Case(priority(f"P{number}"), A) for number in range(1_000))
    other = replace(cases[500], result=B)
    old, new = Branches(PATH_TYPE, cases), Branches(PATH_TYPE, (*cases[:500], other, *cases[501:]))

    assert steps((old,), (new,)) == [
        ("if priority is one of P500", "then Engineering On-Call", "then Platform On-Call")
    ]


def test_a_change_has_its_elements_and_its_whole_text() -> None:
    before, after = replace(production(), when=GROUPS), replace(production(), when=GROUPS[1:])
    (change,) = differences(after, before, NAMES)

    assert change.elements is not None
    assert len(change.elements.changed) == 1
    assert change.from_ is not None
    assert change.from_.key == key_text(canonical_groups(GROUPS))  # what the digest is made of
    (of_steps,) = differences(deciding(branches(("P1", B), ("P2", B))), deciding(TWO), NAMES)
    assert of_steps.elements is not None
    assert of_steps.elements.noun == "branch"
