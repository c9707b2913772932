"""Whatever a plan holds: it fits, and totals, risks and deletions stand in it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.model import Finding
from reconciler.plan.change import Delete
from reconciler.plan.plan import Plan
from reconciler.report.comment import SHORTENED, no_plan_comment, plan_comment
from reconciler.text import MOST, MOST_TAKEN, code, size
from tests.plan.parts import CONTEXT, NAMES, declared, live, path, planned, production
from tests.plan.proofs import DEPENDS, LOST, OTHER, UNREAD, proof
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

    assert text.startswith("**Gone will no longer page Engineering On-Call. ")
    assert text.splitlines()[0].endswith("** 3 routes change (1 new, 1 deleted).")
    for words in ("```mermaid", "<details>", "### Undeclared", "Refused", "### Findings"):
        assert words in text
    assert SHORTENED not in text


def test_of_a_plan_that_is_none_the_reason_fits_and_nothing_in_it_acts() -> None:
    text = no_plan_comment(f"@team: <b> `x`\n/close. {'$' * 10_000}.")

    assert text.startswith("@&#8203;team: &lt;b&gt; `x`\\\\n/close. ")
    assert size(text) < MOST_TAKEN - MOST
    assert no_plan_comment("no key.") == "no key\n"


def test_an_empty_plan_is_said_in_words() -> None:
    text = plan_comment(Plan(CONTEXT, unchanged=("A",)), NAMES)

    assert text == (
        "**Merging this changes nothing in incident.io.**\n\n"
        "Compared with incident.io: the 1 declared route.\n\n"
        "Undeclared routes are not listed.\n"
    )


def test_with_a_broken_file_nobody_knows_whom_it_pages() -> None:
    broken = Plan(CONTEXT, findings=(Finding("error", "renamed", "two routes"),))

    first = plan_comment(broken, NAMES).splitlines()[0]

    assert first == "**Whom this pages is unknown: 1 error, see below.**"


def test_what_pages_nobody_any_more_is_read_first() -> None:
    risks = [line for line in plan_comment(changed(30, 3), NAMES).splitlines() if "⚠️ " in line]

    listed = "(`Route 0`, `Route 1`, `Route 2`)"
    assert risks == [
        f"- ⚠️ **deletes**, 3 routes: the routes are deleted {listed}",
        f"- ⚠️ **paging removed**, 3 routes: no longer page Engineering On-Call {listed}",
        "- ⚠️ **target changed**, 27 routes: page Platform On-Call instead of Engineering On-Call"
        " (`Route 10`, `Route 11`, `Route 12` and 24 more)",
    ]


@pytest.mark.parametrize(
    ("scope", "names", "words"),
    [
        (
            "changed",
            ("A",),
            "Compared with incident.io: the 1 route that this pull request changes.",
        ),
        ("changed", ("A", "B"), "Compared with incident.io: the 2 routes that this pull request"),
        ("changed", (), "This pull request changes no route."),
        ("all", ("A", "B"), "Compared with incident.io: all 2 declared routes."),
    ],
)
def test_what_was_compared_is_said(scope: str, names: tuple[str, ...], words: str) -> None:
    about = replace(CONTEXT, base="abc", scope=scope)
    text = plan_comment(Plan(about, unchanged=names), NAMES)

    assert words in text
    assert "Changes are counted from `abc`." in text


def test_three_hundred_routes_lose_detail_and_no_line_of_theirs() -> None:
    plan = changed(300, 5)
    text = plan_comment(plan, NAMES)

    assert size(text) <= MOST
    assert SHORTENED in text
    assert "<details>" not in text
    for number in range(300):
        assert f"Route {number}" in text
    assert text.count("🗑️") == 5


def test_three_hundred_routes_of_one_change_are_one_risk() -> None:
    text = plan_comment(changed(300), NAMES)

    assert [line for line in text.splitlines() if "⚠️" in line] == [
        "- ⚠️ **target changed**, 300 routes: page Platform On-Call instead of Engineering On-Call"
        " (`Route 0`, `Route 1`, `Route 10` and 297 more)"
    ]
    assert text.count("· v14 → v15 · target changed") == 300


def test_in_every_size_totals_risks_and_deletions_stay() -> None:
    for count in (5, 60, 200, 500, 3000):
        plan = changed(count, 3)
        text = plan_comment(plan, NAMES)
        assert size(text) <= MOST
        assert "routes will no longer page Engineering On-Call." in text.splitlines()[0]
        assert f"{count} routes change (3 deleted)." in text.splitlines()[0]
        assert "target changed" in text
        for change in plan.changes:
            if isinstance(change, Delete):
                assert change.name in text


def test_very_long_names_are_cut_where_nothing_else_helps() -> None:
    text = plan_comment(changed(400, 2, "x" * 500), NAMES)

    assert size(text) <= MOST
    assert " more" in text


def test_drift_and_findings_of_a_middle_sized_plan_stay_as_lines() -> None:
    from reconciler.model import Finding
    from reconciler.plan.plan import Conflict, Drift

    side = declared(production("Edited"))
    there = live(production("Edited"))
    plan = replace(
        changed(250),
        drift=(Drift(side, there, ()),),
        conflicts=(Conflict(side, there, ()),),
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


def test_a_proof_of_many_rows_is_fitted_with_the_rest() -> None:
    names = {**NAMES, "01PROD": "<" * 2_000, "01ONCALL": "|" * 500}
    after = production(targets=[path("01PLATFORM")])
    plan = planned([declared(after)], [live(production())])
    shown = proof(*[LOST] * 200, *[DEPENDS] * 200, unknown=(UNREAD,) * 200)
    plan = replace(plan, who=replace(shown, names=names))

    text = plan_comment(plan, NAMES)

    assert size(text) <= MOST
    assert text.startswith(
        "**Who is paged: 200 kinds of alerts stop paging, 200 may stop paging, unknown"
    )
    assert "more rows: `reconciler who` lists them all." in text


def test_what_the_proof_says_is_said_once() -> None:
    after = production(targets=[path("01PLATFORM")])
    plan = planned([declared(after)], [live(production())])

    known = plan_comment(replace(plan, who=proof(OTHER)), NAMES)
    unknown = plan_comment(replace(plan, who=proof(OTHER, unknown=(UNREAD,))), NAMES)

    assert "target changed" in plan_comment(plan, NAMES)
    assert "target changed" not in known
    assert "target changed" in unknown
