"""A plan goes to several files at once, each to its own."""

import os
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import writes
from reconciler.cli.commands import restore as created_again
from reconciler.files import FileRefused
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team


@pytest.mark.parametrize(
    "outputs",
    [
        ("--out", "plan.out", "--markdown", "plan.out"),
        ("--out", "plan.out", "--comment", "./plan.out"),
        ("--markdown", "plan.out", "--drift-issue", "routes/../plan.out"),
    ],
)
def test_two_outputs_in_one_file_are_refused_before_anything_is_read(
    team: Team, outputs: tuple[str, ...]
) -> None:
    ended = team.run("plan", *outputs)

    assert ended.code == 64
    assert f"{outputs[0]} and {outputs[2]} have the same file, {outputs[3]}" in ended.err
    assert not (team.folder / "plan.out").exists()


def test_a_file_for_each_output_is_what_is_meant(team: Team) -> None:
    ended = team.run("plan", "--out", "plan.json", "--markdown", "plan.md")

    assert ended.code == 0
    assert (team.folder / "plan.json").read_text("utf-8").startswith("{")
    assert (team.folder / "plan.md").exists()


def test_a_device_takes_any_number_of_outputs(team: Team) -> None:
    assert Path(os.devnull).exists()
    assert team.run("plan", "--out", os.devnull, "--markdown", os.devnull).code == 0


OPTIONS = [
    ("plan", "--out"),
    ("plan", "--markdown"),
    ("plan", "--comment"),
    ("plan", "--drift-issue"),
    ("apply --auto-approve", "--outcome"),
    ("apply --auto-approve", "--markdown"),
    ("pull", "--markdown"),
    ("sandbox", "--ready-file"),
]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("missing/out", "create its folder first"),
        ("reconciler.yaml/out", "a part of the path is a file; name another folder"),
        ("a-folder", "a folder has this name"),
        ("a-loop", "name another file"),
        (f"{'n' * 300}", "name another file"),
        ("/proc/self/out", ""),  # where not even root makes a file
    ],
)
@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_an_output_that_cannot_be_written_is_found_before_anything_is_read(
    team: Team, incident_io: RunningSandbox, command: str, option: str, path: str, hint: str
) -> None:
    (team.folder / "a-folder").mkdir()
    (team.folder / "a-loop").symlink_to("a-loop")

    ended = team.run(*command.split(), option, path)

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: {option}: ")
    assert hint in ended.err
    assert incident_io.requests == []
    assert list(team.folder.rglob("*.tmp")) == []
    assert not (team.folder / ".reconciler/runs").exists()


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_an_empty_path_is_no_wish_for_a_file(
    team: Team, incident_io: RunningSandbox, command: str, option: str
) -> None:
    ended = team.run(*command.split(), option, "")

    assert ended.code == 64
    assert f"{option} needs a file name" in ended.err
    assert incident_io.requests == []


@pytest.mark.parametrize(
    "path",
    ["reconciler.yaml", "directory.lock.json", "routes/informational.yaml", "routes/new/a.YML",
     "routes/../reconciler.yaml", "routing-tests/pages.yaml", "semantics.lock.yaml"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("command", "option"),
    [*OPTIONS, ("plan", "--metrics"), ("backup", "--metrics"), ("cover", "--metrics")],
)
def test_no_output_replaces_a_file_that_declares_something(
    team: Team, incident_io: RunningSandbox, command: str, option: str, path: str
) -> None:
    (team.folder / "routes/new").mkdir()
    files = [file for file in team.folder.rglob("*") if file.is_file()]
    before = {file: file.read_bytes() for file in files}

    ended = team.run(*command.split(), option, path)

    assert ended.code == 64
    assert f"{option}: {path} is a file of this folder that commands read" in ended.err
    assert incident_io.requests == []
    assert {file: file.read_bytes() for file in files} == before
    assert (team.folder / path).exists() == (team.folder / path in files or ".." in path)


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_no_output_replaces_the_lock_of_the_folder(
    team: Team, incident_io: RunningSandbox, command: str, option: str
) -> None:
    """A run that holds the lock would keep no other out any more."""
    ended = team.run(*command.split(), option, "routes/../.reconciler/lock")

    assert ended.code == 64
    assert "is this folder's lock; choose another file" in ended.err
    assert incident_io.requests == []


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_a_dash_makes_no_file_of_that_name(
    team: Team, incident_io: RunningSandbox, command: str, option: str
) -> None:
    ended = team.run(*command.split(), option, "-")

    assert ended.code == 64
    assert f"{option}: `-` is not supported; use /dev/stdout to print" in ended.err
    assert not (team.folder / "-").exists()
    assert incident_io.requests == []


@pytest.mark.parametrize("option", ["--outcome", "--markdown"])
def test_a_file_that_is_lost_while_the_routes_are_written_is_said(
    team: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    (team.folder / "kept").mkdir()
    carried_out = writes._carried_out

    def away(*about: Any) -> Any:
        (team.folder / "kept").rename(team.folder / "moved")
        return carried_out(*about)

    monkeypatch.setattr(writes, "_carried_out", away)
    other = "--markdown" if option == "--outcome" else "--outcome"

    ended = team.run("apply", "--auto-approve", option, "kept/file", other, "beside")

    assert ended.code == 5
    assert "kept/file: not written: No such file or directory" in ended.err
    assert incident_io.state.find("Database Alerts").version == 6
    assert "Database Alerts" in team.read("beside")


def test_files_that_get_new_ids_are_looked_at_before_a_restore_writes(
    team: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.run("backup")
    old = incident_io.state.find("Informational").id
    team.edit("routes/informational.yaml", "name:", f"id: {old}\nname:")
    incident_io.state.delete("Informational")

    def full(path: Path) -> None:
        raise FileRefused(f"{path.name}: not written: Permission denied")

    monkeypatch.setattr(created_again, "check_writable", full)
    ended = team.run("restore", "--update-ids", "--auto-approve")

    assert ended.code == 1
    assert ended.err.startswith("error: --update-ids: informational.yaml: not written")
    assert "Informational" not in incident_io.state.names()
