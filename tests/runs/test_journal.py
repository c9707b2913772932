"""A journal says of each write: not sent, written, or sent with an unknown outcome."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.runs.folder import Run, RunRefused, open_run, runs_of
from reconciler.runs.history import read_run
from reconciler.runs.journal import Intent, Journal, JournalRefused, Result, is_held

NOW = datetime(2026, 8, 21, 9, 12, tzinfo=UTC)


def journal(run: Run) -> Journal:
    return Journal(run.journal, lambda: NOW)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return open_run(tmp_path, NOW)


def test_each_line_is_a_record_with_its_time(run: Run) -> None:
    book = journal(run)
    book.begin("apply", "https://app.incident.io/acme", "v3", "0.1.0")
    number = book.intend(Intent("update", "A", "01A", 3, "d"))
    book.record(number, Result("written", "01A", 4, "req-1"))
    book.end(0)
    book.close()

    records = [json.loads(line) for line in run.journal.read_text().splitlines()]

    assert [record["event"] for record in records] == ["run", "intent", "result", "end"]
    assert records[1] == {
        "at": "2026-08-21T09:12:00.000+00:00",
        "event": "intent",
        "write": 1,
        "action": "update",
        "name": "A",
        "id": "01A",
        "version": 3,
        "digest": "d",
    }
    assert "message" not in records[2]


def test_a_settled_write_is_not_unsettled(run: Run) -> None:
    book = journal(run)
    book.record(book.intend(Intent("update", "A", "01A", 3, "d")), Result("written"))
    book.record(book.intend(Intent("create", "B", None, None, "d")), Result("unknown"))
    book.intend(Intent("delete", "C", "01C", 1, "d"))
    book.close()

    assert [(one.action, one.name, one.id) for one in read_run(run).unsettled] == [
        ("create", "B", ""),
        ("delete", "C", "01C"),
    ]


def test_a_torn_last_line_counts_as_not_written(run: Run) -> None:
    book = journal(run)
    number = book.intend(Intent("update", "A", "01A", 3, "d"))
    book.close()
    with run.journal.open("a") as torn:
        torn.write(f'7\n{{"event": "result", "write": {number}, "outc')

    assert [one.name for one in read_run(run).unsettled] == ["A"]


def test_a_run_without_a_journal_tells_nothing(run: Run) -> None:
    assert read_run(run).unsettled == ()


def test_a_journal_that_cannot_be_opened_is_refused(run: Run) -> None:
    run.journal.mkdir()

    with pytest.raises(JournalRefused, match="cannot write"):
        journal(run)


def test_a_full_disk_refuses_the_line() -> None:
    book = Journal(Path("/dev/full"), lambda: NOW)

    with pytest.raises(JournalRefused, match="cannot write the journal"):
        book.end(0)


def test_runs_are_found_again_in_order(tmp_path: Path) -> None:
    assert runs_of(tmp_path) == ()
    later = open_run(tmp_path, datetime(2026, 8, 22, tzinfo=UTC))
    first = open_run(tmp_path, NOW)
    (tmp_path / ".reconciler" / "runs" / "notes").mkdir()

    assert [run.id for run in runs_of(tmp_path)] == [first.id, later.id]


def test_a_run_folder_is_its_owners_alone_and_never_committed(run: Run, tmp_path: Path) -> None:
    assert run.folder.stat().st_mode & 0o077 == 0
    assert (tmp_path / ".reconciler" / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".reconciler").write_text("a file")

    with pytest.raises(RunRefused, match="Nothing was written"):
        open_run(tmp_path, NOW)


def test_what_is_no_journal_has_no_lines(run: Run) -> None:
    run.journal.write_text("[" * 100_000 + "\n\x00\n7\n")

    assert read_run(run).writes == ()


def test_a_journal_is_held_until_it_is_closed(run: Run) -> None:
    assert not is_held(run.journal)
    book = journal(run)
    assert not is_held(run.journal)  # nobody has begun a run

    book.begin("apply", "", "v3", "0.1.0")

    assert is_held(run.journal)
    book.close()
    assert not is_held(run.journal)
