"""For every pair of edits, one in the file and one in incident.io, the plan says who moved."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from reconciler.model import (
    Again,
    Channels,
    Config,
    CustomField,
    Destination,
    Escalation,
    Expression,
    Grouping,
    Incident,
    Route,
    RouteSource,
    Severity,
    Target,
    TextSetting,
    TextTemplate,
    many,
    one,
)
from reconciler.plan.change import fields_of
from reconciler.plan.identify import Identified, Pair
from reconciler.plan.make import Bases, make_plan
from reconciler.plan.plan import Plan
from tests.plan.parts import CONTEXT, declared, live, when

FILE = "routes/production-alerts.yaml"
BASE = Route(
    name="Production Alerts",
    owners=("01T0",),
    sources=(RouteSource("01S0", when("critical")),),
    when=when("page"),
    group=Grouping(600, ("alert.title",)),
    escalate=Escalation((Target("path", many("01P0")),), True, Again()),
    notify=(Destination(slack=Channels(one("C00"))),),
    message_template=one("01M0"),
    incident=Incident(
        when("critical"),
        summary=TextSetting(TextTemplate((("summary 0",),))),
        severity=Severity(one("01S0")),
        type=one("01I0"),
        mode=one("standard"),
        triage=one("true"),
        members=many("01T0"),
        custom_fields=(CustomField("01F", one("01O0")),),
        workspace=one("01W0"),
    ),
    expressions=(Expression("e", "E", "alert.a0"),),
)

Edit = Callable[[Route, int], Route]


def edit_channel(route: Route, value: int) -> Route:
    visibility = ("public", "private", "mirror")[value]
    (first, *others) = route.notify
    changed = replace(first, slack=Channels(one("C00"), visibility))
    return replace(route, notify=(changed, *others))


def edit_source(route: Route, value: int) -> Route:
    (first, *others) = route.sources
    changed = replace(first, when=when("critical", f"s{value}")) if value else first
    return replace(route, sources=(changed, *others))


def said(key: str, value: Any) -> dict[str, Any]:
    return {key: value}


def escalation(**values: Callable[[int], Any]) -> Edit:
    def edit(route: Route, value: int) -> Route:
        found: dict[str, Any] = {key: find(value) for key, find in values.items()}
        return replace(route, escalate=replace(route.escalate, **found))

    return edit


def incident(key: str, find: Callable[[int], Any]) -> Edit:
    def edit(route: Route, value: int) -> Route:
        assert route.incident is not None
        return replace(route, incident=replace(route.incident, **said(key, find(value))))

    return edit


def group(key: str, find: Callable[[int], Any]) -> Edit:
    def edit(route: Route, value: int) -> Route:
        assert route.group is not None
        return replace(route, group=replace(route.group, **said(key, find(value))))

    return edit


# One value, of which 0 is the recorded one: two edits of it agree, or are a conflict.
ONE: dict[str, Edit] = {
    "name": lambda route, value: replace(route, name=f"Production Alerts{' I' * value}"),
    "when": lambda route, value: replace(route, when=when("page", *["w", "x"][:value])),
    "sources": edit_source,
    "group.window": group("window_seconds", lambda value: 600 + 60 * value),
    "escalate.to": escalation(targets=lambda value: (Target("path", many(f"01P{value}")),)),
    "escalate.again": escalation(again=lambda value: Again("on_each_new_alert", 60 * value)
                                 if value else Again()),
    "notify": edit_channel,
    "message_template": lambda route, value: replace(route, message_template=one(f"01M{value}")),
    "incident.when": incident("when", lambda value: when("critical", *["i", "j"][:value])),
    "incident.type": incident("type", lambda value: one(f"01I{value}")),
    "incident.triage": incident("triage", lambda value: one(("true", "false", "a")[value])),
    "incident.members": incident("members", lambda value: many("01T0", *["01T1", "01T2"][:value])),
    "incident.severity": incident("severity", lambda value: Severity(one(f"01S{value}"))),
    "incident.summary": incident("summary", lambda value: TextSetting(
        TextTemplate(((f"summary {value}",),)))),
    "incident.workspace": incident("workspace", lambda value: one(f"01W{value}")),
    "incident.custom_fields": incident("custom_fields", lambda value: (
        CustomField("01F", one(f"01O{value}")),)),
    "expressions": lambda route, value: replace(route, expressions=(
        Expression("e", "E", f"alert.a{value}"),)),
    "incident.mode": incident("mode", lambda value: one(("standard", "test", "tutorial")[value])),
}  # fmt: skip
# On or off: whoever moved it, both cannot move it differently.
SWITCHES: dict[str, Edit] = {
    "enabled": lambda route, value: replace(route, enabled=not value),
    "private": lambda route, value: replace(route, private=bool(value)),
    "group": lambda route, value: replace(route, group=None) if value else route,
    "incident": lambda route, value: replace(route, incident=None) if value else route,
    "escalate.cancel_when_resolved": escalation(cancel_when_resolved=lambda value: not value),
}
# Sets: each member moves by itself.
SETS: dict[str, Edit] = {
    "owners": lambda route, value: (
        replace(route, owners=(*route.owners, f"01T{value}")) if value else route
    ),
    "sources": lambda route, value: (
        replace(route, sources=(*route.sources, RouteSource(f"01S{value}"))) if value else route
    ),
    "group.by": group("by", lambda value: ("alert.title", *([f"alert.a{value}"] if value else []))),
    "notify": lambda route, value: (
        replace(route, notify=(*route.notify, Destination(slack=Channels(one(f"C0{value}")))))
        if value
        else route
    ),
}


def plan_of(
    head: Route, there: Route, *, recorded: int = 13, version: int = 14, revert: bool = False
) -> Plan:
    """The plan of a file with the record `BASE`, whose version was `recorded`."""
    route = live(there, version=version)
    identified = Identified((Pair(declared(head), route.id),), (), ())
    bases = Bases({FILE: BASE}, revert, untouched={FILE: (route.id, recorded)})
    about = replace(CONTEXT, reverts_drift=revert)
    return make_plan(identified, {route.id: route}, Config(), about, {}, bases=bases)


def kinds(plan: Plan) -> set[str | None]:
    sides = [fields_of(one) for one in plan.changes]
    sides += [one.fields for one in plan.drift]
    sides += [one.fields for one in plan.conflicts]
    return {field.kind for fields in sides for field in fields}


def moved(mine: int, theirs: int) -> set[str]:
    return {*(["change"] if mine else []), *(["drift"] if theirs else [])}


VALUES = st.integers(0, 2)


@pytest.mark.parametrize("field", ONE)
@given(mine=VALUES, theirs=VALUES)
def test_two_edits_of_one_value_agree_or_are_a_conflict(field: str, mine: int, theirs: int) -> None:
    plan = plan_of(ONE[field](BASE, mine), ONE[field](BASE, theirs))

    both = bool(mine and theirs)
    expected = set() if mine == theirs else {"conflict"} if both else moved(mine, theirs)
    assert kinds(plan) == expected
    assert bool(plan.changes) == (expected == {"change"})


@pytest.mark.parametrize("field", SWITCHES)
@given(mine=st.integers(0, 1), theirs=st.integers(0, 1))
def test_who_turned_a_switch_is_known(field: str, mine: int, theirs: int) -> None:
    plan = plan_of(SWITCHES[field](BASE, mine), SWITCHES[field](BASE, theirs))

    assert kinds(plan) == (set() if mine == theirs else moved(mine, theirs))


@pytest.mark.parametrize("field", SETS)
@given(mine=VALUES, theirs=VALUES)
def test_members_of_a_set_move_one_by_one(field: str, mine: int, theirs: int) -> None:
    plan = plan_of(SETS[field](BASE, mine), SETS[field](BASE, theirs))

    assert kinds(plan) == (set() if mine == theirs else moved(mine, theirs))
    assert plan.conflicts == ()


ANY = st.sampled_from([*ONE.items(), *SWITCHES.items(), *SETS.items()])


# Whether alerts are grouped decides what paging again means, so those two are no two fields.
APART = ANY.filter(lambda one: one[0] != "group")


@given(APART, APART)
def test_edits_of_two_fields_are_each_its_own(
    mine: tuple[str, Edit], theirs: tuple[str, Edit]
) -> None:
    ours, other = mine[0].partition(".")[0], theirs[0].partition(".")[0]
    assume(ours != other)
    plan = plan_of(mine[1](BASE, 1), theirs[1](BASE, 1))

    assert kinds(plan) == {"change", "drift"}
    written = {str(field.path[0]) for one in plan.changes for field in fields_of(one)}
    kept = {str(field.path[0]) for one in plan.drift for field in one.fields}
    assert ours in written - kept
    assert other in kept - written


@given(ANY, ANY)
def test_the_recorded_version_was_edited_by_nobody(
    mine: tuple[str, Edit], theirs: tuple[str, Edit]
) -> None:
    # The server may show a route otherwise than it was sent: no new version, no edit.
    plan = plan_of(mine[1](BASE, 1), theirs[1](BASE, 1), recorded=14)

    assert kinds(plan) <= {"change"}
    assert plan.drift == ()
    assert plan.conflicts == ()


@given(ANY, ANY, VALUES, VALUES)
def test_what_is_written_over_on_request_is_listed(
    mine: tuple[str, Edit], theirs: tuple[str, Edit], value: int, other: int
) -> None:
    plan = plan_of(mine[1](BASE, value), theirs[1](BASE, other), revert=True)

    assert plan.drift == ()
    assert plan.conflicts == ()
    edited = {field.path for one in plan.changes for field in fields_of(one)
              if field.kind == "drift"}  # fmt: skip
    listed = {field.path for one in plan.reverts for field in one.fields}
    assert listed == edited


def test_a_conflict_shows_what_the_edit_by_hand_did_to_paging() -> None:
    plan = plan_of(ONE["escalate.to"](BASE, 1), ONE["escalate.to"](BASE, 2))

    (side,) = plan.conflicts
    assert [risk.sentence for risk in side.risks] == ["pages 01P2 instead of 01P0"]
