"""Sources are read as the API gives them; a token that the list lacks is asked for."""

import pytest

from reconciler.client import Key, ReadClient, Token, parse_endpoint
from reconciler.model import InventorySource
from reconciler.sources.live import LiveSource, find, read_sources, with_token
from tests.client.loopback import reply, serving
from tests.sources.nouns import live

KEY = Key("a-key")


@pytest.mark.parametrize("body", [{}, {"alert_sources": 1}, {"alert_sources": [1, {"name": "x"}]}])
def test_what_is_no_source_is_none(body: dict[str, object]) -> None:
    with serving(reply(body)) as server, ReadClient(parse_endpoint(server.url), KEY) as client:
        assert read_sources(client) == ()


def test_fields_of_another_type_are_as_good_as_absent() -> None:
    rows = {"alert_sources": [{"id": "01A", "name": 1, "secret_token": " "}]}
    with serving(reply(rows)) as server, ReadClient(parse_endpoint(server.url), KEY) as client:
        assert read_sources(client) == (LiveSource("01A", "", ""),)


def test_what_a_template_may_say_by_itself_is_kept() -> None:
    branch = {"condition_groups": [{"conditions": [{"literal": "compared"}]}],
              "result": {"value": {"literal": "critical"}}}  # fmt: skip
    parse = {"parse": {"source": "$.labels.severity"}}
    template = {
        "title": {"literal": "a title is no attribute"},
        "attributes": [{"binding": {"array_value": [{"literal": "01P1"}, {"literal": 1}]}}],
        "expressions": [{"operations": [parse, {"branches": {"branches": [branch]}}]}],
    }
    rows = {"alert_sources": [{"id": "01A", "template": template}]}
    with serving(reply(rows)) as server, ReadClient(parse_endpoint(server.url), KEY) as client:
        (source,) = read_sources(client)

    assert source.given == ("01P1", "$.labels.severity", "critical")


def test_a_token_that_the_list_lacks_is_asked_for() -> None:
    row = {"alert_source": {"id": "01A", "secret_token": "tok-2f9c1d77"}}
    gone = reply({"type": "not_found"}, "404 Not Found")
    with (
        serving(reply(row), gone, reply({"alert_source": 1})) as server,
        ReadClient(parse_endpoint(server.url), KEY) as client,
    ):
        found, *others = (with_token(client, live("01A", "A")) for _ in range(3))

    assert found.token is not None
    assert found.token.same_as(Token("tok-2f9c1d77"))
    assert [one.token for one in others] == [None, None]
    assert with_token(client, found) is found


def test_twins_are_found_by_id_else_by_a_name_that_is_unique() -> None:
    lives = [live("01A", "A"), live("01B", "B"), live("01C", "B")]

    assert find(lives, InventorySource("X", "01A")) == lives[0]
    assert find(lives, InventorySource("A", "01X")) is None
    assert find(lives, InventorySource("A")) == lives[0]
    assert find(lives, InventorySource("B")) is None
