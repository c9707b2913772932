"""What a live route and its backup differ in although no plan compares it. Pure.

Settings that are switched off mean nothing, and fields that are newer than this tool mean nothing
to it, so they are no change of their own; they go back with the next change of the route. Until
then nobody may call the route as it was.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.apply.kept import Kept
from reconciler.model.declaration import Live
from reconciler.model.finding import Finding, Positions
from reconciler.model.json import Json, JsonObject
from reconciler.wire.codec import codec
from reconciler.wire.dormant import carry_dormant

OFF = {
    "incident_template": "the template of incidents, which are off",
    "condition_groups": "the conditions of incidents, which are off",
    "auto_decline_enabled": "the declining of incidents, which are off",
    "grouping_keys": "the keys of grouping, which is off",
    "auto_relate_grouped_alerts": "how alerts join a group, which is off",
    "defer_time_seconds": "a defer time that nothing uses",
}


def beyond(kept: Kept, now: Live) -> Finding | None:
    """A warning with all such parts of one route; None where there are none. A field that
    only one version of the API shows is nowhere to compare.
    """
    if kept.live.api != now.api:
        parts = list(_of_one_version(kept.live, now))
        what = f"may not be all as it was, as API {now.api} shows otherwise than {kept.live.api}"
    else:
        parts = [*_unknown(kept.live, now), *(_dormant(kept.live, now) if now.api == "v2" else ())]
        what = "is not all as it was"
    if not parts:
        return None
    finding = Finding(
        "warning",
        "not-compared",
        f'"{kept.name}" {what}: {", ".join(parts)}; nothing of it is written',
        f"compare it with the JSON of {kept.file}, and set it in the dashboard",
        route=kept.name,
    )
    return Positions(kept.file).locate(finding)


def _of_one_version(before: Live, now: Live) -> Iterator[str]:
    """Fields that nobody knows. What is off is not said: v2 keeps some of it in every route."""
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
    return f"`{name}`, which is newer than this tool"


def _dormant(before: Live, now: Live) -> Iterator[str]:
    """The payload with the dormant parts of either; in what they differ."""
    payload = codec("v2").encode(now.route)
    was, is_ = carry_dormant(payload, before.body), carry_dormant(payload, now.body)
    for name, words in OFF.items():
        if _part(was, name) != _part(is_, name):
            yield words


def _part(payload: JsonObject, name: str) -> tuple[Json, Json]:
    inside = payload.get("incident_config")
    return payload.get(name), inside.get(name) if isinstance(inside, Mapping) else None
