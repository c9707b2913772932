"""Expressions are followed step by step through the catalog."""

from dataclasses import replace

import pytest

from reconciler.directory import unread
from reconciler.model import (
    Branches,
    Case,
    Cast,
    Concatenate,
    Condition,
    Expression,
    Filter,
    Navigate,
    Parse,
    Plain,
    RawStep,
    Returns,
    Route,
    Step,
    many,
    one,
    reference,
)
from tests.directory.accounts import (
    SERVICE,
    SERVICE_OWNER,
    SERVICE_TIER,
    TEAM_PATH,
    TEAM_TYPE,
    TIER,
    UNKNOWN_ID,
    engine,
    ulid,
)
from tests.directory.resolving import (
    ACCOUNT,
    SERVICE_REFERENCE,
    computing,
    resolved,
    without_findings,
)


def test_an_expression_is_followed_through_the_catalog() -> None:
    route = computing(
        'service.["Owner"]',
        Plain("first"),
        Navigate("Escalation path"),
        otherwise=one("Engineering On-Call"),
    )

    (expression,) = without_findings(route).expressions

    assert expression.root == f'{SERVICE_REFERENCE}.catalog_attribute["{SERVICE_OWNER}"]'
    assert expression.steps[1] == Navigate(f'catalog_attribute["{TEAM_PATH}"]')
    assert expression.otherwise == one(ulid(190))


def test_branches_type_their_results() -> None:
    case = Case(((Condition("priority", "one_of", (many("P1"),)),),), one("checkout"))
    route = computing(
        ".", Branches(Returns("Service", catalog=True), (case,)), otherwise=one("ledgr")
    )

    result, findings = resolved(route)

    (step,) = result.expressions[0].steps
    assert isinstance(step, Branches)
    assert step.returns == Returns(engine(SERVICE))
    assert step.cases[0].result == one(ulid(170))
    assert [(f.code, f.path) for f in findings] == [("unknown-entry", ("expressions", "x", "else"))]


def test_paths_of_branches_follow_how_they_are_written() -> None:
    branches = Branches(
        Returns("String"), (Case(((Condition("nope", "is_set"),),), reference("nope")),)
    )

    at_the_root = resolved(computing(".", branches))[1]
    as_a_step = resolved(computing("service", Plain("first"), branches))[1]

    start = ("expressions", "x")
    case = ("branches", "cases", 0)
    assert [f.path for f in at_the_root] == [
        (*start, *case, "when", 0, 0, "subject"),
        (*start, *case, "then"),
    ]
    assert [f.path for f in as_a_step] == [
        (*start, "steps", 1, *case, "when", 0, 0, "subject"),
        (*start, "steps", 1, *case, "then"),
    ]


def test_a_filter_tests_its_element() -> None:
    inside = Filter(((Condition("input", "one_of", (many("Payments"),)),),))

    (expression,) = without_findings(computing('service.["Owner"]', inside)).expressions

    test = Condition("input", "one_of", (many(ulid(141)),), engine(TEAM_TYPE))
    assert expression.steps == (Filter(((test,),)),)


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        (Plain("count"), "Number"),
        (Plain("sum"), "Number"),
        (Plain("max"), engine(SERVICE)),
        (Cast(Returns("String")), "String"),
        (Cast(Returns("Tier", catalog=True)), engine(TIER)),
        (Parse("$", Returns("Bool")), "Bool"),
        (Concatenate("service"), engine(SERVICE)),
        (Concatenate(None), engine(SERVICE)),
        (Navigate("Tier"), engine(TIER)),
        (Navigate(f'catalog_attribute["{SERVICE_TIER}"]'), engine(TIER)),
        (RawStep("{}"), ""),
    ],
)
def test_types_flow_through_steps(step: Step, typed: str) -> None:
    route = replace(computing("service", step), when=((Condition('expressions["x"]', "is_set"),),))

    assert without_findings(route).when[0][0].subject_type == typed


def test_a_navigation_from_the_alert_itself_is_a_reference() -> None:
    (expression,) = without_findings(computing(".", Navigate("severity"))).expressions

    assert expression.steps == (Navigate(f"alert.attributes.{ulid(110)}"),)


def test_a_step_that_leads_nowhere_is_one_error() -> None:
    route = computing("service", Navigate("Tir"), Navigate("Owner"), otherwise=one("x"))

    _, (finding,) = resolved(route)

    assert finding.code == "unknown-catalog-attribute"
    assert finding.message == 'no attribute of the catalog type Service is named "Tir"'
    assert finding.hint == 'did you mean "Tier"?'


def test_an_unknown_type_is_one_error() -> None:
    route = computing("service", Cast(Returns("Servce", catalog=True)), otherwise=one("x"))

    result, (finding,) = resolved(route)

    assert (finding.code, finding.path) == (
        "unknown-catalog-type",
        ("expressions", "x", "steps", 0, "cast"),
    )
    assert result.expressions[0].steps == (Cast(Returns("Servce", catalog=True)),)


def test_a_types_id_is_taken_where_types_were_not_read() -> None:
    directory = replace(ACCOUNT, catalog_types=unread("no right"))
    route = computing(".", Branches(Returns(UNKNOWN_ID, catalog=True), ()))

    result, findings = resolved(route, directory)

    assert result.expressions[0].steps == (Branches(Returns(engine(UNKNOWN_ID)), ()),)
    assert [f.code for f in findings] == ["unchecked-id"]


def test_expressions_that_use_each_other_in_a_circle_end() -> None:
    first = Expression("a", "a", 'expressions["b"]', (Plain("first"),), one("x"))
    second = Expression("b", "b", 'expressions["a"]', (Plain("first"),))

    assert without_findings(Route("R", expressions=(first, second))).expressions == (first, second)


def test_of_two_expressions_of_one_name_both_are_translated() -> None:
    twins = (Expression("a", "a", "service"), Expression("a", "b", "severity"))

    result = without_findings(Route("R", expressions=twins))

    assert [expression.root for expression in result.expressions] == [
        SERVICE_REFERENCE,
        f"alert.attributes.{ulid(110)}",
    ]
