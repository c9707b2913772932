"""Ctrl-C and SIGTERM: nothing is written, or what is under way ends and is accounted for."""

import json
import os
import select
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO

import pytest

from reconciler.record.repository import records_of
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.record.conftest import in_repository
from tests.e2e.team import Ended, Team

SIGNALS = pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
NEW = 80  # ten times as many as are written at once: a signal may need its time on a busy machine
SILENT_SECONDS = 120  # longer than a loaded machine needs, and not for ever


def until(stream: IO[str] | None, words: str) -> str:
    """What a process says up to these words; fails when it ends or is silent without them."""
    assert stream
    said = b""
    while words.encode() not in said:
        ready, _, _ = select.select([stream], [], [], SILENT_SECONDS)
        assert ready, f"silent for {SILENT_SECONDS} s after {said!r}"
        byte = os.read(stream.fileno(), 1)  # past the stream's buffer, which `communicate` forgets
        assert byte, said
        said += byte
    return said.decode()


def end(process: "subprocess.Popen[str]") -> Ended:
    """Its input stays open: a signal on its way to the run must not meet the end of the input."""
    stdin, process.stdin = process.stdin, None
    assert stdin
    with stdin:
        out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err
    return Ended(process.returncode, out, err)


@SIGNALS
def test_an_interrupt_at_the_prompt_writes_nothing(
    team: Team, incident_io: RunningSandbox, number: int, code: int
) -> None:
    with team.start("apply") as process:
        until(process.stderr, "to continue: ")
        process.send_signal(number)
        ended = end(process)

    assert ended.code == code
    assert "nothing was written to incident.io" in ended.err
    assert incident_io.count("GET") == len(incident_io.requests)


@SIGNALS
def test_an_interrupt_while_reading_writes_nothing(
    team: Team, incident_io: RunningSandbox, number: int, code: int
) -> None:
    incident_io.fault("delay", method="GET", path="RAXE04", seconds=1)
    with team.start("-v", "apply", "--auto-approve") as process:
        until(process.stderr, "/v1/identity")
        process.send_signal(number)
        ended = end(process)

    assert (ended.code, ended.out) == (code, "")
    assert "nothing was written to incident.io" in ended.err
    assert incident_io.count("GET") == len(incident_io.requests)


@SIGNALS
def test_an_interrupt_ends_the_wait_for_a_busy_server(
    team: Team, incident_io: RunningSandbox, number: int, code: int
) -> None:
    incident_io.fault("status", path="RAXE04", status=503, retry_after=200, times=9)
    with team.start("-v", "plan") as process:
        until(process.stderr, "503")
        process.send_signal(number)
        ended = end(process)  # which does not take 200 seconds

    assert ended.code == code


@SIGNALS
def test_an_interrupt_while_writing_lets_the_writes_in_flight_end(
    team: Team, incident_io: RunningSandbox, number: int, code: int
) -> None:
    for place in range(NEW):
        text = f"name: New {place:02}\nsources: [Axiom]\nnotify:\n  - slack: C06E4KQ7R2N\n"
        team.write(f"routes/new-{place:02}.yaml", text)
    incident_io.fault("delay", method="POST", skip=2, times=NEW, seconds=1.5)
    with team.start("apply", "--auto-approve") as process:
        before = until(process.stdout, "created v1")  # the first of its kind goes alone
        before += until(process.stdout, "created v1")
        process.send_signal(number)
        ended = end(process)

    assert ended.code == 5
    assert "stopping after the current writes" in ended.err
    live = [name for name in incident_io.state.names() if name.startswith("New ")]
    assert 1 < len(live) < NEW
    out = before + ended.out
    written = out.count("created v1") + out.count("updated v6")
    left = out.count("not sent (interrupted)")
    assert written + left == NEW + 1
    assert f"{written} written, {left} not sent. `reconciler plan` shows what is left." in out
    assert_journal(team, written)
    assert f"{written} written, {left} not sent" in team.run("history").out
    incident_io.clear_faults()
    assert team.run("apply", "--auto-approve").code == 0  # the rest, and nothing a second time
    assert sorted(name for name in incident_io.state.names() if name.startswith("New ")) == [
        f"New {place:02}" for place in range(NEW)
    ]


SLOW_GIT = """#!/bin/sh
case "$*" in *" update-ref "*)
  if [ -e {gate} ]; then echo reached > {reached}; read -r go < {gate}; rm {gate}; fi ;;
esac
exec {git} "$@"
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_after_the_writes_lets_the_run_record_them(
    team: Team, tmp_path: Path, number: int
) -> None:
    in_repository(team.folder)
    gate, reached, program = tmp_path / "gate", tmp_path / "reached", tmp_path / "bin" / "git"
    os.mkfifo(gate)
    os.mkfifo(reached)
    program.parent.mkdir()
    program.write_text(SLOW_GIT.format(reached=reached, gate=gate, git=shutil.which("git")))
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    options = ("--auto-approve", "--outcome", "outcome.json")
    with (
        os.fdopen(os.open(reached, os.O_RDWR)) as recording,  # it waits for no writer
        team.start("apply", *options, PATH=path) as process,
    ):
        until(recording, "reached")
        process.send_signal(number)
        until(process.stderr, "the writes are over; the run ends when it has recorded them")
        gate.write_text("go\n")
        ended = end(process)

    assert ended.code == 0, ended.err
    assert json.loads(team.read("outcome.json"))["outcomes"][0]["outcome"] == "written"
    assert records_of(team.folder)


def assert_journal(team: Team, written: int) -> None:
    """It says of every write that was begun how it ended, and with which code the run."""
    (run,) = (team.folder / ".reconciler" / "runs").iterdir()
    lines = (run / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    intents = [one["write"] for one in records if one["event"] == "intent"]
    results = [one["write"] for one in records if one["event"] == "result"]
    assert sorted(intents) == sorted(results)
    assert len(intents) == written
    assert (records[-1]["event"], records[-1]["exit_code"]) == ("end", 5)
