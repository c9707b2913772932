"""What cannot be read, and what cannot be recorded: never taken for done, never sent twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler import sandbox as sandboxes
from reconciler.apply import write
from reconciler.apply.write import Halt, journalled
from reconciler.client import Forbidden, Stopped
from reconciler.plan.outcome import ConflictOutcome, Failed, NotSent, Outcome, Unresolved, Written
from reconciler.runs.journal import Journal, JournalRefused, Result
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.wire.reading import UnreadableRoute
from tests.apply.account import applied, declare, declared, disabled, live, planned

UNREADABLE = UnreadableRoute("/name", "expected a string")
FORBIDDEN = Forbidden("GET", "/v3/alert_routes/A", "no right to look")
STOPPED = Stopped("GET", "/v3/alert_routes/A", "interrupted before it was sent")


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start() as running:
        yield running


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def unreadable(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """From now on a route that is read back is not what it should be."""

    def read(*_: object) -> None:
        raise error

    monkeypatch.setattr(write, "read_live", read)


@pytest.mark.parametrize("error", [UNREADABLE, FORBIDDEN])
def test_a_route_that_moved_and_cannot_be_read_is_a_conflict_with_the_reason(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.state.edit("Informational", lambda body: body.update(is_private=True))
    unreadable(monkeypatch, error)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, ConflictOutcome)
    assert (outcome.base_version, outcome.live_version) == (9, None)
    assert str(error) in outcome.reason


@pytest.mark.parametrize("error", [UNREADABLE, FORBIDDEN, STOPPED])
def test_a_lost_put_that_cannot_be_read_back_is_unresolved_and_sent_once(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.fault("lose", method="PUT")
    unreadable(monkeypatch, error)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Unresolved)
    assert str(error) in outcome.why
    assert sandbox.count("PUT") == 1


@pytest.mark.parametrize(
    ("error", "kind"), [(UNREADABLE, Failed), (FORBIDDEN, Failed), (STOPPED, NotSent)]
)
def test_what_cannot_be_compared_is_not_deleted(
    sandbox: RunningSandbox,
    journal: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    kind: type[Outcome],
) -> None:
    plan = planned(sandbox, replace(declare(live(sandbox, "Informational").route), absent=True))
    unreadable(monkeypatch, error)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, kind)
    assert sandbox.count("DELETE") == 0


def test_a_route_that_is_gone_already_is_deleted(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, replace(declare(live(sandbox, "Informational").route), absent=True))
    sandbox.state.delete("Informational")

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Written)
    assert sandbox.count("DELETE") == 0


def test_a_delete_that_the_api_refuses_is_failed(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, replace(declare(live(sandbox, "Informational").route), absent=True))
    sandbox.fault("status", method="DELETE", status=410)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Failed)
    assert "Informational" in sandbox.state.names()


def test_a_result_that_cannot_be_recorded_stops_the_run_and_is_still_told(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise JournalRefused("cannot write the journal: no space")

    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    monkeypatch.setattr(Journal, "record", full)
    halt = Halt()

    (outcome,) = applied(sandbox, plan, journal, halt=halt)

    assert isinstance(outcome, Written)
    assert halt.is_set()


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (Written("update", "a", "A", 7), Result("written", "A", 7)),
        (Written("delete", "a", "A"), Result("written", "A")),
        (ConflictOutcome("a", "A", 5, 6, reason="why"), Result("conflict", "A", 6, message="why")),
        (
            Failed("update", "a", "A", "no", request_id="r"),
            Result("failed", "A", None, "r", "no"),
        ),
        (Unresolved("create", "a", "", "lost"), Result("unknown", "", message="lost")),
        (
            NotSent("update", "a", "A", "interrupted"),
            Result("not sent", "A", message="interrupted"),
        ),
    ],
)
def test_the_journal_keeps_how_a_write_ended(outcome: Outcome, result: Result) -> None:
    assert journalled(outcome) == result
