"""`escalate` and `notify`: who is paged, and which channels get posts."""

from collections.abc import Mapping

import yaml

from reconciler.files.read.bindings import BINDING_KEYS, read_binding
from reconciler.files.read.settings import Reader, read_settings
from reconciler.files.yaml.reading import Reading
from reconciler.model import (
    GRACE_SECONDS,
    JOIN_MODES,
    Again,
    Channels,
    Destination,
    Escalation,
    Kind,
    Path,
    Setting,
    Target,
    keys,
    settings,
)

ESCALATION_KEYS = keys(Escalation)
CHANNEL_KEYS = keys(Channels)
DESTINATION_KEYS = keys(Destination)
_EACH_NEW_ALERT = "on_each_new_alert"


def read_escalation(reading: Reading, node: yaml.Node, path: Path) -> Escalation:
    """A plain list of targets, or a mapping with `to`."""
    if not isinstance(node, yaml.MappingNode):
        return Escalation(_read_targets(reading, node, (*path, "to")))
    there = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
    if there & {"path", "user"}:
        message = "targets are a list"
        reading.error("target-shape", message, node, path, "put a dash before it: `- path: …`")
        return Escalation()
    entries = reading.mapping(node, path, ESCALATION_KEYS) or {}
    return Escalation(**read_settings(reading, entries, path, Escalation, _OWN))


def _read_again(reading: Reading, _: Setting, node: yaml.Node, path: Path) -> Again | None:
    """`on_priority_increase`, `on_each_new_alert`, `{on_each_new_alert: 60s}`, `{raw: MODE}`."""
    if isinstance(node, yaml.MappingNode):
        words = [name.value for name, _ in node.value]
        if words == [_EACH_NEW_ALERT]:
            grace = reading.duration(node.value[0][1], path, GRACE_SECONDS)
            return None if grace is None else Again(_EACH_NEW_ALERT, grace)
        if words == ["on_priority_increase"]:
            hint = "write `again: on_priority_increase`"
            reading.error("again-shape", "this mode has no grace period", node, path, hint)
            return None
    mode = reading.word(node, path, JOIN_MODES)
    return None if mode is None else Again(mode)


def _read_targets(reading: Reading, node: yaml.Node, path: Path) -> tuple[Target, ...]:
    nodes = reading.sequence(node, path, "escalate: [{path: Engineering On-Call}]") or []
    read = [_read_target(reading, item, (*path, place)) for place, item in enumerate(nodes)]
    return tuple(target for target in read if target is not None)


def _read_target(reading: Reading, node: yaml.Node, path: Path) -> Target | None:
    reading.place(path, node)
    if isinstance(node, yaml.ScalarNode):
        message = "a target needs `path` or `user`"
        shown = node.value or "NAME"
        hint = f"write `path: {shown}` or `user: {shown}`"
        reading.error("target-shape", message, node, path, hint)
        return None
    entries = reading.mapping(node, path, ("path", "user", "when"))
    if entries is None:
        return None
    if "when" in entries:
        # Fact 3.2: the API accepts conditions on targets and drops them.
        message = "incident.io drops conditions on a target: it would always be paged"
        hint = "put the condition under the route's or a source's `when`, or use an expression"
        at = entries["when"][0]
        reading.error("condition-on-target", message, at, (*path, "when"), hint)
    kinds = [kind for kind in ("path", "user") if kind in entries]
    if len(kinds) != 1:
        if kinds:
            message = "`path` and `user` in one target"
            hint = "make two targets of them, each with a dash of its own"
            reading.error("target-shape", message, node, path, hint)
        elif len(entries) == len(node.value):
            reading.missing(node, path, "path", "a target is `path: NAME` or `user: E-MAIL`")
        return None
    kind = kinds[0]
    binding = read_binding(reading, entries[kind][1], path, many=True)
    if binding is None:
        return None
    return Target("path", binding) if kind == "path" else Target("user", binding)


def read_notify(reading: Reading, node: yaml.Node, path: Path) -> tuple[Destination, ...]:
    nodes = reading.sequence(node, path, 'notify: [{slack: "#alerts"}]') or []
    read = [_read_destination(reading, item, (*path, place)) for place, item in enumerate(nodes)]
    return tuple(place for place in read if place is not None)


def _read_destination(reading: Reading, node: yaml.Node, path: Path) -> Destination | None:
    reading.place(path, node)
    if isinstance(node, yaml.ScalarNode) and node.value:
        message = "a destination needs `slack` or `ms_teams`"
        hint = f'write `slack: "{node.value}"`'
        reading.error("destination-shape", message, node, path, hint)
        return None
    entries = reading.mapping(node, path, DESTINATION_KEYS)
    if entries is None:
        return None
    found = read_settings(reading, entries, path, Destination, _OWN)
    chats = {row.key for row in settings(Destination) if row.kind == "section"}
    if not chats & {*entries} and len(entries) == len(node.value):
        message = "a destination without a channel posts nowhere"
        reading.warn("no-channel", message, node, path, "name one: `slack: NAME`")
    return Destination(**found)


def _read_channels(reading: Reading, _: Setting, node: yaml.Node, path: Path) -> Channels | None:
    inner = (*path, "channel")
    if isinstance(node, yaml.MappingNode):
        there = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
        if not there & set(BINDING_KEYS):
            return _read_long(reading, node, path)
    reading.place(path, node)
    binding = read_binding(reading, node, inner, many=True)
    return None if binding is None else Channels(binding)


def _read_long(reading: Reading, node: yaml.MappingNode, path: Path) -> Channels | None:
    entries = reading.mapping(node, path, CHANNEL_KEYS) or {}
    found = read_settings(reading, entries, path, Channels, {})
    if "channel" not in entries and len(entries) == len(node.value):
        reading.missing(node, path, "channel", 'name it: `channel: "#alerts"`')
    return Channels(**found) if "channel" in found else None


_OWN: Mapping[Kind, Reader] = {
    "targets": lambda reading, _row, node, path: _read_targets(reading, node, path),
    "again": _read_again,
    "section": _read_channels,
}
