"""The official SDK's models, as a second opinion on payloads."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from incident_io.models import (
    AlertRoutesCreatePayloadV2,
    AlertRoutesCreatePayloadV3,
    AlertRoutesUpdatePayloadV2,
    AlertRoutesUpdatePayloadV3,
)

from reconciler.model import ApiVersion

CREATES: Mapping[ApiVersion, Any] = {
    "v2": AlertRoutesCreatePayloadV2,
    "v3": AlertRoutesCreatePayloadV3,
}
UPDATES: Mapping[ApiVersion, Any] = {
    "v2": AlertRoutesUpdatePayloadV2,
    "v3": AlertRoutesUpdatePayloadV3,
}


def surplus(payload: Mapping[str, Any], api: ApiVersion) -> list[str]:
    """Fields of a POST payload that the SDK does not know, at all depths. Raises KeyError or
    ValueError for what the SDK cannot parse.
    """
    return list(_surplus(CREATES[api].from_dict(payload), ""))


def surplus_of_update(payload: Mapping[str, Any], api: ApiVersion) -> list[str]:
    """The same for a PUT."""
    return list(_surplus(UPDATES[api].from_dict(payload), ""))


def _surplus(node: Any, at: str) -> Iterator[str]:
    if isinstance(node, list):
        for index, element in enumerate(node):
            yield from _surplus(element, f"{at}/{index}")
    elif attrs.has(type(node)):
        for name in node.additional_properties:
            yield f"{at}/{name}"
        for field in attrs.fields(type(node)):
            if field.name != "additional_properties":
                yield from _surplus(getattr(node, field.name), f"{at}/{field.name}")
