"""A write is carried out once, or we say that nobody knows; nobody's edit is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

import pytest

from reconciler import sandbox as sandboxes
from reconciler.apply import write
from reconciler.apply.write import Halt
from reconciler.live.routes import Lost, Stored, read_live
from reconciler.model import Escalation, Listed, Live
from reconciler.plan.outcome import ConflictOutcome, Failed, NotSent, Unresolved, Written
from reconciler.runs.folder import Run
from reconciler.runs.history import read_run
from reconciler.sandbox.http.faults import Kind
from reconciler.sandbox.http.running import RunningSandbox
from tests.apply.account import applied, declare, declared, disabled, live, named, planned


class Requests(TypedDict):
    """Which requests a fault is for."""

    method: str
    path: str


PUT: Requests = {"method": "PUT", "path": "/alert_routes/"}
POST: Requests = {"method": "POST", "path": "/alert_routes$"}
DELETE: Requests = {"method": "DELETE", "path": "/alert_routes/"}


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start() as running:
        yield running


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_a_put_carries_the_planned_version_plus_one(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))

    (outcome,) = applied(sandbox, plan, journal)

    assert outcome == Written("update", "Informational", live(sandbox, "Informational").id, 10)
    assert planned(sandbox, declared(sandbox, "Informational", lambda r: r)).plan.changes == ()


@pytest.mark.parametrize("status", [409, 412, 422])
def test_an_edit_between_plan_and_apply_survives(status: int, journal: Path) -> None:
    with sandboxes.start(sandboxes.Settings(conflict_status=status)) as sandbox:
        plan = planned(
            sandbox,
            declared(sandbox, "Informational", disabled),
            declared(sandbox, "Staging Notifications", disabled),
        )
        sandbox.state.edit("Informational", lambda body: body.update(is_private=True))

        outcomes = applied(sandbox, plan, journal)

        conflict = next(one for one in outcomes if isinstance(one, ConflictOutcome))
        assert (conflict.name, conflict.base_version, conflict.live_version) == (
            "Informational",
            9,
            10,
        )
        assert [(one.title, one.base, one.live) for one in conflict.fields] == [
            ("private", "false", "true")
        ]
        assert sandbox.state.find("Informational").body["is_private"] is True
        assert sandbox.state.find("Informational").version == 10
        assert [one.name for one in outcomes if isinstance(one, Written)] == [
            "Staging Notifications"
        ]


def test_a_lost_answer_to_a_put_is_read_before_anything_is_decided(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.fault("lose", **PUT)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Written)
    assert outcome.version == 10
    assert sandbox.count("PUT") == 1


def test_a_put_that_never_arrived_is_sent_again(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.fault("drop", **PUT)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Written)
    assert sandbox.state.find("Informational").version == 10


def test_a_put_that_never_arrives_twice_is_unresolved(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.fault("drop", times=2, **PUT)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Unresolved)
    assert sandbox.state.find("Informational").version == 9


def test_a_lost_put_that_somebody_overtook_is_a_conflict(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.state.edit("Informational", lambda body: body.update(is_private=True))
    sandbox.fault("drop", **PUT)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, ConflictOutcome)
    assert sandbox.state.find("Informational").body["is_private"] is True


def test_a_put_that_cannot_be_read_back_is_unresolved(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.fault("lose", **PUT)
    sandbox.fault("html", method="GET", path="/alert_routes/", times=50)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Unresolved)
    assert "could not be read" in outcome.why
    assert sandbox.count("PUT") == 1


def test_a_lost_put_to_a_route_that_is_gone_is_a_conflict(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.fault("lose", **PUT)
    sandbox.fault("status", method="GET", path="/alert_routes/", status=404)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, ConflictOutcome)
    assert outcome.reason == "it was deleted afterwards"
    assert sandbox.count("PUT") == 1


def test_a_resend_that_finds_the_first_put_arrived_is_written(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    base = live(sandbox, "Informational")
    sandbox.fault("lose", **PUT)
    answers = iter([base])  # a read that was overtaken by the first PUT, still on its way
    monkeypatch.setattr(write, "read_live", lambda *about: next(answers, None) or read_live(*about))

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Written)
    assert outcome.version == 10
    assert sandbox.state.find("Informational").version == 10


def test_a_resend_that_finds_an_edit_on_top_of_the_first_put_is_a_conflict(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    base = live(sandbox, "Informational")
    sandbox.fault("lose", **PUT)
    answers = iter([base])  # a read that was overtaken by the first PUT, still on its way

    def read(*about: Any) -> Live | None:
        for answer in answers:
            sandbox.state.edit("Informational", lambda _body: None)  # saved again as it was
            return answer
        return read_live(*about)

    monkeypatch.setattr(write, "read_live", read)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, ConflictOutcome)
    assert (outcome.base_version, outcome.live_version) == (9, 11)


@pytest.mark.parametrize("kind", ["lose", "truncate", "cut", "html"])
def test_a_lost_answer_to_a_post_never_makes_a_second_route(
    kind: Kind, sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("Informational, too")))
    if kind == "html":
        sandbox.fault("html", after=True, **POST)
    else:
        sandbox.fault(kind, **POST)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Written)
    assert sandbox.count("POST") == 1
    assert sandbox.state.names().count("Informational, too") == 1


def test_a_post_that_never_arrived_is_not_sent_again(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("Informational, too")))
    sandbox.fault("drop", **POST)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Unresolved)
    assert "not sent again" in outcome.why
    assert "Informational, too" not in sandbox.state.names()
    assert [one.action for one in read_run(Run("r", journal.parent)).unsettled] == ["create"]


def test_a_post_is_unresolved_when_the_list_cannot_be_read(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("Informational, too")))
    sandbox.fault("lose", **POST)
    sandbox.fault("status", method="GET", status=403, skip=1, times=50)  # the list before it

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Unresolved)


def test_a_route_of_the_same_name_that_somebody_else_made_is_not_ours(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("Informational, too")))
    twin = live(sandbox, "Database Alerts")
    other = planned(sandbox, declare(replace(twin.route, name="Informational, too")))

    def lost(*_: object) -> Lost:
        sandbox.state.create(dict(other.prepared[0].payload or {}))
        return Lost("the connection broke off")

    monkeypatch.setattr(write, "post_route", lost)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Unresolved)


def test_a_twin_that_was_live_before_is_not_the_route_of_a_lost_post(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("Informational, too")))
    twin = sandbox.state.create(dict(plan.prepared[0].payload or {}))
    listed = (*(plan.survey.listed or ()), Listed(twin.id, "Informational, too"))
    seen = replace(plan, survey=replace(plan.survey, listed=listed))
    sandbox.fault("drop", **POST)

    (outcome,) = applied(sandbox, seen, journal)

    assert isinstance(outcome, Unresolved)
    assert "it is not in the list yet" in outcome.why


def test_a_refusal_names_the_line_of_the_file(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    payload = dict(plan.prepared[0].payload or {})
    payload["alert_sources"] = [{"alert_source_id": "01NOSUCHSOURCE", "condition_groups": []}]
    broken = replace(plan, prepared=(replace(plan.prepared[0], payload=payload),))

    (outcome,) = applied(sandbox, broken, journal)

    assert isinstance(outcome, Failed)
    assert "routes/Informational.yaml:4:5" in outcome.message
    assert outcome.request_id


def test_a_refused_create_says_so(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("Informational, too")))
    broken = replace(plan, prepared=(replace(plan.prepared[0], payload={"name": "x"}),))

    (outcome,) = applied(sandbox, broken, journal)

    assert isinstance(outcome, Failed)
    assert outcome.action == "create"


def test_a_key_without_the_right_is_told_which(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))

    (outcome,) = applied(sandbox, plan, journal, key=sandbox.read_only_key)

    assert isinstance(outcome, Failed)
    assert "alert_route.update" in outcome.hint


def test_what_is_stored_otherwise_is_an_error(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    stored = live(sandbox, "Informational")  # as if the server had ignored the edit
    monkeypatch.setattr(write, "put_route", lambda *_: Stored(stored))

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Failed)
    assert "enabled" in outcome.message


def test_a_delete_reads_compares_and_deletes(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, replace(declare(live(sandbox, "Informational").route), absent=True))
    before = sandbox.count("GET", "/alert_routes/")

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Written)
    assert "Informational" not in sandbox.state.names()
    assert sandbox.count("GET", "/alert_routes/") == before + 1


def test_a_delete_of_a_route_that_moved_is_a_conflict(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, replace(declare(live(sandbox, "Informational").route), absent=True))
    sandbox.state.edit("Informational", lambda body: body.update(is_private=True))

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, ConflictOutcome)
    assert "Informational" in sandbox.state.names()


@pytest.mark.parametrize("kind", ["lose", "drop"])
def test_a_lost_delete_is_read_and_settled(
    kind: Kind, sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, replace(declare(live(sandbox, "Informational").route), absent=True))
    sandbox.fault(kind, **DELETE)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Written)
    assert "Informational" not in sandbox.state.names()


def test_a_delete_lost_twice_is_unresolved(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, replace(declare(live(sandbox, "Informational").route), absent=True))
    sandbox.fault("drop", times=2, **DELETE)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Unresolved)


def test_a_refused_delete_says_which_right_is_missing(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, replace(declare(live(sandbox, "Informational").route), absent=True))

    (outcome,) = applied(sandbox, plan, journal, key=sandbox.read_only_key)

    assert isinstance(outcome, Failed)
    assert "alert_route.destroy" in outcome.hint


def test_nothing_that_pages_goes_while_something_is_unwritten(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(
        sandbox,
        declared(sandbox, "Staging Notifications", disabled),
        replace(declare(live(sandbox, "Informational").route), absent=True),
    )
    sandbox.fault("status", status=500, times=9, **PUT)

    outcomes = applied(sandbox, plan, journal)

    assert NotSent("delete", "Informational", live(sandbox, "Informational").id, "held back") in (
        outcomes
    )
    assert sandbox.count("DELETE") == 0


def test_once_stopped_nothing_more_is_sent(sandbox: RunningSandbox, journal: Path) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    halt = Halt()
    halt.set()

    (outcome,) = applied(sandbox, plan, journal, halt=halt)

    assert isinstance(outcome, NotSent)
    assert sandbox.count("PUT") == 0


def test_without_a_journal_nothing_is_sent(sandbox: RunningSandbox) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))

    (outcome,) = applied(sandbox, plan, Path("/dev/full"))

    assert isinstance(outcome, Failed)
    assert "not sent" in outcome.message
    assert sandbox.count("PUT") == 0


def test_a_conflict_with_a_deleted_route_says_that_it_is_gone(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(
        sandbox,
        declared(
            sandbox, "Informational", lambda r: replace(r, escalate=Escalation(), enabled=False)
        ),
    )
    sandbox.state.delete("Informational")

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, ConflictOutcome)
    assert outcome.reason == "it was deleted afterwards"
    assert "Informational" not in sandbox.state.names()


def test_a_put_that_is_not_found_while_its_route_is_live_has_failed(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", disabled))
    sandbox.fault("status", status=404, **PUT)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Failed)
    assert sandbox.state.find("Informational").version == 9
