"""JSON: its shape, its canonical text, and fields of JSON that others wrote."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
JsonObject = Mapping[str, Json]
Fields = Mapping[str, object]


def compact(node: Json) -> str:
    """The canonical JSON text: keys sorted, no spaces."""
    return json.dumps(node, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _at(node: object, keys: Sequence[str]) -> object:
    """The value below these keys. A value of another type than a getter's counts as absent."""
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def text_at(node: object, *keys: str) -> str:
    """The text below these keys, else ""."""
    value = _at(node, keys)
    return value if isinstance(value, str) else ""


def whole_at(node: object, *keys: str) -> int | None:
    """The whole number below these keys, else None."""
    value = _at(node, keys)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def list_at(node: object, *keys: str) -> list[object]:
    """The list below these keys, else an empty one."""
    value = _at(node, keys)
    return value if isinstance(value, list) else []


def object_at(node: object, *keys: str) -> Fields:
    """The object below these keys, else an empty one."""
    value = _at(node, keys)
    return value if isinstance(value, Mapping) else {}


def with_id(rows: Iterable[object]) -> Iterator[Fields]:
    """The objects among the rows that have an id."""
    for row in rows:
        if isinstance(row, Mapping) and text_at(row, "id"):
            yield row
