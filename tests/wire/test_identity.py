"""An element is the same in a read and in a payload, whatever their spelling."""

from typing import Any

import pytest

from reconciler.wire.codec import codec
from reconciler.wire.overlay import kind_of
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


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("alert_sources", {"alert_source_id": "01S", "condition_groups": []}),
        ("destinations", {"condition_groups": [], "slack_targets": {"binding": {}}}),
        ("operations", {"operation_type": "filter", "filter": {"condition_groups": []}}),
        ("branches", {"condition_groups": [], "result": {}}),
    ],
)
def test_neither_aliases_nor_order_hide_an_element(name: str, element: Any) -> None:
    def condition(subject: str, operation: str) -> Any:
        return {"subject": subject, "operation": operation, "param_bindings": []}

    def with_groups(*groups: Any) -> Any:
        written = [{"conditions": [*group]} for group in groups]
        inner = {"condition_groups": written}
        if name == "operations":
            return {**element, "filter": inner}
        return {**element, **inner}

    whole = kind_of(name).whole
    written = with_groups([condition("a", "contains"), condition("b", "is_set")], [])
    read = with_groups([], [condition("b", "is_set"), condition("a", "name_contains")])
    assert whole(written) == whole(read)
    assert whole(written) != whole(with_groups([]))


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
