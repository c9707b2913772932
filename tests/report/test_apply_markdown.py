"""An apply for the summary of a run."""

from dataclasses import replace

from reconciler.model import Finding
from reconciler.plan.outcome import NotSent, Written
from reconciler.plan.plan import plan_digest
from reconciler.report.plan_markdown import apply_markdown, plan_markdown
from tests.report.plans import full_plan

PLAN = replace(full_plan(), findings=())


def test_the_plan_stands_first_and_below_it_what_was_done() -> None:
    text = apply_markdown(PLAN, (Written("create", "New", "01NEW", 1),))

    assert text.startswith(plan_markdown(PLAN))
    assert "\n### What was done\n\n```\nNew: created v1\n1 written.\n```\n" in text
    assert text.endswith("\n")


def test_the_digest_is_that_of_what_is_left() -> None:
    (new,) = [change for change in PLAN.changes if change.name == "New"]
    rest = [change for change in PLAN.changes if change is not new]
    outcomes = (Written("create", "New", "01NEW", 1), NotSent("delete", "x", "01GONE", "stopped"))

    assert f"what is left: `{plan_digest(rest)}`" in apply_markdown(PLAN, outcomes)
    assert f"what is left: `{PLAN.digest}`" in apply_markdown(PLAN, ())
    assert "After review, start" not in apply_markdown(
        full_plan(), ()
    )  # a guard: no digest would help


def test_a_refusal_and_a_run_that_was_cut_off_are_said() -> None:
    refusal = Finding("error", "guard-other-plan", "another plan", "read it")

    assert "another plan `guard-other-plan` (read it)" in apply_markdown(PLAN, (), [refusal])
    assert "The run was cut off" in apply_markdown(PLAN, None)


def test_a_name_closes_no_block() -> None:
    text = apply_markdown(PLAN, (NotSent("update", "a\n```\n# b", "01", "stopped"),))

    _before, shown = text.split("### What was done\n")
    fence, name = "\n````\n", "a\\n```\\n# b"
    assert shown.startswith(f"{fence}{name}: not sent (stopped)\n")
    assert shown.count(fence) == 2
