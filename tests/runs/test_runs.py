"""The folder of a run: its owner's alone, never committed, and named so that it sorts by time."""

import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from reconciler.runs.folder import RUNS, Run, RunRefused, open_run, runs_in, runs_of
from reconciler.runs.history import RunRecord, run_named

NOON = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)


def test_runs_sort_by_time_and_are_named_in_utc(tmp_path: Path) -> None:
    later = open_run(tmp_path, NOON + timedelta(seconds=1))
    first = open_run(tmp_path, NOON.astimezone(timezone(timedelta(hours=9))))

    assert first.id.startswith("20260821T120000Z-")
    assert [run.id for run in runs_of(tmp_path)] == [first.id, later.id]


def test_two_runs_of_one_second_do_not_meet(tmp_path: Path) -> None:
    assert open_run(tmp_path, NOON).folder != open_run(tmp_path, NOON).folder


def test_the_folder_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    run = open_run(tmp_path, NOON)

    for folder in (run.folder, tmp_path / ".reconciler"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (run.backup.parent, run.journal.parent) == (run.folder, run.folder)


def test_it_is_never_committed_and_a_line_of_ours_stays(tmp_path: Path) -> None:
    open_run(tmp_path, NOON)
    ignore = tmp_path / ".reconciler" / ".gitignore"
    assert ignore.read_text() == "*\n"
    ignore.write_text("*\n# ours\n")

    open_run(tmp_path, NOON)

    assert ignore.read_text() == "*\n# ours\n"


def test_a_folder_that_cannot_be_made_refuses_every_write(tmp_path: Path) -> None:
    (tmp_path / ".reconciler").write_text("in the way")

    with pytest.raises(RunRefused, match="Nothing was written"):
        open_run(tmp_path, NOON)


def test_what_is_no_run_is_none(tmp_path: Path) -> None:
    run = open_run(tmp_path, NOON)
    (tmp_path / RUNS / "notes").mkdir()
    (tmp_path / RUNS / "20260821T120000Z-000000").write_text("a file")

    assert runs_in(tmp_path / RUNS) == (Run(run.id, run.folder),)
    assert runs_in(tmp_path / "nowhere") == ()


NAMED = tuple(
    RunRecord(Run(f"2026082{day}T091200Z-aaaaaa", Path("x"))) for day in (4, 3, 2, 1)
)  # newest first


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2027", "run 2027 not found; `reconciler history` lists the runs"),
        ("", "run  not found; `reconciler history` lists the runs"),
        (
            "2026",
            "2026 matches several runs: 20260824T091200Z-aaaaaa, 20260823T091200Z-aaaaaa, "
            "20260822T091200Z-aaaaaa and 1 more",
        ),
    ],
)
def test_a_word_that_means_no_run_or_several_says_so(name: str, words: str) -> None:
    assert run_named(NAMED, name) == words


def test_the_beginning_of_an_id_names_its_run() -> None:
    assert run_named(NAMED, "20260822") is NAMED[2]
