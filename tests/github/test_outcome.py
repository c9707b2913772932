"""What of a merged plan was taken back, or written by another run."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.forge.since import changed_by_others, undone_of, written_from
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.record.record import Gone, Record
from reconciler.report.plan_json import plan_json
from tests.report.plans import full_plan

PLAN = json.dumps({"changes": [{"digest": "d1", "file": "routes/a.yaml"}, {"digest": "d2"}]})


@pytest.mark.parametrize(
    ("as_the_base", "as_planned", "undone"),
    [(True, False, {"d1"}), (True, True, set()), (False, False, set()), (False, True, set())],
)
def test_a_change_is_undone_where_its_file_went_back_after_the_plan(
    as_the_base: bool, as_planned: bool, undone: set[str]
) -> None:
    def same(one: str, other: str, file: str) -> bool:
        assert (other, file) == ("head", "routes/a.yaml")
        return {"base": as_the_base, "planned": as_planned}[one]

    assert undone_of("base", "head", PLAN, "planned", same) == undone


@pytest.mark.parametrize("plan", ["", "[]", "{}", '{"changes": 1}', '{"changes": [1]}'])
def test_without_a_plan_nothing_is_undone(plan: str) -> None:
    assert undone_of("base", "head", plan, "planned", lambda *_: True) == frozenset()


def test_only_what_was_applied_from_these_commits_counts_as_written() -> None:
    at = datetime(2026, 8, 21, tzinfo=UTC)
    entries = {
        one: Gone(one, f"name of {one}", 3, "run", at, commit)
        for one, commit in (("01A", "c1"), ("01B", "c2"), ("01C", ""))
    }

    assert written_from(["c1"], [Record("acme", entries)]) == {"01A", "name of 01A"}


def test_the_routes_of_other_pull_requests_are_not_ones_own() -> None:
    plan = full_plan()
    one, two = (parse_plan(plan_json(replace(plan, changes=(row,)))) for row in plan.changes[:2])
    assert isinstance(one, SavedPlan)
    assert isinstance(two, SavedPlan)

    assert changed_by_others({1: one, 2: two}, but=2) == {"New"}
