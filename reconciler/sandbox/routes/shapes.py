"""Shapes of JSON values as data, and the function that compares a value with a shape.

A shape says types, enumerations, required and known fields. What depends on more than one value,
or on the account, is a rule (`rules`, `rules_versions`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.sandbox.errors import Problem
from reconciler.sandbox.jsontype import Node


@dataclass(frozen=True, slots=True)
class Text:
    """A string; `values` when only some are known."""

    values: frozenset[str] = frozenset()
    may_be_empty: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer within bounds, both included."""

    least: int = -(2**63)
    most: int = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Many:
    """A list of one shape."""

    of: "Shape"


@dataclass(frozen=True, slots=True)
class Thing:
    """An object. `later` are fields that a newer API would know (`Settings.extra_fields`)."""

    required: Mapping[str, "Shape"] = field(default_factory=dict)
    optional: Mapping[str, "Shape"] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()  # accepted and dropped
    later: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnyThing:
    """An object, whatever is in it."""


Shape = Text | Flag | Whole | Many | Thing | AnyThing


def look(shape: Shape, value: Node, pointer: str = "", *, later: bool = False) -> Iterator[Problem]:
    """Everything that is wrong with `value`. With `later`, fields of a newer API are known."""
    match shape:
        case Text():
            yield from _look_text(shape, value, pointer)
        case Flag():
            if not isinstance(value, bool):
                yield _wrong_type(pointer, "a boolean")
        case Whole():
            if not isinstance(value, int) or isinstance(value, bool):
                yield _wrong_type(pointer, "an integer")
            elif not shape.least <= value <= shape.most:
                message = f"must be between {shape.least} and {shape.most}"
                yield Problem(pointer, "invalid_range", message)
        case Many():
            if not isinstance(value, list):
                yield _wrong_type(pointer, "a list")
            else:
                for index, element in enumerate(value):
                    yield from look(shape.of, element, f"{pointer}/{index}", later=later)
        case _:
            if not isinstance(value, dict):
                yield _wrong_type(pointer, "an object")
            elif isinstance(shape, Thing):
                yield from _look_thing(shape, value, pointer, later=later)


def _look_text(shape: Text, value: Node, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong_type(pointer, "a string")
    elif shape.values and value not in shape.values:
        yield Problem(pointer, "invalid_enum", f"must be one of {', '.join(sorted(shape.values))}")
    elif not value and not shape.may_be_empty:
        yield Problem(pointer, "is_required", "must not be empty")


def _look_thing(
    shape: Thing, value: dict[str, Node], pointer: str, *, later: bool
) -> Iterator[Problem]:
    for name in shape.required:
        if name not in value:
            yield Problem(f"{pointer}/{name}", "missing_field", f"{name} is required")
    for name, inner in value.items():
        known = shape.required.get(name) or shape.optional.get(name)
        if known is not None:
            yield from look(known, inner, f"{pointer}/{name}", later=later)
        elif name not in shape.ignored and not (later and name in shape.later):
            escaped = name.replace("~", "~0").replace("/", "~1")
            yield Problem(f"{pointer}/{escaped}", "unknown_field", f"{name} is not a field here")


def _wrong_type(pointer: str, wanted: str) -> Problem:
    return Problem(pointer, "invalid_field_type", f"must be {wanted}")
