"""Sources, and who is paged."""

from typing import Any

import pytest

from reconciler.model import Condition, RouteSource, Target, many
from reconciler.wire.common import (
    decode_filled_target,
    decode_source,
    decode_target,
    encode_source,
    encode_target,
)
from reconciler.wire.reading import Reading, each

PATHS: Any = {"array_value": [{"literal": "01P"}, {"literal": "02P"}]}


@pytest.mark.parametrize("target", [Target("path", many("01P")), Target("user", many("01U"))])
def test_a_target_is_read_as_it_was_written(target: Target) -> None:
    assert decode_target(encode_target(target), None, Reading()) == target


def test_users_that_echo_the_paths_fall_away() -> None:
    reading = Reading()
    echo: Any = {"array_value": [*reversed(PATHS["array_value"])]}

    target = decode_target({"escalation_paths": PATHS, "users": echo}, None, reading)

    assert target == Target("path", many("01P", "02P"))
    assert reading.unknown == []


def test_other_users_beside_paths_are_not_lost() -> None:
    reading = Reading()
    users: Any = {"array_value": [{"literal": "01U", "label": "Somebody"}]}

    target = decode_target({"escalation_paths": PATHS, "users": users}, None, reading)

    assert target == Target("path", many("01P", "02P"))
    assert reading.unknown == [((None, "users"), {"array_value": [{"literal": "01U"}]})]


def test_users_beside_an_empty_list_of_paths_are_a_target() -> None:
    node: Any = {"escalation_paths": {}, "users": {"array_value": [{"literal": "01U"}]}}

    assert decode_target(node, None, Reading()) == Target("user", many("01U"))


def test_a_target_of_nothing_is_none() -> None:
    """Fact 3.10."""
    nothing: Any = [{}, {"escalation_paths": {}}, {"users": {"array_value": []}}]

    assert each(nothing, None, Reading(), decode_filled_target) == ()


def test_a_target_of_a_kind_that_nobody_knows_is_kept_whole() -> None:
    reading = Reading()
    node: Any = {"escalation_paths": {}, "users": None, "schedules": {"value": {"literal": "01S"}}}

    assert each([{"users": PATHS}, node], None, reading, decode_filled_target)
    assert reading.unknown == [((None, 1), {"schedules": {"value": {"literal": "01S"}}})]


def test_sources_keep_their_order_and_conditions() -> None:
    sources = (RouteSource("01S", ((Condition("alert.title", "is_set"),),)), RouteSource("02S"))

    written: Any = [encode_source(source) for source in sources]

    assert each(written, None, Reading(), decode_source) == sources
