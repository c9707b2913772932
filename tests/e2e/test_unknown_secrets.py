"""Fields of a route that are called a secret are fields like any other: kept, and brought back."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reconciler.backup.read import read_backup
from reconciler.sandbox import Settings
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sandbox.routes.shape_tables import CALLED_SECRET
from tests.e2e.conftest import Open
from tests.e2e.team import Team
from tests.sandbox.payloads import add_called_secret

FOLDER = "backups/incident.io"
NAME = "Database Alerts"
PRIVATE = "name: Database Alerts\nprivate: true\n"


def switched_off(route: dict[str, Any]) -> None:
    route["enabled"] = False


def rotated(route: dict[str, Any]) -> None:
    """The values of the fields change, and so does something that we know."""
    switched_off(route)
    text = json.dumps(route["token"]).replace('"token"', '"other"')
    route["token"] = json.loads(text)
    route["alert_sources"][0]["api_key"] = "another"


def secretly(open_account: Open) -> tuple[Team, RunningSandbox]:
    team, running = open_account(Settings(rate_limit=False, shuffle_seed=None, extra_fields=True))
    running.state.edit(NAME, add_called_secret)
    assert len(stored(running, "v3")) > 4 * len(CALLED_SECRET)
    return team, running


def stored(running: RunningSandbox, api: str) -> list[str]:
    """The fields that are called a secret, each with its place; and what this file's edits set."""
    body = running.state.read(NAME, api)
    return [*sorted(called_secret(body, "")), f"{body['enabled']} {body['is_private']}"]


def called_secret(node: object, place: str) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in CALLED_SECRET:
                yield f"{place}/{key} {json.dumps(value, sort_keys=True)}"
            else:
                yield from called_secret(value, f"{place}/{key}")
    elif isinstance(node, list):
        for one in node:
            yield from called_secret(one, place)


def backed_up(team: Team, folder: str = FOLDER) -> dict[str, Any]:
    (entry,) = (one for one in read_backup(team.folder / folder).entries if one.name == NAME)
    return dict(entry.body)


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_a_backup_has_every_field_of_a_route(open_account: Open, api: str) -> None:
    team, running = secretly(open_account)

    assert team.run("backup", "--api", api).code == 0

    assert backed_up(team) == running.state.read(NAME, api)


@pytest.mark.parametrize("change", [switched_off, rotated])
@pytest.mark.parametrize("only", [(), ("--only", NAME)])
@pytest.mark.parametrize("api", ["v2", "v3"])
def test_a_restore_brings_each_of_them_back(
    open_account: Open, api: str, only: tuple[str, ...], change: Callable[[dict[str, Any]], None]
) -> None:
    team, running = secretly(open_account)
    team.run("backup", "--api", api)
    before = stored(running, api)
    running.state.edit(NAME, change)

    ended = team.run("restore", "--api", api, "--auto-approve", *only)

    assert ended.code == 0, ended.err
    assert stored(running, api) == before


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_a_route_that_is_created_again_has_each_of_them(open_account: Open, api: str) -> None:
    team, running = secretly(open_account)
    team.run("backup", "--api", api)
    before = stored(running, api)
    running.state.delete(NAME)

    ended = team.run("restore", "--api", api, "--auto-approve")

    assert ended.code == 0, ended.err
    assert stored(running, api) == before


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_an_apply_keeps_them_and_its_rollback_too(open_account: Open, api: str) -> None:
    team, running = secretly(open_account)
    before = stored(running, api)
    team.write("reconciler.yaml", team.read("reconciler.yaml") + f"\napi: {api}\n")
    team.edit("routes/database-alerts.yaml", "name: Database Alerts\n", PRIVATE)

    assert team.run("apply", "--auto-approve").code == 0
    gone = {one for one in before if one.startswith("/escalation_config")}  # with another target
    assert set(before[:-1]) - gone == set(stored(running, api)[:-1])
    assert team.run("rollback", "--auto-approve").code == 0

    assert stored(running, api) == before


def test_a_delete_that_is_rolled_back_has_each_of_them(open_account: Open) -> None:
    team, running = secretly(open_account)
    before = stored(running, "v3")
    team.write("routes/database-alerts.yaml", f"name: {NAME}\nstate: absent\n")
    team.approve(NAME, "delete")
    team.approve(NAME, "pages-nobody")
    assert team.run("apply", "--auto-approve").code == 0
    assert NAME not in running.state.names()

    assert team.run("rollback", "--auto-approve").code == 0

    assert stored(running, "v3") == before


def from_an_older_version(team: Team, folder: str = FOLDER) -> None:
    """A manifest as versions wrote it that left out what is called a secret."""
    path = team.folder / folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["complete"]
    path.write_text(json.dumps(manifest))


def test_a_backup_that_may_lack_fields_is_no_source_of_a_write(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    from_an_older_version(team)
    assert team.run("restore", "--auto-approve").code == 0  # nothing to write
    incident_io.state.edit(NAME, lambda route: route.update(is_private=True))

    ended = team.run("restore", "--auto-approve")

    assert ended.code == 3
    assert "[guard-incomplete-backup]" in ended.out
    assert "--accept-incomplete" in ended.out
    assert incident_io.state.read(NAME)["is_private"] is True
    assert team.run("restore", "--plan").code == 0
    accepted = team.run("restore", "--auto-approve", "--accept-incomplete")
    assert accepted.code == 0
    assert "warning: an older version of reconciler made this backup" in accepted.out
    assert incident_io.state.read(NAME)["is_private"] is False


def test_a_run_of_an_older_version_is_undone_only_when_that_is_accepted(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.edit("routes/database-alerts.yaml", "name: Database Alerts\n", PRIVATE)
    before = stored(incident_io, "v3")
    assert team.run("apply", "--auto-approve").code == 0
    (run,) = (team.folder / ".reconciler/runs").iterdir()
    from_an_older_version(team, f".reconciler/runs/{run.name}/backup")

    assert team.run("rollback", "--auto-approve").code == 3
    assert team.run("rollback", "--auto-approve", "--accept-incomplete").code == 0

    assert stored(incident_io, "v3") == before


def test_the_next_backup_completes_one_of_an_older_version(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    from_an_older_version(team)
    assert team.run("backup").code == 0
    incident_io.state.edit(NAME, lambda route: route.update(is_private=True))

    assert team.run("restore", "--auto-approve").code == 0


def test_what_cannot_be_written_through_the_other_version_is_said(open_account: Open) -> None:
    team, running = secretly(open_account)
    team.run("backup", "--api", "v3")
    running.state.delete(NAME)

    ended = team.run("restore", "--api", "v2", "--plan")

    assert "[not-restored]" in ended.out
    assert "`token`" in ended.out
    assert "`restore --api v3`" in ended.out
