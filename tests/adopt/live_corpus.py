"""The corpus as lives, with ids as incident.io makes them: a file keeps what nobody can name."""

import json
import re
from collections.abc import Iterator
from typing import Any

from reconciler.adopt.draft import Draft, Names, make_draft
from reconciler.directory import Directory
from reconciler.model import ApiVersion, Config, Finding, Live
from reconciler.wire.codec import codec
from tests.wire.corpus import CORPUS, Body, body_of, edits

FILE = "routes/x.yaml"
NOBODY = Names(Directory(), Config(), {})
_LETTERS = str.maketrans("ILOU", "110V")  # the letters that an id has not
_ID = re.compile(r"\b01[A-Z0-9]{7,24}\b")
_EDITED_ID = re.compile(r"(01[0-9A-Z]{23})([0-9A-Z]) edited")


def with_ids(body: Body) -> Body:
    """The body, each id made one of 26 letters of the right alphabet."""

    def proper(match: re.Match[str]) -> str:
        return match[0].translate(_LETTERS).ljust(26, "0")

    exchanged: Body = json.loads(_ID.sub(proper, json.dumps(body)))
    return exchanged


def live_of(api: ApiVersion, body: Body) -> Live:
    return codec(api).decode(body)


def drafted(live: Live) -> Draft:
    draft = make_draft(live, FILE, NOBODY, pin=False)
    assert isinstance(draft, Draft), draft
    return draft


def importable() -> list[tuple[ApiVersion, str]]:
    """All but the routes whose reads hide a part."""
    return [(api, slug) for api, slug in CORPUS if slug != "expression-hidden-bodies"]


def edited_lives(api: ApiVersion, slug: str) -> Iterator[tuple[str, Live]]:
    """Each single edit of a route that is a route, and can be said in a file at all."""
    for where, body in edits(with_ids(body_of(api, slug))):
        text = _EDITED_ID.sub(_next_id, json.dumps(body))
        text = text.replace("alert.priority edited", "alert.title")
        edited: dict[str, Any] = json.loads(text)
        live = live_of(api, edited)
        if not isinstance(make_draft(live, FILE, NOBODY, pin=False), Finding):
            yield where, live


def _next_id(match: re.Match[str]) -> str:
    return match[1] + ("1" if match[2] == "0" else "0")
