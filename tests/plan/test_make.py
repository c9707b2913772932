"""From files and live routes to a plan."""

from dataclasses import replace

import pytest

from reconciler.model import Config, Finding, Listed, RouteSource, UnknownField
from reconciler.plan.change import Create, Delete, Update
from reconciler.plan.identify import Identified, Pair
from reconciler.plan.make import make_plan
from reconciler.plan.plan import Summary
from tests.plan.parts import CONTEXT, NAMES, declared, live, planned, production, when

DELETING = Config(undeclared="delete", owns_teams=("01TEAM",), max_deletes=9)


def test_nothing_to_do() -> None:
    plan = planned([declared(production())], [live(production())])

    assert plan.changes == ()
    assert plan.unchanged == ("Production Alerts",)
    assert plan.summary == Summary(0, 0, 0, 1, 0)
    assert plan.applyable


def test_a_create_an_update_and_a_delete() -> None:
    gone = production("Gone", targets=[])
    plan = planned(
        [
            declared(production("New"), "routes/new.yaml"),
            declared(production(enabled=False), "routes/production.yaml"),
            declared(gone, "routes/gone.yaml", absent=True),
        ],
        [live(production()), live(gone, "01GONE", 3), live(production("Other"), "01OTHER")],
    )

    delete, create, update = plan.changes
    assert isinstance(delete, Delete)
    assert delete.declaration is not None
    assert (delete.name, delete.base_version) == ("Gone", 3)
    assert [risk.label for risk in delete.risks] == ["deletes"]
    assert isinstance(create, Create)
    assert create.name == "New"
    assert isinstance(update, Update)
    assert (update.base_version, [field.title for field in update.fields]) == (14, ["enabled"])
    assert plan.undeclared == (Listed("01OTHER", "Other"),)
    assert plan.summary == Summary(1, 1, 1, 0, 1)


def test_a_field_change_knows_its_line() -> None:
    changed = production(sources=[RouteSource("01PROD", when("warning"))])
    plan = planned([declared(changed)], [live(production())])

    (update,) = plan.changes
    assert isinstance(update, Update)
    position = update.fields[0].position
    assert position is not None
    assert (position.file, position.line) == ("routes/production-alerts.yaml", 5)


def test_what_is_left_to_the_dashboard_is_no_difference_and_is_written_as_it_is() -> None:
    left = declared(production(enabled=False), ignore=("enabled",))
    assert planned([left], [live(production())]).changes == ()

    renamed = declared(
        production("New", enabled=False), previously="Production Alerts", ignore=("enabled",)
    )
    (update,) = planned([renamed], [live(production())]).changes
    assert isinstance(update, Update)
    assert update.after == production("New")


def test_a_route_that_vanished_while_planning_is_an_error() -> None:
    by_name = planned([declared(production())], [live(production())], read=[])
    assert [finding.code for finding in by_name.errors] == ["route-vanished"]

    pair = Pair(declared(production(), route_id="01X"), "01X")
    plan = make_plan(Identified((pair,)), {}, Config(), CONTEXT, NAMES)
    assert [finding.code for finding in plan.errors] == ["id-not-live"]
    assert plan.summary.undeclared is None


def test_unknown_fields_are_carried_or_lost_and_hidden_parts_are_named() -> None:
    unknown = (
        UnknownField("/alert_sources/0/priority", 1, ("sources", 0)),
        UnknownField("/alert_sources/1/priority", 1, ("sources", 1)),
    )
    route = production(sources=[RouteSource("01GRAF"), RouteSource("01PROD", when("critical"))])
    plan = planned(
        [declared(production())], [live(route, unknown=unknown, hidden=(("expressions", "e"),))]
    )

    assert [(part.title, part.pointer, part.state) for part in plan.unknown] == [
        ('sources["Grafana Cloud"]', "/alert_sources/0/priority", "lost"),
        ('sources["Alertmanager (Production)"]', "/alert_sources/1/priority", "carried"),
        ("expressions", "", "hidden"),
    ]


def test_a_route_with_a_hidden_part_is_not_written() -> None:
    hidden = live(production(enabled=False), hidden=(("incident", "summary"),))
    plan = planned([declared(production())], [hidden])

    assert [finding.code for finding in plan.guards] == ["guard-hidden-part"]
    assert plan.findings[0].path == ("incident", "summary")


def test_a_hidden_part_alone_changes_nothing_and_is_named() -> None:
    plan = planned([declared(production())], [live(production(), hidden=(("incident",),))])

    assert plan.changes == ()
    assert plan.unchanged == ("Production Alerts",)
    assert [(part.title, part.state) for part in plan.unknown] == [("incident", "hidden")]
    assert plan.applyable


def test_an_unknown_field_alone_changes_nothing_and_is_named() -> None:
    newer = UnknownField("/newer", 1)
    plan = planned([declared(production())], [live(production(), unknown=(newer,))])

    assert plan.changes == ()
    assert plan.unchanged == ("Production Alerts",)
    assert [(part.pointer, part.state) for part in plan.unknown] == [("/newer", "carried")]


def test_routes_of_other_teams_are_not_counted() -> None:
    other = live(production("Other", owners=["01OTHERS"]), "01OTHER")
    plan = planned(
        [declared(production())], [live(production()), other], Config(owns_teams=("01TEAM",))
    )

    assert plan.undeclared == ()
    assert plan.not_ours == (Listed("01OTHER", "Other"),)


def test_owners_may_be_given_by_name() -> None:
    ours = live(production("Ours", targets=[], owners=["01GRAF"]), "01OURS")
    config = Config(undeclared="delete", owns_teams=("Grafana Cloud",), max_deletes=1)

    assert planned([declared(production())], [live(production()), ours], config).summary.delete == 1


def test_undeclared_routes_are_deleted_last_and_no_longer_reported() -> None:
    old = live(production("A", targets=[], owners=["01TEAM"]), "01OLD")
    plan = planned([declared(production(enabled=True))], [live(production()), old], DELETING)

    (delete,) = plan.changes
    assert isinstance(delete, Delete)
    assert delete.declaration is None
    assert plan.undeclared == ()


def test_a_file_with_an_error_keeps_undeclared_routes_alive() -> None:
    old = live(production("A", targets=[], owners=["01TEAM"]), "01OLD")
    error = Finding("error", "unknown-path", "no path")
    plan = planned([declared(production())], [live(production()), old], DELETING, findings=[error])

    assert plan.summary.delete == 0
    assert plan.summary.undeclared == 1
    assert [finding.code for finding in plan.findings] == ["unknown-path", "undeclared-kept"]


def test_an_undeclared_route_that_was_not_read_is_not_deleted() -> None:
    old = live(production("A", owners=["01TEAM"]), "01OLD")
    here = live(production())
    plan = planned([declared(production())], [here, old], DELETING, read=[here])

    assert plan.summary.delete == 0
    assert [finding.code for finding in plan.findings] == ["undeclared-kept"]
    assert plan.applyable


@pytest.mark.parametrize("config", [Config(), DELETING])
def test_when_only_some_files_were_looked_at_nothing_is_undeclared(config: Config) -> None:
    old = live(production("A", owners=["01TEAM"]), "01OLD")
    plan = planned([], [old], config, complete=False)

    assert plan.summary == Summary(0, 0, 0, 0, None)


def test_labels_of_the_live_route_name_what_the_directory_does_not() -> None:
    labelled = replace(live(production(sources=[])), labels={"01UNKNOWN": "From a label"})
    (update,) = planned(
        [declared(production(sources=[RouteSource("01UNKNOWN")]))], [labelled]
    ).changes

    assert isinstance(update, Update)
    assert update.fields[0].title == 'sources["From a label"]'
