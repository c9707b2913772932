"""`escalate` and `notify`: who is paged, and which channels are told."""

import yaml

from reconciler.files.bindings import BINDING_KEYS, read_binding
from reconciler.files.conditions import read_conditions
from reconciler.files.reading import Entry, Reading
from reconciler.model.condition import ConditionGroups
from reconciler.model.finding import Path
from reconciler.model.route import (
    GRACE_SECONDS,
    JOIN_MODES,
    VISIBILITIES,
    Again,
    Channels,
    Destination,
    Escalation,
    Target,
)

ESCALATION_KEYS = ("to", "cancel_when_resolved", "again")
CHANNEL_KEYS = ("channel", "visibility", "summarise_groups")
DESTINATION_KEYS = ("slack", "ms_teams", "when")
_EACH_NEW_ALERT = "on_each_new_alert"


def read_escalation(reading: Reading, node: yaml.Node, path: Path) -> Escalation:
    """A plain list of targets, or a mapping with `to`."""
    if not isinstance(node, yaml.MappingNode):
        return Escalation(_read_targets(reading, node, (*path, "to")))
    keys = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
    if keys & {"path", "user"}:
        message = "targets are a list"
        reading.error("target-shape", message, node, path, "put a dash before it: `- path: …`")
        return Escalation()
    entries = reading.mapping(node, path, ESCALATION_KEYS) or {}
    targets: tuple[Target, ...] = ()
    if "to" in entries:
        targets = _read_targets(reading, entries["to"][1], (*path, "to"))
    cancel = True
    if "cancel_when_resolved" in entries:
        flag = (*path, "cancel_when_resolved")
        cancel = reading.flag(entries["cancel_when_resolved"][1], flag) is not False
    again = None
    if "again" in entries:
        again = _read_again(reading, entries["again"], (*path, "again"))
    return Escalation(targets, cancel, again)


def _read_again(reading: Reading, entry: Entry, path: Path) -> Again | None:
    """`on_priority_increase`, `on_each_new_alert`, `{on_each_new_alert: 60s}`, `{raw: MODE}`."""
    key, node = entry
    reading.place(path, key)
    if isinstance(node, yaml.MappingNode):
        keys = [name.value for name, _ in node.value]
        if keys == [_EACH_NEW_ALERT]:
            grace = reading.duration(node.value[0][1], path, GRACE_SECONDS)
            return None if grace is None else Again(_EACH_NEW_ALERT, grace)
        if keys == ["on_priority_increase"]:
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
        message = "a target says whether it is a path or a user"
        shown = node.value or "NAME"
        hint = f"write `path: {shown}` or `user: {shown}`"
        reading.error("target-shape", message, node, path, hint)
        return None
    entries = reading.mapping(node, path, ("path", "user", "when"))
    if entries is None:
        return None
    if "when" in entries:
        # Fact 3.2: the API accepts conditions on targets and drops them.
        message = "conditions on a target are dropped by incident.io: it would always be paged"
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
    """A list of destinations."""
    nodes = reading.sequence(node, path, 'notify: [{slack: "#alerts"}]') or []
    read = [_read_destination(reading, item, (*path, place)) for place, item in enumerate(nodes)]
    return tuple(place for place in read if place is not None)


def _read_destination(reading: Reading, node: yaml.Node, path: Path) -> Destination | None:
    reading.place(path, node)
    if isinstance(node, yaml.ScalarNode) and node.value:
        message = "a destination says whether it is in Slack or in Microsoft Teams"
        hint = f'write `slack: "{node.value}"`'
        reading.error("destination-shape", message, node, path, hint)
        return None
    entries = reading.mapping(node, path, DESTINATION_KEYS)
    if entries is None:
        return None
    channels: dict[str, Channels | None] = {
        kind: _read_channels(reading, entries[kind][1], (*path, kind))
        for kind in ("slack", "ms_teams")
        if kind in entries
    }
    when: ConditionGroups = ()
    if "when" in entries:
        when = read_conditions(reading, entries["when"][1], (*path, "when"))
    if not channels and len(entries) == len(node.value):
        message = "a destination without a channel tells nobody"
        reading.warn("no-channel", message, node, path, "name one: `slack: NAME`")
    return Destination(channels.get("slack"), channels.get("ms_teams"), when)


def _read_channels(reading: Reading, node: yaml.Node, path: Path) -> Channels | None:
    inner = (*path, "channel")
    if isinstance(node, yaml.MappingNode):
        keys = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
        if not keys & set(BINDING_KEYS):
            return _read_long(reading, node, path)
    reading.place(path, node)
    binding = read_binding(reading, node, inner, many=True)
    return None if binding is None else Channels(binding)


def _read_long(reading: Reading, node: yaml.MappingNode, path: Path) -> Channels | None:
    entries = reading.mapping(node, path, CHANNEL_KEYS) or {}
    visibility: str | None = VISIBILITIES[0]
    if "visibility" in entries:
        at = (*path, "visibility")
        visibility = reading.word(entries["visibility"][1], at, VISIBILITIES)
    summarise = False
    if "summarise_groups" in entries:
        at = (*path, "summarise_groups")
        summarise = reading.flag(entries["summarise_groups"][1], at) is True
    if "channel" not in entries:
        if len(entries) == len(node.value):
            reading.missing(node, path, "channel", 'name it: `channel: "#alerts"`')
        return None
    binding = read_binding(reading, entries["channel"][1], (*path, "channel"), many=True)
    if binding is None or visibility is None:
        return None
    return Channels(binding, visibility, summarise)
