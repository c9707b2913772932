"""What moving to the other version loses, and that nothing else is said."""

from dataclasses import replace

import pytest

from reconciler.adopt.migrate import Move, Moves, Point, move_of, moves_of
from reconciler.files import parse_route
from reconciler.model import ApiVersion, Listed, Live
from tests.adopt.live_corpus import NOBODY, live_of, with_ids
from tests.wire.corpus import Body, body_of, slugs

BOTH = sorted(set(slugs("v2")) & set(slugs("v3")))
NOT_THE_SAME = {"newer-api", "new-values", "nulls", "lists-left-out", "expression-hidden-bodies"}


def v2(slug: str, **config: object) -> Live:
    body: Body = with_ids(body_of("v2", slug))
    body["incident_config"].update(config)
    return live_of("v2", body)


def kinds(move: Move) -> list[tuple[str, str]]:
    return [(point.kind, point.title) for point in move.points]


@pytest.mark.parametrize("slug", [slug for slug in BOTH if slug not in NOT_THE_SAME])
def test_a_route_that_both_versions_show_alike_moves_as_it_is(slug: str) -> None:
    two, three = v2(slug), live_of("v3", with_ids(body_of("v3", slug)))
    two = replace(two, route=replace(two.route, name=three.route.name))

    move = move_of(two, three, "v3", None, NOBODY)

    assert [point for point in move.points if point.kind == "differs"] == []


def test_a_workspace_is_lost() -> None:
    assert ("lost", "incident.workspace") in kinds(
        move_of(v2("incident-workspace"), None, "v3", None, NOBODY)
    )


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("dormant-incident", "incident"),
        ("dormant-grouping", "group.by"),
        ("dormant-defer-time", "escalate.again"),
    ],
)
def test_what_is_switched_off_goes_with_the_first_write(slug: str, title: str) -> None:
    assert ("dormant", title) in kinds(move_of(v2(slug), None, "v3", None, NOBODY))


def test_a_defer_time_in_use_is_not_dormant() -> None:
    move = move_of(v2("pages-again"), None, "v3", None, NOBODY)

    assert "dormant" not in {point.kind for point in move.points}


def test_a_body_that_cannot_be_woken_says_nothing() -> None:
    live = v2("dormant-incident")
    strange = replace(live, body={"incident_config": 1})

    assert kinds(move_of(strange, None, "v3", None, NOBODY)) == []


def test_what_v3_shows_and_v2_hides_reads_differently() -> None:
    three = live_of("v3", with_ids(body_of("v3", "grouped-fixed")))
    group = three.route.group
    assert group is not None
    two = replace(
        three, api="v2", route=replace(three.route, group=replace(group, extend="rolling"))
    )

    move = move_of(replace(two, body=v2("grouped").body), three, "v3", None, NOBODY)

    assert kinds(move) == [("differs", "group.extend")]
    assert move.points[0].words == "rolling → fixed as API v3 shows it"
    assert not move.points[0].loses


def test_the_way_back_loses_what_only_v3_has() -> None:
    live = live_of("v3", with_ids(body_of("v3", "grouped-fixed")))

    move = move_of(live, None, "v2", None, NOBODY)

    assert kinds(move) == [("lost", "group.extend")]
    assert move.points[0].loses


def test_a_field_that_nobody_knows_is_told_unless_both_show_it() -> None:
    two = v2("newer-api")

    alone = move_of(two, None, "v3", None, NOBODY)
    shown = move_of(two, replace(two, api="v3"), "v3", None, NOBODY)

    assert "unknown" in {point.kind for point in alone.points}
    assert "unknown" not in {point.kind for point in shown.points}


def test_lines_of_the_file_that_the_version_refuses_have_their_place() -> None:
    text = """\
name: One
sources: []
incident:
  name: x
  workspace: main
"""
    declaration, _ = parse_route(text, "routes/one.yaml")
    assert declaration is not None
    api: ApiVersion = "v2"
    plain = Live("1", 1, api, replace(declaration.route, incident=None), {"incident_config": {}})
    full = replace(plain, route=declaration.route)

    (point,) = move_of(plain, None, "v3", declaration, NOBODY).points
    both = move_of(full, None, "v3", declaration, NOBODY).points

    assert point.position is not None
    assert (point.kind, point.position.line) == ("lost", 5)
    assert [one.title for one in both] == ["incident.workspace", "incident.workspace (in the file)"]


def test_elements_that_come_and_go_have_a_side_that_is_nothing() -> None:
    two = v2("minimal")
    three = replace(two, api="v3", route=replace(two.route, owners=("01JR0000000000000000000001",)))

    there = move_of(two, three, "v3", None, NOBODY)
    back = move_of(three, two, "v2", None, NOBODY)

    assert there.points[0].words.startswith("nothing → ")
    assert "→ nothing" in back.points[0].words


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_what_neither_version_can_write_is_no_loss(api: ApiVersion) -> None:
    live = live_of(api, with_ids(body_of(api, "expression-hidden-bodies")))

    assert kinds(move_of(live, None, "v3" if api == "v2" else "v2", None, NOBODY)) == []


def test_all_live_routes_move_by_name_each_with_its_file() -> None:
    live = v2("incident-workspace")
    other = replace(live, id="01Z", route=replace(live.route, name="A"))
    text = f'name: "{live.route.name}"\nid: {live.id}\nstate: absent\n'
    declaration, findings = parse_route(text, "routes/a.yaml")
    assert (findings, declaration is None) == ((), False)
    assert declaration is not None
    listed = [Listed(one.id, one.route.name) for one in (live, other)]

    found = moves_of({live.id: live, other.id: other}, {}, "v3", [declaration], listed, NOBODY)

    assert [(move.name, move.id) for move in found] == [("A", "01Z"), (live.route.name, live.id)]
    assert all(("lost", "incident.workspace") in kinds(move) for move in found)


@pytest.mark.parametrize(
    ("moves", "affected", "unknown"),
    [
        (Moves((Move("A", "01A", ()),), compared=True, unread=False), False, False),
        (Moves((Move("A", "01A", (Point("lost", "x", "y"),)),), True, False), True, False),
        (Moves((), compared=False, unread=False), False, True),
        (Moves((), compared=True, unread=True), False, True),
    ],
)
def test_what_could_not_be_read_is_unknown(moves: Moves, affected: bool, unknown: bool) -> None:
    assert (moves.affected, moves.unknown) == (affected, unknown)
