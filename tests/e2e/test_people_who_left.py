"""People who left stay in the routes that name them: a warning, and everything else goes on."""

import copy
import json
from typing import Any

import pytest

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team

NAME = "Informational"
EMAIL = "lead@example.com"
LEFT = ident("user", EMAIL)
AGAIN = "01J2WYM7C5QKF9T3B8D6RAXE99"
FILE = "routes/informational.yaml"
APIS = pytest.mark.parametrize("api", ["v2", "v3"])


def paging(*users: str) -> Any:
    def change(route: dict[str, Any]) -> None:
        route["escalation_config"]["escalation_targets"] = [
            {"users": {"array_value": [{"literal": user}]}} for user in users
        ]

    return change


def leave(incident_io: RunningSandbox, *users: str) -> None:
    """These are paged by the route, and the first of them is deactivated then."""
    incident_io.state.edit(NAME, paging(*(users or (LEFT,))))
    incident_io.state.deactivate(LEFT)


def hire_again(incident_io: RunningSandbox) -> None:
    """Another account of the same e-mail."""
    account = incident_io.state.account
    user = copy.deepcopy(account.find("users", LEFT))
    assert user is not None
    account.users.append(user | {"id": AGAIN, "is_active": True})


@APIS
def test_a_route_that_pages_who_left_is_imported_and_planned(
    empty: Team, incident_io: RunningSandbox, api: str
) -> None:
    leave(incident_io)
    empty.write("reconciler.yaml", f"api: {api}\n")

    imported = empty.run("import", "--all", "--force")
    planned = empty.run("plan", "--detailed-exitcode")

    assert imported.code == 0, imported.err
    assert f"  - user: {EMAIL}\n" in empty.read(FILE)
    assert planned.code == 0
    assert planned.out.count("[inactive-user]") == 1
    said = " ".join(planned.out.split())
    assert (
        f"warning: incident.io does not page {EMAIL}: the user left, or is not active yet" in said
    )


def test_other_changes_of_such_a_route_are_written(
    empty: Team, incident_io: RunningSandbox
) -> None:
    leave(incident_io)
    empty.run("import", "--all")
    empty.edit(FILE, f"name: {NAME}\n", f"name: {NAME}\nprivate: true\n")

    ended = empty.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    route = incident_io.state.read(NAME)
    assert route["is_private"] is True
    (target,) = route["escalation_config"]["escalation_targets"]
    assert target["users"]["array_value"][0]["literal"] == LEFT


@pytest.mark.parametrize("written", [EMAIL, EMAIL.upper(), LEFT, "Engineering Lead"])
def test_who_left_is_found_by_every_name_and_by_id(
    empty: Team, incident_io: RunningSandbox, written: str
) -> None:
    leave(incident_io)
    empty.run("import", "--all")
    empty.edit(FILE, f"user: {EMAIL}", f"user: {written}")

    ended = empty.run("plan", "--detailed-exitcode")

    assert ended.code == 0, ended.out
    assert "[inactive-user]" in ended.out


def test_the_active_one_of_two_accounts_is_meant(empty: Team, incident_io: RunningSandbox) -> None:
    empty.run("import", "--all")
    hire_again(incident_io)
    incident_io.state.deactivate(LEFT)
    empty.edit(FILE, "name:", f"escalate:\n  - user: {EMAIL}\nname:")

    ended = empty.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    assert "inactive-user" not in ended.out
    (target,) = incident_io.state.read(NAME)["escalation_config"]["escalation_targets"]
    assert target["users"]["array_value"][0]["literal"] == AGAIN


def test_import_tells_two_accounts_of_one_email_apart(
    empty: Team, incident_io: RunningSandbox
) -> None:
    hire_again(incident_io)
    leave(incident_io, LEFT, AGAIN)

    assert empty.run("import", "--all").code == 0

    assert f"- user: {LEFT}" in empty.read(FILE)
    assert f"- user: {EMAIL}" in empty.read(FILE)
    planned = empty.run("plan", "--detailed-exitcode")
    assert planned.code == 0, planned.out
    assert planned.out.count("[inactive-user]") == 1


def test_a_change_between_the_two_accounts_can_be_read(
    empty: Team, incident_io: RunningSandbox
) -> None:
    hire_again(incident_io)
    leave(incident_io)
    empty.run("import", "--all")
    empty.edit(FILE, f"user: {LEFT}", f"user: {EMAIL}")

    said = " ".join(empty.run("plan").out.split())

    assert f"user {EMAIL} (not active) → user {EMAIL} " in said


def test_the_lock_file_knows_who_left_so_that_files_validate_without_a_key(
    empty: Team, incident_io: RunningSandbox
) -> None:
    leave(incident_io)
    empty.run("import", "--all")

    assert empty.run("directory", "refresh").code == 0

    (user,) = json.loads(empty.read("directory.lock.json"))["users"]
    assert user == {"id": LEFT, "email": EMAIL, "name": "Engineering Lead", "is_active": False}
    validated = empty.run("validate", INCIDENT_API_KEY="")
    assert validated.code == 0
    assert "[inactive-user]" in validated.out + validated.err


@APIS
def test_a_backup_with_who_left_is_restored(
    team: Team, incident_io: RunningSandbox, api: str
) -> None:
    leave(incident_io)
    team.run("backup")
    incident_io.state.delete(NAME)

    assert team.run("restore", "--auto-approve", "--api", api).code == 0

    (target,) = incident_io.state.read(NAME)["escalation_config"]["escalation_targets"]
    assert target["users"]["array_value"][0]["literal"] == LEFT


def test_a_hand_edit_that_pages_who_left_is_pulled(
    empty: Team, incident_io: RunningSandbox
) -> None:
    empty.run("import", "--all")
    leave(incident_io)

    assert empty.run("pull").code == 0

    assert f"  - user: {EMAIL}\n" in empty.read(FILE)
    assert empty.run("plan", "--detailed-exitcode").code == 0
