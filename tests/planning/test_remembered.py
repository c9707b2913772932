"""What the record says to a plan."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reconciler.files.write.route import emit_route
from reconciler.model import Declaration, Positions, Route
from reconciler.planning.recorded import remembered_of
from reconciler.planning.request import Remembered
from reconciler.record.meant import Applying, Sent, meant_by_files
from reconciler.record.record import Applied, Gone, Record, Whole
from reconciler.runs.folder import Run
from tests.report.plans import full_plan

AT = datetime(2026, 8, 21, tzinfo=UTC)
SAID = Declaration(Route("Alerts", sources=()), Positions("routes/alerts.yaml"))
TEXT = emit_route(SAID)
APPLIED = Applied("01A", "Alerts", 7, SAID.file, "run", AT, "c1", text="as written", ids=TEXT)
GONE = Gone("01B", "Deleted", 3, "run", AT, "c2")


def test_an_empty_record_remembers_nothing() -> None:
    assert remembered_of(Record("acme"), ()) == Remembered()


def test_each_entry_says_its_version_its_commit_and_its_text() -> None:
    record = Record("acme", {"01A": APPLIED, "01B": GONE}, Whole("c3", AT))

    told = remembered_of(record, ())

    assert [(one.id, one.route.name, version) for one, version in told.applied] == [
        ("01A", "Alerts", 7)
    ]
    assert told.commit == "c3"
    assert told.commits == {"01A": "c1", "01B": "c2"}
    assert told.gone == {"Deleted": "c2"}
    assert told.texts == {"01A": "as written"}


def test_a_route_that_kept_a_live_edit_has_no_version_that_is_ours() -> None:
    record = Record("acme", {"01A": replace(APPLIED, whole=False)})

    assert [version for _, version in remembered_of(record, ()).applied] == [0]


def test_a_write_of_unknown_outcome_may_be_what_is_live(tmp_path: Path) -> None:
    _, updated, _ = full_plan().changes
    meant = tuple(meant_by_files([updated], Applying("r", AT, "c1", {})))
    run = Sent(Run("r", tmp_path), "apply", meant, (), (("update", "01PROD"),))
    ids = {one.applied.id for one in meant if one.applied}

    told = remembered_of(Record("acme"), [replace(run, unknown=tuple(("update", i) for i in ids))])
    known = remembered_of(Record("acme"), [replace(run, unknown=())])

    assert {one.id for one in told.sent} == ids
    assert known.sent == ()
