"""Applied, partly, not: per pull request, with what differs and what to do."""

import json
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from reconciler.model import JsonObject, Listed
from reconciler.plan.change import Change, Create, Delete, Update, action_of, live_id
from reconciler.plan.document import finding_document
from reconciler.plan.outcome import (
    ConflictOutcome,
    Doubled,
    Failed,
    NotSent,
    Outcome,
    Unresolved,
    Written,
    conflict_outcome,
)
from reconciler.plan.plan import Conflict, Drift, Plan
from reconciler.plan.saved import SavedPlan, check_digest, parse_plan
from reconciler.report.outcome_markdown import MOST, outcome_markdown
from reconciler.report.outcomes_text import outcomes_json, stopped_json
from reconciler.report.plan_json import plan_json
from reconciler.text import size
from tests.plan.parts import CONTEXT, declared, live, production
from tests.report.plans import full_plan

PLAN = full_plan()
C = TypeVar("C", Create, Update, Delete)


def the_only(kind: type[C]) -> C:
    """The change of this kind that `PLAN` has."""
    (change,) = (one for one in PLAN.changes if isinstance(one, kind))
    return change


NEW, UPDATED, GONE = the_only(Create), the_only(Update), the_only(Delete)
UNREVIEWED: Outcome = NotSent("update", UPDATED.name, "01LIVE", "not reviewed")


def saved(plan: Plan = PLAN) -> SavedPlan:
    parsed = parse_plan(plan_json(plan))
    assert isinstance(parsed, SavedPlan)
    return parsed


def document(*outcomes: Outcome, code: int = 0, plan: Plan = PLAN) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(outcomes_json(plan, outcomes, code))
    return read


def written(*changes: Change) -> list[Outcome]:
    return [Written(action_of(one), one.name, live_id(one) or "01NEW", 1) for one in changes]


def test_all_written_is_applied() -> None:
    told = outcome_markdown(document(*written(NEW, UPDATED, GONE)), saved(), run_url="https://x/1")

    assert told.state == "applied"
    assert told.text.startswith("✅ **Applied** ([run](https://x/1)).")
    assert "`New` created v1" in told.text
    assert "`Production Alerts` updated v1" in told.text
    assert "by hand" not in told.text


def test_a_change_that_is_live_already_counts_as_applied() -> None:
    told = outcome_markdown(document(plan=Plan(CONTEXT)), saved())

    assert told.state == "applied"
    assert told.text.count("the live route matches its file") == 3


def test_what_needed_no_write_is_not_called_applied() -> None:
    """A later pull request may have taken the change back, and live is what that one says."""
    reverted = outcome_markdown(document(plan=Plan(CONTEXT)), saved()).text
    partly = outcome_markdown(document(*written(NEW), plan=Plan(CONTEXT)), saved()).text

    assert reverted.startswith("✅ **Nothing left to write**.")
    assert "pplied" not in reverted
    assert partly.startswith("✅ **Applied**.")


def test_a_conflict_has_both_ways_out() -> None:
    side = Conflict(declared(production()), live(production()), ())

    conflict = conflict_outcome(side, "the base")
    text = outcome_markdown(document(conflict, code=4, plan=Plan(CONTEXT)), None).text

    assert "To keep the live value, write it into the file" in text
    assert "overwrite it with the file's" in text


def test_no_name_and_no_message_passes_for_a_conflict() -> None:
    words = (
        "changed in the file and in incident.io, edited by hand, beside what an apply that failed "
        "wrote"
    )
    failed = Failed("update", words, "01X", f"{words} or meant to: nothing is left to write, live "
                    "is what its file says now")  # fmt: skip

    text = outcome_markdown(document(failed, code=1), None).text

    assert "you decide" not in text
    assert "Nothing left to write" not in text


def test_a_route_that_is_live_twice_is_said_with_both_ids() -> None:
    twice = Doubled("create", NEW.name, "01NEW", 1, ("01TWIN",), same=True)

    told = outcome_markdown(document(*written(UPDATED, GONE), twice, code=4), saved())

    assert "was created as `01NEW`, but `01TWIN` has the same name" in told.text
    assert "delete one of them, or an alert may page twice" in told.text


def test_what_failed_makes_it_partly_and_says_why() -> None:
    outcomes: list[Outcome] = [
        *written(NEW),
        Failed("update", UPDATED.name, "01LIVE", "422: no *such* thing"),
        NotSent("delete", GONE.name, "01GONE", "held back"),
    ]

    told = outcome_markdown(document(*outcomes, code=5), saved())

    assert told.state == "partly-applied"
    assert "422: no \\*such\\* thing" in told.text
    assert "`Gone` was not written: deletes wait until all other writes succeed" in told.text
    assert "Re-run the job to retry what is left. Otherwise the next merge retries it." in told.text


def test_what_nobody_reviewed_is_shown_as_it_would_be_now() -> None:
    plan = replace(PLAN, findings=())

    told = outcome_markdown(document(UNREVIEWED, code=4, plan=plan), saved())

    assert told.state == "not-applied"
    assert "`Production Alerts` was not written: the route or its file changed" in told.text
    assert "  - now `enabled`: `False` → `True`" in told.text
    assert "nothing → " in told.text
    assert "`New` was not written" in told.text
    assert f"Actions → apply → Run workflow, `digest` = `{PLAN.digest}`" in told.text


def test_two_merges_of_one_route_say_so() -> None:
    told = outcome_markdown(document(UNREVIEWED, code=4), saved(), elsewhere=["01LIVE"])

    assert (
        "- 🛑 `Production Alerts` was not written: another merge changed this route too, so the "
        "result below was not reviewed\n  - now"
    ) in told.text


def test_a_wrong_digest_leaves_the_right_one() -> None:
    plan = replace(PLAN, findings=())
    refusal = check_digest("0" * 64, plan)
    assert refusal is not None
    ended = json.loads(outcomes_json(plan, [], 3, [finding_document(refusal)]))

    for told in (outcome_markdown(ended, saved()), outcome_markdown(ended, None, "a fork")):
        assert told.state == "not-applied"
        assert f"Run workflow, `digest` = `{plan.digest}`" in told.text


def test_a_guard_names_its_way_out_and_is_said_where_it_belongs() -> None:
    refused = NotSent("delete", GONE.name, "01GONE", "refused by a guard")
    beside = NotSent("create", NEW.name, "", "merged with what a guard refuses")
    ended = document(*written(UPDATED), refused, beside, code=4)
    own = saved(replace(PLAN, changes=(NEW, GONE)))

    told = outcome_markdown(ended, own)
    other = outcome_markdown(ended, saved(replace(PLAN, changes=(UPDATED,))), elsewhere=["Gone"])

    assert "`Gone` was not written: a guard refuses it" in told.text
    assert "`New` was not written: a guard refuses another change of the same plan" in told.text
    assert "`reconciler.yaml` in a separate pull request" in told.text
    assert "`digest`" not in told.text  # with it the guard would refuse again
    assert other.state == "applied"
    assert "Gone" not in other.text


def test_an_apply_that_could_not_read_says_why_and_what_to_do() -> None:
    why = "incident.io could not be reached (503). Re-run the job."

    told = outcome_markdown(json.loads(stopped_json(why, 1)), saved(), run_url="https://x/1")

    assert told.state == "not-applied"
    assert told.text == (f"🛑 **Not applied** ([run](https://x/1)). Nothing was written: {why}")


def test_a_deletion_that_does_not_count_yet_is_not_called_live() -> None:
    ended = document(plan=Plan(CONTEXT, undeclared=(Listed("01GONE", GONE.name),)))

    told = outcome_markdown(ended, saved(replace(PLAN, changes=(GONE,))))

    assert told.state == "not-applied"
    assert "`Gone` was not deleted" in told.text


def test_conflicts_and_unknown_ends_have_their_words() -> None:
    outcomes: list[Outcome] = [
        ConflictOutcome("Production Alerts", "01LIVE", 1, 2, reason="moved"),
        Unresolved("create", "New", "", "the answer was lost"),
    ]

    text = outcome_markdown(document(*outcomes, code=5), saved()).text

    assert "`Production Alerts` was not written: moved" in text
    assert "`New` may have been written, or not: the answer was lost" in text


def test_guards_and_errors_refuse_all_of_it() -> None:
    refused = outcome_markdown(document(code=3), saved())
    broken = outcome_markdown(document(code=1, plan=Plan(CONTEXT)), saved())

    assert refused.state == broken.state == "not-applied"
    assert "guard-" in refused.text
    assert "the plan has errors" in broken.text
    assert "digest" not in refused.text + broken.text  # with one, they would be refused again


def test_a_finding_says_which_file_it_is_of() -> None:
    where: JsonObject = {"file": "routes/a.yaml", "line": 3}
    finding = {"code": "renamed", "message": "this file said A", **where}

    text = outcome_markdown({"exit_code": 1, "findings": [finding]}, saved()).text

    assert "- `routes/a.yaml:3` this file said A `renamed`" in text


def test_a_plan_without_changes_says_on_what_its_run_stopped() -> None:
    empty = Plan(CONTEXT)
    outcomes = [*written(NEW), UNREVIEWED]

    told = outcome_markdown(document(*outcomes, code=4), saved(empty))

    assert told.state == "not-applied"
    assert "`Production Alerts` was not written: it was not reviewed" in told.text
    assert "`New`" not in told.text


def test_a_run_that_ended_early_applied_nothing() -> None:
    told = outcome_markdown(None, saved())

    assert told.state == "not-applied"
    assert "Nothing was written: the run ended before its first write." in told.text


def test_without_a_reviewed_plan_all_outcomes_count() -> None:
    why = "it came from a fork"

    stopped = outcome_markdown(document(code=3, plan=Plan(CONTEXT)), None, why)
    by_hand = outcome_markdown(document(*written(NEW)), None, why)

    assert (stopped.state, by_hand.state) == ("not-applied", "applied")
    assert why in stopped.text


def test_a_fork_refused_as_a_whole_shows_what_would_be_written() -> None:
    text = outcome_markdown(document(code=3), None, "it came from a fork").text

    assert "- 🛑 `Production Alerts` was not written\n" in text
    assert "  - now `enabled`: `False` → `True`" in text


def test_what_other_pull_requests_wrote_is_no_part_of_a_fork() -> None:
    outcomes = [*written(NEW), UNREVIEWED]

    told = outcome_markdown(document(*outcomes, code=4), None, "it came from a fork")

    assert told.state == "not-applied"
    assert "`New`" not in told.text


def test_a_plan_without_changes_is_applied() -> None:
    empty = Plan(CONTEXT)

    assert "nothing to write" in outcome_markdown(document(plan=empty), saved(empty)).text


def test_a_long_list_fits() -> None:
    outcomes = [NotSent("update", f"Route {n}", "", "stopped") for n in range(500)]

    text = outcome_markdown(document(*outcomes, code=1), None).text

    assert len(text) < MOST + 300
    assert "more, in the run's log" in text


def test_a_document_of_another_shape_breaks_nothing() -> None:
    assert outcome_markdown({"outcomes": 1, "exit_code": 0}, None).state == "applied"
    assert "digest" not in outcome_markdown({"exit_code": 1}, None).text


def test_two_routes_of_one_name_are_told_apart_by_their_ids() -> None:
    other = replace(UPDATED, live=replace(UPDATED.live, id="01OTHER"))
    both = replace(PLAN, changes=(UPDATED, other))
    failed = Failed("update", UPDATED.name, live_id(UPDATED) or "", "422")
    ended = document(failed, Written("update", other.name, "01OTHER", 3), code=5, plan=both)

    first = outcome_markdown(ended, saved(replace(PLAN, changes=(UPDATED,))))
    second = outcome_markdown(ended, saved(replace(PLAN, changes=(other,))))

    assert (first.state, second.state) == ("not-applied", "applied")
    assert [one["id"] for one in ended["left"]] == [live_id(UPDATED)]


def test_a_reviewed_change_that_counts_as_the_end_of_a_hand_edit_is_withheld() -> None:
    side = Drift(UPDATED.declaration, UPDATED.live, UPDATED.fields)
    ended = document(plan=Plan(CONTEXT, drift=(side,)))

    told = outcome_markdown(ended, saved(replace(PLAN, changes=(UPDATED,))))

    assert told.withheld
    assert told.state == "not-applied"
    assert "Run workflow with `revert-drift`" in told.text


@pytest.mark.parametrize("word", [UPDATED.name, live_id(UPDATED)])
def test_a_reviewed_change_that_was_written_and_edited_since_is_not_withheld(word: str) -> None:
    side = Drift(UPDATED.declaration, UPDATED.live, UPDATED.fields)
    ended = document(plan=Plan(CONTEXT, drift=(side,)))

    told = outcome_markdown(ended, saved(replace(PLAN, changes=(UPDATED,))), written={word})

    assert (told.withheld, told.state) == (False, "applied")
    assert "live edits since: " in told.text


def test_hand_edits_since_are_said_beside_what_is_live() -> None:
    side = Drift(UPDATED.declaration, UPDATED.live, UPDATED.fields[:1])
    ended = document(plan=Plan(CONTEXT, drift=(side,)))

    told = outcome_markdown(ended, saved(replace(PLAN, changes=(UPDATED,))))

    assert not told.withheld
    assert f"live edits since: `{UPDATED.fields[0].title}`" in told.text


def test_what_a_later_merge_took_back_is_not_applied() -> None:
    plan = saved(replace(PLAN, changes=(UPDATED,)))

    told = outcome_markdown(document(plan=Plan(CONTEXT)), plan, undone=[plan.changes[0].digest])

    assert told.state == "not-applied"
    assert "a later merge reverted this change" in told.text


def test_a_difference_that_does_not_fit_leaves_its_route_named() -> None:
    outcomes = [
        NotSent("update", UPDATED.name, live_id(UPDATED) or "", "not reviewed"),
        NotSent("create", NEW.name, "", "not reviewed"),
    ]
    ended = document(*outcomes, code=4)
    long = {"path": "incident.summary", "from": {"value": "🚨" * 300}, "to": {"value": "x" * 300}}
    for left in ended["left"]:
        left["fields"] = [long] * (40 if left["name"] == UPDATED.name else 1)

    text = outcome_markdown(ended, saved(replace(PLAN, changes=(UPDATED, NEW)))).text

    assert "`Production Alerts` was not written: " in text
    assert "result below was not reviewed\n  - now `incident.summary`" in text
    assert text.count("now `incident.summary`") == 1
    assert size(text) < MOST + 300
