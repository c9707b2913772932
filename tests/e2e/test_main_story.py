"""Validate, plan, apply, plan: the loop that everything else serves, in both versions."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import sandbox
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Team

VERSIONS = pytest.mark.parametrize("api", ["v2", "v3"])


@pytest.fixture
def drifted(open_account: Open, api: str) -> tuple[Team, RunningSandbox]:
    return open_account(sandbox.Settings(rate_limit=False, v3_available=api == "v3"))


def runs(team: Team) -> Iterator[Path]:
    yield from sorted((team.folder / ".reconciler" / "runs").glob("*"))


def journal(run: Path) -> list[dict[str, object]]:
    lines = (run / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@VERSIONS
def test_the_six_routes_are_valid(drifted: tuple[Team, RunningSandbox], api: str) -> None:
    team, incident_io = drifted

    ended = team.run("validate")

    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("6 routes valid")
    assert incident_io.requests == []


@VERSIONS
def test_a_plan_shows_the_drift_and_nothing_else(
    drifted: tuple[Team, RunningSandbox], api: str
) -> None:
    team, incident_io = drifted

    ended = team.run("plan")

    lines = ended.out.splitlines()
    assert lines[:5] == [
        "Who is paged: 1 kind of alert pages another target. Proved for every alert of 1",
        "  source.",
        "  ~ other target: PlanetScale, branch is one of main",
        "      Database On-Call → Engineering On-Call",
        "      because of Database Alerts; e.g. branch: main",
    ]
    assert "Plan: 1 to update, 5 unchanged." in lines[5:10]
    assert "Risk:" not in ended.out  # the proof says it
    about = f"    routes/database-alerts.yaml:2  {incident_io.state.find('Database Alerts').id}"
    assert f"~ Database Alerts\n{about}  v5 → v6\n" in ended.out
    assert 'escalate.to["Engineering On-Call"]  routes/database-alerts.yaml:8' in ended.out
    assert "updated 2026-08-21 03:12 UTC" in ended.out
    for unchanged in ("Production", "Staging", "Informational", "Unrouted"):
        assert unchanged not in ended.out
    assert (ended.code, ended.err) == (0, "")
    assert incident_io.count("GET") == len(incident_io.requests)


@VERSIONS
def test_after_an_apply_there_is_nothing_to_do(
    drifted: tuple[Team, RunningSandbox], api: str
) -> None:
    team, incident_io = drifted
    assert team.run("plan", "--detailed-exitcode").code == 2

    applied = team.run("apply", "--auto-approve")

    assert applied.code == 0
    assert applied.out.endswith("Database Alerts: updated v6\n1 written.\n")
    assert incident_io.count("PUT", f"/{api}/alert_routes/") == 1
    assert incident_io.count("POST") + incident_io.count("DELETE") == 0
    for arguments in (("plan",), ("plan", "--detailed-exitcode"), ("apply",)):
        again = team.run(*arguments)
        assert again.code == 0
        assert "Nothing to do: every declared route matches its file." in again.out
    assert incident_io.count("PUT") == 1


@VERSIONS
def test_a_run_leaves_a_backup_and_a_journal_for_its_owner(
    drifted: tuple[Team, RunningSandbox], api: str
) -> None:
    team, incident_io = drifted
    live = incident_io.state.find("Database Alerts").id
    before = incident_io.state.read("Database Alerts", api)

    applied = team.run("apply", "--auto-approve")

    (run,) = runs(team)
    assert str(run) in applied.err
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    saved = run / "backup" / f"database-alerts-{live}.json"
    assert json.loads(saved.read_text(encoding="utf-8")) == {"alert_route": before}
    manifest = json.loads((run / "backup" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["account"], manifest["run"]) == ("https://sandbox.invalid/acme", run.name)
    assert [(one["file"], one["version"]) for one in manifest["routes"]] == [(saved.name, 5)]
    records = journal(run)
    assert [one["event"] for one in records] == ["run", "intent", "result", "end"]
    assert records[1]["version"] == 5
    assert (records[2]["outcome"], records[2]["version"]) == ("written", 6)
    assert records[3]["exit_code"] == 0
    ignored = (team.folder / ".reconciler" / ".gitignore").read_text(encoding="utf-8")
    assert ignored == "*\n"


CHANGES = {  # a file of the checkout -> (what is edited, what it becomes, words of the plan)
    "routes/informational.yaml": (
        "  - Axiom\n",
        "  - source: Axiom\n    when:\n      - severity: info\n",
        'sources["Axiom"].when',
    ),
    "routes/production-alerts.yaml": (
        "escalate:\n  - path: Engineering On-Call\n",
        "escalate:\n  to:\n    - path: Engineering On-Call\n    - user: lead@example.com\n"
        "  cancel_when_resolved: false\n",
        'escalate.to["user lead@example.com"]',
    ),
    "routes/production-warnings.yaml": (
        "notify:\n",
        "incident:\n  name: '{{ title }} on {{ attribute:service }}'\n  severity: Major\nnotify:\n",
        "incident",
    ),
    "routes/staging-notifications.yaml": (
        "notify:\n",
        "group:\n  by: [service]\n  window: 30m\nowners: [Platform]\nnotify:\n",
        "group",
    ),
    "routes/unrouted-alerts.yaml": (
        '  - slack: "#alerts"\n',
        "  - slack: {channel: C06E4L0P3TB, visibility: private}\n    when: [{priority: P1}]\n",
        "notify",
    ),
    "routes/database-alerts.yaml": (
        "name: Database Alerts\n",
        "name: Database Alerts\nenabled: false\n",
        "enabled",
    ),
}


@VERSIONS
def test_an_update_of_each_kind_is_planned_and_then_live(
    drifted: tuple[Team, RunningSandbox], api: str
) -> None:
    team, _ = drifted
    team.write(
        "routes/database-alerts.yaml",
        team.read("routes/database-alerts.yaml").replace("Engineering", "Database"),
    )
    for path, (old, new, _) in CHANGES.items():
        team.edit(path, old, new)
    team.approve("Database Alerts", "pages-nobody")

    planned = team.run("plan")
    applied = team.run("apply", "--auto-approve")

    assert "\nPlan: 6 to update.\n" in planned.out
    for path, (_, _, words) in CHANGES.items():
        assert path in planned.out
        assert words in planned.out
    assert applied.code == 0, applied.out + applied.err
    assert "6 written." in applied.out
    assert team.run("plan", "--detailed-exitcode").code == 0


@VERSIONS
def test_a_new_file_becomes_a_route(drifted: tuple[Team, RunningSandbox], api: str) -> None:
    team, incident_io = drifted
    team.write("routes/platform/gateway.yaml", GATEWAY)

    planned = team.run("plan", "--format", "json", "routes/platform")
    applied = team.run("apply", "--auto-approve")

    (create,) = json.loads(planned.out)["changes"]
    assert (create["action"], create["name"], create["id"]) == ("create", "Gateway", None)
    assert create["base_version"] is None
    assert applied.code == 0
    assert "Gateway: created v1" in applied.out
    assert incident_io.count("POST", f"/{api}/alert_routes$") == 1
    targets = incident_io.state.find("Gateway").body["escalation_config"]["escalation_targets"]
    assert len(targets) == 1
    assert team.run("plan", "--detailed-exitcode").code == 0


GATEWAY = """\
name: Gateway
sources:
  - source: Grafana Cloud
    when:
      - service: gateway
escalate:
  - path: Platform On-Call
notify:
  - slack: "#alerts"
"""
