"""Whatever a plan holds: it fits, and totals, risks and deletions stand in it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.finding import Finding
from reconciler.plan.change import Delete
from reconciler.plan.plan import Plan
from reconciler.report.comment import MOST, SHORTENED, plan_comment, size
from reconciler.report.markdown import code
from reconciler.report.plan_words import totals
from tests.plan.parts import CIRCUMSTANCES, NAMES, declared, live, path, planned, production
from tests.report.plans import full_plan


def changed(count: int, deleted: int = 0, name: str = "Route") -> Plan:
    after = [
        declared(
            production(f"{name} {number}", targets=[path("01PLATFORM")]),
            f"routes/{number}.yaml",
            absent=number < deleted,
        )
        for number in range(count)
    ]
    lives = [live(production(f"{name} {number}"), f"01LIVE{number}") for number in range(count)]
    return planned(after, lives)


def test_a_small_plan_has_everything() -> None:
    text = plan_comment(full_plan(), NAMES)

    assert text.startswith(f"**{totals(full_plan())}** ⚠️ **")
    for words in ("```mermaid", "<details>", "### Undeclared", "Refused", "### Findings"):
        assert words in text
    assert SHORTENED not in text


def test_an_empty_plan_is_said_in_words() -> None:
    text = plan_comment(Plan(CIRCUMSTANCES, unchanged=("A",)), NAMES)

    assert "No risk." in text.splitlines()[0]
    assert "Nothing to do" in text
    assert "mermaid" not in text


def test_with_a_broken_file_no_risk_is_no_answer() -> None:
    broken = Plan(CIRCUMSTANCES, findings=(Finding("error", "renamed", "two routes"),))

    first = plan_comment(broken, NAMES).splitlines()[0]

    assert "❓ **Risk unknown.**" in first
    assert "No risk" not in first


def test_what_pages_nobody_any_more_is_read_first() -> None:
    risks = [line for line in plan_comment(changed(30, 3), NAMES).splitlines() if "⚠️ `" in line]

    worst = [n for n, line in enumerate(risks) if "deletes**" in line or "removed**" in line]
    assert worst == list(range(6))


def test_the_scope_is_said_where_there_is_a_base() -> None:
    for scope, words in (("changed", "Only the routes whose files"), ("all", "All routes were")):
        about = replace(CIRCUMSTANCES, base="abc", scope=scope)
        assert words in plan_comment(Plan(about), NAMES)


def test_three_hundred_routes_lose_detail_and_no_line_of_theirs() -> None:
    plan = changed(300, 5)
    text = plan_comment(plan, NAMES)

    assert size(text) <= MOST
    assert SHORTENED in text
    assert "<details>" not in text
    for number in range(300):
        assert f"Route {number}" in text
    assert text.count("🗑️") == 5


def test_in_every_size_totals_risks_and_deletions_stay() -> None:
    for count in (5, 60, 200, 500, 3000):
        plan = changed(count, 3)
        text = plan_comment(plan, NAMES)
        assert size(text) <= MOST
        assert totals(plan) in text.splitlines()[0]
        assert f"{sum(len(one.risks) for one in plan.changes)} risks" in text.splitlines()[0]
        assert "target changed" in text
        for change in plan.changes:
            if isinstance(change, Delete):
                assert change.name in text


def test_very_long_names_are_cut_where_nothing_else_helps() -> None:
    text = plan_comment(changed(400, 2, "x" * 500), NAMES)

    assert size(text) <= MOST
    assert " more" in text


def test_drift_and_findings_of_a_middle_sized_plan_stay_as_lines() -> None:
    from reconciler.model.finding import Finding
    from reconciler.plan.plan import Contested, Drift

    side = declared(production("Edited"))
    there = live(production("Edited"))
    plan = replace(
        changed(250),
        drift=(Drift(side, there, ()),),
        contested=(Contested(side, there, ()),),
        findings=(Finding("error", "guard-x", "it pages nobody"), Finding("note", "n", "little")),
    )

    text = plan_comment(plan, NAMES)

    assert SHORTENED in text
    assert "### Drift" in text
    assert "### Conflicts" in text
    assert "it pages nobody" in text
    assert "little" not in text


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=60))
def test_no_name_acts(name: str) -> None:
    text = plan_comment(changed(1, 0, f"{name}@octocat #12 <!-- x --> ```"), NAMES)

    assert "\n<!--" not in text
    assert code(f"{name}@octocat #12 <!-- x --> ``` 0") in text
