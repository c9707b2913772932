"""What a payload must satisfy beyond its shape: one row, one rule, one pointer."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.sandbox.account.seed import ident
from tests.sandbox.payloads import (
    PATH,
    RUNBOOK,
    SERVICE,
    SEVERITY,
    TEAM,
    api,
    channels,
    condition,
    content,
    groups,
    literal,
    pointers,
    reference,
    rich_v3,
    send,
)

Change = Callable[[dict[str, Any]], object]
SILENCED = f"alert.attributes.{ident('attribute', 'silenced')}"


def refused(change: Change) -> list[str]:
    """The pointers of the 422 that a changed payload gets."""
    payload = rich_v3()
    change(payload)
    return pointers(send(api(), "POST", "/v3/alert_routes", payload))


def accepted(change: Change) -> dict[str, Any]:
    payload = rich_v3()
    change(payload)
    answer = send(api(), "POST", "/v3/alert_routes", payload)
    assert answer.status == 201, answer.body
    route: dict[str, Any] = content(answer)["alert_route"]
    return route


def when(*conditions: dict[str, Any]) -> Change:
    return lambda payload: payload.update(condition_groups=groups(*conditions))


def target(**bindings: Any) -> Change:
    return lambda payload: payload["escalation_config"].update(escalation_targets=[bindings])


def slot(name: str, binding: dict[str, Any]) -> Change:
    return lambda payload: payload["incident_config"]["template"][name].update(binding=binding)


def custom(place: int, **changes: Any) -> Change:
    return lambda payload: payload["incident_config"]["template"]["custom_fields"][place].update(
        changes
    )


def expression(place: int, **changes: Any) -> Change:
    return lambda payload: payload["expressions"][place].update(changes)


def operations(*ones: dict[str, Any]) -> Change:
    return expression(0, operations=list(ones))


CONDITION = "/condition_groups/0/conditions/0"
TARGET = "/escalation_config/escalation_targets/0"
TEMPLATE = "/incident_config/template"
STEP = "/expressions/0/operations/0"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (
            lambda p: p["alert_sources"][0].update(alert_source_id="x"),
            "/alert_sources/0/alert_source_id",
        ),
        (lambda p: p.update(owning_team_ids=["x"]), "/owning_team_ids/0"),
        (when(condition("alert.attributes.x", "is_set")), f"{CONDITION}/subject"),
        (when(condition(SILENCED, "contains", "x")), f"{CONDITION}/operation"),
        (when(condition(SEVERITY, "one_of")), f"{CONDITION}/param_bindings"),
        (when(condition(SEVERITY, "is_set", "x")), f"{CONDITION}/param_bindings"),
        (
            when(condition(SERVICE, "one_of", "no such entry")),
            f"{CONDITION}/param_bindings/0/array_value/0/literal",
        ),
        (
            when({**condition(SEVERITY, "contains"), "param_bindings": [reference("alert.x")]}),
            f"{CONDITION}/param_bindings/0/value/reference",
        ),
        (
            when(
                {
                    **condition(SEVERITY, "contains"),
                    "param_bindings": [{"value": {"literal": "a", "reference": "alert.title"}}],
                }
            ),
            f"{CONDITION}/param_bindings/0/value",
        ),
        (
            when({**condition(SEVERITY, "contains"), "param_bindings": [{}, literal("a")]}),
            f"{CONDITION}/param_bindings",
        ),
        (target(), TARGET),
        (target(escalation_paths=literal("x")), f"{TARGET}/escalation_paths/value/literal"),
        (target(escalation_paths=reference(TEAM)), f"{TARGET}/escalation_paths/value/reference"),
        (
            target(escalation_paths=reference(SEVERITY)),
            f"{TARGET}/escalation_paths/value/reference",
        ),
        (target(escalation_paths={}), TARGET),
        (target(escalation_paths={}, users={"array_value": []}), TARGET),
        (
            target(escalation_paths=literal(PATH), users=literal("x")),
            f"{TARGET}/users",
        ),
        (target(users=literal(PATH)), f"{TARGET}/users/value/literal"),
        (target(users=reference(TEAM)), f"{TARGET}/users/value/reference"),
        (
            slot("incident_mode", literal("panic")),
            f"{TEMPLATE}/incident_mode/binding/value/literal",
        ),
        (slot("incident_type", literal("x")), f"{TEMPLATE}/incident_type/binding/value/literal"),
        (
            slot("membership_teams", literal("x")),
            f"{TEMPLATE}/membership_teams/binding/value/literal",
        ),
        (slot("severity", literal("Major")), f"{TEMPLATE}/severity/binding/value/literal"),
        (
            slot("start_in_triage", literal("yes")),
            f"{TEMPLATE}/start_in_triage/binding/value/literal",
        ),
        (slot("summary", reference("alert.x")), f"{TEMPLATE}/summary/binding/value/reference"),
        (custom(0, custom_field_id="x"), f"{TEMPLATE}/custom_fields/0/custom_field_id"),
        (custom(1, binding=literal("x")), f"{TEMPLATE}/custom_fields/1/binding/value/literal"),
        (custom(2, binding=literal("x")), f"{TEMPLATE}/custom_fields/2/binding/value/literal"),
        (
            custom(2, binding=literal(ident("option", "Root cause Deploy"))),
            f"{TEMPLATE}/custom_fields/2/binding/value/literal",
        ),
        (custom(3, binding=literal("many")), f"{TEMPLATE}/custom_fields/3/binding/value/literal"),
        (custom(4, binding=literal("")), f"{TEMPLATE}/custom_fields/4/binding/value/literal"),
        (expression(0, reference="no spaces"), "/expressions/0/reference"),
        (expression(1, reference="team-path"), "/expressions/1/reference"),
        (expression(0, root_reference="alert.x"), "/expressions/0/root_reference"),
        (expression(1, root_reference=TEAM), "/expressions/1/root_reference"),
        (expression(0, operations=[]), "/expressions/0/operations"),
        (
            expression(0, else_branch={"result": literal("x")}),
            "/expressions/0/else_branch/result/value/literal",
        ),
        (operations({"operation_type": "filter"}), f"{STEP}/filter"),
        (
            operations(
                {"operation_type": "first", "cast": {"returns": {"type": "String", "array": False}}}
            ),
            f"{STEP}/cast",
        ),
        (
            operations({"operation_type": "concatenate", "concatenate": {"reference": "alert.x"}}),
            f"{STEP}/concatenate/reference",
        ),
        (
            operations(
                {"operation_type": "navigate", "navigate": {"reference": "Escalation path"}}
            ),
            f"{STEP}/navigate/reference",
        ),
        (
            operations(
                {
                    "operation_type": "navigate",
                    "navigate": {"reference": 'catalog_attribute["01JX"]'},
                }
            ),
            f"{STEP}/navigate/reference",
        ),
        (
            operations(
                {
                    "operation_type": "filter",
                    "filter": {"condition_groups": groups(condition("input", "is_true"))},
                }
            ),
            f"{STEP}/filter/condition_groups/0/conditions/0/operation",
        ),
        (
            lambda p: p["expressions"][1]["operations"][0]["branches"]["branches"][0].update(
                result=literal("x")
            ),
            "/expressions/1/operations/0/branches/branches/0/result/value/literal",
        ),
        (
            lambda p: p["message_config"]["destinations"][0].pop("slack_targets"),
            "/message_config/destinations/0",
        ),
    ],
)
def test_each_rule_points_at_what_breaks_it(change: Change, pointer: str) -> None:
    assert pointer in refused(change)


@pytest.mark.parametrize(
    "change",
    [
        when(condition(SILENCED, "is_true")),
        when({**condition(SEVERITY, "is_set"), "param_bindings": [{}, {}]}),
        when({**condition(SEVERITY, "one_of"), "param_bindings": [literal("critical")]}),
        when(condition("alert.priority", "gte", ident("entry", "Alert Priority P2"))),
        when(condition(SERVICE, "one_of", "api")),
        when({**condition(SERVICE, "contains"), "param_bindings": [literal("ap")]}),
        when(condition(RUNBOOK, "one_of", "a", "a")),
        target(escalation_paths=literal(PATH), users=literal(PATH)),
        target(
            escalation_paths=reference(f"alert.attributes.{ident('attribute', 'Escalation path')}")
        ),
        slot("severity", {}),
        lambda p: p["expressions"][0].update(
            operations=[{"operation_type": "count"}], else_branch={"result": literal("0")}
        ),
        lambda p: p.update(
            alert_sources=[], condition_groups=[{"conditions": []}], owning_team_ids=[]
        ),
        lambda p: p["message_config"]["destinations"].append(
            {"condition_groups": [], "slack_targets": channels(), "ms_teams_targets": channels()}
        ),
    ],
)
def test_what_breaks_no_rule_is_stored(change: Change) -> None:
    assert accepted(change)["version"] == 1


def test_conditions_on_escalation_targets_are_accepted_and_dropped() -> None:
    """Fact 3.2."""
    conditional = target(escalation_paths=literal(PATH), condition_groups=groups())

    (shown,) = accepted(conditional)["escalation_config"]["escalation_targets"]

    assert "condition_groups" not in shown


def test_a_number_is_compared_with_numbers() -> None:
    counted = {
        "reference": "how-many",
        "label": "",
        "root_reference": TEAM,
        "operations": [{"operation_type": "count"}],
    }

    def compare(value: str) -> Change:
        many = {**condition('expressions["how-many"]', "gte"), "param_bindings": [literal(value)]}
        return lambda p: (p["expressions"].append(counted), p.update(condition_groups=groups(many)))

    assert accepted(compare("-1.5"))["version"] == 1
    assert refused(compare("two")) == [f"{CONDITION}/param_bindings/0/value/literal"]


def test_all_broken_rules_are_reported_at_once() -> None:
    def change(payload: dict[str, Any]) -> None:
        payload["alert_sources"][0]["alert_source_id"] = "x"
        payload["owning_team_ids"] = ["y"]

    assert refused(change) == ["/alert_sources/0/alert_source_id", "/owning_team_ids/0"]
