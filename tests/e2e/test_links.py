"""A checkout is what a pull request's author made of it: links are not written through, and what is
no file is not opened, so no command waits for ever.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Ended, Team

FILE = "routes/database-alerts.yaml"


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def in_time(command: Callable[[], Ended]) -> Ended:
    """A pipe that is opened blocks for ever; the thread is left behind then."""
    ended: list[Ended] = []
    thread = threading.Thread(target=lambda: ended.append(command()), daemon=True)
    thread.start()
    thread.join(30)
    assert ended, "it still waits"
    return ended[0]


@pytest.mark.parametrize("link", [".reconciler", ".reconciler/runs"])
@pytest.mark.parametrize("command", ["apply", "restore"])
def test_no_run_is_kept_behind_a_link(
    team: Team, incident_io: RunningSandbox, tmp_path: Path, link: str, command: str
) -> None:
    team.run("backup")
    outside = tmp_path / "outside"
    outside.mkdir()
    (team.folder / ".reconciler").mkdir(exist_ok=True)
    place = team.folder / link
    if place.exists():
        place.rmdir()
    place.symlink_to(outside)
    incident_io.state.edit("Informational", lambda body: body.update(is_private=True))
    incident_io.requests.clear()

    ended = team.run(command, "--auto-approve")

    assert ended.code == 1
    assert "it is a link, which is not followed" in ended.err
    assert contents(outside) == []
    assert {request.method for request in incident_io.requests} <= {"GET"}
    assert team.run("history").code == 0


@pytest.mark.parametrize("old", ["there", None])
@pytest.mark.parametrize(
    "arguments",
    [
        ("directory", "refresh"),
        ("plan", "--out", "directory.lock.json"),
        ("plan", "--markdown", "directory.lock.json"),
        ("pull", "--markdown", "directory.lock.json"),
        ("apply", "--auto-approve", "--outcome", "directory.lock.json"),
    ],
)
def test_a_file_is_not_written_through_a_link(
    team: Team, tmp_path: Path, arguments: tuple[str, ...], old: str | None
) -> None:
    outside = tmp_path / "outside.json"
    if old is not None:
        outside.write_text(old)
    lock = team.folder / "directory.lock.json"
    lock.unlink(missing_ok=True)
    lock.symlink_to(outside)

    ended = team.run(*arguments)

    assert ended.code != 0
    assert "link" in ended.err + ended.out
    assert outside.exists() == (old is not None)
    assert old is None or outside.read_text() == old


def test_a_route_file_that_is_a_link_inside_stays_one(team: Team) -> None:
    real = team.folder / "teams" / "database.yaml"
    real.parent.mkdir()
    (team.folder / FILE).rename(real)
    (team.folder / FILE).symlink_to("../teams/database.yaml")

    assert team.run("pull").code == 0

    assert (team.folder / FILE).is_symlink()
    assert "Database On-Call" in real.read_text(encoding="utf-8")


def test_a_route_file_that_is_a_link_to_elsewhere_is_not_written(
    team: Team, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.yaml"
    (team.folder / FILE).rename(outside)
    (team.folder / FILE).symlink_to(outside)
    before = outside.read_bytes()

    for arguments in (("fmt",), ("pull",), ("import", "Database Alerts", "--force")):
        team.run(*arguments)

    assert outside.read_bytes() == before


def test_a_screen_and_a_pipe_may_be_named_by_links(team: Team) -> None:
    (team.folder / "screen").symlink_to("/dev/null")

    assert team.run("plan", "--out", "screen").code == 0


@pytest.mark.parametrize(
    ("pipe", "arguments"),
    [
        (FILE, ("validate",)),
        (FILE, ("fmt",)),
        (FILE, ("plan",)),
        ("reconciler.yaml", ("validate",)),
        ("reconciler.yaml", ("apply", "--auto-approve")),
        ("directory.lock.json", ("validate",)),
        ("directory.lock.json", ("plan",)),
        ("directory.lock.json", ("directory", "refresh")),
        ("directory.lock.json", ("directory", "refresh", "--rename")),
        ("reconciler.yaml", ("directory", "refresh", "--rename")),
        ("reconciler.yaml", ("import", "--all", "--force")),
        ("plan.json", ("apply", "plan.json", "--auto-approve")),
        ("table.md", ("table", "--check", "table.md")),
        ("dump.json", ("import", "dump.json")),
        ("am.yaml", ("sources", "verify", "am.yaml")),
        ("backups/incident.io/manifest.json", ("restore", "--plan")),
        ("backups/incident.io/manifest.json", ("backup",)),
        ("backups/incident.io/x.json", ("restore", "--plan")),
        ("backups/incident.io/.next/manifest.json", ("backup",)),
        (".reconciler/runs/20261125T011447Z-d1e7ad/journal.jsonl", ("history",)),
        (".reconciler/runs/20261125T011447Z-d1e7ad/journal.jsonl", ("apply", "--auto-approve")),
        (".reconciler/runs/20261125T011447Z-d1e7ad/backup/manifest.json", ("rollback", "--plan")),
        (".reconciler/lock", ("apply", "--auto-approve")),
        (".reconciler/.gitignore", ("apply", "--auto-approve")),
    ],
)
def test_a_pipe_is_never_waited_for(team: Team, pipe: str, arguments: tuple[str, ...]) -> None:
    place = team.folder / pipe
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)

    ended = in_time(lambda: team.run(*arguments))

    assert "Traceback" not in ended.err
