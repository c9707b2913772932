"""`reconciler replay` over HTTP: past alerts through live and planned routes."""

import json
import re
from typing import Any

import pytest

from reconciler import sandbox
from reconciler.plan import exit_codes
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.conftest import Open
from tests.e2e.team import Team

PRODUCTION = "routes/production-alerts.yaml"
ALERTMANAGER = ident("source", "Alertmanager (Production)")
SEVERITY = ident("attribute", "severity")


@pytest.fixture
def account(open_account: Open) -> tuple[Team, RunningSandbox]:
    team, running = open_account(sandbox.Settings(rate_limit=False, past=300, past_seed=7))
    assert team.run("apply", "--auto-approve").code == 0
    running.requests.clear()
    return team, running


def flip(team: Team) -> None:
    """The pull request pages for warnings instead of critical alerts."""
    text = team.read(PRODUCTION)
    team.write(PRODUCTION, text.replace("severity: critical", "severity: warning"))


def replayed(team: Team, *arguments: str) -> Any:
    ended = team.run("replay", "--format", "json", *arguments)
    assert ended.code in (exit_codes.DONE, exit_codes.CHANGES_PENDING), ended.err
    return json.loads(ended.out)


def severities(running: RunningSandbox) -> list[str]:
    """Of the alerts that the changed route looks at."""
    found = [
        row.get("value", {}).get("literal", "none")
        for one in running.past.alerts
        if one["alert_source_id"] == ALERTMANAGER and one["id"] not in running.past.held
        for row in one["attributes"]
        if row["attribute"]["id"] == SEVERITY
    ]
    return found[:-1]  # without the seed's, which is of another year


def test_the_flipped_attribute_is_found_in_the_counts(account: tuple[Team, RunningSandbox]) -> None:
    team, running = account
    flip(team)
    found = replayed(team)

    certain = [one for one in found["rows"] if one["certain"]]
    counts = {one["kind"]: one["alerts"] for one in certain}
    assert counts == {
        "lost": severities(running).count("critical"),
        "gained": severities(running).count("warning"),
    }
    assert counts["lost"] > 0 < counts["gained"]
    (values,) = certain[0]["values"]
    assert values["words"] == "severity: critical"
    assert {one["source"]["name"] for one in found["rows"]} == {"Alertmanager (Production)"}
    assert all(len(one["links"]) <= 3 for one in found["rows"])
    assert found["alerts"] == 293
    assert {request.method for request in running.requests} == {"GET"}


@pytest.mark.parametrize("case", [True, False])
def test_what_depends_on_a_reading_is_what_that_reading_s_past_has(
    open_account: Open, case: bool
) -> None:
    """Pinned to the reading in which the sandbox routed its past, what was paged is what counts as
    lost when the route goes.
    """
    reading = sandbox.PastReading(text_case=case)
    settings = sandbox.Settings(rate_limit=False, past=300, past_seed=7, reading=reading)
    team, running = open_account(settings)
    assert team.run("apply", "--auto-approve").code == 0
    flip(team)
    answer = "counts" if case else "ignored"
    pins = {"text_case": answer, "text_one_of": "equals", "empty_text": "set"}
    lines = "".join(
        f"  {key}: {{answer: {value}, because: a test, since: 2026-01-01}}\n"
        for key, value in pins.items()
    )
    text = re.sub(r"(?ms)^assume:.*?(?=^\S|\Z)", "", team.read("reconciler.yaml"))
    team.write("reconciler.yaml", f"{text}\nassume:\n{lines}")
    found = replayed(team)

    lost = sum(one["alerts"] for one in found["rows"] if one["kind"] == "lost")
    paged = {
        one["creator"]["alert"]["id"]
        for one in running.past.escalations
        if "alert" in one["creator"]
    }
    there = [one for one in running.past.alerts if one["alert_source_id"] == ALERTMANAGER]
    assert lost >= 3
    assert lost == len([one for one in there if one["id"] in paged])
    assert all(one["certain"] for one in found["rows"])


def test_the_second_run_reads_only_what_is_new(account: tuple[Team, RunningSandbox]) -> None:
    team, running = account
    flip(team)
    first = replayed(team)
    running.requests.clear()
    again = replayed(team)

    assert running.count("GET", "^/v2/alerts\\?") == 1
    assert (again["alerts"], again["rows"]) == (first["alerts"], first["rows"])
    running.requests.clear()
    assert replayed(team, "--refresh")["rows"] == first["rows"]
    assert running.count("GET", "^/v2/alerts\\?") == 6


def test_an_interrupted_run_says_what_it_keeps_and_goes_on(
    account: tuple[Team, RunningSandbox],
) -> None:
    team, running = account
    flip(team)
    running.fault("status", status=403, path="/v2/alerts$", skip=3)
    ended = team.run("replay")

    assert ended.code == exit_codes.ERROR
    assert "150 alerts are kept: run it again to go on from there" in ended.err
    assert '"alerts.view"' in ended.err
    running.requests.clear()
    assert replayed(team)["alerts"] == 293
    assert running.count("GET", "^/v2/alerts\\?") == 4  # three that were left, and what is new


def test_a_file_that_is_damaged_is_made_anew_and_that_is_said(
    account: tuple[Team, RunningSandbox],
) -> None:
    team, _ = account
    flip(team)
    replayed(team)
    (kept,) = (team.folder / ".reconciler" / "alerts").iterdir()
    kept.write_bytes(b"no database at all")
    ended = team.run("replay")

    assert ended.code == exit_codes.CHANGES_PENDING
    assert "it is damaged; the past alerts are read again" in ended.err


def test_a_key_that_may_not_read_alerts_is_told_which_right_it_lacks(open_account: Open) -> None:
    missing = frozenset({"alerts.view"})
    team, _ = open_account(sandbox.Settings(rate_limit=False, missing_scopes=missing))
    ended = team.run("replay")

    assert ended.code == exit_codes.ERROR
    assert 'The key lacks the right "alerts.view"' in ended.err


def test_without_alerts_and_without_a_change_it_ends_with_0(
    open_account: Open, account: tuple[Team, RunningSandbox]
) -> None:
    empty, _ = open_account(sandbox.Settings(rate_limit=False))
    ended = empty.run("replay")
    assert ended.code == exit_codes.DONE
    assert ended.out.startswith("There was no alert to replay in 14 days.\n")

    team, running = account
    ended = team.run("replay")
    assert (ended.code, ended.out) == (
        exit_codes.DONE,
        "No route treats alerts differently, so no past alert was read.\n",
    )
    assert running.count("GET", "^/v2/alerts") == 0


def test_against_a_commit_and_against_what_is_live(account: tuple[Team, RunningSandbox]) -> None:
    team, running = account
    git(team.folder, "init", "-q", "-b", "main")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "routes")
    flip(team)
    of_commit, of_live = replayed(team, "--base", "main"), replayed(team, "--live")

    assert of_commit["rows"] == of_live["rows"]
    assert of_commit["compared"].startswith("the files of ")
    running.state.edit("Production Alerts", lambda body: body.update(enabled=False))
    assert replayed(team, "--live")["rows"] != of_live["rows"]


def test_one_source_and_one_that_is_none(account: tuple[Team, RunningSandbox]) -> None:
    team, _ = account
    flip(team)
    found = replayed(team, "--source", "Alertmanager (Production)", "--days", "7")
    assert [one["name"] for one in found["sources"]] == ["Alertmanager (Production)"]
    assert replayed(team, "--source", "PlanetScale")["rows"] == []
    ended = team.run("replay", "--source", "Planetscale")
    assert ended.code == exit_codes.USAGE
    assert 'no alert source is named "Planetscale"; did you mean' in ended.err
    ended = team.run("replay", "--source", "nothing")
    assert 'no alert source is named "nothing"; known names: "Alertmanager (Prod' in ended.err


def test_of_two_sources_with_one_name_an_id_says_which(
    account: tuple[Team, RunningSandbox],
) -> None:
    team, running = account
    flip(team)
    found = replayed(team, "--source", ALERTMANAGER)
    other = ident("source", "PlanetScale")
    named = next(row for row in running.state.account.sources if row["id"] == other)
    team.edit("routes/database-alerts.yaml", "- PlanetScale", f"- {other}")
    named["name"] = "Alertmanager (Production)"
    text = team.read(PRODUCTION)
    team.write(PRODUCTION, text.replace("Alertmanager (Production)", ALERTMANAGER))
    for file in ("production-warnings", "unrouted-alerts"):
        team.edit(f"routes/{file}.yaml", "- Alertmanager (Production)", f"- {ALERTMANAGER}")
    ended = team.run("replay", "--source", "Alertmanager (Production)")

    assert ended.code == exit_codes.USAGE
    assert '2 alert sources are named "Alertmanager (Production)": use an id: ' in ended.err
    assert ALERTMANAGER in ended.err
    assert replayed(team, "--source", ALERTMANAGER)["alerts"] == found["alerts"]


def test_alerts_of_an_account_that_the_key_does_not_tell_are_read_anew(
    account: tuple[Team, RunningSandbox],
) -> None:
    """Another key of the same address may be of another account."""
    team, running = account
    flip(team)
    team.name_no_account()
    running.state.account.dashboard_url = ""
    replayed(team)
    for row in running.past.alerts[100:]:
        running.past.held.add(row["id"])
    again = replayed(team)

    assert again["alerts"] < 100


def test_the_table_has_no_title_and_errors_are_said(account: tuple[Team, RunningSandbox]) -> None:
    team, running = account
    flip(team)
    shown = team.run("replay", "--format", "markdown").out
    assert shown.startswith("**")
    assert not [one["title"] for one in running.past.alerts if one["title"] in shown]
    assert team.run("replay", "--base", "main", "--live").code == exit_codes.USAGE
    team.write(PRODUCTION, team.read(PRODUCTION).replace("Engineering On-Call", "Nobody's path"))
    ended = team.run("replay")
    assert ended.code == exit_codes.ERROR
    assert "the plan has errors: correct them first" in ended.err


def test_a_plan_has_it_below_the_proof_and_in_the_comment(
    account: tuple[Team, RunningSandbox],
) -> None:
    team, running = account
    flip(team)
    ended = team.run("plan", "--replay", "14", "--markdown", "plan.md", "--comment", "comment.md")
    line = r"\*\*Replay:\*\* \d+ of 293 alerts in 14 days would have paged differently\."

    assert re.search(r"unchanged\.\n\n\d+ of 293 alerts in 14 days would have paged", ended.out)
    for text in (team.read("plan.md"), team.read("comment.md")):
        proof, _, below = text.partition("**Replay:**")
        assert re.search(line, text)
        assert "page lost" in proof
        assert "paging lost" in below
        assert not [one["title"] for one in running.past.alerts if one["title"] in text]
    assert "**Replay:**" in team.run("plan", "--replay", "14", "--format", "markdown").out
    assert json.loads(team.run("plan", "--replay", "14", "--format", "json").out)["changes"]
    assert "Replay" not in team.run("plan").out


def test_a_replay_that_fails_fails_no_plan_and_says_why(open_account: Open) -> None:
    missing = frozenset({"alerts.view"})
    team, _ = open_account(sandbox.Settings(rate_limit=False, missing_scopes=missing))
    ended = team.run("plan", "--replay", "14", "--comment", "comment.md")

    assert ended.code == exit_codes.DONE
    assert "the alerts could not be read: " in ended.out
    (line,) = [one for one in team.read("comment.md").splitlines() if "**Replay:**" in one]
    assert "alerts.view" in line


def test_a_plan_with_an_error_has_no_replay(account: tuple[Team, RunningSandbox]) -> None:
    team, running = account
    team.write(PRODUCTION, team.read(PRODUCTION).replace("Engineering On-Call", "Nobody's path"))
    team.run("plan", "--replay", "14")

    assert running.count("GET", "^/v2/alerts") == 0


def test_in_ci_what_the_checkout_brings_as_kept_alerts_counts_for_nothing(
    account: tuple[Team, RunningSandbox],
) -> None:
    team, running = account
    flip(team)
    replayed(team)
    running.requests.clear()
    team.run("plan", "--replay", "14", CI="true")
    assert running.count("GET", "^/v2/alerts\\?") == 6
    running.requests.clear()
    team.run("replay", CI="true")
    assert running.count("GET", "^/v2/alerts\\?") == 6
