"""The six routes of the team's table are live, and exactly one has drifted from it."""

from typing import Any

import pytest

from reconciler.sandbox.account.account import ULID
from reconciler.sandbox.account.seed import SOURCES, ident
from reconciler.sandbox.account.seed_routes import generated_routes, seed_routes
from tests.sandbox.payloads import SEVERITY, api, rich_v3

BRANCH = f"alert.attributes.{ident('attribute', 'branch')}"
PAGE = [ident("escalation path", "Engineering On-Call")]
TABLE = [  # route, sources, (subject, operation, operands), who the table says is paged
    (
        "Production Alerts",
        {"Alertmanager (Production)", "Checkly (Production)", "sev0@", "Grafana Cloud"},
        (SEVERITY, "one_of", ["critical"]),
        PAGE,
    ),
    (
        "Production Warnings",
        {"Alertmanager (Production)"},
        (SEVERITY, "one_of", ["warning"]),
        [],
    ),
    ("Unrouted Alerts", {"Alertmanager (Production)"}, (SEVERITY, "is_not_set", []), []),
    ("Database Alerts", {"PlanetScale"}, (BRANCH, "one_of", ["main"]), PAGE),
    ("Staging Notifications", {"Alertmanager (Staging)", "Checkly (Staging)"}, None, []),
    ("Informational", {"Axiom", "Status Page Views"}, None, []),
]
SEEDED = {seed.payload["name"]: seed for seed in seed_routes()}


def conditions(payload: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    holders = [payload, *payload["alert_sources"]]
    return [
        (
            one["subject"],
            one["operation"],
            [
                value["literal"]
                for binding in one["param_bindings"]
                for value in binding["array_value"]
            ],
        )
        for holder in holders
        for group in holder["condition_groups"]
        for one in group["conditions"]
    ]


def paged(payload: dict[str, Any]) -> list[str]:
    targets = payload["escalation_config"]["escalation_targets"]
    return [value["literal"] for one in targets for value in one["escalation_paths"]["array_value"]]


@pytest.mark.parametrize(("name", "sources", "condition", "page"), TABLE)
def test_the_routes_are_those_of_the_table_but_for_one(
    name: str, sources: set[str], condition: Any, page: list[str]
) -> None:
    payload = SEEDED[name].payload
    used = {one["alert_source_id"] for one in payload["alert_sources"]}

    assert used == {ident("source", source) for source in sources}
    assert sources <= SOURCES.keys()
    assert conditions(payload) == ([] if condition is None else [condition])
    assert paged(payload) == (
        [ident("escalation path", "Database On-Call")] if name == "Database Alerts" else page
    )


def test_the_condition_of_production_alerts_is_alertmanagers_alone() -> None:
    payload = SEEDED["Production Alerts"].payload

    assert payload["condition_groups"] == []
    assert [len(one["condition_groups"]) for one in payload["alert_sources"]] == [1, 0, 0, 0]


def test_the_seed_is_what_the_api_itself_would_accept() -> None:
    to = api(seeded=False)
    for seed in [*seed_routes(), *generated_routes(3)]:
        assert to.store.create(seed.payload).body["name"] == seed.payload["name"]


def test_ids_sort_before_those_of_new_routes() -> None:
    to = api(routes=2)
    ids = [to.store.find(name).id for name in to.store.names()]
    made = to.store.create(rich_v3()).id

    assert ids == sorted(ids)
    assert made > ids[-1]
    assert all(ULID.fullmatch(one) for one in [*ids, made])


def test_versions_differ_as_in_a_lived_in_account() -> None:
    assert len({seed.version for seed in seed_routes()}) == 6
