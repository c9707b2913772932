"""An element is the same in a read and in a payload, whatever their spelling."""

from typing import Any

import pytest

from reconciler.wire import codec
from reconciler.wire.identity import kind_of
from tests.wire.corpus import CORPUS, at, body_of, places

LISTS = (
    "alert_sources",
    "array_value",
    "branches",
    "channel_config",
    "condition_groups",
    "conditions",
    "custom_fields",
    "destinations",
    "escalation_targets",
    "expressions",
    "grouping_keys",
    "operations",
    "param_bindings",
)


@pytest.mark.parametrize(("api", "slug"), CORPUS)
def test_a_read_element_is_the_written_one(api: Any, slug: str) -> None:
    spelling = codec(api)
    body = body_of(api, slug)
    payload = spelling.encode(spelling.decode(body).route)

    for tokens in places(body):
        written = _written(payload, tokens)
        element = len(tokens) > 1 and tokens[-2] in LISTS and isinstance(tokens[-1], int)
        if element and written is not None:
            kind = kind_of(str(tokens[-2]))
            assert kind.key(at(body, tokens)) == kind.key(written), tokens
            assert kind.whole(at(body, tokens)) == kind.whole(written), tokens


def _written(payload: Any, tokens: Any) -> Any:
    try:
        return at(payload, tokens)
    except (KeyError, IndexError, TypeError):
        return None


def test_aliases_do_not_hide_a_condition() -> None:
    kind = kind_of("conditions")

    def key(operation: str) -> Any:
        return kind.key({"subject": "a", "operation": operation, "param_bindings": []})

    assert key("one_of") == key("contains_one_of")
    assert key("contains") == key("name_contains")
    assert key("contains") != key("one_of")


def test_a_channel_is_the_same_with_and_without_its_team() -> None:
    kind = kind_of("destinations")

    def key(channel: str) -> Any:
        binding = {"array_value": [{"literal": channel}]}
        return kind.key({"slack_targets": {"binding": binding}})

    assert key("T1/C1") == key("C1")
    assert key("T1/C1") != key("C2")


def test_elements_of_a_new_list_are_compared_whole() -> None:
    kind = kind_of("newer")

    assert kind.key({"a": 1}) == kind.key({"a": 1})
    assert kind.whole({"a": 1}) != kind.whole({"a": 2})
