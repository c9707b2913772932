"""What a plan may write, before a question is asked and before anything is sent."""

from dataclasses import replace

import pytest

from reconciler.apply.decide import (
    Approved,
    Decision,
    code_without_a_file,
    decide,
    decide_apply,
    digest_to_read,
    exit_code_of,
    hold_back,
    is_all_done,
    lost_a_create,
    needs_review,
    refused_behind,
    with_rights,
)
from reconciler.apply.settle import Settled, beside_the_plan
from reconciler.directory import Directory
from reconciler.live.identity import Identity
from reconciler.live.survey import Survey
from reconciler.model import Config, Finding
from reconciler.plan.change import Change, Create, Delete, Update
from reconciler.plan.outcome import Failed, NotSent, Outcome, Unresolved, Written
from reconciler.plan.plan import Drift, Plan
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.planning.payloads import Prepared
from reconciler.planning.planning import Planned
from reconciler.report.plan_json import plan_json
from reconciler.runs.arrival import Awaited
from reconciler.runs.history import WriteRecord
from tests.report.plans import full_plan

GUARDED = full_plan()
PLAN = replace(GUARDED, findings=())  # a create, an update, a delete; no guard, no error
NEW, UPDATED, GONE = PLAN.changes
REFUSAL = Finding("error", "guard-not-reviewed", "no review shows it", "")
AN_ERROR = Finding("error", "no-such-name", "nothing has this name", "")
WAITING = replace(AN_ERROR, route="Waits")
assert isinstance(UPDATED, Update)
DRIFT = Drift(UPDATED.declaration, UPDATED.live, UPDATED.fields, sent=UPDATED.fields)
WRITTEN = Written("update", "w", "01", 15)
READER = Identity("https://app.incident.io/acme", "ci", ("viewer",))
WRITER = replace(READER, roles=("viewer", "on_call_editor"))
UNHEARD_OF = replace(READER, roles=("night_watch\n",))


def with_payloads(plan: Plan) -> Planned:
    seen = Survey("v3", READER, None, {}, Directory())
    prepared = tuple(Prepared(change, None) for change in plan.changes)
    return Planned(plan, prepared, seen, {})


def saved(plan: Plan) -> SavedPlan:
    parsed = parse_plan(plan_json(plan))
    assert isinstance(parsed, SavedPlan)
    return parsed


def sent_by(decided: Decision) -> list[Change]:
    return [one.change for one in decided.prepared]


def sent_before(name: str) -> Awaited:
    return Awaited("20260821T091200Z", WriteRecord(1, "create", name), "it may still arrive")


def test_a_plan_that_needs_no_approval_is_written_whole() -> None:
    decided = decide_apply(with_payloads(PLAN), Approved())

    assert (sent_by(decided), decided.left, decided.code) == ([NEW, UPDATED, GONE], (), None)


@pytest.mark.parametrize(
    "approved",
    [
        Approved(),
        Approved(saved(PLAN)),
        Approved(reviewed=(saved(PLAN),)),
        Approved(digest=PLAN.digest),
    ],
)
def test_an_error_in_the_plan_stops_everything_whatever_was_approved(approved: Approved) -> None:
    decided = decide_apply(with_payloads(replace(PLAN, findings=(AN_ERROR,))), approved)

    assert (decided.prepared, decided.code) == ((), 1)


@pytest.mark.parametrize("approved", [Approved(), Approved(digest=GUARDED.digest)])
def test_a_guard_stops_everything_without_reviews(approved: Approved) -> None:
    decided = decide_apply(with_payloads(GUARDED), approved)

    assert (decided.prepared, decided.code) == ((), 3)


def test_a_digest_approves_the_plan_that_has_it_and_no_other() -> None:
    same = decide_apply(with_payloads(PLAN), Approved(digest=PLAN.digest))
    other = decide_apply(with_payloads(PLAN), Approved(digest="0" * 64))

    assert (sent_by(same), same.code) == ([NEW, UPDATED, GONE], None)
    assert (other.prepared, other.code, len(other.refusals)) == ((), 3, 1)


def test_a_saved_plan_of_another_account_is_refused_whole() -> None:
    context = replace(PLAN.context, account="https://app.incident.io/other")
    other = saved(replace(PLAN, context=context))

    decided = decide_apply(with_payloads(PLAN), Approved(other))

    assert (decided.prepared, decided.code, len(decided.refusals)) == ((), 3, 1)


def test_only_reviewed_changes_are_written() -> None:
    reviewed = (saved(replace(PLAN, changes=(UPDATED,))),)

    decided = decide_apply(with_payloads(PLAN), Approved(reviewed=reviewed))

    assert sent_by(decided) == [UPDATED]
    assert [(one.name, getattr(one, "reason", "")) for one in decided.left] == [
        (NEW.name, "not reviewed"),
        (GONE.name, "not reviewed"),
    ]


def test_no_reviewed_plan_at_all_writes_nothing() -> None:
    decided = decide_apply(with_payloads(PLAN), Approved(reviewed=()))

    assert (decided.prepared, decided.code, len(decided.left)) == ((), 3, 0)
    assert [one.code for one in decided.refusals] == ["guard-not-reviewed"]


def test_a_guard_holds_back_its_own_pull_request_alone() -> None:
    one, two = (saved(replace(GUARDED, changes=rows)) for rows in ((NEW,), (UPDATED, GONE)))

    both = decide_apply(with_payloads(GUARDED), Approved(reviewed=(one, two)))
    alone = decide_apply(with_payloads(GUARDED), Approved(reviewed=(two,)))

    assert (sent_by(both), both.code) == ([NEW], None)
    assert (alone.prepared, alone.code) == ((), 3)


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (replace(PLAN, waiting=(WAITING,)), "Failed"),
        (replace(PLAN, drift=(DRIFT,)), "ConflictOutcome"),
    ],
)
def test_what_is_undecided_or_waits_is_left_and_keeps_nothing_else(plan: Plan, kind: str) -> None:
    decided = decide_apply(with_payloads(plan), Approved())

    assert len(decided.prepared) == 3
    assert [type(one).__name__ for one in decided.left] == [kind]


def test_drift_that_no_write_of_ours_touched_is_no_outcome() -> None:
    plain = replace(PLAN, drift=(replace(DRIFT, sent=()),))

    assert decide_apply(with_payloads(plain), Approved()).left == ()


def test_nothing_writable_ends_with_the_code_of_what_is_left() -> None:
    conflict = (NotSent("update", "n", "05", "not reviewed"),)

    assert decide(with_payloads(PLAN), ()).code == 0
    assert decide(with_payloads(PLAN), (), conflict) == Decision(left=conflict, code=4)


@pytest.mark.parametrize(
    ("reviewed", "digest", "required", "needed"),
    [
        (("plans",), None, True, True),
        (("plans",), None, False, False),
        (("plans",), "0" * 64, True, False),
        ((), None, True, False),
    ],
)
def test_reviews_decide_where_they_are_asked_for(
    reviewed: tuple[str, ...], digest: str | None, required: bool, needed: bool
) -> None:
    assert needs_review(Config(require_reviewed_plan=required), reviewed, digest) is needed


def test_what_reviews_show_of_settings_counts_and_nothing_else_does() -> None:
    plan = replace(saved(PLAN), loosened=("a",))
    other = replace(plan, loosened=("b",))

    assert Approved().settings is None
    assert Approved(reviewed=()).settings == frozenset()
    assert Approved(reviewed=(plan, other)).settings == frozenset({"a", "b"})


def test_a_create_that_may_still_arrive_is_not_sent_again_and_holds_deletes() -> None:
    decided = hold_back(decide_apply(with_payloads(PLAN), Approved()), [sent_before(NEW.name)])

    assert sent_by(decided) == [UPDATED]
    assert [(type(one), getattr(one, "reason", "")) for one in decided.left] == [
        (NotSent, "sent before"),
        (NotSent, "held back"),
    ]
    assert decided.code is None


def test_with_nothing_but_such_creates_the_command_ends() -> None:
    plan = replace(PLAN, changes=(NEW, GONE))

    decided = hold_back(decide_apply(with_payloads(plan), Approved()), [sent_before(NEW.name)])

    assert (decided.prepared, decided.code) == ((), 4)


def test_what_is_awaited_of_other_routes_holds_nothing() -> None:
    decided = decide_apply(with_payloads(PLAN), Approved())

    assert hold_back(decided, [sent_before("Another")]) == decided


def test_an_awaited_create_is_shown_once_by_the_plan_or_beside_it() -> None:
    assert isinstance(NEW, Create)
    write = WriteRecord(1, "create", NEW.name)
    shown = Settled("r", write, None, "it may still arrive", sent_before(NEW.name))
    news = Settled("r", write, None, "it was written")

    assert list(beside_the_plan([shown, news], [NEW])) == [news]
    assert list(beside_the_plan([shown, news], [])) == [shown, news]


def test_a_key_that_can_only_read_is_refused_before_anything_is_sent() -> None:
    decided = with_rights(decide_apply(with_payloads(PLAN), Approved()), READER)

    assert (decided.prepared, decided.code) == ((), 1)
    assert [one.code for one in decided.refusals] == ["key-cannot-write"]


def test_roles_that_are_not_known_are_a_note_and_no_refusal() -> None:
    decided = decide_apply(with_payloads(PLAN), Approved())

    noted = with_rights(decided, UNHEARD_OF)

    assert (noted.prepared, noted.code) == (decided.prepared, None)
    assert ["night_watch" in one and "\n" not in one for one in noted.notes] == [True]


@pytest.mark.parametrize("identity", [WRITER, Identity()])
def test_a_key_that_may_write_or_has_no_roles_says_nothing(identity: Identity) -> None:
    decided = decide_apply(with_payloads(PLAN), Approved())

    assert with_rights(decided, identity) == decided


def test_a_refusal_stays_the_reason_where_the_key_cannot_write_either() -> None:
    refused = Decision(refusals=(REFUSAL,), code=3)

    assert with_rights(refused, READER) == refused


@pytest.mark.parametrize(
    ("decided", "outcomes", "signal", "code"),
    [
        (Decision(), [WRITTEN], 0, 0),
        (Decision(refusals=(REFUSAL,)), [WRITTEN], 0, 4),
        (Decision(refusals=(REFUSAL,)), [WRITTEN, Failed("update", "f", "03", "no")], 0, 5),
        (Decision(left=(NotSent("update", "n", "05", "not reviewed"),)), [WRITTEN], 0, 4),
        (Decision(), [NotSent("update", "n", "05", "interrupted")], 130, 130),
    ],
)
def test_the_code_of_a_run_counts_what_was_refused_and_left(
    decided: Decision, outcomes: list[Outcome], signal: int, code: int
) -> None:
    assert exit_code_of(decided, outcomes, signal) == code


@pytest.mark.parametrize(
    ("code", "outcomes", "ended"), [(0, [], 1), (0, [WRITTEN], 5), (4, [WRITTEN], 4)]
)
def test_a_report_that_is_lost_is_no_success(
    code: int, outcomes: list[Outcome], ended: int
) -> None:
    assert code_without_a_file(code, outcomes) == ended


def test_all_is_done_only_where_nothing_of_todays_files_is_left() -> None:
    later = Finding("note", "not-applied-yet", "a merge before the base", "")

    assert is_all_done(PLAN, 0)
    assert not is_all_done(PLAN, 4)
    assert not is_all_done(replace(PLAN, merged=(DRIFT,)), 0)
    assert not is_all_done(replace(PLAN, findings=(later,)), 0)


def test_only_a_create_without_an_outcome_is_waited_for() -> None:
    assert lost_a_create([WRITTEN, Unresolved("create", "n", "", "lost")])
    assert not lost_a_create([WRITTEN, Unresolved("update", "n", "01", "lost")])


def test_a_digest_is_told_where_no_review_showed_a_change() -> None:
    assert isinstance(GONE, Delete)
    unread = NotSent("delete", GONE.name, GONE.live.id, "not reviewed")
    held = replace(unread, reason="held back")

    assert digest_to_read(PLAN, Decision(), [unread]) == PLAN.digest
    assert digest_to_read(PLAN, Decision(refusals=(REFUSAL,)), []) == PLAN.digest
    assert digest_to_read(PLAN, Decision(), [held]) == ""


def test_whether_files_are_the_newest_is_asked_where_it_decides() -> None:
    behind = replace(PLAN, findings=(Finding("warning", "checkout-behind", "older", "pull"),))
    decided = decide_apply(with_payloads(behind), Approved())
    answers: list[bool] = []

    def newest(answer: bool) -> bool:
        answers.append(answer)
        return answer

    assert refused_behind(decided, PLAN, lambda: newest(False)) == decided
    empty = replace(decided, prepared=())
    assert refused_behind(empty, behind, lambda: newest(False)) == empty
    assert answers == []
    assert refused_behind(decided, behind, lambda: newest(True)) == decided
    assert refused_behind(decided, behind, lambda: newest(False)).code == 3
