"""What a plan says about itself."""

import pytest

from reconciler.model import Finding
from reconciler.plan.plan import Plan, is_guard, plan_exit_code
from tests.plan.parts import CONTEXT, declared, live, planned, production

ERROR = Finding("error", "unknown-path", "no path")
GUARD = Finding("error", "guard-delete", "no approval")
WARNING = Finding("warning", "guard-like", "only a warning")
CHANGED = planned([declared(production(enabled=True))], [live(production(enabled=False))]).changes


@pytest.mark.parametrize(
    ("findings", "changes", "plain", "detailed"),
    [
        ((), (), 0, 0),
        ((), CHANGED, 0, 2),
        ((WARNING,), CHANGED, 0, 2),
        ((GUARD,), CHANGED, 0, 2),
        ((ERROR,), CHANGED, 1, 1),
        ((ERROR,), (), 1, 1),
    ],
)
def test_exit_codes(
    findings: tuple[Finding, ...], changes: tuple[()], plain: int, detailed: int
) -> None:
    plan = Plan(CONTEXT, changes, findings=findings)

    assert plan_exit_code(plan, detailed=False) == plain
    assert plan_exit_code(plan, detailed=True) == detailed


def test_undeclared_routes_alone_are_no_change() -> None:
    plan = planned([], [live(production())])

    assert plan_exit_code(plan, detailed=True) == 0


@pytest.mark.parametrize(("finding", "ready"), [(ERROR, False), (GUARD, False), (WARNING, True)])
def test_errors_and_guards_stop_an_apply(finding: Finding, ready: bool) -> None:
    plan = Plan(CONTEXT, findings=(finding,))

    assert plan.applyable is ready
    assert is_guard(finding) is (finding is GUARD)
    assert len(plan.errors) == (finding is ERROR)
    assert len(plan.guards) == (finding is GUARD)


def test_live_values_that_go_are_listed_with_their_time() -> None:
    (revert,) = planned([declared(production())], [live(production(enabled=False))]).reverts

    assert (revert.route, revert.version, revert.updated_at) == (
        "Production Alerts",
        14,
        "2026-08-21T09:12:00Z",
    )
    assert [change.title for change in revert.fields] == ["enabled"]


def test_what_comes_back_may_have_been_removed_by_hand() -> None:
    bare = production(sources=[])

    (revert,) = planned([declared(production())], [live(bare)]).reverts

    assert [field.from_ for field in revert.fields] == [None]
