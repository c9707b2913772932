"""Whether two reads of a route say the same: then the file of a backup stays as it is. Pure.

Lists come back in any order, empty parts come and go, and labels follow the names of other things
(facts 3.4 and 3.8). None of it is a change of the route.
"""

import json
from collections import Counter
from collections.abc import Hashable

from reconciler.apply.backups import Entry
from reconciler.model.canonical import canonical
from reconciler.model.declaration import Live
from reconciler.plan.places import keyed_path
from reconciler.wire.codec import codec
from reconciler.wire.dormant import carry_dormant
from reconciler.wire.reading import UnreadableRoute


def says_the_same(before: Entry, now: Entry) -> bool:
    """Equal version and equal meaning, with what is dormant and what nobody knows. False for a
    body that cannot be read: nobody can tell what it means.
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
        and _unknown(was) == _unknown(is_)
        and len(was.hidden) == len(is_.hidden)
        and _dormant(was) == _dormant(is_)
    )


def _unknown(live: Live) -> Counter[Hashable]:
    """By the element that has it, its name and its value; the place in a list is no meaning."""
    return Counter(
        (
            keyed_path(live.route, one.path),
            one.name,
            json.dumps(one.value, sort_keys=True),
        )
        for one in live.unknown
    )


def _dormant(live: Live) -> object:
    """What v2 shows of settings that are off, in canonical order; v3 shows none."""
    if live.api != "v2":
        return None
    payload = carry_dormant(codec("v2").encode(canonical(live.route)), live.body)
    return _settled(payload)


def _settled(node: object) -> object:
    """Lists sorted by their JSON: only equal parts are equal then, in whatever order."""
    if isinstance(node, dict):
        return {key: _settled(value) for key, value in node.items()}
    if isinstance(node, list):
        return sorted((_settled(one) for one in node), key=_spelled)
    return node


def _spelled(node: object) -> str:
    return json.dumps(node, sort_keys=True)
