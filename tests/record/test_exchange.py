"""The record that machines exchange: no run is lost, and a remote that fails is one line."""

import os
import select
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reconciler.record import exchange
from reconciler.record.exchange import fetch, push
from reconciler.record.record import Gone
from reconciler.record.repository import (
    RecordRefused,
    read_ref,
)
from tests.record.conftest import git_in
from tests.record.test_repository import (
    ACCOUNT,
    AT,
    EMPTY_REF,
    LOST,
    NO_REF,
    REF,
    REMOTE_REF,
    route,
    write,
)


@pytest.fixture
def machines(tmp_path: Path) -> tuple[Path, Path]:
    """Two clones of one remote."""
    subprocess.run(("git", "init", "--quiet", "--bare", str(tmp_path / "hub")), check=True)
    clones = (tmp_path / "one", tmp_path / "two")
    for clone in clones:
        subprocess.run(("git", "clone", "--quiet", str(tmp_path / "hub"), str(clone)),
                       check=True, capture_output=True)  # fmt: skip
    return clones


def exchanged(folder: Path) -> None:
    fetch(folder, "origin", ACCOUNT, REF, AT)
    push(folder, "origin", ACCOUNT, REF, AT)


def test_machines_learn_of_each_other_s_runs(machines: tuple[Path, Path]) -> None:
    one, two = machines
    fetch(one, "origin", ACCOUNT, REF, AT)  # there is nothing yet
    write(one, route("01A", 5), route("01B", 1))
    exchanged(one)
    write(two, route("01A", 6, run="r2"))  # without a look at the remote
    push(two, "origin", ACCOUNT, REF, AT)
    fetch(one, "origin", ACCOUNT, REF, AT)

    wanted = {"01A": route("01A", 6, run="r2"), "01B": route("01B", 1)}
    assert read_ref(one, ACCOUNT, REF).record.entries == wanted
    assert read_ref(two, ACCOUNT, REF).record.entries == wanted
    assert git_in(one)("rev-parse", REF) == git_in(two)("rev-parse", REF)


def test_a_deletion_is_not_undone_by_a_machine_that_did_not_see_it(
    machines: tuple[Path, Path],
) -> None:
    one, two = machines
    write(one, route("01A", 5))
    exchanged(one)
    fetch(two, "origin", ACCOUNT, REF, AT)
    write(two, Gone("01A", "Database Alerts", 5, "r2", AT))
    exchanged(two)
    write(one, route("01B", 1))
    exchanged(one)

    entries = read_ref(one, ACCOUNT, REF).record.entries
    assert entries["01A"] == Gone("01A", "Database Alerts", 5, "r2", AT)
    assert set(entries) == {"01A", "01B"}


def test_a_remote_that_does_not_answer_is_one_line(repository: Path) -> None:
    write(repository, route())
    for call in (fetch, push):
        with pytest.raises(RecordRefused) as refused:
            call(repository, "nowhere", ACCOUNT, REF, AT)
        assert "\n" not in str(refused.value)
        assert "nowhere" in str(refused.value)


def test_runs_of_one_machine_that_exchange_at_once_all_do(machines: tuple[Path, Path]) -> None:
    one, two = machines

    def run(number: int) -> None:
        fetch(one, "origin", ACCOUNT, REF, AT)
        write(one, route(f"01{number}", 1, run=f"r{number}"))
        push(one, "origin", ACCOUNT, REF, AT)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(run, range(12)))

    fetch(two, "origin", ACCOUNT, REF, AT)
    assert len(read_ref(two, ACCOUNT, REF).record.entries) == 12


def test_a_remote_says_why_it_does_not_take_the_record(
    machines: tuple[Path, Path], tmp_path: Path
) -> None:
    hook = tmp_path / "hub" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    hook.chmod(0o755)
    write(machines[0], route())

    with pytest.raises(RecordRefused, match="pre-receive hook declined"):
        push(machines[0], "origin", ACCOUNT, REF, AT)


def test_a_connection_that_ends_is_said_by_who_made_it(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\necho 'git@example.com: Permission denied' >&2\nexit 255\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))

    with pytest.raises(RecordRefused, match="Permission denied"):
        fetch(repository, "git@example.com:x/y.git", ACCOUNT, REF, AT)


def test_what_a_silent_remote_started_ends_with_it(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh, alive = tmp_path / "ssh", tmp_path / "pipe"
    os.mkfifo(alive)
    ssh.write_text(f"#!/bin/sh\nexec sleep 300 >{alive}\n", encoding="utf-8")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setattr(exchange, "REMOTE_SECONDS", 1.0)
    reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)

    with pytest.raises(RecordRefused, match="did not answer"):
        fetch(repository, "git@example.com:x/y.git", ACCOUNT, REF, AT)

    assert select.select([reader], [], [], 60)[0]  # its end, when the last writer is gone
    os.close(reader)


@pytest.mark.parametrize("content", [EMPTY_REF, NO_REF, LOST])
@pytest.mark.parametrize("names", [(REF,), (REMOTE_REF,), (REF, REMOTE_REF)])
def test_a_broken_ref_is_mended_by_the_remote_s(
    machines: tuple[Path, Path], names: tuple[str, ...], content: bytes
) -> None:
    one, _ = machines
    write(one, route())
    exchanged(one)
    for name in names:
        (one / ".git" / name).write_bytes(content)

    fetch(one, "origin", ACCOUNT, REF, AT)

    assert read_ref(one, ACCOUNT, REF).record.entries == {"01A": route()}
