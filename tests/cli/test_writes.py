"""The second half of every command that writes: what the disk and the threads may do to it."""

import signal
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import pytest

from reconciler.backup.write import BackupFailed
from reconciler.cli import writes
from reconciler.runs.journal import Journal, JournalRefused
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Ended, Team


def test_a_journal_that_cannot_be_ended_is_a_warning(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise JournalRefused("cannot write the journal: no space")

    monkeypatch.setattr(Journal, "end", full)

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0
    assert "1 written." in ended.out
    assert "warning: cannot write the journal: no space" in ended.err


@pytest.mark.parametrize("error", [BackupFailed("no room"), JournalRefused("no room")])
def test_without_a_backup_and_a_journal_nothing_is_sent(
    team: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(*_: object) -> Path:
        raise error

    monkeypatch.setattr(writes, "back_up" if isinstance(error, BackupFailed) else "Journal", refuse)

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 1
    assert "error: no room" in ended.err
    assert incident_io.count("PUT") == 0


def test_it_writes_in_a_thread_that_gets_no_signals(team: Team) -> None:
    ended: list[Ended] = []
    thread = threading.Thread(target=lambda: ended.append(team.run("apply", "--auto-approve")))

    thread.start()
    thread.join()

    assert [one.code for one in ended] == [0]


def test_a_signal_in_the_middle_of_a_print_is_no_traceback(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python refuses to print into a stream in which it is just printing."""
    echo = click.echo

    def reentrant(*arguments: Any, **options: Any) -> None:
        if "stopping" in str(arguments):
            raise RuntimeError("reentrant call inside <_io.BufferedWriter>")
        echo(*arguments, **options)

    class Interrupted(Journal):
        def know(self, ids: Iterable[str]) -> None:
            signal.raise_signal(signal.SIGINT)
            super().know(ids)

    monkeypatch.setattr(click, "echo", reentrant)
    monkeypatch.setattr(writes, "Journal", Interrupted)
    team.write("routes/new.yaml", "name: New\nsources: [Axiom]\nnotify:\n  - slack: C06E4KQ7R2N\n")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 130
    assert "not sent (interrupted)" in ended.out


def test_one_change_and_several_are_asked_about_in_words(team: Team) -> None:
    one = team.run("apply")
    team.edit("routes/informational.yaml", "sources:\n", "enabled: false\nsources:\n")
    two = team.run("apply")

    assert "Write this change to incident.io?" in one.err
    assert "Write 2 changes to incident.io?" in two.err
    for ended in (one, two):
        assert ended.code == 1
        assert ended.err.endswith("declined; nothing was written\n")
