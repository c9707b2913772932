"""A server that limps: the plan is still right, or there is one clear error and no trace."""

from typing import Any

import pytest

from reconciler.sandbox.http.faults import Kind
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.routes.store import Route, Store
from tests.client.clocks import FakeTime
from tests.e2e.conftest import Later
from tests.e2e.team import Ended, Team
from tests.e2e.test_interrupted import until

READS = [r"/alert_routes$", "RAXE04", "/alert_sources", "/escalation_paths", "/identity"]
PASSING: list[dict[str, Any]] = [
    {"kind": "status", "status": 429, "retry_after": 7},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503, "retry_after": 7},
    {"kind": "html"},
    {"kind": "truncate"},
    {"kind": "cut"},
    {"kind": "drop"},
]
IDS = ["429", "500", "503", "html", "truncated", "cut", "dropped"]
GATEWAY = "name: Gateway\nsources: [Grafana Cloud]\nescalate:\n  - path: Platform On-Call\n"


def healthy(team: Team) -> Ended:
    return team.run("plan")


def whole(ended: Ended) -> Ended:
    """No trace, whatever happened."""
    assert "Traceback" not in ended.out + ended.err
    return ended


@pytest.mark.parametrize("fault", PASSING, ids=IDS)
@pytest.mark.parametrize("path", READS)
def test_what_passes_does_not_change_the_plan(
    team: Team, incident_io: RunningSandbox, no_waiting: FakeTime, fault: dict[str, Any], path: str
) -> None:
    before = healthy(team)
    incident_io.fault(path=path, method="GET", times=2, **fault)

    ended = whole(team.run("plan"))

    assert ended == before
    if fault.get("retry_after"):
        assert max(no_waiting.pauses) >= 7


@pytest.mark.parametrize("fault", PASSING, ids=IDS)
@pytest.mark.parametrize("path", READS)
def test_what_lasts_is_one_clear_error(
    team: Team, incident_io: RunningSandbox, no_waiting: FakeTime, fault: dict[str, Any], path: str
) -> None:
    incident_io.fault(path=path, method="GET", times=99, **fault)

    ended = whole(team.run("plan", "--detailed-exitcode"))

    assert (ended.code, ended.out) == (1, "")
    evidence, advice = ended.err.splitlines()
    assert evidence.startswith("error: GET /v")
    assert "attempts" in evidence
    assert advice


def test_an_address_of_something_else_is_one_clear_error(
    team: Team, incident_io: RunningSandbox, no_waiting: FakeTime
) -> None:
    ended = whole(team.run("plan", INCIDENT_ENDPOINT=f"{incident_io.url}/elsewhere"))

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("error: GET /v3/alert_routes: 404 ")
    assert "INCIDENT_ENDPOINT is not the API's address" in ended.err


def test_a_route_that_nobody_can_read_is_left_out_and_named(
    team: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_a_later_version(store: Store, route: Route, api: str) -> Body:
        body = read(store, route, api)
        later = {"message_config": "none"} if route.body["name"] == "Informational" else {}
        return body | later

    read = Store.read
    monkeypatch.setattr(Store, "read", of_a_later_version)

    ended = whole(team.run("plan"))

    assert ended.code == 1
    assert "[unreadable-route]" in ended.out
    assert "~ Database Alerts" in ended.out
    assert whole(team.run("apply", "--auto-approve")).code == 1
    assert incident_io.count("PUT") == 0


@pytest.mark.parametrize("kind", ["lose", "truncate", "cut"])
def test_a_lost_answer_to_a_post_makes_one_route(
    team: Team, incident_io: RunningSandbox, no_waiting: FakeTime, kind: Kind
) -> None:
    team.write("routes/gateway.yaml", GATEWAY)
    incident_io.fault(kind, method="POST", path="/alert_routes$")

    ended = whole(team.run("apply", "--auto-approve"))

    assert ended.code == 0, ended.out
    assert "Gateway: created v1" in ended.out
    assert incident_io.count("POST") == 1
    assert incident_io.state.names().count("Gateway") == 1
    assert team.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("kind", ["lose", "truncate", "cut", "drop"])
def test_a_lost_answer_to_a_put_is_one_version_more(
    team: Team, incident_io: RunningSandbox, no_waiting: FakeTime, kind: Kind
) -> None:
    incident_io.fault(kind, method="PUT")

    ended = whole(team.run("apply", "--auto-approve"))

    assert ended.code == 0, ended.out
    assert incident_io.state.find("Database Alerts").version == 6
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_a_post_that_never_arrived_is_unknown_and_a_later_run_creates_it(
    team: Team, incident_io: RunningSandbox, no_waiting: FakeTime, later: Later
) -> None:
    team.write("routes/gateway.yaml", GATEWAY)
    incident_io.fault("drop", method="POST")

    ended = whole(team.run("apply", "--auto-approve"))
    soon = whole(team.run("apply", "--auto-approve"))
    later(minutes=6)
    again = whole(team.run("apply", "--auto-approve"))

    assert ended.code == 5
    assert "Gateway: unknown." in ended.out
    assert soon.code == 4
    assert "Gateway: not sent." in soon.out
    assert "Gateway" in again.err  # what the run before left
    assert again.code == 0
    assert incident_io.state.names().count("Gateway") == 1


def test_a_429_on_a_write_waits_and_writes_once(
    team: Team, incident_io: RunningSandbox, no_waiting: FakeTime
) -> None:
    incident_io.fault("status", method="PUT", status=429, retry_after=11)

    ended = whole(team.run("apply", "--auto-approve"))

    assert ended.code == 0
    assert max(no_waiting.pauses) >= 11
    assert incident_io.state.find("Database Alerts").version == 6


def test_a_refused_payload_names_the_line_of_the_file(
    team: Team, incident_io: RunningSandbox
) -> None:
    # The sandbox knows a rule that the directory cannot know: the path went away in between.
    paths = incident_io.state.account.escalation_paths
    with team.start("apply") as process:
        until(process.stderr, "to continue: ")
        gone = next(one for one in paths if one["name"] == "Engineering On-Call")
        paths.remove(gone)
        incident_io.state.account.catalog_entries[:] = [
            one
            for one in incident_io.state.account.catalog_entries
            if one["name"] != "Engineering On-Call"
        ]
        incident_io.state.account.index()
        out, err = process.communicate("yes\n", timeout=60)

    assert process.returncode == 1, out
    assert "Database Alerts: failed." in out
    assert "routes/database-alerts.yaml:8:11" in out
    assert "Traceback" not in out + err


def test_nothing_at_the_endpoint_is_one_clear_error(team: Team, no_waiting: FakeTime) -> None:
    ended = whole(team.run("plan", INCIDENT_ENDPOINT="http://127.0.0.1:9"))

    assert ended.code == 1
    assert "the connection was refused" in ended.err
    assert "start the sandbox" in ended.err


def test_a_backup_that_cannot_be_written_refuses_the_writes(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write(".reconciler", "a file where the folder belongs\n")

    ended = whole(team.run("apply", "--auto-approve"))

    assert ended.code == 1
    assert "Nothing was written" in ended.err
    assert incident_io.count("PUT") == 0
