"""The table of settings says where each version of the API has what."""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.model import (
    ApiVersion,
    Channels,
    Destination,
    Path,
    Route,
    RouteSource,
    Setting,
    beyond,
    many,
    settings,
    with_settings,
    without,
)
from reconciler.wire.codec import codec
from reconciler.wire.pointer import path_of
from tests.properties.each_setting import FULL, WHEN, changed, leaves

APIS: tuple[ApiVersion, ...] = ("v2", "v3")


def differing(one: Any, two: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places in which two bodies differ; of lists, the list's."""
    if isinstance(one, dict) and isinstance(two, dict):
        for name in one.keys() | two.keys():
            yield from differing(one.get(name), two.get(name), (*at, name))
    elif one != two:
        yield at


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(("path", "row"), leaves(), ids=lambda one: str(one)[:40])
def test_a_setting_is_written_where_the_table_says(
    api: ApiVersion, path: Path, row: Setting
) -> None:
    encode = codec(api).encode
    before, after = encode(FULL), encode(changed(FULL, path))
    places = [row.place(api), *(tuple(one.split("/")) for one in row.also_v2 if api == "v2")]
    found = list(differing(before, after))

    assert bool(found) == bool(row.place(api))
    for tokens in found:
        assert any(tokens[: len(place)] == place for place in places)
        assert path_of("/" + "/".join(tokens), after)[: len(path)] == path


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("path", "row"),
    [
        *((("sources", 0, row.key), row) for row in settings(RouteSource)),
        *((("notify", 0, *path), row) for path, row in leaves(Destination)),
    ],
    ids=lambda one: str(one)[:40],
)
def test_so_is_a_setting_of_a_part_in_a_set(api: ApiVersion, path: Path, row: Setting) -> None:
    part: Any = FULL.sources[0] if path[0] == "sources" else FULL.notify[0]
    moved = changed(part, path[2:]) if row.kind != "name" else RouteSource("01OTHER", WHEN)
    before, after = (codec(api).encode(_with(path[0], one)) for one in (part, moved))
    found = list(differing(_elements(before), _elements(after)))

    assert bool(found) == bool(row.place(api))
    assert all(row.place(api)[-1] in tokens for tokens in found)


def _with(key: str | int, part: Any) -> Route:
    return with_settings(Route("a"), lambda row, value: (part,) if row.key == key else value)


def _elements(node: Any) -> Any:
    """Lists as mappings, so that their elements are compared one by one."""
    if isinstance(node, dict):
        return {name: _elements(part) for name, part in node.items()}
    if isinstance(node, list):
        return {str(place): _elements(part) for place, part in enumerate(node)}
    return node


@pytest.mark.parametrize("api", APIS)
def test_what_a_version_has_no_field_for_is_refused_and_can_be_left_out(api: ApiVersion) -> None:
    route = Route("a", group=FULL.group, incident=FULL.incident, notify=(_summarised(),))
    lacking = [path for path, _, _ in beyond(route, api)]
    refused = [one.path for one in codec(api).expressible(route)]

    expected: dict[ApiVersion, list[Path]] = {
        "v2": [("group", "extend"), ("notify", 0, "slack", "summarise_groups")],
        "v3": [("incident", "workspace")],
    }
    assert lacking == refused == expected[api]
    for path in lacking:
        route = without(route, path)
    assert codec(api).expressible(route) == ()


def _summarised() -> Destination:
    return Destination(Channels(many("C1"), summarise_groups=True))
