"""Only what stands in a reviewed plan is written; without one, nothing is."""

from dataclasses import replace

from reconciler.plan.plan import Plan
from reconciler.plan.reviewed import check_digest, check_reviewed
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.report.plan_json import plan_json
from tests.plan.parts import CIRCUMSTANCES
from tests.report.plans import full_plan

PLAN = full_plan()


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


def test_a_plan_of_another_account_is_no_review() -> None:
    other = replace(saved(PLAN), account="https://app.example.com/other")

    seen = check_reviewed([other], PLAN)

    assert seen.writable == ()
    assert seen.refusal is not None
    assert PLAN.digest in seen.refusal.hint


def test_nothing_to_write_needs_no_review() -> None:
    assert check_reviewed([], Plan(CIRCUMSTANCES)).refusal is None


def test_a_digest_is_the_plan_s_or_it_is_refused() -> None:
    assert check_digest(f" {PLAN.digest.upper()} ", PLAN) is None
    for other in ("", PLAN.digest[:12], "0" * 64):
        refusal = check_digest(other, PLAN)
        assert refusal is not None
        assert PLAN.digest in refusal.message
