"""The official SDK as the sandbox's client."""

from importlib import import_module
from typing import Any

import attrs
from incident_io.client import AuthenticatedClient


def call(url: str, key: str, where: str, *arguments: Any, **parameters: Any) -> Any:
    """Call e.g. "alert_routes_v3/list"; the SDK's response, whose `parsed` is a model."""
    room, _, verb = where.partition("/")
    module = import_module(f"incident_io.api.{room}.{room}_{verb}")
    with AuthenticatedClient(base_url=url, token=key) as client:
        return module.sync_detailed(*arguments, client=client, **parameters)


def unknown(model: Any, where: str = "") -> list[str]:
    """Every field of an answer that the SDK does not know, at any depth."""
    if isinstance(model, list):
        return [
            path for place, one in enumerate(model) for path in unknown(one, f"{where}/{place}")
        ]
    if not attrs.has(type(model)):
        return []
    if not {one.name for one in attrs.fields(type(model))} - {"additional_properties"}:
        return []  # a map: all its keys are additional
    found = [f"{where}/{name}" for name in getattr(model, "additional_properties", {})]
    for one in attrs.fields(type(model)):
        if one.name != "additional_properties":
            found += unknown(getattr(model, one.name), f"{where}/{one.name}")
    return found
