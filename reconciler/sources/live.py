"""The account's alert sources as they are now; their tokens are wrapped when they are read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.client import NotFound, ReadClient, Token, join
from reconciler.model import Fields, InventorySource, list_at, object_at, text_at, with_id


@dataclass(frozen=True, slots=True)
class LiveSource:
    """One source. `token` is None where the key may not see it; `given` are the texts that its
    template puts into alerts whatever an event says, or may, and None where it shows no template.
    """

    id: str
    name: str
    type: str
    url: str = ""
    token: Token | None = None
    given: tuple[str, ...] | None = None


def read_sources(client: ReadClient) -> tuple[LiveSource, ...]:
    """All of them. Raises the client's ApiError."""
    body = client.get(join("v2", "alert_sources")).body
    return tuple(_source(row) for row in with_id(list_at(body, "alert_sources")))


def with_token(client: ReadClient, source: LiveSource) -> LiveSource:
    """The source with its token, if the list did not show it. Raises the client's ApiError."""
    if source.token is not None:
        return source
    try:
        body = client.get(join("v2", "alert_sources", source.id)).body
    except NotFound:
        return source
    return replace(source, token=_source(object_at(body, "alert_source")).token)


def find(lives: Iterable[LiveSource], wanted: InventorySource) -> LiveSource | None:
    """The live twin: by id where the inventory has one, else the only one of that name."""
    if wanted.id:
        return next((live for live in lives if live.id == wanted.id), None)
    named = [live for live in lives if live.name == wanted.name]
    return named[0] if len(named) == 1 else None


def _source(row: Fields) -> LiveSource:
    secret = text_at(row, "secret_token")
    return LiveSource(
        text_at(row, "id"),
        text_at(row, "name"),
        text_at(row, "source_type"),
        text_at(row, "alert_events_url"),
        Token(secret) if secret.strip() else None,
        _given_by(row.get("template")),
    )


def _given_by(template: object) -> tuple[str, ...] | None:
    if not isinstance(template, Mapping):
        return None
    return tuple(_given([template.get("attributes"), template.get("expressions")]))


def _given(value: object) -> Iterator[str]:
    """Literals, and programs, which may have some: but not what a template only compares with."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("literal", "source") and isinstance(inner, str):
                yield inner
            elif key not in ("conditions", "condition_groups"):
                yield from _given(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _given(inner)
