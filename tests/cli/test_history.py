"""A run in one row: what it wrote, of which routes, and what nobody knew at first."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.report.history import history_json, history_text, run_text
from reconciler.runs.folder import Run
from reconciler.runs.history import RunRecord, read_run
from reconciler.runs.journal import Intent, Journal, Result

NOW = datetime(2026, 8, 21, 9, 12, tzinfo=UTC)
ACCOUNT = "https://app.incident.io/acme"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run("20260821T091200Z-3f9a1c", tmp_path)


def told(run: Run, *names: str, account: str = ACCOUNT, never_sent: int = 0) -> RunRecord:
    book = Journal(run.journal, lambda: NOW)
    book.begin("apply", account, "v3", "0.1.0")
    for name in names:
        book.record(book.intend(Intent("update", name, "01A", 3, "d")), Result("written"))
    book.end(5 if never_sent else 0, never_sent)
    book.close()
    return read_run(run)


def test_a_row_names_the_routes_and_no_account_that_all_share(run: Run) -> None:
    assert history_text([told(run, "One", "Two")]) == (
        "20260821T091200Z-3f9a1c  2026-08-21 09:12 UTC  apply  2 written  One, Two\n"
    )


def test_many_routes_are_counted(run: Run) -> None:
    assert history_text([told(run, *"ABCDE")]).endswith("5 written  A, B, C, 2 more\n")


def test_runs_of_two_accounts_say_which(run: Run, tmp_path: Path) -> None:
    other = Run("20260822T091200Z-000000", tmp_path / "other")
    other.folder.mkdir()

    text = history_text([told(run, "One"), told(other, "Two", account="https://other.example")])

    assert [line.split()[-1] for line in text.splitlines()] == [ACCOUNT, "https://other.example"]


def test_what_was_never_sent_is_counted(run: Run) -> None:
    record = told(run, "One", never_sent=2)

    assert "1 written, 2 not sent" in history_text([record])
    assert "2 more changes never sent." in run_text(record)
    (document,) = json.loads(history_json([record]))
    assert document["counts"]["not_sent"] == 2


def test_what_a_later_run_saw_is_no_longer_unknown(run: Run) -> None:
    book = Journal(run.journal, lambda: NOW)
    book.begin("apply", ACCOUNT, "v3", "0.1.0")
    seen = book.intend(Intent("create", "Seen", None, None, "d"))
    book.intend(Intent("create", "Open", None, None, "d"))
    book.settle(seen, Result("written", "01A", 1))
    book.close()

    text = history_text([read_run(run)])

    assert "1 unknown, 1 unknown at first, found later, interrupted" in text


def test_a_journal_of_somebody_else_steers_no_terminal(run: Run) -> None:
    book = Journal(run.journal, lambda: NOW)
    book.begin("apply\u202e", f"{ACCOUNT}\x9b31m", "v3\x9b", "0.1.0")
    book.intend(Intent("update\u202e", "\x9bA", "01A", 3, "d"))
    book.close()

    text = run_text(read_run(run)) + history_text([read_run(run)])

    assert not {"\u202e", "\x9b"} & set(text)


def test_on_a_terminal_rows_fit(run: Run) -> None:
    text = history_text([told(run, "A route with a long name", "Another one")], width=80)

    assert max(map(len, text.splitlines())) <= 80
    assert "Another" in text
