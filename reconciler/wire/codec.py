"""One version's codec: everything that the house knows about its spelling of a route."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from reconciler.model import (
    GRACE_SECONDS,
    JOIN_MODES,
    ROOT_OF_ALERT,
    WINDOW_SECONDS,
    Again,
    ApiVersion,
    Branches,
    Concatenate,
    Expression,
    Finding,
    Json,
    JsonObject,
    Live,
    Path,
    RawStep,
    Route,
    Setting,
    UnknownField,
    beyond,
)
from reconciler.wire import v2, v3
from reconciler.wire.expressions import BODIES
from reconciler.wire.overlay import Overlaid, overlay
from reconciler.wire.pointer import path_of
from reconciler.wire.reading import Reading, UnreadableRoute, as_text, as_whole, pointer_of
from reconciler.wire.spelling import as_stored
from reconciler.wire.templates import has_template
from reconciler.wire.v2 import carry_dormant


def expressible_v3(route: Route) -> tuple[Finding, ...]:
    """What v3 would refuse."""
    return (*_everywhere(route), *_only_v3(route))


def expressible_v2(route: Route) -> tuple[Finding, ...]:
    """What v2 would refuse, or has no field for."""
    return (*_everywhere(route), *_only_v2(route))


def _everywhere(route: Route) -> Iterator[Finding]:
    if route.group is not None:
        yield from _window(route.group.window_seconds)
    yield from _again(route)
    if route.incident is not None and route.incident.name is None and has_template(route.incident):
        yield _nameless("an incident with settings of its own needs a name")
    for expression in route.expressions:
        yield from _expression(expression)


def _window(seconds: int) -> Iterator[Finding]:
    least, most = WINDOW_SECONDS
    if not least <= seconds <= most:
        message = f"a grouping window of {seconds}s is outside what the API takes"
        yield _error("window-range", message, "write 60s to 48h", ("group", "window"))


def _again(route: Route) -> Iterator[Finding]:
    again = route.escalate.again
    if again is None or not again.grace_seconds:
        return
    path: Path = ("escalate", "again")
    least, most = GRACE_SECONDS
    if again.mode != "on_each_new_alert":
        message = f"`{again.mode}` has no grace period"
        yield _error("grace-without-each-alert", message, "leave it out", path)
    elif not least <= again.grace_seconds <= most:
        message = f"a grace period of {again.grace_seconds}s is outside what the API takes"
        yield _error("grace-range", message, "write 0s to 60m", path)


def _expression(expression: Expression) -> Iterator[Finding]:
    root = expression.root == ROOT_OF_ALERT
    path: Path = ("expressions", expression.reference)
    for index, step in enumerate(expression.steps):
        at: Path = (*path, "steps", index)
        if isinstance(step, Branches) and not (root and index == 0):
            hint = "write `branches` in place of `from` and `steps`"
            yield _error("branches-root", "branches start at the alert itself", hint, at)
        if step == Concatenate(None) or _bodiless(step):
            message = "the API's read hides what this step does, so it cannot be written back"
            yield _error("hidden-step", message, "write the step in the file", at)


def _bodiless(step: object) -> bool:
    if not isinstance(step, RawStep):
        return False
    raw = json.loads(step.json)
    return raw.get("operation_type") in BODIES


def _only_v3(route: Route) -> Iterator[Finding]:
    for path, row, value in beyond(route, "v3"):
        yield _error("not-in-v3", _no_field("v3", row, value), "remove it, or use `api: v2`", path)


def _only_v2(route: Route) -> Iterator[Finding]:
    again = route.escalate.again or Again()
    if route.group is None and again.mode != Again().mode:
        message = "API v2 has no `again` where alerts are not grouped"
        yield _not_in_v2(message, ("escalate", "again"))
    elif again.mode not in JOIN_MODES:
        yield _not_in_v2(f"API v2 has no `{again.mode}`", ("escalate", "again"))
    for path, row, value in beyond(route, "v2"):
        yield _not_in_v2(_no_field("v2", row, value), path)


def _no_field(api: ApiVersion, row: Setting, value: object) -> str:
    return f"API {api} has no {row.lacks.format(value) or f'`{row.key}`'}"


def _nameless(message: str) -> Finding:
    hint = 'write `name: "{{ title }}"` under `incident`'
    return _error("incident-needs-name", message, hint, ("incident",))


def _not_in_v2(message: str, path: Path) -> Finding:
    return _error("not-in-v2", message, "remove it, or use `api: v3`", path)


def _error(code: str, message: str, hint: str, path: Path) -> Finding:
    return Finding("error", code, message, hint, path=path)


@dataclass(frozen=True, slots=True)
class Codec:
    """Pure functions of one API version.

    encode       route with ids → whole POST payload, without version; the route as declared,
                 not its canonical form, which forgets `value` or `array_value`
    decode       `alert_route` object of a full read → Live; raises UnreadableRoute
    expressible  what this version cannot say, as findings with paths
    overlay      payload and live route → payload of a PUT, unknown fields carried
    path_of      pointer or field of an error, and the payload → path in the file
    """

    api: ApiVersion
    encode: Callable[[Route], dict[str, Json]]
    decode: Callable[[Mapping[str, object]], Live]
    expressible: Callable[[Route], tuple[Finding, ...]]
    overlay: Callable[[JsonObject, Live], Overlaid]
    path_of: Callable[[str, JsonObject], Path]


def codec(api: ApiVersion) -> Codec:
    """The codec of an API version."""
    return _CODECS[api]


def _decode_v2(body: Mapping[str, object]) -> Live:
    return _live("v2", body, v2.decode)


def _decode_v3(body: Mapping[str, object]) -> Live:
    return _live("v3", body, v3.decode)


def _live(
    api: ApiVersion, answer: Mapping[str, object], decode: Callable[[JsonObject, Reading], Route]
) -> Live:
    body = cast("JsonObject", answer)  # parsed JSON; what it holds is looked at while it is read
    if not isinstance(body, dict):
        raise UnreadableRoute("", "an object is expected here")
    for name in ("id", "version"):
        if body.get(name) in (None, ""):
            raise UnreadableRoute(f"/{name}", "this is missing")
    reading = Reading()
    route = decode(body, reading)
    return Live(
        id=as_text(body["id"], (None, "id")),
        version=as_whole(body["version"], (None, "version")),
        api=api,
        route=route,
        body=body,
        updated_at=as_text(body.get("updated_at"), (None, "updated_at")),
        unknown=_unknown(reading, body),
        hidden=tuple(reading.hidden),
        labels=reading.labels,
    )


def _unknown(reading: Reading, body: JsonObject) -> tuple[UnknownField, ...]:
    pointers = [(pointer_of(at), value) for at, value in reading.unknown]
    skipped = [pointer_of(at) for at in reading.skipped]
    return tuple(UnknownField(p, value, path_of(_shown(p, skipped), body)) for p, value in pointers)


def _shown(pointer: str, skipped: Sequence[str]) -> str:
    """The pointer as if the body had no elements that say nothing; the list of one of these."""
    if pointer in skipped:
        return pointer.rpartition("/")[0]
    tokens = pointer.split("/")
    for place, token in enumerate(tokens):
        holder = "/".join(tokens[:place])
        inside = [one for one in skipped if one.rpartition("/")[0] == holder]
        if token.isdigit() and inside:
            before = sum(int(one.rpartition("/")[2]) < int(token) for one in inside)
            tokens[place] = str(int(token) - before)
    return "/".join(tokens)


def _overlay_v2(payload: JsonObject, live: Live) -> Overlaid:
    laid = as_stored(carry_dormant(payload, live.body), live)
    return overlay(laid, live, lambda: carry_dormant(v2.encode(live.route), live.body))


def _overlay_v3(payload: JsonObject, live: Live) -> Overlaid:
    laid = v3.say_joining(as_stored(payload, live), live.body)
    return overlay(laid, live, lambda: v3.encode(live.route))


_CODECS: Mapping[ApiVersion, Codec] = {
    "v2": Codec("v2", v2.encode, _decode_v2, expressible_v2, _overlay_v2, path_of),
    "v3": Codec("v3", v3.encode, _decode_v3, expressible_v3, _overlay_v3, path_of),
}
