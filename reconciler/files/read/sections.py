"""`escalate`, `notify` and `incident`: who is paged, where alerts are posted, what starts."""

from collections.abc import Mapping

import yaml

from reconciler.files.read.bindings import BINDING_KEYS, read_binding, read_json
from reconciler.files.read.settings import Reader, read_settings
from reconciler.files.yaml.reading import Entry, Reading
from reconciler.model import (
    FIELD_MERGES,
    GRACE_SECONDS,
    JOIN_MODES,
    SEVERITY_MERGES,
    TEMPLATE,
    Again,
    Binding,
    Channels,
    CustomField,
    Destination,
    Document,
    Escalation,
    Incident,
    Kind,
    Path,
    Position,
    Reference,
    Setting,
    Severity,
    Target,
    TemplateMistake,
    TextContent,
    TextSetting,
    TextTemplate,
    keys,
    parse_template,
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
    return reading.each(node, path, "escalate: [{path: Engineering On-Call}]", _read_target)


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
    return reading.each(node, path, 'notify: [{slack: "#alerts"}]', _read_destination)


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


INCIDENT_KEYS = keys(Incident)
TEMPLATE_KEYS = tuple(row.key for row in TEMPLATE)
TEXT_KEYS = ("autogenerated", "text", "reference", "document")
_CONTENT_KEYS = TEXT_KEYS[1:]


def read_incident(reading: Reading, node: yaml.Node, path: Path) -> Incident | None:
    """The whole of `incident`; `{}` is an incident without a template of its own."""
    entries = reading.mapping(node, path, INCIDENT_KEYS)
    if entries is None:
        return None
    for key in TEMPLATE_KEYS:
        if key in entries and "name" not in entries:
            hint = 'a template needs a name: `name: "{{ title }}"`'
            reading.missing(entries[key][0], (*path, key), "name", hint)
            break
    return Incident(**read_settings(reading, entries, path, Incident, _OF_INCIDENT))


def _read_text(reading: Reading, _: Setting, node: yaml.Node, path: Path) -> TextSetting | None:
    """Text with `{{ }}`, or `{autogenerated, text | reference | document}`."""
    if isinstance(node, yaml.ScalarNode):
        template = read_template(reading, node, path)
        return None if template is None else TextSetting(template)
    entries = reading.mapping(node, path, TEXT_KEYS)
    if entries is None:
        return None
    contents = [key for key in _CONTENT_KEYS if key in entries]
    if len(contents) > 1 or not entries:
        message = "expected one of `text`, `reference` and `document`"
        if len(entries) == len(node.value):
            reading.error("value-shape", message, node, path)
        return None
    generated = False
    if "autogenerated" in entries:
        flag = reading.flag(entries["autogenerated"][1], (*path, "autogenerated"))
        generated = flag is True
    if not contents:
        return TextSetting(None, generated)
    content = _read_content(reading, contents[0], entries[contents[0]][1], path)
    return None if content is None else TextSetting(content, generated)


def _read_content(reading: Reading, kind: str, node: yaml.Node, path: Path) -> TextContent | None:
    if kind == "text":
        return read_template(reading, node, (*path, "text"))
    if kind == "reference":
        name = reading.reference(node, (*path, "reference"))
        return None if name is None else Binding((Reference(name),))
    document = read_json(reading, node, (*path, "document"))
    return None if document is None else Document(document)


def read_template(reading: Reading, node: yaml.Node, path: Path) -> TextTemplate | None:
    text = reading.text(node, path)
    if text is None:
        return None
    template = parse_template(text)
    if isinstance(template, TemplateMistake):
        at = _inside(reading, node, text[: template.offset].count("{{"))
        hint = r"a literal {{ is written \{{"
        reading.add("error", "template", template.message, hint, at, path)
        return None
    for paragraph in template.paragraphs:
        for segment in paragraph:
            if isinstance(segment, Reference):
                at = reading.places[path]
                reading.references.append((segment.path, at, path))
    return template


def _inside(reading: Reading, node: yaml.Node, number: int) -> Position:
    """Where a scalar has its braces of that number, counted from 0; else where it starts.

    Counting survives quotes, folding and indentation, which shift every offset.
    """
    start = node.start_mark
    seen = 0
    for line in range(start.line, min(node.end_mark.line + 1, len(reading.lines))):
        at = start.column if line == start.line else 0
        while (at := reading.lines[line].find("{{", at)) >= 0:
            if seen == number:
                return Position(reading.file, line + 1, at + 1)
            seen += 1
            at += 2
    return reading.position(node)


def _read_severity(reading: Reading, _: Setting, node: yaml.Node, path: Path) -> Severity | None:
    if isinstance(node, yaml.MappingNode):
        keys = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
        if not keys & {"reference", "literal", "array_value"}:
            return _read_merged_severity(reading, node, path)
    binding = read_binding(reading, node, path, many=False)
    return None if binding is None else Severity(binding)


def _read_merged_severity(reading: Reading, node: yaml.MappingNode, path: Path) -> Severity | None:
    entries = reading.mapping(node, path, ("value", "merge"))
    if not entries:
        if not node.value:
            hint = "leave the key out: incident.io computes a severity that is left out"
            reading.error("empty-value", "a severity without a value", node, path, hint)
        return None
    binding = None
    if "value" in entries:
        binding = read_binding(reading, entries["value"][1], (*path, "value"), many=False)
        if binding is None:
            return None
    merge = _read_merge(reading, entries, path, SEVERITY_MERGES)
    return None if merge is None else Severity(binding, merge)


def _read_merge(
    reading: Reading, entries: dict[str, Entry], path: Path, known: tuple[str, ...]
) -> str | None:
    if "merge" not in entries:
        return known[0]
    return reading.word(entries["merge"][1], (*path, "merge"), known)


def _read_fields(
    reading: Reading, _: Setting, node: yaml.Node, path: Path
) -> tuple[CustomField, ...]:
    entries = reading.free_mapping(node, path, "a mapping of custom fields")
    read = [
        _read_field(reading, name, value, (*path, name))
        for name, (_, value) in (entries or {}).items()
    ]
    return tuple(field for field in read if field is not None)


def _read_field(reading: Reading, name: str, node: yaml.Node, path: Path) -> CustomField | None:
    merge: str | None = FIELD_MERGES[0]
    if isinstance(node, yaml.MappingNode):
        keys = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
        if not keys & {*BINDING_KEYS, "document"} or "merge" in keys:
            entries = reading.mapping(node, path, ("value", "merge")) or {}
            if "value" not in entries:
                if len(entries) == len(node.value):
                    reading.missing(node, path, "value", "write `{value: …, merge: …}`")
                return None
            merge = _read_merge(reading, entries, path, FIELD_MERGES)
            node, path = entries["value"][1], (*path, "value")
    value = _read_field_value(reading, node, path)
    return None if value is None or merge is None else CustomField(name, value, merge)


def _read_field_value(reading: Reading, node: yaml.Node, path: Path) -> Binding | Document | None:
    if isinstance(node, yaml.MappingNode) and [key.value for key, _ in node.value] == ["document"]:
        document = read_json(reading, node.value[0][1], (*path, "document"))
        return None if document is None else Document(document)
    return read_binding(reading, node, path, many=False)


_OF_INCIDENT: Mapping[Kind, Reader] = {
    "template": _read_text,
    "severity": _read_severity,
    "fields": _read_fields,
}
