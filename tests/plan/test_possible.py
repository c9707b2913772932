"""An expression gives what its parts give; what nobody knows stays unknown, with its reason."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, strategies as st

from reconciler.model import (
    Binding,
    Cast,
    Concatenate,
    Expression,
    Filter,
    Literal,
    Navigate,
    Plain,
    RawStep,
    Reference,
    Value,
    many,
    one,
)
from reconciler.plan.paging.paging import (
    Doubt,
    Possible,
    named_expression,
    possible,
    possible_values,
)
from tests.plan.expressed import ATTRIBUTE, PATH_TYPE, branches, computed, deciding, priority, ref

A, B = Literal("01A"), Literal("01B")
WHO = 'expressions["who"]'
HOP = Navigate('catalog_attribute["01HOP"]')


def of(*expressions: Expression) -> Possible:
    return possible(ref(WHO), possible_values(deciding(*expressions)))


def reasons(found: Possible) -> set[str]:
    return {doubt.reason for doubt in found.doubts}


def test_branches_with_an_else_of_literals_are_never_nothing() -> None:
    assert of(branches(("P1", one("01A")), otherwise=one("01B"))) == Possible(frozenset({A, B}))


def test_without_an_else_they_may_be_nothing() -> None:
    found = of(branches(("P1", one("01A"))))

    assert found == Possible(frozenset({A}), frozenset({Doubt("no else", WHO)}))


def test_an_empty_else_is_no_else() -> None:
    assert reasons(of(branches(("P1", one("01A")), otherwise=Binding()))) == {"no else"}


def test_a_branch_that_gives_a_reference_may_be_nothing_whatever_the_else() -> None:
    found = of(branches(("P1", ref(ATTRIBUTE)), otherwise=one("01B")))

    assert found.values == {Reference(ATTRIBUTE), B}
    assert reasons(found) == {"empty"}


@pytest.mark.parametrize(
    ("expression", "expected", "why"),
    [
        (computed(ATTRIBUTE), {Reference(ATTRIBUTE)}, {"empty"}),
        (computed(ATTRIBUTE, HOP), {Reference(WHO)}, {"computed"}),
        (computed(ATTRIBUTE, HOP, otherwise=one("01B")), {Reference(WHO), B}, {"computed"}),
        (
            computed(ATTRIBUTE, Filter(priority("P1"))),
            {Reference(ATTRIBUTE)},
            {"empty", "filtered"},
        ),
        (computed(ATTRIBUTE, Cast(PATH_TYPE)), {Reference(WHO)}, {"computed"}),
        (computed(ATTRIBUTE, RawStep("{}")), {Reference(WHO)}, {"computed"}),
        (computed(ATTRIBUTE, Plain("count")), {Reference(WHO)}, {"computed"}),
        (computed(".", Navigate(ATTRIBUTE)), {Reference(ATTRIBUTE)}, {"empty"}),
        (computed("."), {Reference(WHO)}, {"computed"}),
        (computed(WHO), {Reference(WHO)}, {"loop"}),
        (
            computed('expressions["other"]'),
            {Reference('expressions["other"]')},
            {"missing"},
        ),
    ],
)
def test_steps(expression: Expression, expected: set[object], why: set[str]) -> None:
    found = of(expression)

    assert found.values == expected
    assert reasons(found) == why


def test_expressions_of_expressions_are_followed() -> None:
    inner = Expression("inner", "inner", ".", branches(("P1", one("01A"))).steps, one("01B"))
    outer = branches(("P2", ref('expressions["inner"]')), otherwise=one("01C"))

    assert of(outer, inner) == Possible(frozenset({A, B, Literal("01C")}))


def test_a_circle_of_two_is_unknown_for_both() -> None:
    one_way = computed('expressions["back"]')
    back = computed(WHO, name="back")

    assert reasons(of(one_way, back)) == {"loop"}


def test_of_two_expressions_of_one_name_neither_is_believed() -> None:
    found = of(branches(otherwise=one("01A")), branches(otherwise=one("01B")))

    assert found == Possible(frozenset({Reference(WHO)}), frozenset({Doubt("computed", WHO)}))


@pytest.mark.parametrize("turn", [1, -1])
def test_united_with_what_is_sure_it_is_sure(turn: int) -> None:
    sure = branches(("P1", one("01A")), otherwise=one("01A"))
    sure = Expression("sure", "sure", sure.root, sure.steps, sure.otherwise)
    united = computed(ATTRIBUTE, Concatenate('expressions["sure"]'))
    found = of(*(united, sure)[::turn])

    assert found == Possible(frozenset({A, Reference(ATTRIBUTE)}))
    hidden = of(computed(ATTRIBUTE, Concatenate(None)))
    assert hidden.values == {Reference(ATTRIBUTE), Reference(WHO)}
    assert reasons(hidden) == {"empty"}


def test_of_several_values_one_that_is_sure_is_enough() -> None:
    known = possible_values(deciding())

    assert not possible(Binding((A, Reference(ATTRIBUTE)), many=True), known).doubts
    assert possible(many("", "01A"), known) == Possible(frozenset({A}))
    assert reasons(possible(one(""), known)) == {"empty"}
    assert reasons(possible(Binding(), known)) == {"empty"}


def test_ten_thousand_in_a_row_are_no_recursion() -> None:
    chain = [computed(f'expressions["{number + 1}"]', name=str(number)) for number in range(10_000)]
    last = Expression("10000", "", ".", branches().steps, one("01A"))
    known = possible_values(deciding(*chain, last))

    assert known["0"] == Possible(frozenset({A}))


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        (WHO, "who"),
        ('expressions["a "b"]', 'a "b'),
        ('expressions["who"].catalog_attribute["01X"]', ""),
        (ATTRIBUTE, ""),
    ],
)
def test_only_a_whole_reference_is_an_expression(reference: str, name: str) -> None:
    assert named_expression(reference) == name


@given(st.permutations(["01A", "01B", "01C"]), st.booleans())
def test_the_order_of_branches_changes_nothing_that_is_possible(
    results: list[str], with_else: bool
) -> None:
    cases = [(f"P{number}", one(result)) for number, result in enumerate(results)]
    found = of(branches(*cases, otherwise=one("01D") if with_else else None))

    assert found.values == {*map(Literal, results), *([Literal("01D")] if with_else else [])}
    assert bool(found.doubts) is not with_else


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[Expression], dict[str, Value | None]]:
    """Expressions of branches, each of literals and of those before it; and what they give for one
    alert, which branches by its whim. None: nothing.
    """
    made: list[Expression] = []
    given_now: dict[str, Value | None] = {}
    for number in range(draw(st.integers(1, 5))):
        earlier = [Reference(f'expressions["{one.reference}"]') for one in made]
        results: st.SearchStrategy[Value] = st.sampled_from(
            [Literal("01A"), Literal("01B"), Literal(""), *earlier]
        )
        cases = [(f"P{n}", Binding((draw(results),))) for n in range(draw(st.integers(0, 3)))]
        otherwise = Binding((draw(results),)) if draw(st.booleans()) else None
        one_more = replace(branches(*cases, otherwise=otherwise), reference=str(number))
        made.append(one_more)
        taken = [*(result for _, result in cases), otherwise][draw(st.integers(0, len(cases)))]
        value = taken.values[0] if taken else None
        if isinstance(value, Reference):
            value = given_now[named_expression(value.path)]
        given_now[one_more.reference] = None if value == Literal("") else value
    return made, given_now


@given(chains(), st.randoms())
def test_whatever_an_alert_gives_is_possible(
    drawn: tuple[list[Expression], dict[str, Value | None]], shuffled: Random
) -> None:
    expressions, given_now = drawn
    shuffled.shuffle(expressions)
    known = possible_values(deciding(*expressions))

    for name, value in given_now.items():
        assert known[name].doubts if value is None else value in known[name].values
