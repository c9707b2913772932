"""What a route does with an alert, in each reading."""

from dataclasses import replace
from typing import Any

import pytest

from reconciler.sandbox.account import seed
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.past.judge import Done, Reading, judge
from tests.sandbox.payloads import PATH, SERVICE, SEVERITY, TEAM, TEAM_PATH, condition, groups

SOURCE = ident("source", "PlanetScale")
CUSTOMERS = f"alert.attributes.{ident('attribute', 'customers')}"
ON_CALL = f"alert.attributes.{ident('attribute', 'Escalation path')}"
ACCOUNT = seed.account()
STRICT = Reading()


def route(when: list[dict[str, Any]], **other: Any) -> dict[str, Any]:
    return {
        "enabled": True,
        "alert_sources": [{"alert_source_id": SOURCE, "condition_groups": []}],
        "condition_groups": when,
        "expressions": [],
        "escalation_config": {
            "escalation_targets": [{"escalation_paths": {"array_value": [{"literal": PATH}]}}]
        },
        "incident_config": {"enabled": False},
        **other,
    }


def alert(**values: Any) -> dict[str, Any]:
    rows = []
    for one in ACCOUNT.attributes:
        row: dict[str, Any] = {"attribute": one}
        if one["name"] in values:
            held = values[one["name"]]
            if isinstance(held, list):
                row["array_value"] = [{"literal": text} for text in held]
            elif one["type"].startswith("Catalog"):
                entry = {"id": held, "name": ACCOUNT.label(held)}
                row["value"] = {"catalog_entry": entry}
            else:
                row["value"] = {"literal": held}
        rows.append(row)
    return {"title": "Pod is down", "alert_source_id": SOURCE, "attributes": rows}


def takes(when: list[dict[str, Any]], reading: Reading = STRICT, **values: Any) -> bool:
    return judge(ACCOUNT, reading, route(when), alert(**values)) is not None


@pytest.mark.parametrize(
    ("reading", "operation", "severity", "expected"),
    [
        (STRICT, "contains", "Critical!", False),
        (replace(STRICT, text_case=False), "contains", "Critical!", True),
        (STRICT, "contains_one_of", "critical", True),
        (STRICT, "contains_one_of", "Critical", False),
        (replace(STRICT, text_case=False), "contains_one_of", "Critical", True),
        (STRICT, "contains_one_of", "critical!", False),
        (replace(STRICT, text_one_of=False), "contains_one_of", "critical!", True),
        (STRICT, "not_contains_one_of", "critical", False),
        (STRICT, "not_contains_one_of", "warning", True),
        (STRICT, "starts_with", "critical!", True),
        (STRICT, "ends_with", "critical!", False),
        (STRICT, "sounds_like", "critical", False),
    ],
)
def test_texts(reading: Reading, operation: str, severity: str, expected: bool) -> None:
    when = groups(condition(SEVERITY, operation, "critical"))

    assert takes(when, reading, severity=severity) is expected


def test_an_empty_text_is_set_in_one_reading() -> None:
    when = groups(condition(SEVERITY, "is_set"))

    assert takes(when, severity="")
    assert not takes(when, replace(STRICT, empty_text=False), severity="")
    assert takes(groups(condition(SEVERITY, "is_not_set")))


def test_a_group_without_conditions_holds_in_one_reading() -> None:
    assert takes(groups())
    assert not takes(groups(), replace(STRICT, empty_group=False))
    assert takes([], replace(STRICT, empty_group=False))


def test_entries_arrays_hops_and_the_title() -> None:
    api = ident("entry", "Service api")
    engineering = ident("entry", "Team Engineering")
    owner = f'{SERVICE}.catalog_attribute["{ident("catalog attribute", "Service Owner")}"]'

    assert takes(groups(condition(SERVICE, "one_of", api)), service=api)
    assert takes(groups(condition(TEAM, "one_of", ident("team", "Platform"))),
                 team=ident("entry", "Team Platform"))  # fmt: skip
    assert takes(groups(condition(SERVICE, "name_contains", "ap")), service=api)
    assert not takes(groups(condition(SERVICE, "gte", api)), service=api)
    assert takes(groups(condition(owner, "one_of", engineering)), service=api)
    assert not takes(groups(condition(owner, "one_of", engineering)))
    assert takes(groups(condition(CUSTOMERS, "contains", "b")), customers=["a", "b"])
    assert takes(groups(condition("alert.title", "contains", "Pod")))
    assert not takes(groups(condition("alert.description", "is_set")))
    assert not takes(groups(condition('alert.title.catalog_attribute["01X"]', "is_set")))


def test_who_is_paged_comes_from_literals_attributes_and_expressions() -> None:
    database = ident("entry", "Escalation Path Database On-Call")

    def paging(reference: str, **values: Any) -> Done | None:
        target = {"escalation_paths": {"value": {"reference": reference}}}
        config = {"escalation_targets": [target]}
        return judge(
            ACCOUNT,
            STRICT,
            route([], escalation_config=config, expressions=EXPRESSIONS),
            alert(**values),
        )

    assert paging(ON_CALL) == Done()
    assert paging(ON_CALL, **{"Escalation path": database}) == Done(
        (ident("escalation path", "Database On-Call"),)
    )
    platform = ident("escalation path", "Platform On-Call")
    team = ident("entry", "Team Platform")
    assert paging('expressions["of-team"]', team=team) == Done((platform,))
    assert paging('expressions["of-team"]') == Done((PATH,))
    assert paging('expressions["by-severity"]', severity="high") == Done((PATH,))
    assert paging('expressions["by-severity"]', severity="low") == Done()
    assert paging('expressions["chance"]', team=team) == Done()
    assert paging('expressions["none"]') == Done()


EXPRESSIONS = [
    {
        "reference": "of-team",
        "root_reference": TEAM,
        "operations": [
            {"operation_type": "filter",
             "filter": {"condition_groups": groups(condition("input", "is_set"))}},
            {"operation_type": "navigate", "navigate": {"reference": f"input.{TEAM_PATH}"}},
            {"operation_type": "first"},
        ],
        "else_branch": {"result": {"value": {"literal": PATH}}},
    },
    {
        "reference": "by-severity",
        "root_reference": ".",
        "operations": [
            {
                "operation_type": "branches",
                "branches": {
                    "returns": {"type": "String", "array": False},
                    "branches": [
                        {
                            "condition_groups": groups(condition(SEVERITY, "one_of", "high")),
                            "result": {"value": {"literal": PATH}},
                        }
                    ],
                },
            }
        ],
    },
    {"reference": "chance", "root_reference": TEAM, "operations": [{"operation_type": "random"}]},
]  # fmt: skip


def test_other_sources_and_disabled_routes_take_nothing_and_users_and_incidents_count() -> None:
    elsewhere = {**alert(), "alert_source_id": "01X"}
    config = {"escalation_targets": [{"users": {"array_value": [{"literal": "01U"}]}}]}

    assert judge(ACCOUNT, STRICT, route([]), elsewhere) is None
    assert judge(ACCOUNT, STRICT, route([], enabled=False), alert()) is None
    made = route([], escalation_config=config, incident_config={"enabled": True})
    assert judge(ACCOUNT, STRICT, made, alert()) == Done((), ("01U",), True)
