"""What expressions give, step by step."""

import pytest

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Cast,
    Concatenate,
    Expression,
    Filter,
    Literal,
    Navigate,
    Parse,
    Plain,
    RawStep,
    Reference,
    Returns,
    Step,
    many,
    one,
    reference,
)
from reconciler.routing.evaluate import judge
from reconciler.routing.outcome import Outcome
from reconciler.routing.reading import admissible
from reconciler.routing.world import Alert
from tests.routing.small import (
    PATH,
    PATH_TYPE,
    REGIONS,
    SERVICE,
    SEVERITY,
    WORLD,
    alert,
    check,
    result,
    route,
    when,
)

OWNER = Navigate('catalog_attribute["01OWNER"]')


def pipeline(root: str, *steps: Step, otherwise: Binding | None = None) -> Expression:
    """The expression `who`."""
    return Expression("who", "Who", root, steps, otherwise)


def branches(*cases: tuple[str, Binding], otherwise: Binding | None = None) -> Expression:
    """The expression `who`, by severity."""
    made = tuple(Case(when(check(SEVERITY, "contains", one)), then) for one, then in cases)
    return Expression("who", "Who", ".", (Branches(Returns(PATH_TYPE), made),), otherwise)


def paged(*expressions: Expression, by: Alert) -> Outcome:
    """The outcome of a route that pages `who`."""
    routes = {"r": route(pages=(result("who"),), expressions=expressions)}
    return judge(by, routes, admissible(), WORLD)


def certain(outcome: Outcome) -> set[str]:
    """Who is paged for sure; nobody else may be."""
    assert not outcome.anybody
    assert all(effect.verdict.answer == "yes" for effect in outcome.pages.values())
    return {name for _, name in outcome.pages}


TWO = branches(("crit", one("ONCALL")), ("warn", one("P2")), otherwise=one("OTHER"))


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("crit", "ONCALL"), ("warn", "PLATFORM"), ("crit warn", "ONCALL"), ("info", "OTHER")],
)
def test_the_first_case_that_holds_gives_the_result(severity: str, expected: str) -> None:
    assert certain(paged(TWO, by=alert({SEVERITY: severity}))) == {expected}


def test_no_case_and_no_else_is_nobody() -> None:
    outcome = paged(branches(("crit", one("ONCALL"))), by=alert())
    assert outcome.nobody == "yes"


def test_an_unknown_case_is_a_choice() -> None:
    outcome = paged(TWO, by=alert(unknown=(SEVERITY,)))
    assert {name: effect.verdict.answer for (_, name), effect in outcome.pages.items()} == {
        "ONCALL": "unknown",
        "PLATFORM": "unknown",
        "OTHER": "unknown",
    }
    assert not outcome.anybody


def test_a_choice_between_the_same_is_known() -> None:
    both = branches(("crit", one("ONCALL")), otherwise=one("ONCALL"))
    assert certain(paged(both, by=alert(unknown=(SEVERITY,)))) == {"ONCALL"}


def test_a_case_whose_result_is_nothing_pages_nobody_or_as_the_else_says() -> None:
    outcome = paged(
        branches(("crit", reference(PATH)), otherwise=one("ONCALL")), by=alert({SEVERITY: "crit"})
    )
    assert {name: effect.verdict.answer for (_, name), effect in outcome.pages.items()} == {
        "ONCALL": "unknown"
    }
    assert not outcome.anybody
    assert outcome.nobody == "unknown"


def test_a_case_whose_result_is_nothing_pages_nobody_without_an_else() -> None:
    outcome = paged(branches(("crit", reference(PATH))), by=alert({SEVERITY: "crit"}))
    assert outcome.nobody == "yes"
    assert not outcome.anybody


def test_a_case_depends_on_the_reading() -> None:
    outcome = paged(TWO, by=alert({SEVERITY: "CRIT"}))
    assert outcome.pages["path", "ONCALL"].verdict.depends_on == {"text_case"}
    assert outcome.pages["path", "OTHER"].verdict.depends_on == {"text_case"}


@pytest.mark.parametrize(
    ("service", "expected"), [("E1", {"ONCALL"}), ("E2", {"OTHER"}), ((), {"OTHER"})]
)
def test_navigation_follows_the_catalog_and_else_stands_in_for_nothing(
    service: str | tuple[str, ...], expected: set[str]
) -> None:
    who = pipeline(SERVICE, OWNER, otherwise=one("OTHER"))
    assert certain(paged(who, by=alert({SERVICE: service}))) == expected


def test_navigation_into_what_was_not_read_may_be_anybody() -> None:
    outcome = paged(pipeline(SERVICE, OWNER, otherwise=one("O")), by=alert({SERVICE: "E3"}))
    assert outcome.anybody["r"].reason == "unread"  # type: ignore[union-attr]


def test_navigation_may_begin_at_the_alert_itself() -> None:
    owner = Navigate(f'{SERVICE}.catalog_attribute["01OWNER"]')
    assert certain(paged(pipeline(".", owner), by=alert({SERVICE: "E1"}))) == {"ONCALL"}


KEEP_CHECKOUT = Filter(when(check("input", "name_contains", "Checkout")))


def test_a_filter_keeps_the_elements_for_which_its_conditions_hold() -> None:
    who = pipeline(SERVICE, KEEP_CHECKOUT, OWNER, otherwise=one("OTHER"))
    assert certain(paged(who, by=alert({SERVICE: ("E1", "E2")}))) == {"ONCALL"}
    assert certain(paged(who, by=alert({SERVICE: ("E2",)}))) == {"OTHER"}


def test_an_element_whose_test_is_unknown_may_be_there() -> None:
    who = pipeline(PATH, Filter(when(check("input", "not_one_of", "P2"))))
    outcome = paged(who, by=alert({PATH: ("P1", "P2")}))
    assert not outcome.anybody
    assert {effect.verdict.answer for effect in outcome.pages.values()} == {"unknown"}


def test_a_filter_of_readings() -> None:
    who = pipeline(PATH, Filter(when(check("input", "name_contains", "ON-CALL"))))
    outcome = paged(who, by=alert({PATH: ("P1", "P2")}))
    assert set(outcome.pages) == {("path", "ONCALL")}
    assert outcome.pages["path", "ONCALL"].verdict.depends_on == {"text_case"}


@pytest.mark.parametrize("step", ["first", "random", "min", "max"])
def test_one_of_one_is_it_and_one_of_several_is_a_choice(step: str) -> None:
    who = pipeline(PATH, Plain(step))
    assert certain(paged(who, by=alert({PATH: "P1"}))) == {"ONCALL"}
    assert paged(who, by=alert()).nobody == "yes"
    several = paged(who, by=alert({PATH: ("P1", "P2")}))
    assert {effect.verdict.answer for effect in several.pages.values()} == {"unknown"}
    assert len(several.pages) == 2


def test_concatenation_is_a_union() -> None:
    service_owner = Expression("owner", "", SERVICE, (OWNER,))
    who = pipeline(PATH, Concatenate('expressions["owner"]'))
    by = alert({PATH: ("P1", "P2"), SERVICE: "E1"})
    assert certain(paged(who, service_owner, by=by)) == {"ONCALL", "PLATFORM"}
    half = paged(who, service_owner, by=alert({PATH: "P2", SERVICE: "E3"}))
    assert half.anybody


@pytest.mark.parametrize(
    "step",
    [Parse("$.x", Returns("String")), Plain("sum"), RawStep("{}"), Concatenate(None)],
)
def test_what_only_incident_io_computes_may_be_anybody(step: Step) -> None:
    assert paged(pipeline(PATH, step), by=alert({PATH: "P1"})).anybody


def test_a_cast_to_the_same_type_changes_nothing() -> None:
    assert certain(paged(pipeline(PATH, Cast(Returns(PATH_TYPE))), by=alert({PATH: "P1"}))) == {
        "ONCALL"
    }
    assert paged(pipeline(PATH, Cast(Returns("String"))), by=alert({PATH: "P1"})).anybody


def test_a_count_is_a_number_that_is_set() -> None:
    count = Expression("n", "", REGIONS, (Plain("count"),))
    routes = {
        "set": route(when(check('expressions["n"]', "is_set")), expressions=(count,)),
        "two": route(when(check('expressions["n"]', "gte", "2")), expressions=(count,)),
    }
    outcome = judge(alert(), routes, admissible(), WORLD)
    assert outcome.routes["set"].answer == "yes"
    assert outcome.routes["two"].answer == "unknown"


@pytest.mark.parametrize(
    "expressions",
    [
        (),
        (pipeline('expressions["who"]'),),
        (pipeline('expressions["b"]'), Expression("b", "", 'expressions["who"]')),
        (pipeline(PATH), pipeline(SERVICE)),
        (pipeline("."),),
        (pipeline(".", Plain("first")),),
        (pipeline(PATH, TWO.steps[0]),),
    ],
)
def test_a_missing_circular_or_doubled_expression_may_be_anybody(
    expressions: tuple[Expression, ...],
) -> None:
    assert paged(*expressions, by=alert({PATH: "P1"})).anybody


def test_expressions_refer_to_each_other_in_any_order() -> None:
    who = pipeline('expressions["b"]')
    by = alert({PATH: "P1"})
    assert certain(paged(who, Expression("b", "", PATH), by=by)) == {"ONCALL"}
    assert certain(paged(Expression("b", "", PATH), who, by=by)) == {"ONCALL"}


def test_a_very_long_chain_is_unknown_and_no_traceback() -> None:
    chain = [Expression(f"e{n}", "", f'expressions["e{n + 1}"]') for n in range(3_000)]
    outcome = paged(
        pipeline('expressions["e0"]'), *chain, Expression("e3000", "", PATH), by=alert({PATH: "P1"})
    )
    assert outcome.anybody


def test_a_binding_of_several_values_pages_all() -> None:
    both = Binding((Literal("OTHER"), Reference(PATH)), many=True)
    routes = {"r": route(pages=(both, many("X", "Y")))}
    outcome = judge(alert({PATH: "P1"}), routes, admissible(), WORLD)
    assert certain(outcome) == {"OTHER", "ONCALL", "X", "Y"}
