"""The codec of an API version: all that is known of its spelling of a route."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from reconciler.model import (
    ApiVersion,
    Finding,
    Json,
    JsonObject,
    Live,
    Path,
    Route,
    UnknownField,
)
from reconciler.wire import v2, v3
from reconciler.wire.expressible import expressible_v2, expressible_v3
from reconciler.wire.overlay import Overlaid, overlay
from reconciler.wire.pointer import path_of
from reconciler.wire.reading import Reading, UnreadableRoute, as_text, as_whole, pointer_of
from reconciler.wire.spelling import as_stored
from reconciler.wire.v2 import carry_dormant


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
    return _CODECS[api]


def _live(
    api: ApiVersion, decode: Callable[[JsonObject, Reading], Route], answer: Mapping[str, object]
) -> Live:
    body = cast("JsonObject", answer)  # parsed JSON, whose parts are checked while they are read
    if not isinstance(body, dict):
        raise UnreadableRoute("", "expected an object")
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
        inside = [other for other in skipped if other.rpartition("/")[0] == holder]
        if token.isdigit() and inside:
            before = sum(int(other.rpartition("/")[2]) < int(token) for other in inside)
            tokens[place] = str(int(token) - before)
    return "/".join(tokens)


def _overlay_v2(payload: JsonObject, live: Live) -> Overlaid:
    laid = as_stored(carry_dormant(payload, live.body), live)
    return overlay(laid, live, lambda: carry_dormant(v2.encode(live.route), live.body))


def _overlay_v3(payload: JsonObject, live: Live) -> Overlaid:
    laid = v3.with_joining(as_stored(payload, live), live.body)
    return overlay(laid, live, lambda: v3.encode(live.route))


_CODECS: Mapping[ApiVersion, Codec] = {
    "v2": Codec(
        "v2", v2.encode, partial(_live, "v2", v2.decode), expressible_v2, _overlay_v2, path_of
    ),
    "v3": Codec(
        "v3", v3.encode, partial(_live, "v3", v3.decode), expressible_v3, _overlay_v3, path_of
    ),
}
