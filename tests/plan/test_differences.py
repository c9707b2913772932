"""A difference is found exactly when two routes mean something else, and it has a name."""

import subprocess
import sys
from dataclasses import fields, replace

from hypothesis import given, settings, strategies as st

from reconciler.model import (
    Again,
    Binding,
    Cast,
    Condition,
    Escalation,
    Expression,
    Grouping,
    Incident,
    Plain,
    Reference,
    Returns,
    Route,
    RouteSource,
    Severity,
    Target,
    canonical_pair,
    many,
    one,
)
from reconciler.plan.change import FieldChange
from reconciler.plan.compare.differences import count_same, creation, differences
from tests.plan.parts import NAMES, SEVERITY, path, production, slack, when
from tests.properties.ids_strategies import routes, shuffled

KEYS = [slot.name for slot in fields(Route)]
ALONG = {"group": {"group", "escalate"}}  # without grouping `again` is dormant


def said(found: tuple[FieldChange, ...]) -> list[tuple[str, object, object]]:
    return [
        (
            change.title,
            change.from_.value if change.from_ else None,
            change.to.value if change.to else None,
        )
        for change in found
    ]


@given(routes("v3"), routes("v3"))
@settings(max_examples=60)
def test_no_difference_exactly_when_both_mean_the_same(one_: Route, other: Route) -> None:
    canonical_one, canonical_other = canonical_pair(one_, other)

    assert (differences(one_, other) == ()) == (canonical_one == canonical_other)


@given(routes("v3"), st.data())
@settings(max_examples=60)
def test_order_is_no_difference(route: Route, data: st.DataObject) -> None:
    assert differences(shuffled(route, data.draw), route) == ()


@given(routes("v3"), routes("v3"), st.sampled_from(KEYS))
@settings(max_examples=100)
def test_an_edit_of_one_key_is_found_and_named(live: Route, other: Route, key: str) -> None:
    edited = replace(live, **{key: getattr(other, key)})
    declared, before = canonical_pair(edited, live)
    found = differences(edited, live)

    assert bool(found) == (declared != before)
    renamed = any(change.title.endswith("].reference") for change in found)
    if not renamed:
        assert {change.path[0] for change in found} <= ALONG.get(key, {key})


def test_what_is_known_of_a_type_is_no_part_of_a_value() -> None:
    typed = replace(production(), when=((Condition(SEVERITY, "is_set", (), "String"),),))
    untyped = replace(production(enabled=False), when=((Condition(SEVERITY, "is_set"),),))

    assert [change.title for change in differences(typed, untyped)] == ["enabled"]


def test_one_changed_condition_shows_that_slot_alone() -> None:
    live = production(sources=[RouteSource("01PROD", when("warning")), RouteSource("01GRAF")])
    declared = production(sources=[RouteSource("01GRAF"), RouteSource("01PROD", when("critical"))])

    assert said(differences(declared, live, NAMES)) == [
        (
            'sources["Alertmanager (Production)"].when',
            "severity is one of warning",
            "severity is one of critical",
        )
    ]


def test_an_element_comes_and_goes_in_one_line() -> None:
    live = production(sources=[RouteSource("01PROD", when("critical"))])
    declared = production(sources=[RouteSource("01GRAF", when("critical", "warning"))])

    assert said(differences(declared, live, NAMES)) == [
        (
            'sources["Alertmanager (Production)"]',
            "Alertmanager (Production): severity is one of critical",
            None,
        ),
        (
            'sources["Grafana Cloud"]',
            None,
            "Grafana Cloud: severity is one of critical, warning",
        ),
    ]


def test_the_one_thing_of_a_slot_has_its_id_and_its_name() -> None:
    found = differences(production(targets=[path("01PLATFORM")]), production(), NAMES)

    shown = {change.title: change.to or change.from_ for change in found}
    added = shown['escalate.to["Platform On-Call"]']
    assert added is not None
    assert (added.id, added.name, added.value) == (
        "01PLATFORM",
        "Platform On-Call",
        "Platform On-Call",
    )
    assert set(shown) == {
        'escalate.to["Engineering On-Call"]',
        'escalate.to["Platform On-Call"]',
    }


def test_two_equal_elements_are_two() -> None:
    twice = production(targets=[path("01ONCALL"), path("01ONCALL")])

    assert [change.path for change in differences(twice, production())] == [
        ("escalate", "to", "path 01ONCALL#2")
    ]


def test_a_key_with_a_number_sign_is_not_the_second_of_its_name() -> None:
    first = production(sources=[RouteSource("x"), RouteSource("x")])
    second = production(sources=[RouteSource("x"), RouteSource("x#2")])
    assert differences(first, second) != ()


def test_values_of_one_wording_are_shown_by_their_keys() -> None:
    live = replace(production(), when=((Condition(SEVERITY, "one_of", (many("a"),), "Number"),),))
    text = ((Condition(SEVERITY, "contains_one_of", (many("a"),), "Number"),),)
    declared = replace(production(), when=text)

    (change,) = differences(declared, live, NAMES)
    assert change.from_ is not None
    assert change.to is not None
    assert change.from_.value != change.to.value


def test_a_section_comes_slot_by_slot() -> None:
    incident = Incident(severity=Severity(one("01MAJOR"), "max"), type=one("01TYPE"))
    found = said(differences(replace(production(), incident=incident), production(), NAMES))

    assert found == [
        ("incident", None, "creates an incident"),
        ("incident.decline_when_resolved", None, True),
        ("incident.severity", None, "01MAJOR, merge max"),
        ("incident.type", None, "01TYPE"),
        ("incident.when", None, "any alert"),
    ]


def test_a_section_goes_slot_by_slot() -> None:
    grouped = replace(
        production(),
        group=Grouping(1800, (SEVERITY,)),
        escalate=Escalation((path("01ONCALL"),), again=Again("on_each_new_alert", 60)),
    )

    assert said(differences(production(), grouped, NAMES)) == [
        ("group", "on", None),
        ('group.by["severity"]', "severity", None),
        ("group.extend", "rolling", None),
        ("group.window", "30m", None),
        ("escalate.again", "on_each_new_alert: 1m", None),
    ]


def test_a_channel_without_its_team_is_the_same_channel() -> None:
    bare = replace(production(), notify=(slack("C01"),))
    full = replace(production(), notify=(slack("T01/C01"),))

    assert differences(bare, full) == ()
    assert said(differences(replace(bare, notify=(slack("C01", "private"),)), full, NAMES)) == [
        ('notify["T01/C01"].slack.visibility', "public", "private")
    ]


def test_a_renamed_expression_is_a_rename_and_nothing_else() -> None:
    def with_expression(reference: str, label: str = "Path") -> Route:
        use = Target("path", Binding((Reference(f'expressions["{reference}"]'),)))
        expression = Expression(reference, label, "alert.title", (Plain("first"),))
        return replace(production(targets=[use]), expressions=(expression,))

    assert said(differences(with_expression("new"), with_expression("old"))) == [
        ('expressions["new"].reference', "old", "new")
    ]
    # A label that repeats the reference follows it.
    renamed = differences(with_expression("new", "new"), with_expression("old", "old"))
    assert said(renamed) == [('expressions["new"].reference', "old", "new")]


def test_an_expression_in_slots() -> None:
    live = Expression("e", "E", "alert.title", (Plain("first"),), one("x"))
    declared = Expression("e", "E", "alert.title", (Cast(Returns("Number")),))
    before = replace(production(), expressions=(live,))
    after = replace(production(), expressions=(declared,))

    assert said(differences(after, before, NAMES)) == [
        ('expressions["e"].else', "x", None),
        ('expressions["e"].steps', "first", "cast Number"),
    ]
    removed = differences(production(), before, NAMES)
    assert said(removed) == [('expressions["e"]', "E: from title | first, else x", None)]


def test_a_create_shows_what_is_not_the_default_and_comes_from_nothing() -> None:
    found = creation(production(), NAMES)

    assert [change.title for change in found] == [
        "name",
        'sources["Alertmanager (Production)"]',
        'escalate.to["Engineering On-Call"]',
        'notify["#alerts"]',
    ]
    assert all(change.from_ is None for change in found)


def test_what_stays_is_counted() -> None:
    live = production(enabled=False)
    changed = differences(production(), live)

    assert count_same(production(), changed) == count_same(production(), ()) - 1


def test_deepdiff_is_not_imported_for_routes_that_are_equal() -> None:
    program = (
        "import sys\n"
        "from reconciler.model.route import Route\n"
        "from reconciler.plan.make import make_plan\n"
        "from reconciler.plan.compare.differences import differences\n"
        "assert differences(Route('a'), Route('a')) == ()\n"
        "assert 'deepdiff' not in sys.modules\n"
        "assert differences(Route('a'), Route('b')) != ()\n"
        "assert 'deepdiff' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_key_that_looks_private_hides_no_edit() -> None:
    def with_expression(root: str) -> Route:
        return replace(production(), expressions=(Expression("__x", "x", root),))

    (change,) = differences(with_expression("alert.title"), with_expression("alert.priority"))

    assert change.path[:2] == ("expressions", "__x")
