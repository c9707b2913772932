"""Live routes are listed in pages, and only those that files mean are read in full."""

from collections.abc import Iterator, Sequence

import pytest

from reconciler import sandbox as sandboxes
from reconciler.client import Forbidden
from reconciler.live.routes import (
    Listing,
    Wanted,
    open_listing,
    probe,
    read_live,
    wanted_by,
    wanted_ids,
)
from reconciler.model import ApiChoice, Declaration, Listed, Positions, Route
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.wire.reading import UnreadableRoute
from tests.apply.account import reader
from tests.live.canned import Canned


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False, routes=70)) as running:
        yield running


def test_every_route_is_listed_once_in_pages_of_fifty(sandbox: RunningSandbox) -> None:
    with reader(sandbox) as client:
        pages = list(open_listing(client, "auto").pages)

    assert [len(page) for page in pages] == [50, 26]
    assert len({row.id for page in pages for row in page}) == 76
    assert sandbox.count("GET") == 2


def test_a_route_that_moves_between_two_pages_is_one_row() -> None:
    first, moved, last = Listed("01A", "A"), Listed("01B", "B"), Listed("01C", "C")

    assert Listing("v3", [[first, moved], [moved, last]]).rows() == (first, moved, last)


@pytest.mark.parametrize(("choice", "requests"), [("v2", 0), ("v3", 0), ("auto", 1)])
def test_only_auto_probes(sandbox: RunningSandbox, choice: ApiChoice, requests: int) -> None:
    with reader(sandbox) as client:
        assert probe(client, choice) == ("v2" if choice == "v2" else "v3")

    assert sandbox.count("GET") == requests


def test_auto_falls_back_where_v3_is_not_there_yet() -> None:
    settings = sandboxes.Settings(v3_available=False)
    with sandboxes.start(settings) as sandbox, reader(sandbox) as client:
        listing = open_listing(client, "auto")
        rows = [row.name for page in listing.pages for row in page]

    assert listing.api == "v2"
    assert len(rows) == 6


def test_another_refusal_is_no_reason_to_fall_back() -> None:
    settings = sandboxes.Settings(missing_scopes=frozenset({"alert_routes.view"}))
    with (
        sandboxes.start(settings) as sandbox,
        reader(sandbox) as client,
        pytest.raises(Forbidden),
    ):
        open_listing(client, "auto")

    assert sandbox.count("GET", "/v2/") == 0


def test_a_row_without_an_id_is_none_and_disabled_is_seen() -> None:
    rows = [{"id": "A", "name": "a"}, {"name": "b"}, {"id": "C", "enabled": False}]
    with Canned({"/v2/alert_routes": [rows]}) as client:
        (page,) = open_listing(client, "v2").pages

    assert page == (Listed("A", "a"), Listed("C", "", False))


def test_a_route_that_is_not_there_is_none(sandbox: RunningSandbox) -> None:
    with reader(sandbox) as client:
        assert read_live(client, "v3", "01J2WYM7C5QKF9T3B8D6RAXE99") is None


@pytest.mark.parametrize("body", [{}, {"alert_route": None}, {"alert_route": {"id": "A"}}, []])
def test_a_body_that_is_no_route_is_named(body: object) -> None:
    with Canned({"/v3/alert_routes/A": body}) as client, pytest.raises(UnreadableRoute):
        read_live(client, "v3", "A")


def declaration(name: str, identity: str | None = None, former: str | None = None) -> Declaration:
    return Declaration(Route(name=name), Positions("a.yaml"), identity, previously=former)


def test_files_mean_routes_by_id_else_by_name_or_former_name() -> None:
    wanted = wanted_by(
        [declaration("a"), declaration("b", "B"), declaration("c", None, "before c")]
    )

    assert wanted.ids == {"B"}
    assert wanted.names == {"a", "c", "before c"}
    assert not wanted.everything


def test_pinned_routes_come_before_any_page_and_each_route_once() -> None:
    read_pages: list[int] = []

    def pages() -> Iterator[Sequence[Listed]]:
        for number, page in enumerate(
            [[Listed("B", "b"), Listed("A", "a")], [Listed("A", "a"), Listed("X", "x")]]
        ):
            read_pages.append(number)
            yield page

    seen: list[Listed] = []
    wanted = Wanted(frozenset({"B"}), frozenset({"a", "b"}))
    ids = wanted_ids(Listing("v3", pages()), wanted, seen)

    assert next(ids) == "B"
    assert read_pages == []
    assert next(ids) == "A"
    assert read_pages == [0]
    assert list(ids) == []
    assert [row.id for row in seen] == ["B", "A", "A", "X"]


def test_everything_is_wanted_where_undeclared_routes_may_be_deleted() -> None:
    wanted = wanted_by([declaration("a")], undeclared=True)
    listing = Listing("v3", [[Listed("A", "a"), Listed("X", "x")]])

    assert list(wanted_ids(listing, wanted, [])) == ["A", "X"]
