"""Digests: what a change does, whatever it was planned from or called.

Over action, id (or name) and the sorted fields by id; no version, label, line or spelling of the
API. A plan's digest is that of its changes'.
"""

import hashlib
import json
from collections.abc import Sequence

from reconciler.model.json import Json
from reconciler.plan.change import Change, Shown, action_of, fields_of, live_id
from reconciler.plan.settings import Loosened


def change_digest(change: Change) -> str:
    """SHA-256, in hexadecimal."""
    fields = sorted(
        [json.dumps(list(one.path)), _key(one.from_), _key(one.to)] for one in fields_of(change)
    )
    return _digest([action_of(change), live_id(change) or change.name, list(map(list, fields))])


def plan_digest(changes: Sequence[Change], settings: Sequence[Loosened] = ()) -> str:
    """SHA-256 of the sorted digests of the changes, and of the settings that guard less."""
    return digest_of([*map(change_digest, changes), *(one.digest for one in settings)])


def digest_of(digests: Sequence[str]) -> str:
    """The plan's digest from those of its changes, in any order."""
    return _digest(sorted(digests))


def _key(shown: Shown | None) -> str:
    return "" if shown is None else shown.key


def _digest(content: Json) -> str:
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
