"""What happened, as the API lists it; and that it is what the routes did, in every reading."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import incident_io.models as sdk
import pytest

from reconciler import sandbox
from reconciler.client import Key, ReadClient
from reconciler.client.endpoint import parse_endpoint
from reconciler.directory.needs import needs_to_route
from reconciler.live.survey import survey, with_lists
from reconciler.model import Config
from reconciler.planning.world import world_of
from reconciler.routing.evaluate import prepare
from reconciler.routing.past import observed
from reconciler.routing.reading import QUESTIONS, Reading, admissible
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.wire.past import decode_attached, decode_page, decode_past_alert
from tests.sandbox.payloads import api, content, send
from tests.sandbox.sdk import call, unknown

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def paging_everywhere(body: dict[str, Any]) -> None:
    """A route on all sources with an empty group, texts of every kind, and an incident."""
    severity = f"alert.attributes.{ident('attribute', 'severity')}"
    body["alert_sources"] = [
        {"alert_source_id": ident("source", name), "condition_groups": []}
        for name in ("Grafana Cloud", "PlanetScale", "Axiom")
    ]
    body["condition_groups"] = [
        {"conditions": [{"subject": severity, "operation": "is_not_set", "param_bindings": []}]},
        {"conditions": [{"subject": "alert.title", "operation": "contains",
                         "param_bindings": [{"value": {"literal": "latency"}}]}]},
    ]  # fmt: skip
    body["incident_config"]["enabled"] = True


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    settings = sandbox.Settings(rate_limit=False, clock=NOW.timestamp)
    with sandbox.start(settings) as one:
        one.state.edit("Informational", paging_everywhere)
        one.happen(300, seed=3)
        yield one


def rows(running: RunningSandbox, name: str, **parameters: Any) -> list[Any]:
    room = {"alerts": "alerts_v2/list", "escalations": "escalations_v2/list"}
    where = room.get(name, "alerts_v2/list_incident_alerts")
    found: list[Any] = []
    after: dict[str, str] = {}
    while True:
        answer = call(running.url, running.key, where, page_size=50, **after, **parameters)
        assert answer.status_code == 200
        assert unknown(answer.parsed) == []
        found += getattr(answer.parsed, name)
        cursor = answer.parsed.pagination_meta.after
        if not isinstance(cursor, str):
            return found
        after = {"after": cursor}


def test_the_sdk_reads_all_that_happened_and_knows_every_field(running: RunningSandbox) -> None:
    alerts, pages = rows(running, "alerts"), rows(running, "escalations")
    incidents = rows(running, "incident_alerts")

    assert len({one.id for one in alerts}) == 301  # and that of the seed
    assert [one.created_at for one in alerts] == sorted(
        (one.created_at for one in alerts), reverse=True
    )
    assert pages
    assert incidents
    assert {one.alert_route_id for one in incidents} == {running.state.find("Informational").id}


def test_the_sdk_s_filters_narrow_the_alerts(running: RunningSandbox) -> None:
    def created(**operators: str) -> int:
        which = sdk.AlertsV2ListCreatedAt.from_dict({key: [v] for key, v in operators.items()})
        return len(rows(running, "alerts", created_at=which))

    middle = (NOW - timedelta(days=7)).isoformat()
    later, earlier = created(gte=middle), created(lte=middle)
    assert later + earlier == 301
    assert 140 < later < 160
    assert created(date_range="2026-11-22~2026-11-29") > later
    assert created(date_range=f"{middle}~{NOW.isoformat()}") == later
    source = sdk.AlertsV2ListAlertSource.from_dict({"one_of": [ident("source", "Axiom")]})
    assert {one.alert_source_id for one in rows(running, "alerts", alert_source=source)} == {
        ident("source", "Axiom")
    }
    status = sdk.AlertsV2ListStatus.from_dict({"not_in": ["resolved"]})
    assert {one.status.value for one in rows(running, "alerts", status=status)} == {"firing"}
    no_window = sdk.AlertsV2ListIncludeMaintenanceWindow.from_dict({"is": ["false"]})
    assert len(rows(running, "alerts", include_maintenance_window=no_window)) == 301 - 7


def test_the_sdk_finds_the_escalations_and_incidents_of_alerts(running: RunningSandbox) -> None:
    pages = [one for one in rows(running, "escalations") if one.creator.to_dict().get("alert")]
    wanted = list(dict.fromkeys(one.creator.alert.id for one in pages))[:2]
    which = sdk.EscalationsV2ListAlert.from_dict({"one_of": wanted})
    found = rows(running, "escalations", alert=which)

    assert {one.creator.alert.id for one in found} == set(wanted)
    incident = rows(running, "incident_alerts")[0]
    assert rows(running, "incident_alerts", alert_id=incident.alert.id) == [incident]


def test_people_escalate_by_hand_and_windows_hold_alerts(running: RunningSandbox) -> None:
    pages = rows(running, "escalations")
    by_hand = [one for one in pages if "user" in one.creator.to_dict()]
    started = Counter(
        one.creator.alert.id for one in pages if "alert" in one.creator.to_dict()
    )  # fmt: skip

    assert len(by_hand) >= 10
    assert len(running.past.held) == 7
    assert not running.past.held & started.keys()


@pytest.mark.parametrize("text", ["created_at[gt]=2026-01-01", "created_at[gte]=x", "colour=red",
                                  "created_at=2026-01-01", "status[is]=firing", "page_size=51",
                                  "created_at[date_range]=2026-01-01", "after=01X",
                                  "include_maintenance_window[is]=maybe"])  # fmt: skip
def test_filters_that_the_list_does_not_have_are_refused(text: str) -> None:
    assert send(api(), "GET", f"/v2/alerts?{text}").status == 422


def test_an_alert_that_was_not_is_not_found() -> None:
    assert send(api(), "GET", "/v2/alerts/01X").status == 404


def test_the_same_seed_makes_the_same_past_and_another_another() -> None:
    def past(seed: int) -> Any:
        return content(send(api(past=9, past_seed=seed, clock=NOW.timestamp), "GET", "/v2/alerts"))

    assert past(1) == past(1) != past(2)


@pytest.mark.parametrize("reading", admissible(), ids=str)
def test_the_past_is_what_the_evaluator_says_in_the_same_reading(reading: Reading) -> None:
    """Two evaluators that share no code, over one account and its past."""
    own = sandbox.PastReading(*(reading.answer(one) for one in QUESTIONS))
    with sandbox.start(sandbox.Settings(rate_limit=False, reading=own)) as running:
        running.state.edit("Informational", paging_everywhere)
        running.state.edit("Unrouted Alerts", _empty_group)
        running.happen(200, seed=7)
        with ReadClient(parse_endpoint(running.url), Key(running.key, "a test")) as client:
            seen = survey(client, (), Config(), undeclared=True)
            routes = {live.id: live.route for live in seen.lives.values()}
            directory = with_lists(
                client, seen.directory, lambda known: needs_to_route([*routes.values()], known)
            )
    past = running.past
    prepared = prepare(routes, [reading], world_of(directory, Config(), {}))
    happened = observed(
        [one["id"] for one in past.alerts],
        map(decode_page, past.escalations),
        map(decode_attached, past.incident_alerts),
    )
    for row in past.alerts:
        if row["id"] in past.held or row["id"] == ident("alert", "PodNotRunning"):
            continue  # the second is the seed's, and has no escalations
        alert = decode_past_alert(row, {row["alert_source_id"]})[0]
        outcome = prepared.judge(alert.alert)
        paged = {thing for thing, effect in outcome.pages.items() if effect.verdict}
        assert happened[alert.id].paged == paged, (row, reading)
        assert bool(happened[alert.id].incidents) == (outcome.incident is not None)


def _empty_group(body: dict[str, Any]) -> None:
    body["condition_groups"] = [{"conditions": []}]
    target = {"literal": ident("escalation path", "Platform On-Call")}
    body["escalation_config"]["escalation_targets"] = [
        {"escalation_paths": {"array_value": [target]}}
    ]
