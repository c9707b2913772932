"""Live plus the file's own changes: nobody's edit is lost, and none is taken twice."""

from dataclasses import fields, replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, strategies as st

from reconciler.model import (
    Channels,
    Condition,
    CustomField,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Route,
    RouteSource,
    Target,
    canonical,
    canonical_pair,
    many,
    one,
)
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.threeway import kinds, merge, three_way
from tests.properties.ids_strategies import law, routes, shuffled

BASE = Route(
    name="Production Alerts",
    sources=(RouteSource("01A"), RouteSource("01B")),
    escalate=Escalation((Target("path", many("01P")),)),
    notify=(Destination(slack=Channels(many("C01"))),),
    group=Grouping(600, ("alert.title",)),
    owners=("01T",),
)


def paged(*paths: str) -> Escalation:
    return Escalation(tuple(Target("path", many(path)) for path in paths))


def kinds_of(base: Route, head: Route, live: Route) -> dict[str, str | None]:
    return {change.title: change.kind for change in three_way(base, head, live, {}).fields}


@law
@given(routes("v3"), routes("v3"), routes("v3"))
def test_what_is_live_as_it_was_applied_is_nobody_s_edit(
    base: Route, head: Route, live: Route
) -> None:
    fields = three_way(base, head, live, {}, applied=live).fields

    assert "drift" not in {field.kind for field in fields}


@law
@given(routes("v3"), routes("v3"), routes("v3"))
def test_an_apply_that_left_the_base_changes_nothing(base: Route, head: Route, live: Route) -> None:
    assert three_way(base, head, live, {}, applied=base) == three_way(base, head, live, {})


def test_a_merge_that_waits_is_told_from_a_hand_edit() -> None:
    applied = replace(BASE, escalate=paged("01OLD"), enabled=False)
    live = replace(applied, private=True)
    head = replace(BASE, escalate=paged("01HEAD"))

    sides = three_way(BASE, head, live, {}, applied=applied)

    assert {field.title: field.kind for field in sides.fields} == {
        "enabled": "merged",
        "private": "drift",
        'escalate.to["01OLD"]': "superseded",
        'escalate.to["01HEAD"]': "superseded",
    }


@law
@given(routes("v3"), routes("v3"))
def test_without_a_hand_edit_the_file_is_written(base: Route, head: Route) -> None:
    assert canonical_pair(merge(base, head, base), head) == (canonical(head), canonical(head))


@law
@given(routes("v3"), routes("v3"))
def test_without_a_change_of_the_file_live_stays(base: Route, live: Route) -> None:
    assert canonical(merge(base, base, live)) == canonical(live)


@law
@given(routes("v3"), routes("v3"))
def test_a_change_that_is_live_already_is_no_change(base: Route, head: Route) -> None:
    assert three_way(base, head, head, {}).fields == ()


APART = (
    *({one.name} for one in fields(Route) if one.name not in ("group", "escalate")),
    {"group", "escalate"},  # grouping decides what `again` means
)
"""Settings that one side may change whatever the other does to the rest."""


def with_settings(route: Route, names: set[str], other: Route) -> Route:
    """The route with these settings of the other."""
    return replace(route, **{name: getattr(other, name) for name in names})


@law
@given(routes("v3"), routes("v3"), routes("v3"), st.permutations(APART), st.data())
def test_of_settings_that_only_one_side_changed_each_side_s_own_are_live_in_the_end(
    base: Route, edit: Route, hand: Route, apart: list[set[str]], data: st.DataObject
) -> None:
    first, second = sorted(data.draw(st.integers(0, len(apart))) for _ in "ab")
    ours, theirs = set().union(*apart[:first]), set().union(*apart[first:second])
    head, live = with_settings(base, ours, edit), with_settings(base, theirs, hand)

    result = three_way(base, head, live, {})

    kinds = {(change.path[0] in ours, change.kind) for change in result.fields}
    assert kinds <= {(True, "change"), (False, "drift")}
    assert canonical(result.after) == canonical(with_settings(live, ours, edit))
    own = {change.path for change in result.fields if change.kind == "change"}
    assert own == {change.path for change in differences(result.after, live)}


def test_each_side_keeps_its_own_field() -> None:
    head = replace(BASE, enabled=False)
    live = replace(BASE, escalate=paged("01HAND"))

    result = three_way(BASE, head, live, {})

    assert result.after == replace(live, enabled=False)
    assert {change.title: change.kind for change in result.fields} == {
        "enabled": "change",
        'escalate.to["01HAND"]': "drift",
        'escalate.to["01P"]': "drift",
    }


def test_whom_a_route_pages_is_one_decision() -> None:
    head = replace(BASE, escalate=paged("01FILE"))
    live = replace(BASE, escalate=paged("01HAND"))

    result = three_way(BASE, head, live, {})

    assert set(kinds_of(BASE, head, live).values()) == {"conflict"}
    assert result.after.escalate == live.escalate


def test_members_of_other_sets_are_merged_one_by_one() -> None:
    head = replace(BASE, owners=("01T", "01U"), sources=(*BASE.sources, RouteSource("01C")))
    live = replace(BASE, owners=(), sources=BASE.sources[:1])

    after = merge(BASE, head, live)

    assert after.owners == ("01U",)
    assert {source.source for source in after.sources} == {"01A", "01C"}


def test_settings_of_one_channel_are_fields_of_their_own() -> None:
    head = replace(BASE, notify=(Destination(slack=Channels(many("C01"), "private")),))
    live = replace(BASE, notify=(Destination(slack=Channels(many("C01"), summarise_groups=True)),))

    assert merge(BASE, head, live).notify == (
        Destination(slack=Channels(many("C01"), "private", summarise_groups=True)),
    )


def test_grouping_is_merged_by_its_settings_while_it_is_on() -> None:
    head = replace(BASE, group=Grouping(900, ("alert.title",)))
    live = replace(BASE, group=Grouping(600, ("alert.title", "alert.priority")))

    assert merge(BASE, head, live).group == Grouping(900, ("alert.priority", "alert.title"))


def test_grouping_that_one_side_turns_off_and_the_other_changes_is_a_conflict() -> None:
    head = replace(BASE, group=None)
    live = replace(BASE, group=Grouping(900, ("alert.title",)))

    assert "conflict" in kinds_of(BASE, head, live).values()


def test_drift_is_written_over_when_asked_for_but_no_conflict() -> None:
    head = replace(BASE, enabled=False)
    live = replace(BASE, private=True)

    result = three_way(BASE, head, live, {}, revert_drift=True)

    assert result.after == head
    assert result.conflicts == ()


@pytest.mark.parametrize(
    ("base", "head", "live", "applied"),
    [one for one in product((60, 120, 180), repeat=4) if one[1] != one[2]],
)
def test_with_a_base_and_a_record_each_kind_is_the_true_one(
    base: int, head: int, live: int, applied: int
) -> None:
    """Every pattern of four sides that differ or not."""
    sides = [replace(BASE, group=Grouping(one)) for one in (base, head, live, applied)]
    was, file, there, last = sides
    (field,) = kinds(differences(file, there), was, file, there, last)

    if live != applied:  # edited in incident.io since the last apply
        expected = "drift" if head == applied else "conflict"
    elif head == base:
        expected = "merged"  # another merge moved it, before this one or after
    else:
        expected = "change" if live == base else "superseded"
    assert field.kind == expected


@law
@given(routes("v3"), routes("v3"), st.data())
def test_the_order_in_which_incident_io_lists_things_is_no_edit(
    base: Route, head: Route, data: st.DataObject
) -> None:
    result = three_way(base, head, shuffled(base, data.draw), {})

    assert {change.kind for change in result.fields} <= {"change"}
    assert canonical(result.after) == canonical(head)


def on_title(operation: str) -> tuple[tuple[Condition, ...], ...]:
    return ((Condition("alert.title", operation, (many("a"),), "String"),),)


SAME = [
    (RouteSource("01B", on_title("one_of")), RouteSource("01B", on_title("contains_one_of"))),
    (Destination(Channels(one("C02"))), Destination(Channels(many("T1/C02")))),
    (Destination(Channels(many("C03", "C02"))), Destination(Channels(many("C02", "C03")))),
    (CustomField("01F", one("01O")), CustomField("01F", many("01O"))),
]
"""Parts as a file says them, and as incident.io reads them back (facts 3.6 to 3.8)."""


def with_part(part: RouteSource | Destination | CustomField) -> Route:
    match part:
        case RouteSource():
            return replace(BASE, sources=(*BASE.sources, part))
        case Destination():
            return replace(BASE, notify=(*BASE.notify, part))
        case CustomField():
            return replace(BASE, incident=Incident(type=one("01I"), custom_fields=(part,)))


@pytest.mark.parametrize(("said", "read"), SAME)
def test_what_incident_io_spells_otherwise_can_be_removed_from_the_file(
    said: Any, read: Any
) -> None:
    base, live = with_part(said), with_part(read)
    head = replace(
        BASE, incident=replace(base.incident, custom_fields=()) if base.incident else None
    )

    for sides in (three_way(base, head, live, {}), three_way(base, head, live, {}, applied=base)):
        assert {change.kind for change in sides.fields} == {"change"}
        assert canonical(sides.after) == canonical(head)


def test_an_incident_that_is_spelled_otherwise_can_be_removed_from_the_file() -> None:
    base, live = (replace(BASE, incident=Incident(type=kind)) for kind in (one("01I"), many("01I")))

    sides = three_way(base, BASE, live, {})

    assert {change.kind for change in sides.fields} == {"change"}
    assert sides.after == BASE
