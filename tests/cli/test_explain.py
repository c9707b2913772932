"""`explain`: who is paged for one alert, from the files, the live account, or an older commit."""

import subprocess
import sys

import pytest

from reconciler.cli.shell import Shell
from reconciler.sandbox.http.running import RunningSandbox
from tests.cli.explaining import PRODUCTION, document, explain, lines, past
from tests.e2e.base.repository import git
from tests.e2e.team import Team


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line is a line. How they are wrapped is another test."""
    monkeypatch.setattr(Shell, "width", 200)


def test_who_is_paged_comes_first(team: Team) -> None:
    said = lines(explain(team, *PRODUCTION, "--set", "severity=critical"))

    assert said[:3] == [
        "Pages Engineering On-Call.",
        "Posts to #alerts.",
        'Alert: Alertmanager (Production); severity "critical"; not given: priority, title',
    ]
    assert said[said.index("Taken by") :] == [
        "Taken by",
        "  Production Alerts",
        "    pages Engineering On-Call, posts to #alerts",
        '    severity is one of critical: holds, it is "critical"  routes/production-alerts.yaml:6',
        "",
        "Not taken by",
        "  Production Warnings",
        '    severity is one of warning: does not hold, it is "critical"'
        "  routes/production-warnings.yaml:6",
        "  Unrouted Alerts",
        '    severity is not set: does not hold, it is "critical"  routes/unrouted-alerts.yaml:6',
        "",
        "3 routes not attached to this source: "
        "Database Alerts, Informational, Staging Notifications",
    ]


def test_at_80_columns_a_place_stands_below_its_condition(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shell, "width", 80)
    said = lines(explain(team, *PRODUCTION, "--set", "severity=Critical"))

    assert max(map(len, said)) <= 80
    at = said.index("      routes/production-alerts.yaml:6")
    assert said[at - 2 : at] == [
        '    severity is one of critical: unknown, it is "Critical", and incident.io does',
        "      not document whether case counts",
    ]


def test_it_asks_incident_io_nothing(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.requests.clear()
    assert lines(explain(team, *PRODUCTION, "--set", "severity=warning"))
    assert incident_io.requests == []


def test_an_alert_that_no_route_takes_pages_nobody(team: Team) -> None:
    said = lines(explain(team, *PRODUCTION, "--set", "severity=info"))

    assert said[:2] == ["Pages NOBODY: no route takes this alert.", "Posts nowhere."]


def test_a_route_without_conditions_takes_every_alert_of_its_source(team: Team) -> None:
    said = lines(explain(team, "--source", "Checkly (Production)"))

    assert said[0] == "Pages Engineering On-Call."
    assert "  Production Alerts  routes/production-alerts.yaml:2" in said


def test_what_is_not_documented_is_unknown_and_says_on_what_it_depends(team: Team) -> None:
    said = lines(explain(team, *PRODUCTION, "--set", "severity=Critical"))

    assert said[0] == (
        "Pages Engineering On-Call or NOBODY: incident.io does not document whether case counts."
    )
    assert "Unknown" in said


def test_a_pinned_answer_is_named_with_its_line(team: Team) -> None:
    pin = "assume:\n  text_case: {answer: ignored, because: seen, since: 2026-07-03}\n"
    before = team.read("reconciler.yaml").rstrip() + "\n"
    team.write("reconciler.yaml", before + pin)
    line = before.count("\n") + 2

    said = lines(explain(team, *PRODUCTION, "--set", "severity=Critical"))

    assert said[0] == (
        f"Pages Engineering On-Call, assuming that case does not count (reconciler.yaml:{line})."
    )
    sure = lines(explain(team, *PRODUCTION, "--set", "severity=critical"))
    assert "assuming" not in "\n".join(sure)


def test_a_pin_of_a_day_to_come_is_refused(team: Team) -> None:
    before = team.read("reconciler.yaml").rstrip() + "\n"
    pin = "assume:\n  text_case: {answer: ignored, because: seen, since: 2126-07-03}\n"
    team.write("reconciler.yaml", before + pin)

    ended = explain(team, *PRODUCTION, "--set", "severity=Critical")

    assert ended.code == 1
    assert "Pages" not in ended.out
    assert "`since: 2126-07-03` is in the future" in ended.err + ended.out


def test_a_value_that_is_not_known_decides_nothing(team: Team) -> None:
    said = lines(explain(team, "--source", "PlanetScale", "--unknown", "branch"))

    assert said[0] == "Pages Engineering On-Call or NOBODY: see Database Alerts below."
    assert "    branch is one of main: unknown, branch is not given  " in "\n".join(said)


def test_two_routes_that_page_the_same_path_page_it_twice(team: Team) -> None:
    team.write(
        "routes/second.yaml",
        "name: Second\nsources: [PlanetScale]\nescalate: [{path: Engineering On-Call}]\n",
    )
    said = lines(explain(team, "--source", "PlanetScale", "--set", "branch=main"))

    assert said[:2] == [
        "Pages Engineering On-Call.",
        "Pages Engineering On-Call more than once: Database Alerts and Second each do.",
    ]


def test_a_disabled_route_says_so(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "sources:", "enabled: false\nsources:")
    said = lines(explain(team, "--source", "PlanetScale", "--set", "branch=main"))

    assert said[0].startswith("Pages NOBODY")
    assert "1 route disabled: Database Alerts" in said


def test_the_routes_of_another_commit(team: Team) -> None:
    git(team.folder, "init", "-q")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-qm", "the routes as they are")
    team.edit("routes/production-alerts.yaml", "severity: critical", "severity: page")

    changed = lines(explain(team, *PRODUCTION, "--set", "severity=critical", "--base", "HEAD"))
    assert changed[:4] == [
        "Pages NOBODY: no route takes this alert.",
        "Posts nowhere.",
        "In HEAD: pages Engineering On-Call.",
        "In HEAD: posts to #alerts.",
    ]
    same = lines(explain(team, *PRODUCTION, "--set", "severity=warning", "--base", "HEAD"))
    assert same[2] == "The same as in HEAD."
    both = document(
        explain(
            team, *PRODUCTION, "--set", "severity=critical", "--base", "HEAD", "--format", "json"
        )
    )
    assert (both["pages_nobody"], both["before"]["pages_nobody"]) == ("yes", "no")


def test_the_base_means_by_its_names_what_its_own_lock_file_says(team: Team) -> None:
    git(team.folder, "init", "-q")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-qm", "the routes as they are")
    team.edit("directory.lock.json", '"branch"', '"git branch"')
    team.edit("routes/database-alerts.yaml", "branch: main", "git branch: main")

    ended = explain(team, "--source", "PlanetScale", "--set", "git branch=main", "--base", "HEAD")

    assert lines(ended)[:3] == [
        "Pages Engineering On-Call.",
        "Posts to #alerts.",
        "The same as in HEAD.",
    ]
    assert ended.err == ""


def test_a_name_that_no_lock_file_has_is_named_of_the_base_too(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "branch: main", "brnch: main")
    git(team.folder, "init", "-q")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-qm", "a typo")
    team.edit("routes/database-alerts.yaml", "brnch: main", "branch: main")

    ended = explain(team, "--source", "PlanetScale", "--set", "branch=main", "--base", "HEAD")

    assert 'warning: in HEAD: alert attribute "brnch" is not in directory.lock.json;' in ended.err


def test_live_routes(team: Team, incident_io: RunningSandbox) -> None:
    def switch_off(body: dict[str, object]) -> None:
        body["enabled"] = False

    incident_io.state.edit("Production Alerts", switch_off)

    said = lines(team.run("explain", "--live", *PRODUCTION, "--set", "severity=critical"))

    assert said[0] == "Pages NOBODY: no route takes this alert."
    assert "1 route disabled: Production Alerts" in said
    assert {request.method for request in incident_io.requests} == {"GET"}


def test_live_routes_of_an_alert_with_a_catalog_entry(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write(
        "alert.yaml",
        "source: PlanetScale\nattributes: {branch: main, team: {catalog: Platform}}\n",
    )
    said = lines(team.run("explain", "--live", "alert.yaml"))

    assert "team Platform" in said[2]
    assert "01J" not in "\n".join(said)


def test_json_has_ids_and_names(team: Team) -> None:
    found = document(explain(team, *PRODUCTION, "--set", "severity=critical", "--format", "json"))

    (page,) = found["pages"]
    assert (page["name"], page["verdict"], page["twice"]["verdict"]) == (
        "Engineering On-Call",
        "yes",
        "no",
    )
    assert [channel["name"] for channel in found["channels"]] == ["#alerts"]
    by_name = {route["name"]: route for route in found["routes"]}
    assert by_name["Production Alerts"]["verdict"] == "yes"
    warnings = by_name["Production Warnings"]["deciding"][0][0]
    assert (warnings["condition"], warnings["value"], warnings["line"]) == (
        "severity is one of warning",
        ["critical"],
        6,
    )
    assert by_name["Database Alerts"]["because"] == "not attached to this source"


def test_without_a_lock_file_names_have_no_ids(team: Team) -> None:
    (team.folder / "directory.lock.json").unlink()

    ended = explain(team, *PRODUCTION)

    assert ended.code == 1
    assert "reconciler directory refresh" in ended.err


def test_a_route_file_with_an_error_stops_it(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "sources:", "sorces:")
    assert explain(team, *PRODUCTION).code == 1


def test_a_name_that_the_lock_lacks_is_told(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "Engineering On-Call", "A new path")

    ended = explain(team, "--source", "PlanetScale", "--set", "branch=main")

    assert lines(ended)[0] == "Pages A new path."
    assert "[not-in-lock]" in ended.err


def test_who_is_on_call_now(team: Team) -> None:
    said = lines(past(team, "--who"))

    assert said[:2] == [
        "Pages Engineering On-Call.",
        "On call now for Engineering On-Call: On-call Engineer, then Engineering Lead.",
    ]
    found = document(past(team, "--who", "--format", "json"))
    assert found["on_call"][0]["reaches"] == "yes"
    assert found["on_call"][0]["levels"][0]["people"] == ["On-call Engineer"]


def test_a_path_that_reaches_nobody_at_this_hour(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "Engineering On-Call", "Platform On-Call")
    assert team.run("directory", "refresh").code == 0
    said = lines(team.run("explain", "--source", "PlanetScale", "--set", "branch=main", "--who"))

    assert said[:2] == [
        "Pages Platform On-Call.",
        "Platform On-Call reaches NOBODY at this hour: nobody is on call in Platform On-Call rota.",
    ]


def test_without_a_key_nobody_knows_who_is_on_call(team: Team) -> None:
    ended = explain(team, *PRODUCTION, "--set", "severity=critical", "--who")

    assert ended.code == 1
    assert "no API key" in ended.err


@pytest.mark.parametrize("status", [403, 404])
def test_a_path_that_cannot_be_read_is_unknown_and_the_rest_is_said(
    team: Team, incident_io: RunningSandbox, status: int
) -> None:
    incident_io.fault("status", method="GET", path="/v2/escalation_paths/", status=status, times=9)

    said = lines(past(team, "--who"))

    assert said[0] == "Pages Engineering On-Call."
    assert said[1].startswith("On call now for Engineering On-Call: unknown (")


def test_a_key_of_another_account_is_refused(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.account.dashboard_url = "https://sandbox.invalid/other"

    for ended in (past(team), team.run("explain", *PRODUCTION, "--who")):
        assert (ended.code, ended.out) == (3, "")


def test_a_file_that_cannot_be_read_in_the_base_is_no_route_that_takes_nothing(team: Team) -> None:
    production = "routes/production-alerts.yaml"
    was = team.read(production)
    team.write(production, f"{was} bad")
    git(team.folder, "init", "-q", "-b", "main")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "broken")
    team.write(production, was)

    refused = team.run("explain", *PRODUCTION, "--base", "HEAD")
    git(team.folder, "commit", "-q", "-a", "-m", "mended")
    team.write(production, f"{was} bad")
    git(team.folder, "commit", "-q", "-a", "-m", "broken again")
    team.write(production, was)
    earlier = team.run("explain", *PRODUCTION, "--base", "HEAD")

    assert (refused.code, refused.out) == (1, "")
    assert f"{production} cannot be read in HEAD, so it is unknown who is paged" in refused.err
    assert earlier.code == 0
    assert "its changes count from " in earlier.err
    assert "The same as in HEAD." in earlier.out


@pytest.mark.parametrize("command", ["explain", "test", "cover", "files"])
def test_what_needs_no_key_loads_no_http_library(command: str) -> None:
    """It takes a fifth of the time in which `explain` has to answer."""
    program = (
        f"import reconciler.cli.commands.{command}, sys; "
        "print([name for name in ('requests', 'urllib3') if name in sys.modules])"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (ended.stdout, ended.stderr) == ("[]\n", "")
