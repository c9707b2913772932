"""Alerts as the API has them (fact 1.20); past alerts, escalations and incidents as it lists them
(facts 1.22 to 1.24).
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from reconciler.model import Fields, Names, list_at, object_at, text_at
from reconciler.routing.past import Attached, By, Page, PastAlert
from reconciler.routing.who import Thing
from reconciler.routing.world import DESCRIPTION, PRIORITY, TITLE, Alert


def decode_alert(body: Fields) -> tuple[Alert, Names]:
    """The alert, and the names of the entries that it holds. No answer has the priority.

    An empty description may be one that the alert lacks: no document says that answers keep the two
    apart. An attribute whose value is neither a text nor an entry is unknown.
    """
    title = body.get("title")
    values: dict[str, tuple[str, ...]] = {TITLE: (title,)} if isinstance(title, str) else {}
    blank = frozenset((DESCRIPTION,) if body.get("description") == "" else ())
    if description := text_at(body, "description"):
        values[DESCRIPTION] = (description,)
    unknown = {PRIORITY}
    names: dict[str, str] = {}
    for row in list_at(body, "attributes"):
        reference = f"alert.attributes.{text_at(row, 'attribute', 'id')}"
        names[reference] = text_at(row, "attribute", "name")
        held = _held(row)
        values[reference] = tuple(_texts(held, names))
        if len(values[reference]) < len(held):
            del values[reference]
            unknown.add(reference)
    return Alert(text_at(body, "alert_source_id"), values, frozenset(unknown), blank), names


def _held(row: object) -> list[object]:
    """Its values; none for an attribute that the alert lacks."""
    only = object_at(row).get("value")
    return list_at(row, "array_value") or ([] if only is None else [only])


def _texts(held: list[object], names: dict[str, str]) -> Iterator[str]:
    """Of each value the id of its entry, else its text, which may be empty."""
    for value in held:
        literal = object_at(value).get("literal")
        if entry := text_at(value, "catalog_entry", "id"):
            names[entry] = text_at(value, "catalog_entry", "name")
            yield entry
        elif isinstance(literal, str):
            yield literal


PRIVATE_TEXTS = frozenset({TITLE, DESCRIPTION})


class Unreadable(ValueError):
    """A row without an id or a time: an answer of another shape than the API documents."""


def decode_past_alert(
    row: Fields, open_sources: Collection[str], dashboard: str = ""
) -> tuple[PastAlert, Names]:
    """One row of `GET /v2/alerts`, and the names of the entries that it holds. `open_sources`: ids
    of those that are known to be public; title and description of any other alert are dropped here.
    Raises Unreadable.
    """
    alert, names = decode_alert(row)
    redacted = alert.source not in open_sources
    if redacted:
        kept = {key: held for key, held in alert.values.items() if key not in PRIVATE_TEXTS}
        alert = Alert(alert.source, kept, alert.unknown | PRIVATE_TEXTS)
    identity = _identity(row)
    past = PastAlert(
        identity,
        _when(row, "created_at"),
        alert,
        "resolved" if text_at(row, "status") == "resolved" else "firing",
        moment(text_at(row, "updated_at")),
        redacted,
        len(list_at(row, "alert_group_ids")),
        f"{dashboard.rstrip('/')}/alerts/{identity}" if dashboard else "",
    )
    return past, names


def decode_page(row: Fields) -> Page:
    """One row of `GET /v2/escalations`. Raises Unreadable."""
    by, started_by = _creator(row)
    related = [text_at(alert, "id") for alert in list_at(row, "related_alerts")]
    if by == "alert":
        related.append(started_by)
    return Page(
        _identity(row),
        _when(row, "created_at"),
        _things(row),
        by,
        started_by,
        tuple(dict.fromkeys(filter(None, related))),
        text_at(row, "priority", "name"),
        text_at(row, "status"),
    )


def decode_attached(row: Fields) -> Attached:
    """One row of `GET /v2/incident_alerts`. Raises Unreadable."""
    return Attached(
        _identity(row),
        text_at(row, "alert", "id"),
        text_at(row, "incident", "id"),
        text_at(row, "alert_route_id"),
    )


def moment(text: str) -> datetime | None:
    """A time of the API; one without a zone is UTC. None for a text that is none."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _creator(row: Fields) -> tuple[By, str]:
    creators: tuple[By, ...] = ("user", "workflow", "alert")
    for by in creators:
        if identity := text_at(row, "creator", by, "id"):
            return by, identity
    return "unknown", ""


def _things(row: Fields) -> tuple[Thing, ...]:
    if path := text_at(row, "escalation_path_id"):
        return (("path", path),)
    notified = [
        text_at(user, "id")
        for event in list_at(row, "events")
        if text_at(event, "event") == "notified_users"
        for user in list_at(event, "users")
    ]
    return tuple(("user", thing) for thing in dict.fromkeys(filter(None, notified)))


def _identity(row: Fields) -> str:
    identity = text_at(row, "id")
    if not identity:
        raise Unreadable("a row has no id")
    return identity


def _when(row: Fields, key: str) -> datetime:
    found = moment(text_at(row, key))
    if found is None:
        raise Unreadable(f"{text_at(row, 'id')} has no time in {key}")
    return found
