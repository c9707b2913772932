"""Differences of a live route and its backup that no plan compares. Pure.

Settings that are switched off mean nothing, and fields that are newer than this tool mean nothing
to it, so they are no change of their own; they go back with the next change of the route. Until
then the route is not as it was.

Also here: what the other version of the API shows of a route beside the one that a backup keeps.

Workspaces of incidents are v2's alone; fixed windows, summaries of groups and some ways to join a
group v3's (part 4 of the API facts). What is switched off is not looked at.

Also here: whether two reads of a route say the same: then the file of a backup stays as it is.

Lists come back in any order, empty parts come and go, and labels follow the names of other things
(facts 3.4 and 3.8). None of it is a change of the route.
"""

import json
from collections import Counter
from collections.abc import Hashable, Iterator

from reconciler.backup.read import Entry
from reconciler.backup.routes import BackedUpRoute, held
from reconciler.model import (
    ApiVersion,
    Finding,
    Json,
    JsonObject,
    Live,
    canonical,
    object_at,
)
from reconciler.plan.compare.places import keyed_path
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute
from reconciler.wire.v2 import carry_dormant

OFF = {
    "incident_template": "the template of incidents, which are off",
    "condition_groups": "the conditions of incidents, which are off",
    "auto_decline_enabled": "the declining of incidents, which are off",
    "grouping_keys": "the keys of grouping, which is off",
    "auto_relate_grouped_alerts": "how alerts join a group, which is off",
    "defer_time_seconds": "a defer time that nothing uses",
}


def beyond(kept: BackedUpRoute, now: Live) -> Finding | None:
    """A warning with all such parts of one route; None where there are none. A field that
    only one version of the API shows is nowhere to compare.
    """
    if kept.live.api != now.api:
        parts = list(_of_one_version(kept.live, now))
        apis = f"API {now.api} and {kept.live.api}"
        what = f"may differ from the backup, because {apis} show it differently"
    else:
        parts = [*_unknown(kept.live, now), *_dormant(kept.live, now)]
        what = "differs from the backup"
    if not parts:
        return None
    return kept.finding(
        "warning",
        "not-compared",
        f'"{kept.name}" {what}: {", ".join(parts)}; these parts are not written',
        f"compare it with {kept.file}, and set it in the dashboard",
    )


def _of_one_version(before: Live, now: Live) -> Iterator[str]:
    """Unknown fields. Inactive ones are left out: v2 keeps some in every route."""
    names = {one.name for side in (before, now) for one in side.unknown}
    yield from (_newer(name) for name in sorted(names))


def _unknown(before: Live, now: Live) -> Iterator[str]:
    """By name and value: the place in a list is no meaning."""

    def counted(live: Live) -> Counter[tuple[str, str]]:
        return Counter((one.name, json.dumps(one.value, sort_keys=True)) for one in live.unknown)

    was, is_ = counted(before), counted(now)
    names = {name for name, _ in (was - is_) | (is_ - was)}
    yield from (_newer(name) for name in sorted(names))


def _newer(name: str) -> str:
    return f"`{name}`, which is newer than this version of reconciler"


def _dormant(before: Live, now: Live) -> Iterator[str]:
    """In what v2 shows of settings that are off; v3 shows none. Order is no meaning."""
    if now.api != "v2":
        return
    payload = codec("v2").encode(now.route)
    was, is_ = (_settled(carry_dormant(payload, one.body)) for one in (before, now))
    for name, words in OFF.items():
        if _part(was, name) != _part(is_, name):
            yield words


def _part(payload: Json, name: str) -> tuple[object, object]:
    return object_at(payload).get(name), object_at(payload, "incident_config").get(name)


def may_show_more(api: ApiVersion, body: JsonObject) -> bool:
    """Whether the other version's read can have what this body of `api` cannot: where incidents
    start, where alerts are grouped, where messages are sent.
    """
    incident = object_at(body, "incident_config")
    if api == "v3":
        return incident.get("enabled") is True
    return bool(incident.get("grouping_window_seconds") or body.get("channel_config"))


def shows_more(other: Entry, kept: Entry) -> bool:
    """Whether a body says something that `kept`, of the other version, does not."""
    try:
        theirs, ours = (codec(one.api).decode(one.body) for one in (other, kept))
    except UnreadableRoute:
        return True  # its content is unknown
    lost = held(theirs.route, ours.api)[1]
    return bool(lost or _unknown_names(theirs) - _unknown_names(ours))


def _unknown_names(live: Live) -> set[str]:
    return {field.name for field in live.unknown}


def says_the_same(before: Entry, now: Entry) -> bool:
    """Equal version and equal meaning, with inactive settings and unknown fields. False for a
    body that cannot be read: its meaning is unknown.
    """
    if before.api != now.api or before.body.get("version") != now.body.get("version"):
        return False
    try:
        was, is_ = (codec(one.api).decode(one.body) for one in (before, now))
    except UnreadableRoute:
        return False
    return (
        was.id == is_.id
        and canonical(was.route) == canonical(is_.route)
        and _unknown_values(was) == _unknown_values(is_)
        and len(was.hidden) == len(is_.hidden)
        and not any(_dormant(was, is_))
    )


def _unknown_values(live: Live) -> Counter[Hashable]:
    """By the element that has it, its name and its value; the place in a list is no meaning."""
    return Counter(
        (
            keyed_path(live.route, one.path),
            one.name,
            json.dumps(one.value, sort_keys=True),
        )
        for one in live.unknown
    )


def _settled(node: Json) -> Json:
    """Lists sorted by their JSON: only equal parts are equal then, in whatever order."""
    if isinstance(node, dict):
        return {key: _settled(value) for key, value in node.items()}
    if isinstance(node, list):
        return sorted((_settled(one) for one in node), key=_spelled)
    return node


def _spelled(node: object) -> str:
    return json.dumps(node, sort_keys=True)
