"""The kinds of things that have names, and the slots of a route that hold them."""

import re
from dataclasses import dataclass

from reconciler.model.slack import is_channel_id


@dataclass(frozen=True, slots=True)
class Kind:
    """How findings speak of it, and the right that lets a key read its list."""

    noun: str
    plural: str
    right: str


KINDS = {
    "source": Kind("alert source", "alert sources", "alert_sources.view"),
    "attribute": Kind("alert attribute", "alert attributes", "alert_schema.view"),
    "path": Kind("escalation path", "escalation paths", "escalation_paths.view"),
    "user": Kind("user", "users", "users.view"),
    "team": Kind("team", "teams", "catalog_entries.view"),
    "severity": Kind("severity", "severities", "severities.view"),
    "incident-type": Kind("incident type", "incident types", "incident_types.view"),
    "custom-field": Kind("custom field", "custom fields", "custom_fields.view"),
    "option": Kind("option", "options of custom fields", "custom_fields.view"),
    "catalog-type": Kind("catalog type", "catalog types", "catalog_types.view"),
    "catalog-attribute": Kind("catalog attribute", "catalog types", "catalog_types.view"),
    "entry": Kind("catalog entry", "catalog entries", "catalog_entries.view"),
    "channel": Kind("channel", "channels", ""),
    "ms-teams-channel": Kind("Microsoft Teams channel", "channels", ""),
    "message-template": Kind("message template", "message templates", ""),
}
"""Keys are the ends of the findings' codes: unknown-path, ambiguous-path, …"""


@dataclass(frozen=True, slots=True)
class Slot:
    """What a literal means: the kind of thing it names, or "text", or "opaque" (nobody knows).

    `owner` is the catalog type's id for entries and catalog attributes, the field's for options.
    """

    kind: str
    owner: str = ""


TEXT = Slot("text")
OPAQUE = Slot("opaque")
SOURCE = Slot("source")
ATTRIBUTE = Slot("attribute")
PATH = Slot("path")
USER = Slot("user")
TEAM = Slot("team")
SEVERITY = Slot("severity")
INCIDENT_TYPE = Slot("incident-type")
CUSTOM_FIELD = Slot("custom-field")
CATALOG_TYPE = Slot("catalog-type")
CHANNEL = Slot("channel")
MS_TEAMS_CHANNEL = Slot("ms-teams-channel")
MESSAGE_TEMPLATE = Slot("message-template")

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def looks_like_id(text: str, kind: str = "") -> bool:
    """Whether a text that is nobody's name is taken as an id: a ULID, or as channels have it."""
    if kind == "channel":
        return is_channel_id(text) or _ID.fullmatch(text) is not None
    if kind == "ms-teams-channel":
        return " / " not in text and not text.startswith("#")
    return _ID.fullmatch(text) is not None
