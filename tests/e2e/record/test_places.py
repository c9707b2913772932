"""Where the record is, how machines exchange it, and what a damaged one does."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git, head
from tests.e2e.record.conftest import in_repository
from tests.e2e.team import Team

FILE = "routes/informational.yaml"
NAME = "Informational"


def asked(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def ref(folder: Path) -> str:
    (name,) = asked(folder, "for-each-ref", "--format=%(refname)", "refs/reconciler").split()
    return name


def test_the_ref_can_be_read_by_a_person(repository: Team, incident_io: RunningSandbox) -> None:
    repository.edit(FILE, "  - Axiom\n", "")
    assert repository.run("apply", "--auto-approve").code == 0

    name = ref(repository.folder)
    log = asked(repository.folder, "log", "-1", "--format=%B", name)
    row = json.loads(asked(repository.folder, "show", f"{name}:record.json"))["routes"]
    identity = incident_io.state.find(NAME).id

    assert "Informational: update v" in log
    assert row[identity]["file"] == FILE
    assert row[identity]["version"] == incident_io.state.find(NAME).version
    assert row[identity]["commit"] == head(repository.folder)
    kept = asked(repository.folder, "show", f"{name}:files/informational-{identity}.yaml")
    assert kept == repository.read(FILE)
    assert asked(repository.folder, "status", "--short").split() == ["M", FILE]


def test_one_run_is_one_commit(repository: Team) -> None:
    name = ref(repository.folder)
    before = len(asked(repository.folder, "rev-list", name).split())
    repository.edit(FILE, "  - Axiom\n", "")

    assert repository.run("apply", "--auto-approve").code == 0
    assert repository.run("plan").code == 0

    assert len(asked(repository.folder, "rev-list", name).split()) == before + 1


def damage_the_ref(team: Team) -> None:
    name = ref(team.folder)
    git(team.folder, "update-ref", name, "HEAD")


def damage_the_file(team: Team) -> None:
    (path,) = (team.folder / ".reconciler/record").rglob("*.json")
    path.write_text('{"record.json": "{"}', encoding="utf-8")


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "damaged"])
def test_without_a_record_a_plan_has_two_sides_and_says_so(
    team: Team, incident_io: RunningSandbox, lost: bool
) -> None:
    in_git = (team.folder / ".git").exists()
    incident_io.state.edit(NAME, lambda body: body.update(is_private=True))
    if not lost:
        (damage_the_ref if in_git else damage_the_file)(team)
    elif in_git:
        git(team.folder, "update-ref", "-d", ref(team.folder))
    else:
        shutil.rmtree(team.folder / ".reconciler/record")

    planned = team.run("plan")

    assert planned.code == 0
    unknown = "the files win; there is no record of who changed these"
    assert f"Reverts live edits ({unknown})" in planned.out
    warned = [line for line in planned.err.splitlines() if "cannot be read" in line]
    assert len(warned) == (0 if lost else 1)
    assert team.run("apply", "--auto-approve").code == 0
    again = team.run("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "cannot be read" not in again.err


@pytest.fixture
def machines(repository: Team, tmp_path: Path) -> tuple[Team, Team]:
    """Two clones of one bare repository, with one account."""
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(bare))
    git(repository.folder, "remote", "add", "origin", str(bare))
    git(repository.folder, "push", "-q", "origin", "main")
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(bare), str(other))
    return repository, Team(other, dict(repository.environment))


def test_what_one_machine_applied_another_one_knows(
    machines: tuple[Team, Team], incident_io: RunningSandbox
) -> None:
    one, two = machines
    one.edit(FILE, "  - Axiom\n", "")
    assert one.run("apply", "--auto-approve").code == 0
    two.write(FILE, one.read(FILE))
    incident_io.state.edit(NAME, lambda body: body.update(is_private=True))

    planned = two.run("plan")

    assert "private  [drift]" in planned.out
    assert "1 drifted" in planned.out


def test_what_one_machine_pulled_is_an_edit_where_the_file_does_not_say_it(
    machines: tuple[Team, Team], incident_io: RunningSandbox
) -> None:
    """Its file may be on a branch that nobody merges."""
    one, two = machines
    assert one.run("apply", "--auto-approve").code == 0
    incident_io.state.edit(NAME, lambda body: body.update(is_private=True))
    assert one.run("pull", NAME).code == 0

    ended = two.run("apply", "--auto-approve")

    assert "private  [drift]" in ended.out
    assert incident_io.state.find(NAME).body["is_private"] is True
    two.write(FILE, one.read(FILE))
    assert two.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(("remotes", "used"), [
    (["company"], "company"), (["company", "origin"], "origin"), (["a", "b"], None), ([], None),
])  # fmt: skip
def test_the_record_goes_to_origin_or_the_only_remote(
    repository: Team, tmp_path: Path, remotes: list[str], used: str | None
) -> None:
    for name in remotes:
        git(tmp_path, "init", "-q", "--bare", str(tmp_path / name))
        git(repository.folder, "remote", "add", name, str(tmp_path / name))

    ended = repository.run("apply", "--auto-approve")

    assert (ended.code, ended.err) == (0, "")
    for name in remotes:
        has_it = "refs/reconciler" in asked(tmp_path / name, "for-each-ref")
        assert has_it == (name == used), name


def test_runs_on_two_machines_both_land(machines: tuple[Team, Team]) -> None:
    one, two = machines
    database = "routes/database-alerts.yaml"
    assert one.run("apply", "--auto-approve").code == 0
    assert two.run("plan").code == 0
    one.edit(FILE, "  - Axiom\n", "")
    two.edit(database, "branch: main", "branch: [main, dev]")
    assert one.run("apply", "--auto-approve").code == 0
    two.write(FILE, one.read(FILE))
    assert two.run("apply", "--auto-approve", "--record", "local").code == 0
    one.write(database, two.read(database))

    assert two.run("apply", "--auto-approve").code == 0  # sends it, and learns the other's
    assert one.run("plan", "--detailed-exitcode").code == 0

    for side in machines:
        index = asked(side.folder, "show", f"{ref(side.folder)}:record.json")
        versions = {row["name"]: row["version"] for row in json.loads(index)["routes"].values()}
        assert (versions[NAME], versions["Database Alerts"]) == (10, 7)


@pytest.mark.parametrize("how", ["option", "setting"])
def test_a_local_record_is_not_exchanged(
    machines: tuple[Team, Team], tmp_path: Path, how: str
) -> None:
    one, _ = machines
    arguments = ("--record", "local") if how == "option" else ()
    if how == "setting":
        one.write("reconciler.yaml", one.read("reconciler.yaml") + "\nrecord: local\n")
    one.edit(FILE, "  - Axiom\n", "")

    assert one.run("apply", "--auto-approve", *arguments).code == 0

    assert "refs/reconciler" not in asked(tmp_path / "bare.git", "for-each-ref")


def test_a_remote_that_does_not_answer_is_one_line(repository: Team) -> None:
    git(repository.folder, "remote", "add", "origin", "/nowhere/at/all.git")
    repository.edit(FILE, "  - Axiom\n", "")

    ended = repository.run("apply", "--auto-approve")

    assert ended.code == 0
    (said,) = [line for line in ended.err.splitlines() if line.startswith("note: ")]
    assert "what other machines applied is unknown" in said


def test_a_job_exchanges_it_unless_told_otherwise(
    machines: tuple[Team, Team], tmp_path: Path
) -> None:
    one, _ = machines
    one.edit(FILE, "  - Axiom\n", "")

    apply = ("apply", "--auto-approve", "--base", "HEAD")
    assert one.run(*apply, "--record", "local", CI="true").code == 0
    assert "refs/reconciler" not in asked(tmp_path / "bare.git", "for-each-ref")

    assert one.run(*apply, CI="true").code == 0
    assert "refs/reconciler" in asked(tmp_path / "bare.git", "for-each-ref")


def test_a_folder_inside_a_repository_has_a_record_of_its_own(
    tmp_path: Path, team: Team, incident_io: RunningSandbox
) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(team.folder / "routes", outer / "alerts/routes")
    shutil.copy(team.folder / "reconciler.yaml", outer / "alerts")
    in_repository(outer)
    inner = Team(outer / "alerts", dict(team.environment))

    assert inner.run("apply", "--auto-approve").code == 0

    assert "/alerts-" in ref(outer)
