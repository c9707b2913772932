"""The fields of the official SDK's models of a route, and where a body has them."""

import sys
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import attrs
import incident_io.models
from incident_io.types import Unset

from reconciler.model import ApiVersion
from tests.wire.corpus import Body, Tokens

READS: dict[ApiVersion, type] = {
    "v2": incident_io.models.AlertRouteV2,
    "v3": incident_io.models.AlertRouteV3,
}
WRITES: dict[ApiVersion, type] = {
    "v2": incident_io.models.AlertRoutesUpdatePayloadV2,
    "v3": incident_io.models.AlertRoutesUpdatePayloadV3,
}
Field = tuple[str, str]
"""A model without what tells its versions and its payloads apart, and a field's name in JSON."""


def name_of(model: type) -> str:
    """`ConditionV3` and `ConditionPayloadV2` are `Condition`; the whole route is `Route`."""
    name = model.__name__[:-2].replace("Payload", "")
    return "Route" if name in ("AlertRoute", "AlertRoutesUpdate") else name


def typed_fields(model: type) -> dict[str, tuple[list[type], bool]]:
    """Of each field, by its name in JSON: the models that it may hold, and whether it is a list."""
    scope = {**vars(sys.modules[model.__module__]), **vars(incident_io.models), "Unset": Unset}
    hints = get_type_hints(model, globalns=scope, localns={})
    return {
        one.name.rstrip("_"): (
            list(_models(hints.get(one.name))),
            "list[" in str(hints.get(one.name)),
        )
        for one in attrs.fields(model)
        if one.name != "additional_properties"
    }


def _models(hint: Any) -> Iterator[type]:
    for part in get_args(hint) or (hint,):
        if get_args(part):
            yield from _models(part)
        elif isinstance(part, type) and attrs.has(part):
            yield part


def all_fields(model: type, seen: set[type] | None = None) -> set[Field]:
    """Every field of a model and of all models inside it."""
    seen = set() if seen is None else seen
    if model in seen:
        return set()
    seen.add(model)
    found: set[Field] = set()
    for name, (inner, _) in typed_fields(model).items():
        found.add((name_of(model), name))
        for one in inner:
            found |= all_fields(one, seen)
    return found


def instances(body: Body, model: type) -> Iterator[tuple[Tokens, type]]:
    """Every object of a body with its model, outermost first."""
    return _instances(body, model, ())


def _instances(node: Any, model: type, at: Tokens) -> Iterator[tuple[Tokens, type]]:
    if not isinstance(node, dict):
        return
    yield at, model
    for name, (inner, is_list) in typed_fields(model).items():
        for one in inner:
            held = node.get(name)
            if is_list and isinstance(held, list):
                for index, element in enumerate(held):
                    yield from _instances(element, one, (*at, name, index))
            elif not is_list:
                yield from _instances(held, one, (*at, name))
