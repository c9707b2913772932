"""`reconciler rollback` and `history`: what a run did, and how to undo exactly that."""

import json
import os
import pty
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from reconciler.sandbox import Settings
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import REPOSITORY, Team

NEW = """name: Made by a file
sources:
  - Grafana Cloud
notify:
  - slack: "#alerts"
"""
KINDS = ("Database Alerts", "Informational", "Made by a file")


def state(running: RunningSandbox) -> dict[str, str]:
    """What is live, but for what the server counts and names."""
    bodies = [running.state.read(one) for one in running.state.names()]
    own = ("id", "version", "created_at", "updated_at")
    return {
        body["name"]: json.dumps({k: v for k, v in body.items() if k not in own}, sort_keys=True)
        for body in bodies
    }


@pytest.fixture
def applied(open_account: Open) -> tuple[Team, RunningSandbox, dict[str, str]]:
    """A run that created, updated and deleted; and what was live before it."""
    team, running = open_account(Settings(rate_limit=False, shuffle_seed=None))
    before = state(running)
    team.write("routes/new.yaml", NEW)
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    team.approve("Informational", "delete")
    assert team.run("apply", "--auto-approve").code == 0
    return team, running, before


Applied = tuple[Team, RunningSandbox, dict[str, str]]


def privately(real: Callable[..., object], *about: object, **more: object) -> object:
    """A write of the sandbox whose payload says `private`, whatever was sent."""
    *first, payload, api = about
    assert isinstance(payload, dict)
    return real(*first, {**payload, "is_private": True}, api, **more)


def run_id(team: Team) -> str:
    return team.run("history").out.split()[0]


def test_a_run_is_undone_whole(applied: Applied) -> None:
    team, running, before = applied
    undone = run_id(team)

    looked = team.run("rollback", "--plan")
    assert looked.code == 0
    assert "Plan: 1 to create, 1 to update, 1 to delete" in looked.out
    assert state(running) != before

    ended = team.run("rollback", "--auto-approve")

    assert ended.code == 0, ended.out
    assert state(running) == before
    assert f"rollback of the run {undone} (apply, " in ended.err
    assert f"rollback of {undone}" in team.run("history").out


def test_a_rollback_is_undone_only_when_it_is_named(applied: Applied) -> None:
    team, running, before = applied
    after = state(running)
    undone = run_id(team)
    team.run("rollback", "--auto-approve")
    rollback = run_id(team)
    requests = len(running.requests)

    for look in ("--plan", "--auto-approve"):
        again = team.run("rollback", look)
        assert again.code == 1
        assert f"{rollback}, is a rollback itself: nothing was undone" in again.err
        assert f"`reconciler rollback {undone}`" in again.err
    assert (state(running), len(running.requests)) == (before, requests)
    elsewhere = team.run("rollback", "--runs", ".reconciler/runs")
    assert f"`reconciler rollback {undone} --runs .reconciler/runs`" in elsewhere.err

    assert team.run("rollback", rollback, "--auto-approve").code == 0

    assert state(running) == after
    assert f"rollback of {rollback}" in team.run("history").out
    assert team.run("rollback", "--auto-approve").code == 1  # a third time changes nothing, too
    assert state(running) == after


def test_a_rollback_after_one_that_conflicted_writes_nothing_unless_named(applied: Applied) -> None:
    team, running, before = applied
    running.state.edit("Database Alerts", lambda route: route.update(is_private=True))
    assert team.run("rollback", "--auto-approve").code == 4
    partly = state(running)

    assert team.run("rollback", "--auto-approve").code == 1

    assert state(running) == partly != before


def test_the_same_run_undone_twice_changes_nothing(applied: Applied) -> None:
    team, running, before = applied
    run = run_id(team)
    team.run("rollback", run, "--auto-approve")

    again = team.run("rollback", run, "--auto-approve")

    assert again.code == 0
    assert again.out.startswith("Nothing to do: every route matches its backup.")
    assert "is not live, so there is nothing to delete" in again.out
    assert state(running) == before


def test_what_was_stored_otherwise_than_it_was_sent_is_undone_too(
    open_account: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, running = open_account(Settings(rate_limit=False, shuffle_seed=None))
    before = state(running)
    team.write("routes/new.yaml", NEW)
    with monkeypatch.context() as meddling:  # a server that switches every route private
        for verb in ("create", "update"):
            real = getattr(running.state, verb)
            meddling.setattr(running.state, verb, partial(privately, real))
        assert "2 failed." in team.run("apply", "--auto-approve").out
    assert state(running).keys() - before.keys() == {"Made by a file"}
    assert "Made by a file: create failed v1" in team.run("history", run_id(team)).out

    ended = team.run("rollback", "--auto-approve")

    assert ended.code == 0, ended.out
    assert state(running) == before


def test_the_new_id_of_a_route_that_is_created_again_is_said(applied: Applied) -> None:
    team, running, _ = applied
    (deleted,) = (team.folder / ".reconciler/runs").glob("*/backup/informational-*.json")
    old = json.loads(deleted.read_text())["alert_route"]["id"]
    team.write("routes/informational.yaml", f"id: {old}\nname: Informational\nstate: absent\n")

    ended = team.run("rollback", "--auto-approve")

    new = running.state.find("Informational").id
    assert f"Informational: created again, with the new id {new} (was {old})" in ended.out
    assert f"routes/informational.yaml still has the id {old}: replace it with {new}" in ended.err


@pytest.mark.parametrize("name", ["Database Alerts", "Made by a file"])
def test_what_moved_since_is_a_conflict_and_stays(applied: Applied, name: str) -> None:
    team, running, before = applied
    running.state.edit(name, lambda route: route.update(is_private=True))

    ended = team.run("rollback", "--auto-approve")

    assert ended.code == 4
    assert f"{name}: conflict, not written." in ended.out
    assert "rollback keeps the edit" in " ".join(ended.out.split())
    assert running.state.read(name)["is_private"] is True
    others = set(KINDS) - {name, "Made by a file"}
    assert all(state(running)[other] == before[other] for other in others)


def test_a_route_that_was_deleted_since_is_a_conflict(applied: Applied) -> None:
    team, running, _ = applied
    running.state.delete("Database Alerts")

    ended = team.run("rollback", "--plan")

    assert "It was deleted\n  afterwards." in ended.out


def test_a_rollback_that_can_undo_nothing_claims_nothing(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("apply", "--auto-approve").code == 0
    incident_io.state.edit("Database Alerts", lambda route: route.update(is_private=True))

    ended = team.run("rollback")

    assert ended.code == 4
    assert "Nothing to write: 1 route stays unchanged" in ended.out
    assert "as it was" not in ended.out


def test_a_deleted_route_whose_name_is_taken_is_a_conflict(applied: Applied) -> None:
    team, running, _ = applied
    running.state.edit("Unrouted Alerts", lambda route: route.update(name="Informational"))

    ended = team.run("rollback", "--auto-approve")

    assert ended.code == 4
    assert "has its name now" in " ".join(ended.out.split())
    assert running.state.names().count("Informational") == 1


def test_a_run_kept_elsewhere_is_found_by_its_folder(applied: Applied, tmp_path: Path) -> None:
    team, running, before = applied
    run = run_id(team)
    kept = tmp_path / "artifact"
    shutil.copytree(team.folder / ".reconciler" / "runs", kept)
    shutil.rmtree(team.folder / ".reconciler")

    assert team.run("history").out == "No run has written anything here.\n"
    assert run in team.run("history", "--runs", str(kept)).out
    assert "1 written" not in team.run("history", run[:12], "--runs", str(kept / run)).out
    assert team.run("rollback", run[:15], "--runs", str(kept), "--auto-approve").code == 0
    assert state(running) == before


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (shutil.rmtree, "is not there"),
        (lambda f: (f / "manifest.json").unlink(), "has no manifest"),
        (lambda f: next(f.glob("[!m]*.json")).write_text("{}"), "checksum"),
    ],
)
def test_a_damaged_backup_undoes_nothing(
    applied: Applied, damage: Callable[[Path], object], message: str
) -> None:
    team, running, _ = applied
    after = state(running)
    (run,) = (team.folder / ".reconciler" / "runs").iterdir()
    damage(run / "backup")

    ended = team.run("rollback", "--auto-approve")

    assert ended.code == 1
    assert message in ended.err
    assert state(running) == after


def test_a_backup_that_lacks_a_route_undoes_nothing(applied: Applied) -> None:
    team, running, _ = applied
    after = state(running)
    (run,) = (team.folder / ".reconciler" / "runs").iterdir()
    manifest = json.loads((run / "backup" / "manifest.json").read_text())
    gone = manifest["routes"].pop()
    (run / "backup" / "manifest.json").write_text(json.dumps(manifest | {"route_count": 1}))
    (run / "backup" / gone["file"]).unlink()

    ended = team.run("rollback", "--auto-approve")

    assert ended.code == 1
    assert f'has no "{gone["name"]}", which the run wrote' in ended.err
    assert state(running) == after


def test_no_run_and_a_run_that_wrote_nothing_are_said(team: Team) -> None:
    assert "no run in .reconciler/runs wrote anything" in team.run("rollback").err
    assert "run nope not found" in team.run("rollback", "nope").err
    assert "folder not found" in team.run("history", "--runs", "nowhere").err
    run = team.folder / ".reconciler" / "runs" / "20260821T091200Z-3f9a1c"
    run.mkdir(parents=True)
    (run.parent / "20260821T091201Z-3f9a1c").mkdir()
    assert "wrote nothing, so there is nothing to undo" in team.run("rollback", run.name).err
    assert "matches several runs" in team.run("history", "2026").err
    for second in range(2, 5):
        (run.parent / f"20260821T09120{second}Z-3f9a1c").mkdir()
    assert team.run("history", "2026").err.endswith(f"{run.name[:-9]}2Z-3f9a1c and 2 more\n")
    assert "It wrote nothing." in team.run("history", run.name).out
    assert "interrupted" in team.run("history").out


def test_a_config_with_errors_undoes_nothing(applied: Applied) -> None:
    team, _, _ = applied
    team.write("reconciler.yaml", "undeclared: perhaps\n")

    assert team.run("rollback", "--auto-approve").code == 1


def test_history_tells_each_write_with_its_evidence(applied: Applied) -> None:
    team, running, _ = applied
    running.fault("status", method="PUT", status=422)
    team.edit("routes/production-warnings.yaml", "name:", "private: true\nname:")
    assert team.run("apply", "--auto-approve").code == 1

    listed = json.loads(team.run("history", "--format", "json").out)
    assert [one["counts"]["written"] for one in listed] == [0, 3]
    assert (listed[0]["counts"]["failed"], listed[0]["exit_code"]) == (1, 1)
    one = json.loads(team.run("history", listed[0]["id"], "--format", "json").out)
    (write,) = one["writes"]
    assert (write["outcome"], write["base_version"]) == ("failed", 7)
    assert write["request_id"]
    text = team.run("history", listed[0]["id"]).out
    assert f"request {write['request_id']}" in text
    assert "planned from v7" in text
    assert "ended: with exit code 1" in text


def in_a_terminal(team: Team, answer: bytes, *command: str) -> tuple[int, str]:
    """The command on a pseudo-terminal, where somebody types an answer to its question."""
    theirs, ours = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", "-C", str(team.folder), *command],
        cwd=REPOSITORY, stdin=ours, stdout=ours, stderr=ours, close_fds=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("INCIDENT_")}
        | team.environment,
    )  # fmt: skip
    os.close(ours)
    said = b""
    try:
        while b"to continue: " not in said:
            said += os.read(theirs, 4096)
        os.write(theirs, answer)
        while chunk := os.read(theirs, 4096):
            said += chunk
    except OSError:  # Linux ends a terminal that nobody holds any more like this
        pass
    finally:
        os.close(theirs)
    return process.wait(60), said.decode()


@pytest.mark.parametrize(("answer", "code"), [(b"yes\n", 0), (b"no\n", 1), (b"\x04", 1)])
def test_a_terminal_is_asked(applied: Applied, answer: bytes, code: int) -> None:
    team, running, before = applied
    after = state(running)

    ended, said = in_a_terminal(team, answer, "rollback")

    assert ended == code, said
    assert "Write 3 changes to incident.io?" in said
    assert state(running) == (before if code == 0 else after)


def test_without_room_for_the_runs_backup_nothing_is_written(applied: Applied) -> None:
    team, running, _ = applied
    after = state(running)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        ended = team.run("rollback", "--auto-approve")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert ended.code == 1
    assert "File too large" in ended.err
    assert "Nothing was written to incident.io." in ended.err
    assert state(running) == after


def test_without_a_folder_for_the_run_nothing_is_written(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write(".reconciler/runs", "a file")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 1
    assert "error: cannot make " in ended.err
    assert {request.method for request in incident_io.requests} == {"GET"}


def test_a_journal_that_takes_no_first_line_sends_nothing(
    team: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconciler.runs import journal

    def full(_file: int, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "_write_whole", full)
    ended = team.run("apply", "--auto-approve")

    assert ended.code == 1
    assert "No space left on device" in ended.err
    assert {request.method for request in incident_io.requests} == {"GET"}
