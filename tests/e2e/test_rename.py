"""A route gets another name, or goes, without a second one ever being there."""

import shutil

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team


@pytest.mark.parametrize("by", ["previously", "id"])
def test_a_rename_is_an_update_of_the_same_route(
    team: Team, incident_io: RunningSandbox, by: str
) -> None:
    live = incident_io.state.find("Informational")
    said = "previously: Informational" if by == "previously" else f"id: {live.id}"
    team.edit("routes/informational.yaml", "name: Informational", f"name: For info\n{said}")

    planned = team.run("plan", "routes/informational.yaml")
    applied = team.run("apply", "--auto-approve")

    assert "Plan: 1 to update.\n" in planned.out
    assert applied.code == 0, applied.err
    assert incident_io.state.find("For info").id == live.id
    assert "Informational" not in incident_io.state.names()
    assert incident_io.count("POST", "/alert_routes") == 0
    assert incident_io.count("DELETE", "/") == 0
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_after_the_rename_previously_can_go(team: Team) -> None:
    name = "name: For info\npreviously: Informational"
    team.edit("routes/informational.yaml", "name: Informational", name)
    assert team.run("apply", "--auto-approve").code == 0

    team.edit("routes/informational.yaml", "\npreviously: Informational", "")

    assert team.run("plan", "--detailed-exitcode").code == 0


def test_absence_is_guarded_and_the_file_can_go_after(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    refused = team.run("apply", "--auto-approve")
    assert refused.code == 3
    assert "Informational" in incident_io.state.names()

    team.approve("Informational", "delete")
    assert team.run("apply", "--auto-approve").code == 0
    assert "Informational" not in incident_io.state.names()

    assert team.run("plan", "routes/informational.yaml", "--detailed-exitcode").code == 0
    (team.folder / "routes/informational.yaml").unlink()
    assert team.run("plan", "--detailed-exitcode").code == 0


def commit(team: Team) -> None:
    git(team.folder, "init", "-q")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "m")


def renamed_in_the_file(team: Team) -> None:
    team.edit("routes/informational.yaml", "name: Informational", "name: For info")


def test_a_rename_without_a_word_and_a_record_is_refused_in_whatever_way_it_is_planned(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("apply", "--auto-approve").code == 0
    shutil.rmtree(team.folder / ".reconciler/record")
    renamed_in_the_file(team)

    for arguments in ((), ("routes/informational.yaml",), ("For info",)):
        planned = team.run("plan", *arguments, "--out", "plan.json")
        assert "[guard-second-route]" in planned.out, arguments
        assert team.run("apply", "plan.json", "--auto-approve").code == 3
    assert team.run("apply", "--auto-approve").code == 3

    assert "For info" not in incident_io.state.names()


def test_a_new_file_beside_a_route_that_none_declares_is_refused_in_every_scope(
    team: Team, incident_io: RunningSandbox
) -> None:
    old = team.folder / "routes/informational.yaml"
    text = old.read_text(encoding="utf-8")
    old.unlink()
    assert team.run("apply", "--auto-approve").code == 0
    commit(team)
    team.write("routes/for-info.yaml", text.replace("name: Informational", "name: For info"))

    for scope in ("all", "changed"):
        planned = team.run("plan", "--base", "HEAD", "--scope", scope)
        assert "[guard-second-route]" in planned.out, scope
    assert team.run("apply", "--base", "HEAD", "--auto-approve").code == 3
    assert "For info" not in incident_io.state.names()

    team.approve("For info", "second-route")
    assert team.run("apply", "--base", "HEAD", "--auto-approve").code == 0
    assert {"For info", "Informational"} <= set(incident_io.state.names())


def test_each_way_that_the_hint_names_ends_in_one_route(
    team: Team, incident_io: RunningSandbox
) -> None:
    live = incident_io.state.find("Informational").id
    incident_io.state.edit("Informational", lambda body: body.update(name="For info"))
    hint = " ".join(team.run("plan").out.split())
    assert 'to rename "For info" to "Informational", write `previously: For info` here' in hint
    assert "write `name: For info` and `previously: Informational`" in hint

    team.edit(
        "routes/informational.yaml",
        "name: Informational",
        "name: For info\npreviously: Informational",
    )
    assert team.run("apply", "--auto-approve").code == 0
    assert incident_io.state.find("For info").id == live

    team.edit(
        "routes/informational.yaml",
        "name: For info\npreviously: Informational",
        "name: Informational\npreviously: For info",
    )
    assert team.run("apply", "--auto-approve").code == 0
    assert incident_io.state.find("Informational").id == live
    assert len(incident_io.state.names()) == 6


def test_a_route_of_other_files_is_no_twin_of_a_create(team: Team) -> None:
    text = team.read("routes/informational.yaml")
    team.write("routes/for-info.yaml", text.replace("name: Informational", "name: For info"))

    planned = team.run("plan", "routes/for-info.yaml")

    assert "1 to create" in planned.out
    assert "guard-second-route" not in planned.out


@pytest.mark.parametrize("side", ["file", "dashboard", "both"])
def test_a_rename_with_another_source_at_once_is_refused_without_a_record(
    team: Team, incident_io: RunningSandbox, side: str
) -> None:
    file, name = "routes/production-alerts.yaml", "Production Alerts"
    if side == "file":
        team.edit(file, f"name: {name}", "name: Production")
    else:
        incident_io.state.edit(name, lambda body: body.update(name="Production"))
    if side == "both":
        team.edit(file, f"name: {name}", "name: Prod")
    team.edit(file, "  - Grafana Cloud\n", "")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 3
    assert "has some of the same sources and pages, too" in " ".join(ended.out.split())
    assert incident_io.count("POST", "/alert_routes") == 0
