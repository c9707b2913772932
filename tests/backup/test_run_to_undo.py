"""Which run a rollback undoes, and why it refuses the others."""

from dataclasses import replace
from pathlib import Path

from reconciler.backup.rollback import run_to_undo
from reconciler.runs.folder import Run
from reconciler.runs.history import RunRecord, WriteRecord

WRITE = WriteRecord(1, "update", "A", id="01A", base=1, version=2, outcome="written")


def run(day: int, *writes: WriteRecord, command: str = "apply", lost: int = 0) -> RunRecord:
    identity = f"202608{day}T091200Z-aaaaaa"
    place = Run(identity, Path("elsewhere") / identity)
    return RunRecord(place, command=command, writes=writes, lost=lost)


def test_the_last_run_that_wrote_is_undone() -> None:
    runs = (run(22), run(21, WRITE), run(20, WRITE))

    assert run_to_undo(runs, None, None) is runs[1]


def test_a_run_that_was_named_is_undone_whatever_came_after_it() -> None:
    runs = (run(22, WRITE, command="rollback"), run(21, WRITE))

    assert run_to_undo(runs, runs[1], None) is runs[1]
    assert run_to_undo(runs, runs[0], None) is runs[0]


def test_a_rollback_is_undone_only_by_its_name() -> None:
    last = replace(run(22, WRITE, command="rollback"), of="20260821T091200Z-aaaaaa")

    refused = run_to_undo((last, run(21, WRITE)), None, "my runs")

    assert isinstance(refused, str)
    assert refused.startswith(f"the last run that wrote, {last.id}, is a rollback itself")
    assert f"`reconciler rollback {last.of} --runs 'my runs'`" in refused
    assert f"`reconciler rollback {last.id} --runs 'my runs'`" in refused


def test_without_writes_there_is_nothing_to_undo() -> None:
    empty = run(22, replace(WRITE, outcome="not sent"))

    assert run_to_undo((), None, None) == (
        "no run in .reconciler/runs wrote anything, so there is nothing to undo"
    )
    assert run_to_undo((empty,), None, "runs") == (
        "no run in runs wrote anything, so there is nothing to undo"
    )
    assert run_to_undo((empty,), empty, None) == (
        f"the run {empty.id} wrote nothing, so there is nothing to undo"
    )


def test_a_damaged_journal_is_not_undone_in_part() -> None:
    for damaged in (run(22, WRITE, lost=2), run(22, lost=2)):
        for named in (None, damaged):
            refused = run_to_undo((damaged,), named, None)

            assert isinstance(refused, str)
            assert f"the journal of the run {damaged.id} is damaged: 2 writes" in refused
            assert f"`reconciler restore elsewhere/{damaged.id}/backup --plan`" in refused
