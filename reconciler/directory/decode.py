"""Rows of the API's look-up lists, from JSON to nouns.

Each function takes the rows of all pages of one list and is tolerant: a row without an id is
dropped, a field of an unexpected type is as good as absent, and no other field is kept: not the
`secret_token` of alert sources above all. The API lists neither channels nor message templates, so
their rows are made from the labels of live routes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.directory.directory import (
    Attribute,
    CatalogType,
    Directory,
    Entry,
    Field,
    Listing,
    Named,
    Person,
    PrivateSource,
    Severity,
    Team,
    part,
    whole,
)
from reconciler.model import (
    Binding,
    Fields,
    Literal,
    Live,
    bindings,
    list_at,
    object_at,
    text_at,
    whole_at,
    with_id,
)

Rows = Iterable[object]


def named_from(rows: Rows) -> Listing[Named]:
    """`GET /v2/escalation_paths`, `/v1/incident_types`."""
    return whole(Named(*_texts(row, "id", "name")) for row in with_id(rows))


def sources_from(rows: Rows) -> Listing[Named]:
    """`GET /v2/alert_sources`."""
    return whole(map(_source, with_id(rows)))


def _source(row: Fields) -> Named:
    private = object_at(row, "template").get("is_private") is True
    return (PrivateSource if private else Named)(*_texts(row, "id", "name"))


def _texts(row: Fields, *keys: str) -> Iterator[str]:
    return (text_at(row, key) for key in keys)


def attributes_from(rows: Rows) -> Listing[Attribute]:
    """`GET /v2/alert_attributes`."""
    return whole(map(_attribute, with_id(rows)))


def users_from(rows: Rows, looked_up: Iterable[str] | None = None) -> Listing[Person]:
    """`GET /v2/users`. `looked_up`: e-mails that were looked up singly; None: all users."""
    people = map(_person, with_id(rows))
    return whole(people) if looked_up is None else part(people, looked_up)


def _person(row: Fields) -> Person:
    identity, name, email = _texts(row, "id", "name", "email")
    return Person(identity, name, email, row.get("is_active") is not False)


def teams_from(rows: Rows) -> Listing[Team]:
    """`GET /v3/teams`."""
    return whole(
        Team(text_at(row, "id"), text_at(row, "name"), text_at(row, "catalog_entry", "id"))
        for row in with_id(rows)
    )


def severities_from(rows: Rows) -> Listing[Severity]:
    """`GET /v1/severities`."""
    return whole(
        Severity(text_at(row, "id"), text_at(row, "name"), whole_at(row, "rank") or 0)
        for row in with_id(rows)
    )


def custom_fields_from(rows: Rows) -> Listing[Field]:
    """`GET /v2/custom_fields`."""
    keys = ("id", "name", "field_type", "catalog_type_id")
    return whole(Field(*_texts(row, *keys)) for row in with_id(rows))


def options_from(rows: Rows) -> Listing[Named]:
    """`GET /v1/custom_field_options` of one custom field."""
    return whole(Named(text_at(row, "id"), text_at(row, "value")) for row in with_id(rows))


def catalog_types_from(rows: Rows) -> Listing[CatalogType]:
    """`GET /v3/catalog_types`."""
    return whole(map(_catalog_type, with_id(rows)))


def _catalog_type(row: Fields) -> CatalogType:
    type_id = text_at(row, "id")
    return CatalogType(
        type_id,
        text_at(row, "name"),
        text_at(row, "type_name"),
        text_at(row, "engine_resource_type") or f'CatalogEntry["{type_id}"]',
        whole(map(_attribute, with_id(list_at(row, "schema", "attributes")))),
    )


def entries_from(rows: Rows) -> Listing[Entry]:
    """`GET /v3/catalog_entries` of one type; archived entries are left out."""
    return whole(map(_entry, (row for row in with_id(rows) if not row.get("archived_at"))))


def _entry(row: Fields) -> Entry:
    return Entry(
        text_at(row, "id"),
        text_at(row, "name"),
        text_at(row, "external_id"),
        tuple(name for name in list_at(row, "aliases") if isinstance(name, str) and name),
        _values(row),
    )


def _values(row: Fields) -> Mapping[str, tuple[str, ...]] | None:
    """By the attribute's id (fact 1.19); None where the row has none at all."""
    values = row.get("attribute_values")
    if not isinstance(values, Mapping):
        return None
    return {
        attribute: tuple(_literals(value))
        for attribute, value in values.items()
        if isinstance(attribute, str)
    }


def _literals(value: object) -> Iterator[str]:
    for item in (*list_at(value, "array_value"), object_at(value, "value")):
        literal = item.get("literal") if isinstance(item, Mapping) else None
        if isinstance(literal, str):
            yield literal


def _attribute(row: Fields) -> Attribute:
    return Attribute(
        text_at(row, "id"), text_at(row, "name"), text_at(row, "type"), row.get("array") is True
    )


def with_labels(directory: Directory, lives: Iterable[Live]) -> Directory:
    """The directory with the channels and message templates that live routes use.

    Reads of v2 label each value; those of v3 have no labels, and give nothing here.
    """
    channels = {row.id: row.name for row in directory.channels.rows}
    templates = {row.id: row.name for row in directory.message_templates.rows}
    before = dict(channels), dict(templates)
    for live in lives:
        for kind, binding in bindings(live.route):
            match kind:
                case "channel":
                    for given, label in _labelled(binding, live):
                        channels[given] = label if label.startswith("#") else f"#{label}"
                case "ms-teams-channel":
                    channels.update(_labelled(binding, live))
                case "message-template":
                    templates.update(_labelled(binding, live))
    if (channels, templates) == before:
        return directory  # its translations stay known
    return replace(
        directory,
        channels=part(Named(given, name) for given, name in sorted(channels.items())),
        message_templates=part(Named(given, name) for given, name in sorted(templates.items())),
    )


def _labelled(binding: Binding, live: Live) -> Iterator[tuple[str, str]]:
    for value in binding.values:
        label = live.labels.get(value.text, "") if isinstance(value, Literal) else ""
        if isinstance(value, Literal) and label and label != value.text:
            yield value.text, label
