"""A route that was renamed by hand is not made a second time without a word."""

from dataclasses import replace

from reconciler.model.route import RouteSource
from reconciler.plan.plan import Plan
from tests.plan.parts import declared, live, planned, production, when

FILE = "routes/production-alerts.yaml"


def codes(plan: Plan) -> list[str]:
    return [finding.code for finding in plan.findings]


def test_a_create_beside_an_undeclared_route_of_the_same_alerts_is_asked_about() -> None:
    plan = planned(
        [declared(production(targets=[]))], [live(production("Renamed", targets=[]), "01LIVE")]
    )

    (finding,) = plan.findings
    assert (finding.level, finding.code) == ("warning", "maybe-renamed")
    assert 'undeclared "Renamed" takes the same alerts as "Production Alerts"' in finding.message
    assert "`id: 01LIVE`" in finding.hint
    assert finding.position is not None
    assert finding.position.file == FILE
    assert plan.applyable


def test_other_alerts_are_another_route() -> None:
    route = production("Other")
    narrower = replace(route, when=when("infra"))
    another = replace(route, sources=(RouteSource("01OTHER"),))
    nowhere = replace(route, sources=())

    for other in (narrower, another, nowhere):
        assert "maybe-renamed" not in codes(planned([declared(production())], [live(other)]))


def test_the_order_of_sources_and_conditions_is_no_difference() -> None:
    route = production("Other")
    other = replace(route, sources=route.sources[::-1], when=route.when[::-1])

    assert "maybe-renamed" in codes(planned([declared(production())], [live(other)]))


def test_a_create_alone_is_only_a_create() -> None:
    assert codes(planned([declared(production())], [])) == []
