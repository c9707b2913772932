"""What a base could not tell, and the record can: who really moved."""

import json
from typing import Any

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import WARNINGS, git
from tests.e2e.team import Ended, Team

NAME = "Production Warnings"
INFORMATIONAL = "routes/informational.yaml"
NEW = 'name: New\nsources: [Axiom]\nnotify:\n  - slack: "#alerts"\n'


def commit(team: Team) -> None:
    if (team.folder / ".git").exists():
        git(team.folder, "add", "-A")
        git(team.folder, "commit", "-q", "-m", "m")


def planned(team: Team, *options: str) -> Any:
    return json.loads(team.run("plan", *options, "--format", "json").out)


def fields(sides: Any) -> dict[str, list[str]]:
    return {side["name"]: [one["path"] for one in side["fields"]] for side in sides}


def apply(team: Team) -> Ended:
    return team.run("apply", "--auto-approve")


def fail_at_informational(sandbox: RunningSandbox, times: int = 1) -> None:
    failing = sandbox.state.find("Informational").id
    path = f"/alert_routes/{failing}"
    sandbox.fault("status", method="PUT", path=path, status=422, times=times)


def run_that_failed(team: Team, sandbox: RunningSandbox) -> None:
    """A merge whose apply wrote `NAME` and failed at another route."""
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    team.edit(INFORMATIONAL, "name:", "enabled: false\nname:")
    commit(team)
    fail_at_informational(sandbox)
    assert apply(team).code == 5


def test_no_forge_is_needed_to_know_what_a_failed_run_wrote(
    team: Team, incident_io: RunningSandbox
) -> None:
    """ "Without environments there is no base": git alone has it, and a folder without git."""
    run_that_failed(team, incident_io)

    made = planned(team)

    assert fields(made["changes"]) == {"Informational": ["enabled"]}
    assert (made["drift"], made["conflicts"]) == ([], [])


def test_an_edit_of_a_route_that_a_failed_run_wrote_is_that_edit_alone(
    repository: Team, incident_io: RunningSandbox
) -> None:
    """ "It is live as no file said, and all of it counts as edited by hand.\""""
    run_that_failed(repository, incident_io)
    incident_io.state.edit(NAME, lambda route: route.update(is_private=True))
    repository.edit(WARNINGS, "[warning, info]", "[warning, page]")
    commit(repository)

    made = planned(repository)
    ended = apply(repository)

    assert fields(made["drift"]) == {NAME: ["private"]}
    assert fields(made["changes"])[NAME] == ["when"]
    assert ended.code == 0, ended.out + ended.err
    there = incident_io.state.find(NAME).body
    assert (there["is_private"], "page" in str(there)) == (True, True)


def test_an_edit_of_a_route_that_a_failed_run_created_is_drift(
    repository: Team, incident_io: RunningSandbox
) -> None:
    """ "It is new since the base and wins whole.\""""
    repository.write("routes/new.yaml", NEW)
    repository.edit(INFORMATIONAL, "name:", "enabled: false\nname:")
    commit(repository)
    fail_at_informational(incident_io)
    assert apply(repository).code == 5
    incident_io.state.edit("New", lambda route: route.update(is_private=True))

    made = planned(repository, "--base", "HEAD~1")
    ended = apply(repository)

    assert fields(made["drift"]) == {"New": ["private"]}
    assert ended.code == 0, ended.out + ended.err
    assert incident_io.state.find("New").body["is_private"] is True


def test_an_edit_that_brings_back_the_old_value_is_kept(
    repository: Team, incident_io: RunningSandbox
) -> None:
    """ "It cannot be told from a write that never happened.\""""
    before = incident_io.state.find(NAME).body["condition_groups"]
    repository.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    commit(repository)
    assert apply(repository).code == 0
    incident_io.state.edit(NAME, lambda route: route.update(condition_groups=before))

    made = planned(repository)
    ended = apply(repository)

    assert (fields(made["drift"]), made["changes"]) == ({NAME: ["when"]}, [])
    assert ended.code == 0
    assert incident_io.state.find(NAME).body["condition_groups"] == before


def test_however_many_runs_failed_since_what_the_first_wrote_is_known(
    repository: Team, incident_io: RunningSandbox
) -> None:
    """ "Of the twenty newest deployments only.\""""
    run_that_failed(repository, incident_io)
    fail_at_informational(incident_io, times=21)
    for _ in range(21):
        assert apply(repository).code == 1
    repository.edit(WARNINGS, "[warning, info]", "warning")
    commit(repository)

    made = planned(repository)

    assert sorted(fields(made["changes"])) == ["Informational", NAME]
    assert made["drift"] == []


@pytest.mark.parametrize("applied", [False, True], ids=["waits", "applied"])
def test_a_field_of_two_merges_waits_for_the_first_and_no_longer(
    repository: Team, applied: bool
) -> None:
    """ "It is in no plan until the first is applied": that is so, and then it is."""
    repository.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    commit(repository)
    if applied:
        assert apply(repository).code == 0
    repository.edit(WARNINGS, "[warning, info]", "[warning, page]")
    commit(repository)

    made = planned(repository, "--base", "HEAD~1")

    assert (made["drift"], made["conflicts"]) == ([], [])
    assert (fields(made["changes"]), fields(made["merged"])) == (
        ({NAME: ["when"]}, {}) if applied else ({}, {NAME: ["when"]})
    )
    assert apply(repository).code == 0
    assert planned(repository)["changes"] == []
