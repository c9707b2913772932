"""A reference is found with its type, or it is not in scope."""

import pytest

from reconciler.sandbox.account import seed
from reconciler.sandbox.routes.references import References, Typed
from tests.sandbox.payloads import PATH, SERVICE, SEVERITY, TEAM, TEAM_PATH, TIER, expressions

ESCALATION_PATH = seed.engine_type("Escalation Path")


def find(reference: str, element: Typed | None = None) -> Typed | None:
    return References(seed.account(), expressions()).find(reference, element)


@pytest.mark.parametrize(
    ("reference", "type_name", "label"),
    [
        ("alert.title", "String", "Alert → Title"),
        ("alert.description", "TemplatedText", "Alert → Description"),
        ("alert.priority", seed.engine_type("Alert Priority"), "Alert → Priority"),
        (SEVERITY, "String", "Alert → severity"),
        (f"{SERVICE}.{TIER}", seed.engine_type("Tier"), "Alert → service → Tier"),
        ('expressions["by-severity"]', ESCALATION_PATH, "Path by severity"),
        ('expressions["team-path"]', ESCALATION_PATH, "Path of the team"),
        (".", ".", "Alert"),
    ],
)
def test_what_is_in_scope_has_type_and_label(reference: str, type_name: str, label: str) -> None:
    assert find(reference) == Typed(type_name, False, label)


@pytest.mark.parametrize(
    "reference",
    [
        "alert.nothing",
        "alert.attributes.01JNOTHING",
        'expressions["none"]',
        f"{SEVERITY}.{TIER}",
        f"{SERVICE}.{TEAM_PATH}",
        f"{SERVICE}.{TIER} and more",
        "input",
        "nothing." + TIER,
    ],
)
def test_what_is_not_in_scope_is_not_found(reference: str) -> None:
    assert find(reference) is None


def test_input_is_the_element_of_a_filter() -> None:
    element = Typed(seed.engine_type("Service"), False, "each")

    assert find("input", element) == element
    assert find(f"input.{TIER}", element) == Typed(seed.engine_type("Tier"), False, "each → Tier")


def test_the_type_of_priorities_is_found_wherever_it_stands() -> None:
    account = seed.account()
    account.catalog_types.reverse()

    found = References(account, []).find("alert.priority")

    assert found is not None
    assert found.type == seed.engine_type("Alert Priority")


def test_an_account_without_priorities_still_has_a_priority() -> None:
    account = seed.account()
    account.catalog_types.clear()

    found = References(account, []).find("alert.priority")

    assert found == Typed("AlertPriority", False, "Alert → Priority")


def test_expressions_in_a_circle_are_not_in_scope() -> None:
    circle = [
        {
            "reference": one,
            "label": "",
            "root_reference": f'expressions["{other}"]',
            "operations": [],
        }
        for one, other in (("a", "b"), ("b", "a"))
    ]

    assert References(seed.account(), circle).find('expressions["a"]') is not None
    assert References(seed.account(), circle[:1]).find('expressions["b"]') is None


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"operation_type": "count"}, ("Number", False)),
        ({"operation_type": "sum"}, ("Number", False)),
        ({"operation_type": "first"}, (seed.engine_type("Team"), False)),
        ({"operation_type": "max"}, (seed.engine_type("Team"), False)),
        ({"operation_type": "concatenate"}, (seed.engine_type("Team"), True)),
        ({"operation_type": "filter"}, (seed.engine_type("Team"), True)),
        (
            {"operation_type": "navigate", "navigate": {"reference": TEAM_PATH}},
            (ESCALATION_PATH, True),
        ),
        ({"operation_type": "navigate", "navigate": {"reference": "odd"}}, ("String", True)),
        (
            {"operation_type": "parse", "parse": {"returns": {"type": "Bool", "array": False}}},
            ("Bool", False),
        ),
    ],
)
def test_each_operation_has_a_result_type(
    operation: dict[str, object], expected: tuple[str, bool]
) -> None:
    start = Typed(seed.engine_type("Team"), True, "Teams")

    after = References(seed.account(), []).after(start, operation)

    assert (after.type, after.array) == expected
    assert after.returns() == {"type": expected[0], "array": expected[1]}


def test_an_unlabelled_expression_is_called_by_its_reference() -> None:
    expression = {"reference": "x", "label": "", "root_reference": TEAM, "operations": []}

    found = References(seed.account(), [expression]).find('expressions["x"]')

    assert found is not None
    assert (found.label, PATH in found.label) == ("x", False)
