"""Only what stands in a reviewed plan is written; without one, nothing is."""

from dataclasses import replace

import pytest

from reconciler.model import Finding
from reconciler.plan.change import Delete, action_of, live_id
from reconciler.plan.plan import Plan
from reconciler.plan.saved import SavedPlan, check_digest, check_reviewed, parse_plan
from reconciler.plan.settings import Loosened
from reconciler.report.plan_json import plan_json
from tests.plan.parts import CONTEXT, declared, live, planned, production
from tests.report.plans import full_plan

GUARDED = full_plan()
PLAN = replace(GUARDED, findings=())


def saved(plan: Plan) -> SavedPlan:
    parsed = parse_plan(plan_json(plan))
    assert isinstance(parsed, SavedPlan)
    return parsed


def test_changes_of_several_plans_together_are_reviewed() -> None:
    one = saved(replace(PLAN, changes=PLAN.changes[:1]))
    two = saved(replace(PLAN, changes=PLAN.changes[1:]))

    seen = check_reviewed([one, two], PLAN)

    assert seen.writable == PLAN.changes
    assert seen.left == ()
    assert seen.refusal is None


def test_what_stands_in_none_of_them_is_left() -> None:
    seen = check_reviewed([saved(replace(PLAN, changes=PLAN.changes[1:]))], PLAN)

    assert seen.writable == PLAN.changes[1:]
    (left,) = seen.left
    assert (left.name, left.reason) == (PLAN.changes[0].name, "not reviewed")


def test_what_is_left_is_named_by_its_id_where_it_has_one() -> None:
    seen = check_reviewed([saved(replace(PLAN, changes=()))], PLAN)

    assert [(one.action, one.name, one.id) for one in seen.left] == [
        (action_of(one), one.name, live_id(one) or "") for one in PLAN.changes
    ]
    assert [bool(one.id) for one in seen.left] == [False, True, True]


def test_a_guard_refuses_its_own_pull_request_and_no_other() -> None:
    new, updated, gone = GUARDED.changes
    assert [one.route for one in GUARDED.guards] == [gone.name]
    alone = saved(replace(GUARDED, changes=(new,)))
    together = saved(replace(GUARDED, changes=(updated, gone)))

    seen = check_reviewed([alone, together], GUARDED)

    assert seen.writable == (new,)
    assert [(one.name, one.reason) for one in seen.left] == [
        (updated.name, "merged with what a guard refuses"),
        (gone.name, "refused by a guard"),
    ]


def test_a_guard_that_names_no_change_refuses_all() -> None:
    unknown = Finding("error", "guard-new", "of a later version", route="Elsewhere")

    seen = check_reviewed([saved(PLAN)], replace(PLAN, findings=(unknown,)))

    assert seen.writable == ()


@pytest.mark.parametrize("code", ["guard-max-deletes", "guard-owns-teams"])
def test_a_limit_of_deletions_refuses_these_alone(code: str) -> None:
    gone = GUARDED.changes[2]
    assert isinstance(gone, Delete)
    gone = replace(gone, declaration=None)
    plan = replace(PLAN, changes=(*PLAN.changes[:2], gone), findings=(Finding("error", code, ""),))
    plans = [saved(replace(plan, changes=(one,))) for one in plan.changes]

    assert check_reviewed(plans, plan).writable == plan.changes[:2]


def test_a_rename_that_a_guard_refuses_is_found_by_its_live_name() -> None:
    (update,) = planned([declared(production("New", enabled=False), previously="Old")],
                        [live(production("Old"))]).changes  # fmt: skip
    guard = Finding("error", "guard-pages-nobody", "", route="Old")
    plan = replace(PLAN, changes=(update, PLAN.changes[0]), findings=(guard,))
    plans = [saved(replace(plan, changes=(one,))) for one in plan.changes]

    assert check_reviewed(plans, plan).writable == (PLAN.changes[0],)


def test_settings_that_guard_less_need_a_reviewed_plan_that_shows_them() -> None:
    one = Loosened("approvals", '"A" may page nobody', "a")
    other = Loosened("max_deletes", "more", "b")
    now = replace(PLAN, loosened=(one, other))
    shown = saved(replace(PLAN, loosened=(one,)))

    seen = check_reviewed([shown], now)

    assert seen.writable == PLAN.changes
    assert seen.unreviewed is not None
    assert "`max_deletes`" in seen.unreviewed.message
    assert "approvals" not in seen.unreviewed.message
    assert check_reviewed([saved(now)], now).unreviewed is None
    assert check_digest(PLAN.digest, now) is not None


def test_a_plan_of_another_account_is_no_review() -> None:
    other = replace(saved(PLAN), account="https://app.example.com/other")

    seen = check_reviewed([other], PLAN)

    assert seen.writable == ()
    assert seen.refusal is not None
    assert (seen.refusal.level, seen.refusal.code) == ("error", "guard-not-reviewed")
    assert PLAN.digest in seen.refusal.hint


def test_nothing_to_write_needs_no_review() -> None:
    assert check_reviewed([], Plan(CONTEXT)).refusal is None


def test_a_digest_is_the_plan_s_or_it_is_refused() -> None:
    assert check_digest(f" {PLAN.digest.upper()} ", PLAN) is None
    for other in ("", PLAN.digest[:12], "0" * 64):
        refusal = check_digest(other, PLAN)
        assert refusal is not None
        assert PLAN.digest in refusal.message
