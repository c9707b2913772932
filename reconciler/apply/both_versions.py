"""What the other version of the API shows of a route beside the one that a backup keeps. Pure.

Workspaces of incidents are v2's alone; fixed windows, summaries of groups and some ways to join a
group v3's (part 4 of the API facts). What is switched off is not looked at.
"""

from collections.abc import Mapping

from reconciler.apply.backups import Entry
from reconciler.apply.kept import held
from reconciler.model.declaration import ApiVersion, Live
from reconciler.model.json import Json, JsonObject
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute


def may_show_more(api: ApiVersion, body: JsonObject) -> bool:
    """Whether the other version's read can have what this body of `api` cannot: where incidents
    start, where alerts are grouped, where messages are sent.
    """
    incident = _object(body.get("incident_config"))
    if api == "v3":
        return incident.get("enabled") is True
    return bool(incident.get("grouping_window_seconds") or body.get("channel_config"))


def shows_more(other: Entry, kept: Entry) -> bool:
    """Whether a body says something that `kept`, of the other version, does not."""
    try:
        theirs, ours = (codec(one.api).decode(one.body) for one in (other, kept))
    except UnreadableRoute:
        return True  # nobody can tell what it says
    lost = held(theirs.route, ours.api)[1]
    return bool(lost or _unknown(theirs) - _unknown(ours))


def _unknown(live: Live) -> set[str]:
    return {field.name for field in live.unknown}


def _object(node: Json) -> Mapping[str, Json]:
    return node if isinstance(node, Mapping) else {}
