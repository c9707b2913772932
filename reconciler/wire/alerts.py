"""An alert as the API has it (fact 1.20)."""

from collections.abc import Iterator

from reconciler.model import Fields, Names, list_at, object_at, text_at
from reconciler.routing.alert import Alert
from reconciler.routing.world import DESCRIPTION, PRIORITY, TITLE


def decode_alert(body: Fields) -> tuple[Alert, Names]:
    """The alert, and the names of the entries that it holds. No answer has the priority."""
    values: dict[str, tuple[str, ...]] = {TITLE: (text_at(body, "title"),)}
    if description := text_at(body, "description"):
        values[DESCRIPTION] = (description,)
    names: dict[str, str] = {}
    for row in list_at(body, "attributes"):
        reference = f"alert.attributes.{text_at(row, 'attribute', 'id')}"
        names[reference] = text_at(row, "attribute", "name")
        held = list_at(row, "array_value") or [object_at(row, "value")]
        values[reference] = tuple(_texts(held, names))
    return Alert(text_at(body, "alert_source_id"), values, frozenset({PRIORITY})), names


def _texts(held: list[object], names: dict[str, str]) -> Iterator[str]:
    for one in held:
        if entry := text_at(one, "catalog_entry", "id"):
            names[entry] = text_at(one, "catalog_entry", "name")
            yield entry
        elif isinstance(one, dict) and "literal" in one:
            yield text_at(one, "literal")
