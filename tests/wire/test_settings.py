"""The table of settings says where each version of the API has what."""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.model.binding import many, one
from reconciler.model.condition import Condition
from reconciler.model.declaration import ApiVersion
from reconciler.model.each_setting import beyond, every_setting, with_settings, without
from reconciler.model.expression import Expression, Plain
from reconciler.model.finding import Path
from reconciler.model.route import (
    Again,
    Channels,
    CustomField,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Route,
    RouteSource,
    Severity,
    Target,
)
from reconciler.model.setting import Kind, Setting
from reconciler.model.settings import setting, settings
from reconciler.model.text import TextSetting, TextTemplate
from reconciler.wire.codec import codec
from reconciler.wire.pointer import path_of

APIS: tuple[ApiVersion, ...] = ("v2", "v3")
WHEN = ((Condition("alert.title", "is_set"),),)
NAMED = TextSetting(TextTemplate((("named",),)))
FULL = Route(
    name="a",
    owners=("01TEAM",),
    sources=(RouteSource("01SOURCE", WHEN),),
    when=WHEN,
    group=Grouping(60, ("alert.title",), "fixed"),
    escalate=Escalation((Target("path", one("01PATH")),), again=Again("on_each_new_alert", 60)),
    notify=(Destination(Channels(many("C1")), Channels(many("19:a")), WHEN),),
    message_template=one("01MESSAGE"),
    incident=Incident(
        WHEN,
        name=NAMED,
        summary=NAMED,
        severity=Severity(one("01SEVERITY")),
        type=one("01TYPE"),
        mode=one("standard"),
        triage=one("true"),
        members=many("01TEAM"),
        custom_fields=(CustomField("01FIELD", one("x")),),
        workspace=one("T1"),
    ),
    expressions=(Expression("e", "e", "alert.title", (Plain("first"),)),),
)
OTHERS: dict[Kind, Any] = {
    "duration": 120,
    "text": "b",
    "names": ("01OTHER",),
    "references": ("alert.description",),
    "conditions": ((Condition("alert.title", "is_not_set"),),),
    "value": one("01OTHER"),
    "values": many("01OTHER", "01TEAM"),
    "flag or value": one("false"),
    "template": TextSetting(TextTemplate((("other",),))),
    "sources": (RouteSource("01OTHER", WHEN),),
    "targets": (Target("path", one("01OTHER")),),
    "destinations": (Destination(Channels(many("C2"))),),
    "fields": (CustomField("01FIELD", one("y")),),
    "expressions": (Expression("f", "f", "alert.title"),),
    "again": Again("on_priority_increase"),
    "severity": Severity(one("01OTHER")),
}


def other(row: Setting, value: Any) -> Any:
    """Another value of the same kind."""
    match row.kind:
        case "flag":
            return not value
        case "word":
            return next(word for word in row.words if word != value)
        case kind:
            return OTHERS[kind]


def changed(part: Any, path: Path) -> Any:
    """The part with another value in one place."""
    key, *inside = path
    row = setting(type(part), str(key))
    return with_settings(part, lambda one, value: _changed(one, value, inside, one is row))


def _changed(row: Setting, value: Any, inside: list[str | int], here: bool) -> Any:
    if not here:
        return value
    return changed(value, tuple(inside)) if inside else other(row, value)


def differing(one: Any, two: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places in which two bodies differ; of lists, the list's."""
    if isinstance(one, dict) and isinstance(two, dict):
        for name in one.keys() | two.keys():
            yield from differing(one.get(name), two.get(name), (*at, name))
    elif one != two:
        yield at


def leaves(of: type = Route) -> list[tuple[Path, Setting]]:
    return [(path, row) for path, row in every_setting(of) if row.kind != "section"]


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
