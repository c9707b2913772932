"""A new label in incident.io is no edit: by id everything is as it was."""

import shutil
from collections.abc import Callable

import pytest

from reconciler import sandbox
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.conftest import Open
from tests.e2e.record.conftest import in_repository
from tests.e2e.team import Team
from tests.sandbox.payloads import rich_v3

OTHER = "routes/informational.yaml"


def known_by_record(team: Team) -> None:
    (team.folder / "directory.lock.json").unlink(missing_ok=True)


def known_by_lock(team: Team) -> None:
    assert team.run("directory", "refresh").code == 0
    in_git = (team.folder / ".git").exists()
    if in_git:
        for ref in ("refs/reconciler", "refs/reconciler-remote"):
            shutil.rmtree(team.folder / ".git" / ref, ignore_errors=True)


KNOWN: list[Callable[[Team], None]] = [known_by_record, known_by_lock]


@pytest.fixture
def everything(open_account: Open) -> tuple[Team, RunningSandbox]:
    """Files that name one of everything, applied."""
    team, running = open_account(sandbox.Settings(rate_limit=False, hidden_bodies=True))
    shutil.rmtree(team.folder / "routes")
    running.state.create(rich_v3(), "v3")
    assert team.run("import", "--all").code == 0
    in_repository(team.folder)
    assert team.run("apply", "--auto-approve").code == 0
    return team, running


def kinds(running: RunningSandbox) -> list[str]:
    account = running.state.account
    return [field for field in FIELDS if getattr(account, field)]


FIELDS = (
    "catalog_entries",
    "catalog_types",
    "custom_field_options",
    "custom_fields",
    "incident_types",
    "severities",
    "teams",
    "users",
    "escalation_paths",
    "attributes",
    "sources",
)


def relabel(running: RunningSandbox, field: str) -> None:
    for thing in [*getattr(running.state.account, field)]:
        if "email" in thing:
            thing["email"] = f"new-{thing['email']}"
        key = "value" if "value" in thing else "name"
        running.state.account.rename(thing["id"], f"{thing[key]} anew")


@pytest.mark.parametrize("field", [*FIELDS, "all"])
@pytest.mark.parametrize("known", KNOWN)
def test_a_new_label_is_no_edit_and_stops_no_other_change(
    everything: tuple[Team, RunningSandbox], known: Callable[[Team], None], field: str
) -> None:
    team, running = everything
    known(team)
    for one in FIELDS if field == "all" else (field,):
        relabel(running, one)

    planned = team.run("plan", "--detailed-exitcode")

    assert planned.code == 0, planned.out + planned.err
    assert "error" not in planned.out
    assert "[drift]" not in planned.out
    text = team.read(OTHER)
    team.write(OTHER, text + "private: true\n")
    ended = team.run("apply", "--auto-approve")
    assert ended.code == 0, ended.out + ended.err
    assert "Informational: updated" in ended.out
    assert "1 written." in ended.out


DATABASE = "routes/database-alerts.yaml"


def commit(team: Team, message: str) -> None:
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", message)


@pytest.fixture
def waiting(repository: Team, incident_io: RunningSandbox) -> Team:
    """Main holds a change that no apply wrote, of a file with the old name of a path."""
    known_by_record(repository)
    repository.edit(DATABASE, "branch: main", "branch: [main, x]")
    commit(repository, "waits")
    incident_io.state.rename(ident("escalation path", "Engineering On-Call"), "Engineers")
    return repository


def with_new_names(team: Team) -> None:
    for path in (team.folder / "routes").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("Engineering On-Call", "Engineers"), encoding="utf-8")


@pytest.mark.parametrize("renamed", [False, True], ids=["old names", "new names"])
def test_a_new_label_makes_no_conflict_of_a_waiting_merge(
    waiting: Team, incident_io: RunningSandbox, renamed: bool
) -> None:
    if renamed:
        with_new_names(waiting)
    waiting.edit(OTHER, "  - Axiom\n", "")

    planned = waiting.run("plan", "--base", "HEAD")
    ended = waiting.run("apply", "--auto-approve")

    assert planned.code == 0, planned.out
    assert "onflict" not in planned.out
    assert "escalate" not in planned.out
    assert "1 to update" in planned.out
    assert ended.code == 0, ended.out
    assert "2 written." in ended.out


def test_a_change_of_a_file_with_an_old_name_is_written(
    team: Team, incident_io: RunningSandbox
) -> None:
    known_by_record(team)
    incident_io.state.rename(ident("escalation path", "Engineering On-Call"), "Engineers")
    team.edit(DATABASE, "branch: main", "branch: [main, x]")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    said = " ".join(ended.out.split())
    assert 'the escalation path "Engineering On-Call" was renamed to "Engineers"' in said
    assert "1 written." in ended.out
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_the_new_names_are_written_into_the_files_without_a_lock(
    everything: tuple[Team, RunningSandbox],
) -> None:
    team, running = everything
    known_by_record(team)
    before = {file: team.read(f"routes/{file}") for file in team.route_files()}
    for field in FIELDS:
        relabel(running, field)

    ended = team.run("directory", "refresh", "--rename")

    assert ended.code == 0, ended.err
    after = {file: team.read(f"routes/{file}") for file in team.route_files()}
    assert all(after[file] != before[file] for file in before)
    again = team.run("plan", "--detailed-exitcode")
    assert again.code == 0, again.out
    assert "renamed-name" not in again.out


@pytest.fixture
def unknown(repository: Team, incident_io: RunningSandbox) -> Team:
    """A path that three files name was deleted: neither record nor lock file helps."""
    known_by_record(repository)
    paths = incident_io.state.account.escalation_paths
    paths[:] = [path for path in paths if path["name"] != "Engineering On-Call"]
    incident_io.state.account.index()
    return repository


@pytest.mark.parametrize("base", [(), ("--base", "HEAD")], ids=["record", "base"])
def test_a_file_that_did_not_change_waits_alone(
    unknown: Team, incident_io: RunningSandbox, base: tuple[str, ...]
) -> None:
    unknown.edit(OTHER, "  - Axiom\n", "")

    planned = unknown.run("plan", *base)
    ended = unknown.run("apply", *base, "--auto-approve")

    assert planned.code == (0 if base else 1)  # a pull request about other files is not red
    assert "[unknown-path]" in planned.out
    assert ended.code == 5, ended.out
    assert "Informational: updated" in ended.out
    assert 'no escalation path is named "Engineering On-Call". This file waits' in " ".join(
        ended.out.split()
    )
    again = unknown.run("apply", "--auto-approve")
    assert again.code == 1
    assert "Nothing to write." in again.out


def test_the_plan_of_a_pull_request_is_red_for_its_own_file_that_has_an_unknown_name(
    unknown: Team,
) -> None:
    unknown.edit(DATABASE, "branch: main", "branch: [main, x]")

    assert unknown.run("plan", "--base", "HEAD").code == 1


def test_a_file_that_changed_holds_everything_back(
    unknown: Team, incident_io: RunningSandbox
) -> None:
    """Its change may be the other half of a change that would be written."""
    unknown.edit(OTHER, "  - Axiom\n", "")
    unknown.edit(DATABASE, "branch: main", "branch: [main, x]")

    ended = unknown.run("apply", "--auto-approve")

    assert ended.code == 1
    assert "nothing was written to incident.io" in ended.err
    assert len(incident_io.state.find("Informational").body["alert_sources"]) == 2


def test_nothing_is_deleted_while_a_file_waits(unknown: Team, incident_io: RunningSandbox) -> None:
    unknown.write(
        "reconciler.yaml",
        unknown.read("reconciler.yaml").replace(
            "sources:\n", "undeclared: delete\nmax_deletes: 5\nsources:\n", 1
        ),
    )
    (unknown.folder / OTHER).unlink()

    unknown.run("apply", "--auto-approve")

    assert "Informational" in incident_io.state.names()


@pytest.fixture
def swapped(team: Team, incident_io: RunningSandbox) -> Team:
    """Another path bears the name that the files use; no lock file says so."""
    known_by_record(team)
    rename = incident_io.state.rename
    rename(ident("escalation path", "Engineering On-Call"), "Engineers")
    rename(ident("escalation path", "Database On-Call"), "Engineering On-Call")
    return team


def paged(running: RunningSandbox) -> str:
    return str(running.state.find("Database Alerts").body["escalation_config"])


def test_a_name_that_another_thing_bears_now_pages_nobody_else(
    swapped: Team, incident_io: RunningSandbox
) -> None:
    before = paged(incident_io)
    swapped.edit(OTHER, "  - Axiom\n", "")

    planned = swapped.run("plan")
    ended = swapped.run("apply", "--auto-approve")

    said = " ".join(planned.out.split())
    assert "[name-moved]" in said
    assert 'to use the old object, write "Engineers", its new name' in said
    assert "Plan: 1 to update" in said
    assert ended.code == 5
    assert "1 written" in ended.out
    assert paged(incident_io) == before


def test_the_former_one_is_meant_by_its_new_name(
    swapped: Team, incident_io: RunningSandbox
) -> None:
    before = paged(incident_io)
    with_new_names(swapped)

    ended = swapped.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    assert "[name-moved]" not in ended.out
    assert paged(incident_io) == before


def test_the_lock_file_takes_the_new_one_over(swapped: Team, incident_io: RunningSandbox) -> None:
    assert swapped.run("directory", "refresh").code == 0

    ended = swapped.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    assert ident("escalation path", "Database On-Call") in paged(incident_io)


@pytest.mark.parametrize("known", KNOWN)
def test_counted_from_a_commit_new_labels_are_no_edits_either(
    everything: tuple[Team, RunningSandbox], known: Callable[[Team], None]
) -> None:
    team, running = everything
    known(team)
    commit(team, "as it is")
    for field in FIELDS:
        relabel(running, field)

    planned = team.run("plan", "--base", "HEAD", "--detailed-exitcode")
    drift = team.run("plan", "--base", "HEAD", "--drift-issue", "issue.md")
    team.write(OTHER, team.read(OTHER) + "private: true\n")
    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    assert planned.code == 0, planned.out
    assert "[drift]" not in planned.out
    assert (drift.code, team.read("issue.md")) == (0, "")
    assert ended.code == 0, ended.out
    assert "1 written." in ended.out


def test_an_edit_is_pulled_into_a_file_with_old_names(
    team: Team, incident_io: RunningSandbox
) -> None:
    known_by_record(team)
    incident_io.state.rename(ident("escalation path", "Engineering On-Call"), "Engineers")
    incident_io.state.edit("Database Alerts", lambda body: body.update(is_private=True))

    pulled = team.run("pull", "Database Alerts")

    assert pulled.code == 0, pulled.err
    assert "private: true" in team.read(DATABASE)
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_a_file_that_did_not_change_and_moved_waits_alone(
    unknown: Team, incident_io: RunningSandbox
) -> None:
    git(unknown.folder, "mv", DATABASE, "routes/moved.yaml")
    unknown.edit(OTHER, "  - Axiom\n", "")

    ended = unknown.run("apply", "--auto-approve")

    assert ended.code == 5, ended.out
    assert "1 written" in ended.out
