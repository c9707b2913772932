"""A route that was renamed by hand is not made a second time without a word."""

from dataclasses import replace
from datetime import date

import pytest

from reconciler.model import (
    Approval,
    Config,
    Escalation,
    Finding,
    Live,
    Position,
    Route,
    RouteSource,
)
from reconciler.plan.identify import identify
from reconciler.plan.make import Bases, make_plan
from reconciler.plan.plan import Plan
from tests.plan.parts import (
    CONTEXT,
    declared,
    listed,
    live,
    path,
    planned,
    production,
    when,
)

FILE = "routes/production-alerts.yaml"


def codes(plan: Plan) -> list[str]:
    return [finding.code for finding in plan.findings]


def test_a_create_beside_an_undeclared_route_of_the_same_alerts_is_refused() -> None:
    plan = planned(
        [declared(production(targets=[]))], [live(production("Renamed", targets=[]), "01LIVE")]
    )

    (finding,) = plan.findings
    assert (finding.level, finding.code) == ("error", "guard-second-route")
    assert 'this plan creates "Production Alerts", but "Renamed", which no' in finding.message
    assert "takes the same alerts: an alert may page twice" in finding.message
    assert "write `previously: Renamed` here" in finding.hint
    assert "write `name: Renamed` and `previously: Production Alerts`" in finding.hint
    assert 'route: "Production Alerts", allow: second-route' in finding.hint
    assert finding.position is not None
    assert finding.position.file == FILE
    assert not plan.applyable


def test_a_create_beside_one_of_the_same_sources_that_pages_is_refused() -> None:
    narrower = replace(production("Narrower"), when=when("infra"))

    assert codes(planned([declared(production())], [live(narrower)])) == ["guard-second-route"]


def two_sources(name: str) -> Route:
    route = production(name)
    return replace(route, sources=(*route.sources, RouteSource("01MORE")))


def test_another_name_and_another_source_at_once_are_refused_on_either_side() -> None:
    for file, there in ((production(), two_sources("Renamed")), (two_sources("New"), production())):
        (finding,) = planned([declared(file)], [live(there)]).findings

        assert finding.code == "guard-second-route"
        assert "has some of the same sources and pages, too" in finding.message


def test_an_approval_of_both_lets_the_create_through_until_it_expires() -> None:
    lives = [live(production("Renamed"), "01LIVE")]
    for expires, allowed in ((date(2999, 1, 1), True), (date(2026, 8, 1), False)):
        given = Approval("Production Alerts", "second-route", "both are meant", expires)
        plan = planned([declared(production())], lives, Config(approvals=(given,)))

        assert plan.applyable == allowed
        assert any("expired on 2026-08-01" in one.message for one in plan.guards) != allowed
        assert [risk.label for risk in plan.changes[0].risks] == ["paging added", "may page twice"]


def test_other_alerts_are_another_route() -> None:
    route = production("Other")
    narrower = replace(route, when=when("infra"), escalate=Escalation())
    another = replace(route, sources=(RouteSource("01OTHER"),))
    nowhere = replace(route, sources=())
    elsewhere = replace(two_sources("Other"), escalate=Escalation((path("01ELSEWHERE"),)))
    off = replace(two_sources("Other"), enabled=False)

    for other in (narrower, another, nowhere, elsewhere, off):
        assert codes(planned([declared(production())], [live(other)])) == []


def test_the_order_of_sources_and_conditions_is_no_difference() -> None:
    route = production("Other")
    other = replace(route, sources=route.sources[::-1], when=route.when[::-1])

    assert "guard-second-route" in codes(planned([declared(production())], [live(other)]))


def test_a_create_alone_is_only_a_create() -> None:
    assert codes(planned([declared(production())], [])) == []


def since(base: Route, lives: list[Live], applied: dict[str, Route] | None = None) -> Finding:
    """The one finding of a file that says the same as in the base, its route not live."""
    identified = identify([declared(base)], [listed(one) for one in lives])
    bases = Bases({FILE: base}, applied=applied)
    about = replace(CONTEXT, base="0123456789ab")
    plan = make_plan(identified, {one.id: one for one in lives}, Config(), about, {}, bases=bases)
    assert plan.changes == ()
    (finding,) = plan.findings
    assert (finding in plan.deleted_by_hand) == finding.code.endswith("-by-hand")
    return finding


def test_a_route_renamed_by_hand_has_ways_that_a_base_takes() -> None:
    finding = since(production(), [live(production("Renamed"), "01LIVE")])

    assert (finding.level, finding.code) == ("warning", "renamed-by-hand")
    assert finding.position == Position(FILE, 1, 7)
    assert "`previously: Production Alerts`" in finding.hint
    assert "`id: 01LIVE`" in finding.hint
    assert "--revert-drift" in finding.hint


def test_of_several_routes_the_one_with_the_id_is_named() -> None:
    twins = [live(production("One"), "01ONE"), live(production("Two"), "01TWO")]

    assert 'if it is "One",' in since(production(), twins).hint


@pytest.mark.parametrize("applied", [{}, None])
def test_what_was_applied_without_the_file_says_who_took_the_route(
    applied: dict[str, Route] | None,
) -> None:
    finding = since(production(), [], applied)

    if applied is None:
        assert (finding.level, finding.code) == ("warning", "deleted-by-hand")
        assert "to create it again, apply with --revert-drift" in finding.hint
    else:
        assert (finding.level, finding.code) == ("note", "not-applied-yet")
        assert "waiting, or another merge deleted it" in finding.message
        assert finding.hint.startswith("no action needed")
    assert (finding.route, finding.path) == ("Production Alerts", ("name",))


def test_a_file_that_changed_after_its_route_was_deleted_is_a_conflict_and_no_create() -> None:
    identified = identify([declared(production(enabled=False))], [])
    bases = Bases({FILE: production()}, untouched={FILE: ("01LIVE", 14)})

    plan = make_plan(identified, {}, Config(), CONTEXT, {}, bases=bases)

    (finding,) = plan.findings
    assert plan.changes == ()
    assert (finding.level, finding.code) == ("warning", "deleted-and-changed")
    assert (finding.route, finding.position) == ("Production Alerts", Position(FILE, 1, 7))
    assert "--revert-drift" in finding.hint
