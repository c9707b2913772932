"""A copied route file: its `id` is the first one's, and its name is new."""

import shutil

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.record.test_places import FILE, NAME, ref
from tests.e2e.team import Team

COPY = "routes/copied.yaml"


def copy(team: Team, incident_io: RunningSandbox, more: str = "") -> None:
    identity = incident_io.state.find(NAME).id
    text = team.read(FILE)
    team.write(COPY, text.replace(f"name: {NAME}\n", f"name: Copied\nid: {identity}\n{more}"))


def forget(team: Team) -> None:
    """The record is lost."""
    shutil.rmtree(team.folder / ".reconciler" / "record", ignore_errors=True)
    if (team.folder / ".git").exists():
        git(team.folder, "update-ref", "-d", ref(team.folder))


@pytest.mark.parametrize("recorded", [True, False])
def test_a_copy_with_the_first_files_id_is_refused(
    team: Team, incident_io: RunningSandbox, recorded: bool
) -> None:
    if not recorded:
        forget(team)
    before = incident_io.state.find(NAME).version
    copy(team, incident_io)

    planned, ended = team.run("plan"), team.run("apply", "--auto-approve")

    assert (planned.code, ended.code) == (1, 1)
    assert planned.out.count("[one-route-two-files]") == 2
    assert f"{COPY}:3:" in planned.out
    assert f"{FILE}:2:" in planned.out
    assert incident_io.state.find(NAME).version == before
    assert "Copied" not in incident_io.state.names()


def test_a_file_that_says_previously_renames_the_route(
    team: Team, incident_io: RunningSandbox
) -> None:
    copy(team, incident_io, f"previously: {NAME}\n")

    planned = team.run("plan")

    assert "one-route-two-files" not in planned.out


def test_the_routes_own_file_may_give_its_name_away(
    team: Team, incident_io: RunningSandbox
) -> None:
    """The record knows which file it was."""
    identity = incident_io.state.find(NAME).id
    text = team.read(FILE)
    team.write(FILE, text.replace(f"name: {NAME}\n", f"name: Other\nid: {identity}\n"))
    team.write("routes/new.yaml", text)

    planned = team.run("plan")

    assert "one-route-two-files" not in planned.out
    assert "1 to create, 1 to update" in planned.out.replace("\n", " ")


def test_a_copy_is_refused_where_only_what_changed_is_read(
    repository: Team, incident_io: RunningSandbox
) -> None:
    copy(repository, incident_io)

    planned = repository.run("plan", "--base", "HEAD", "--scope", "changed")

    assert planned.code == 1
    assert "[one-route-two-files]" in planned.out
