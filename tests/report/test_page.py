"""The page's words for every kind of route."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from reconciler.report.page.build import MOST_DRAWN, page_of
from reconciler.report.page.drawing import BOX_HEIGHT, drawn
from reconciler.report.page.html import coded, page_html
from reconciler.routing.gaps import Unknown
from reconciler.routing.who import Region, Unproven
from tests.browser.dom import parsed
from tests.browser.pages import copies, hostile, kinds, linked, page_with, pictured_of, small

PAGE = page_with(kinds())
ROWS = {row.name: row for row in PAGE.routes}


@pytest.mark.parametrize(
    ("kind", "paged", "posted", "attributes"),
    [
        ("plain", "P1", "—", ()),
        ("disabled", "nobody while disabled, otherwise P1", "—", ()),
        ("two paths and a user", "P1, P2, user U1", "—", ()),
        ("an expression", "P1 or P2", "—", ("severity",)),
        ("posts only", "nobody", "C100001 and Teams T1", ("severity",)),
        ("incident only", "nobody", "—", ("severity",)),
        ("nothing at all", "nobody", "—", ()),
    ],
)
def test_a_route_says_whom_it_pages_and_where_it_posts(
    kind: str, paged: str, posted: str, attributes: tuple[str, ...]
) -> None:
    row = ROWS[kind]

    assert (row.paged.now, row.posted.now, row.attributes) == (paged, posted, attributes)


def test_conditions_of_one_source_are_told_with_its_name() -> None:
    assert ROWS["of one source"].condition.now == "s1: attributes.severity is one of critical"


def test_every_route_that_takes_alerts_is_in_the_decisions_of_its_source() -> None:
    (table,) = (one for one in PAGE.sources if one.name == "s1")

    named = {route.name for row in table.rows for route in row.routes}
    silent = {"disabled", "without a source", "nothing at all"}
    assert named == ROWS.keys() - silent
    kinds_of = {row.kind for row in table.rows}
    assert {"twice", "pages", "posts", "incident"} <= kinds_of


def test_what_is_not_proven_is_unknown_and_says_so() -> None:
    found = pictured_of(kinds())
    unproven = Unproven(Region(("s1",)), "the catalog was not read")
    left = replace(
        found.cover, unknown=(Unknown("dropped", unproven),), undecided=("plain",), gaps=()
    )
    decisions = replace(found.decisions, unknown=(unproven,))
    page = page_of(replace(found, decisions=decisions, cover=left, open=left), "Routes", linked)

    (table,) = (one for one in page.sources if one.name == "s1")
    assert not table.complete
    effects = [row.effect for row in table.rows if row.kind == "unknown"]
    assert effects == [
        "unknown who is paged: the catalog was not read",
        "unknown whether a route takes it: the catalog was not read",
    ]
    (unknown,) = (one for one in page.holes if one.title == "Unknown")
    assert [one.detail for one in unknown.rows] == [
        "the catalog was not read",
        "the proof exceeds its limit of steps",
    ]
    assert "except what is named as unknown" in page.proved


def test_routes_that_never_match_and_idle_conditions_are_holes() -> None:
    titles = {one.title for one in PAGE.holes}

    assert {"Routes that can never match", "Conditions that decide nothing"} <= titles


def test_boxes_of_a_column_never_overlap() -> None:
    picture = drawn(small(20, 5).routes)

    for column in {box.x for box in picture.boxes}:
        ys = sorted(box.y for box in picture.boxes if box.x == column)
        assert all(two - one >= BOX_HEIGHT for one, two in pairwise(ys))
        assert ys[-1] + BOX_HEIGHT <= picture.height


def test_too_many_routes_have_no_picture() -> None:
    few, lots = page_html(small(20, 5)), page_html(copies(small(20, 5), 16))

    assert "<svg" in few
    assert "<svg" not in lots
    assert f"more than {MOST_DRAWN} routes helps nobody" in lots


def test_no_route_at_all_is_a_page_that_says_so() -> None:
    assert "There is no route." in page_html(page_with({}))


def test_what_a_sentence_has_in_backticks_is_code() -> None:
    page = page_with(kinds())
    proved = "It rests on `semantics.lock.yaml`: <b>`a <i>`</b>, and a ` alone."

    dom = parsed(page_html(replace(page, proved=proved)))

    assert "It rests on semantics.lock.yaml : <b> a <i> </b>, and a ` alone." in dom.text
    assert not {"b", "i"} & {tag for tag, _ in dom.found}
    assert str(coded("`x`")) == "<code>x</code>"


def test_hostile_names_add_no_element() -> None:
    dom = parsed(page_html(hostile()))

    tags = [tag for tag, _ in dom.found]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert not [name for _, each in dom.found for name in each if name.startswith("on")]


def test_each_filter_finds_the_routes_that_show_its_value() -> None:
    """A direction override is written out where it is shown, and so where it is sought."""
    odd = "\u202egnirts \x1b[31m"
    route = replace(PAGE.routes[0], name=odd, sources=(odd,), paths=(odd,), channels=(odd,))
    filters = tuple((key, label, (odd,)) for key, label, _ in PAGE.filters)
    dom = parsed(page_html(replace(PAGE, routes=(route,), sources=(), filters=filters)))
    (held,) = json.loads(dom.inline["script application/json"][0]).values()

    assert {*dom.attributes("data-value")} == {*held["source"], *held["path"], *held["channel"]}
    assert r"\u202egnirts \x1b[31m" in held["text"]
