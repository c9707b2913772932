"""Reading a body that may know more than we do.

The API promises additions: a field or a value that is new here is collected, never an exception.
What a route cannot be without, or what has another structure than it had, is an
`UnreadableRoute`: half a route must not be taken for one that pages nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reconciler.model import ApiVersion, Json, JsonObject, Path

T = TypeVar("T")
Place = tuple["Place", str | int] | None
"""A place in the body, as a chain from the inside out; cheap to make, spelled out when needed."""


class UnreadableRoute(ValueError):
    """The body is no route of this API version. `pointer` is a JSON pointer into it."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(f"{pointer or 'the body'}: {message}")
        self.pointer = pointer
        self.message = message


def pointer_of(at: Place) -> str:
    tokens: list[str] = []
    while at is not None:
        at, token = at
        tokens.append(escaped(token))
    return "".join(f"/{token}" for token in reversed(tokens))


def escaped(token: str | int) -> str:
    """One token of a JSON pointer (RFC 6901)."""
    return str(token).replace("~", "~0").replace("/", "~1")


class Reading:
    """The by-products of decoding a route: unknown fields, hidden parts, labels."""

    def __init__(self) -> None:
        self.unknown: list[tuple[Place, Json]] = []
        self.hidden: list[Path] = []
        self.skipped: list[Place] = []  # elements that the route's list does not have
        self.labels: dict[str, str] = {}

    def body(
        self, node: Json, at: Place, known: frozenset[str], *, padding: bool = False
    ) -> "Body":
        """The object at a place; `notice` collects its other fields. Raises UnreadableRoute."""
        fields = as_object(node, at)
        self.notice(fields, known, at, padding=padding)
        return Body(fields, at, self)

    def notice(
        self, body: JsonObject, known: frozenset[str], at: Place, *, padding: bool = False
    ) -> None:
        """Collect the fields that are not `known`. A null says nothing and is not collected, nor
        is anything empty or false in `padding`, a part to which nothing is bound (fact 3.10). A
        `reference_label` beside a `reference` is for display: no write takes it (fact 2.5).
        """
        if known.issuperset(body):
            return
        for name, value in body.items():
            if name in known or value is None or (padding and not value) or _is_label(name, body):
                continue
            self.unknown.append(((at, name), value))

    def element(
        self, node: Json, known: frozenset[str], at: Place, written: Mapping[str, Json]
    ) -> None:
        """Collect an element of which no `known` field is set: whole, as it can be sent, with
        `written` for these fields. An element of padding alone says nothing.
        """
        inside = Reading()
        inside.notice(as_object(node, at), known, at, padding=True)
        if inside.unknown:
            fields = {str(place[1]): value for place, value in inside.unknown if place}
            self.unknown.append((at, {**written, **fields}))

    def add(self, other: "Reading") -> None:
        """Take over what another reading has noticed."""
        self.unknown += other.unknown
        self.hidden += other.hidden
        self.skipped += other.skipped
        self.labels |= other.labels

    def label(self, key: str, label: Json) -> None:
        """Remember the dashboard's name for an id or a reference."""
        if key and isinstance(label, str) and label:
            self.labels[key] = label


@dataclass(slots=True)
class Body:
    """An object of the read, whose fields know their places. The getters raise UnreadableRoute."""

    fields: JsonObject
    at: Place
    reading: Reading

    def text(self, name: str) -> str:
        return as_text(self.fields.get(name), (self.at, name))

    def flag(self, name: str, *, default: bool) -> bool:
        return as_flag(self.fields.get(name), (self.at, name), default=default)

    def whole(self, name: str) -> int:
        return as_whole(self.fields.get(name), (self.at, name))

    def decoded(self, name: str, decode: "Decoder[T]") -> T:
        return decode(self.fields.get(name), (self.at, name), self.reading)

    def each(self, name: str, decode: "Decoder[T | None]") -> tuple[T, ...]:
        return each(self.fields.get(name), (self.at, name), self.reading, decode)

    def section(self, name: str, known: frozenset[str]) -> "Body":
        """An object without which this is no route of this version."""
        node = required(self.fields, name, self.at)
        return self.reading.body(node, (self.at, name), known)


Decoder = Callable[[Json, Place, Reading], T]


def each(node: Json, at: Place, reading: Reading, decode: Decoder[T | None]) -> tuple[T, ...]:
    """The elements of a list in the order of the read, without those that say nothing (None)."""
    elements = as_list(node, at)
    if not elements:  # most lists of most routes
        return ()
    found = [decode(element, (at, index), reading) for index, element in enumerate(elements)]
    return tuple([item for item in found if item is not None])


def _is_label(name: str, body: JsonObject) -> bool:
    return name.endswith("_label") and name.removesuffix("_label") in body


def as_written(node: Json) -> Json:
    """A part of a read as it is written: without what is for display alone (fact 2.5)."""
    if isinstance(node, list):
        return [as_written(child) for child in node]
    if not isinstance(node, dict):
        return node
    is_value = "literal" in node or "reference" in node
    return {
        name: as_written(child)
        for name, child in node.items()
        if not (is_value and name == "label") and not _is_label(name, node)
    }


def as_object(value: Json, at: Place) -> JsonObject:
    """The object at a place. Raises UnreadableRoute for anything else."""
    if isinstance(value, dict):
        return value
    raise UnreadableRoute(pointer_of(at), f"expected an object, not {_kind(value)}")


def as_list(value: Json, at: Place) -> Sequence[Json]:
    """The list at a place; null is an empty one (fact 3.4)."""
    if value is None:
        return ()
    if isinstance(value, list):
        return value
    raise UnreadableRoute(pointer_of(at), f"expected a list, not {_kind(value)}")


def as_text(value: Json, at: Place) -> str:
    """The text at a place; numbers and booleans are written out, null is empty."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise UnreadableRoute(pointer_of(at), f"expected a string, not {_kind(value)}")


def as_texts(value: Json, at: Place) -> tuple[str, ...]:
    return tuple(as_text(text, (at, index)) for index, text in enumerate(as_list(value, at)))


def as_flag(value: Json, at: Place, *, default: bool) -> bool:
    """The boolean at a place; null is the documented default."""
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise UnreadableRoute(pointer_of(at), f"expected true or false, not {_kind(value)}")


def as_whole(value: Json, at: Place) -> int:
    """The whole number at a place; null is 0, digits in a text are a number."""
    if value is None:
        return 0
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise UnreadableRoute(pointer_of(at), f"expected an integer, not {_kind(value)}")


def required(body: JsonObject, name: str, at: Place = None) -> Json:
    """A field without which this is no route of this version."""
    value = body.get(name)
    if value is None:
        raise UnreadableRoute(pointer_of((at, name)), "this is missing")
    return value


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"


def api_of(body: Mapping[str, object]) -> ApiVersion | None:
    """The version whose full read of a route has this shape (part 4 of the API facts)."""
    if "message_config" in body or "grouping_config" in body:
        return "v3"
    if "incident_template" in body or "channel_config" in body:
        return "v2"
    return None
