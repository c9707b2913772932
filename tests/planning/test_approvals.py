"""An approval with a typo is named; one that has done its work, or is for no near route, is not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reconciler.git.base import Base
from reconciler.model import Approval, Config, Declaration, Finding, Listed, Position
from reconciler.planning.mentioned import of_no_route
from reconciler.planning.request import PlanRequest, Remembered
from tests.plan.parts import TODAY, declared, production

LINES = Position("reconciler.yaml", 66, 5)
FILE = declared(production())  # Production Alerts


def found(route: str, *files: Declaration, expires: date = TODAY, **more: object) -> list[Finding]:
    given = Approval(route, "paging-lost", "r", expires, LINES)
    request = PlanRequest(files or (FILE,), Config(approvals=(given,)), "", TODAY, "1")
    listed = (Listed("01OTHER", "Database Alerts"),)
    return [*of_no_route(replace(request, **more), listed)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("route", "near"),
    [("Production Alert", "Production Alerts"), ("Databse Alerts", "Database Alerts")],
)
def test_a_name_that_is_near_one_of_a_file_or_live_is_a_warning_with_it(
    route: str, near: str
) -> None:
    (warning,) = found(route)

    assert (warning.level, warning.code) == ("warning", "approval-of-no-route")
    assert warning.message == f'this approval allows nothing: no route is named "{route}"'
    assert warning.hint.startswith(f'did you mean "{near}"?')
    assert warning.position == LINES


@pytest.mark.parametrize("route", ["Production Alerts", "Database Alerts", "01OTHER", "Former"])
def test_names_of_files_and_live_ones_former_names_and_ids_are_right(route: str) -> None:
    file = replace(FILE, previously="Former")

    assert found(route, file) == []


def test_the_approval_of_a_route_that_a_run_deleted_or_renamed_may_stay() -> None:
    earlier = declared(production("Production Alert"))
    gone = Remembered(gone={"01GONE": "Production Alert"})
    applied = Remembered(applied=((earlier, 1),))

    assert found("Production Alert", recorded=lambda _: gone) == []
    assert found("Production Alert", recorded=lambda _: applied) == []
    assert found("Production Alert", base=Base("c0ffee", (earlier,))) == []


def test_one_that_is_near_no_route_or_over_says_nothing() -> None:
    assert found("Ledger") == []
    assert found("Production Alert", expires=TODAY - timedelta(days=1)) == []
