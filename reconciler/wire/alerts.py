"""An alert as the API has it (fact 1.20)."""

from collections.abc import Iterator

from reconciler.model import Fields, Names, list_at, object_at, text_at
from reconciler.routing.alert import Alert
from reconciler.routing.world import DESCRIPTION, PRIORITY, TITLE


def decode_alert(body: Fields) -> tuple[Alert, Names]:
    """The alert, and the names of the entries that it holds. No answer has the priority.

    An empty description may be one that the alert lacks: no document says that answers keep the two
    apart. An attribute whose value is neither a text nor an entry is unknown.
    """
    values: dict[str, tuple[str, ...]] = {TITLE: (text_at(body, "title"),)}
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
