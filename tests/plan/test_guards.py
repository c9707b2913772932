"""What refuses a plan, and what an approval allows and until when."""

import re
from dataclasses import replace
from datetime import date

import pytest

from reconciler.model import (
    Approval,
    ApprovedRisk,
    Binding,
    Config,
    Declaration,
    Live,
    Position,
    Reference,
    Route,
    RouteSource,
    Target,
    one,
)
from reconciler.plan.plan import Plan
from reconciler.report.plan_json import plan_json
from reconciler.report.plan_markdown import plan_markdown
from reconciler.report.plan_text import plan_text
from tests.plan.expressed import branches, deciding
from tests.plan.parts import declared, live, path, planned, production

REFERENCE = Target("path", Binding((Reference("alert.attributes.01PATH"),)))
LAST_DAY = date(2026, 8, 21)  # today, in the tests


def approval(allow: str, route: str = "Production Alerts", expires: date = LAST_DAY) -> Approval:
    if allow == "delete":
        return Approval(route, "delete", "agreed", expires)
    return Approval(route, "pages-nobody", "agreed", expires)


def codes(plan: Plan) -> list[str]:
    return [finding.code for finding in plan.guards]


SILENCED = [
    (production(enabled=False), ("enabled",), "it pages nobody"),
    (production(sources=[]), ("sources",), "it pages nobody"),
    (production(targets=[]), ("escalate",), "it pages nobody"),
    (
        production(targets=[REFERENCE]),
        ("escalate",),
        "it may page nobody, because attributes.01PATH may be empty",
    ),
]


@pytest.mark.parametrize(("after", "where", "then"), SILENCED)
def test_a_route_that_paged_somebody_may_not_fall_silent(
    after: Route, where: tuple[str, ...], then: str
) -> None:
    plan = planned([declared(after)], [live(production())])

    (guard,) = plan.guards
    assert guard.code == "guard-pages-nobody"
    assert guard.path == where
    assert guard.position is not None
    assert guard.message == (
        '"Production Alerts" pages Engineering On-Call; after this plan ' + then
    )
    assert not plan.applyable


@pytest.mark.parametrize(("after", "where", "then"), SILENCED)
@pytest.mark.parametrize("route", ["Production Alerts", "01LIVE"])
def test_an_approval_names_the_route_and_holds_to_its_last_day(
    after: Route, where: tuple[str, ...], then: str, route: str
) -> None:
    config = Config(approvals=(approval("pages-nobody", route),))

    assert planned([declared(after)], [live(production())], config).applyable


def test_what_is_approved_stands_in_the_plan_with_its_lines_and_the_reason() -> None:
    lines = Position("reconciler.yaml", 66, 5)
    given = replace(approval("pages-nobody"), position=lines)
    plan = planned(
        [declared(production(enabled=False))], [live(production())], Config(approvals=(given,))
    )

    (note,) = plan.approved
    assert (note.level, note.code) == ("note", "approved-pages-nobody")
    assert note.position == lines
    assert note.message == (
        '`pages-nobody` is approved until 2026-08-21: "Production Alerts" pages Engineering '
        "On-Call; after this plan it pages nobody"
    )
    assert note.hint == "the reason given is: agreed"
    assert "Approved: 1 guard, see below." in plan_text(plan)
    assert "☑️ **Approved** (`reconciler.yaml:66`): `pages-nobody` is approved until" in (
        plan_markdown(plan)
    )
    assert '"approved-pages-nobody"' in plan_json(plan)


@pytest.mark.parametrize(
    ("files", "there", "allow"),
    [
        ([declared(production(), absent=True)], production(), "delete"),
        ([declared(production())], production("Renamed"), "second-route"),
    ],
)
def test_so_does_what_other_guards_would_refuse(
    files: list[Declaration], there: Route, allow: ApprovedRisk
) -> None:
    given = Approval("Production Alerts", allow, "agreed", LAST_DAY)
    plan = planned(files, [live(there)], Config(approvals=(given,)))

    assert plan.applyable
    assert [(one.code, one.hint) for one in plan.approved] == [
        (f"approved-{allow}", "the reason given is: agreed")
    ]


def test_a_renamed_route_is_approved_by_either_name() -> None:
    file = declared(production("New", enabled=False), previously="Production Alerts")
    for name in ("New", "Production Alerts"):
        config = Config(approvals=(approval("pages-nobody", name),))

        assert planned([file], [live(production())], config).applyable


def test_an_expired_approval_is_named_and_allows_nothing() -> None:
    old = approval("pages-nobody", expires=date(2026, 8, 1))
    new = approval("pages-nobody", expires=date(2026, 8, 20))
    plan = planned(
        [declared(production(enabled=False))], [live(production())], Config(approvals=(old, new))
    )

    assert plan.guards[0].message.endswith("the approval of `pages-nobody` expired on 2026-08-20")


@pytest.mark.parametrize("other", [approval("delete"), approval("pages-nobody", "Other Route")])
def test_an_approval_of_something_else_allows_nothing(other: Approval) -> None:
    config = Config(approvals=(other,))

    assert codes(planned([declared(production(enabled=False))], [live(production())], config))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (production(), production(targets=[path("01PLATFORM")])),
        (production(targets=[]), production(targets=[], enabled=False)),
        (production(enabled=False), production(enabled=False, targets=[])),
        (production(targets=[REFERENCE]), production()),
    ],
)
def test_who_paged_nobody_or_still_pages_somebody_passes(before: Route, after: Route) -> None:
    assert planned([declared(after)], [live(before)]).applyable


def test_a_new_route_that_pages_nobody_passes() -> None:
    assert planned([declared(production(targets=[]))], []).applyable


def test_the_guard_reads_what_would_be_written_not_the_file() -> None:
    # `enabled` is left to the dashboard, where somebody has switched the route on.
    file = declared(
        production("New", enabled=False), previously="Production Alerts", ignore=("enabled",)
    )

    assert planned([file], [live(production())]).applyable


def test_state_absent_needs_an_approval_to_delete() -> None:
    file = declared(production(), absent=True)
    plan = planned([file], [live(production())])

    assert codes(plan) == ["guard-delete"]
    assert "which pages Engineering On-Call" in plan.guards[0].message
    assert plan.guards[0].path == ("state",)
    wrong = Config(approvals=(approval("pages-nobody"),))
    assert codes(planned([file], [live(production())], wrong)) == ["guard-delete"]
    right = Config(approvals=(approval("delete"),))
    assert planned([file], [live(production())], right).applyable


def test_state_absent_of_a_silent_route_needs_it_too() -> None:
    silent = production(targets=[])
    plan = planned([declared(silent, absent=True)], [live(silent)])

    assert plan.guards[0].message == '`state: absent` deletes "Production Alerts"'


def undeclared(config: Config, *routes: Route) -> Plan:
    kept = production("Kept")
    lives = [live(route, f"01LIVE{n}") for n, route in enumerate(routes)]
    return planned([declared(kept)], [live(kept, "01KEPT"), *lives], config)


SILENT = production("Old", targets=[], owners=["01TEAM"])
PAGING = production("Old", owners=["01TEAM"])


def test_undeclared_routes_are_deleted_within_the_bound() -> None:
    config = Config(undeclared="delete", owns_teams=("01TEAM",), max_deletes=1)
    plan = undeclared(config, SILENT)

    assert plan.applyable
    assert plan.summary.delete == 1


def test_one_more_deletion_than_allowed_refuses_the_plan() -> None:
    config = Config(undeclared="delete", owns_teams=("01TEAM",))
    plan = undeclared(config, SILENT)

    assert codes(plan) == ["guard-max-deletes"]
    assert '1 routes ("Old"); `max_deletes` allows 0' in plan.guards[0].message


@pytest.mark.parametrize("allow", ["delete", "pages-nobody"])
def test_an_undeclared_route_that_pages_needs_an_approval(allow: str) -> None:
    refused = undeclared(Config(max_deletes=1, undeclared="delete", owns_teams=("01TEAM",)), PAGING)
    allowed = Config(
        max_deletes=1,
        undeclared="delete",
        owns_teams=("01TEAM",),
        approvals=(approval(allow, "Old"),),
    )

    assert codes(refused) == ["guard-pages-nobody"]
    assert refused.guards[0].position is None
    assert undeclared(allowed, PAGING).applyable


def test_without_owners_nothing_is_deleted() -> None:
    plan = undeclared(Config(undeclared="delete", max_deletes=9), SILENT)

    assert codes(plan) == ["guard-owns-teams"]
    assert plan.summary.delete == 0
    assert plan.summary.undeclared == 1


def test_a_source_that_goes_without_the_last_one_passes() -> None:
    two = production(sources=[RouteSource("01PROD"), RouteSource("01GRAF")])

    assert planned([declared(production(sources=[RouteSource("01PROD")]))], [live(two)]).applyable


SURE = deciding(branches(("P1", one("01ONCALL")), otherwise=one("01PLATFORM")))
UNSURE = deciding(branches(("P1", one("01PLATFORM"))))


def test_an_expression_that_loses_its_else_is_refused_at_the_expression() -> None:
    (guard,) = planned([declared(UNSURE)], [live(SURE)]).guards

    assert guard.code == "guard-pages-nobody"
    assert guard.path == ("expressions", "who")
    assert guard.message == (
        '"Production Alerts" pages Engineering On-Call or Platform On-Call; after this plan it may '
        'page nobody, because expressions["who"] has no else'
    )


def test_an_expression_that_is_never_empty_may_take_the_place_of_a_path() -> None:
    assert planned([declared(SURE)], [live(production())]).applyable
    assert planned([declared(SURE)], [live(UNSURE)]).applyable
    assert codes(planned([declared(UNSURE)], [live(production())])) == ["guard-pages-nobody"]


def test_an_approval_lets_an_expression_page_nobody() -> None:
    config = Config(approvals=(approval("pages-nobody"),))

    assert planned([declared(UNSURE)], [live(SURE)], config).applyable


ADVICE = re.compile(r'\{route: "(?P<route>[^"]+)", allow: (?P<allow>[a-z-]+), reason: …, ')
DELETING = Config(undeclared="delete", owns_teams=("01TEAM",), max_deletes=1)
REFUSED = [
    *(([declared(after)], [live(production())], Config()) for after, _, _ in SILENCED),
    ([declared(UNSURE)], [live(SURE)], Config()),
    ([declared(production(), absent=True)], [live(production())], Config()),
    ([declared(SILENT, absent=True)], [live(SILENT)], Config()),
    ([], [live(PAGING)], DELETING),
]


@pytest.mark.parametrize(("files", "lives", "config"), REFUSED)
def test_what_a_guard_advises_lets_the_plan_pass(
    files: list[Declaration], lives: list[Live], config: Config
) -> None:
    (guard,) = planned(files, lives, config).guards
    assert guard.route == lives[0].route.name
    advised = ADVICE.search(guard.hint)
    assert advised is not None

    agreed = replace(config, approvals=(approval(advised["allow"], advised["route"]),))

    assert planned(files, lives, agreed).applyable


def test_an_expression_that_is_gone_is_refused_at_the_targets_that_used_it() -> None:
    (guard,) = planned([declared(replace(SURE, expressions=()))], [live(SURE)]).guards

    assert guard.path == ("escalate",)
