"""A route file's text to a `Declaration`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from reconciler.files.read.expressions import check_expressions, read_expressions
from reconciler.files.read.sections import read_escalation, read_incident, read_notify
from reconciler.files.read.settings import Reader, read_settings
from reconciler.files.yaml.compose import compose
from reconciler.files.yaml.reading import Entry, Reading, in_file_order, near, warn_of_direction
from reconciler.model import (
    Declaration,
    Escalation,
    Finding,
    Grouping,
    Incident,
    Kind,
    Path,
    Positions,
    Route,
    RouteSource,
    Setting,
    has_errors,
    keys,
)

IDENTITY_KEYS = ("name", "id", "previously", "state")
SETTING_KEYS = tuple(key for key in keys(Route) if key not in IDENTITY_KEYS)
ROUTE_KEYS = (*IDENTITY_KEYS, *SETTING_KEYS, "ignore_changes")
_ID = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The content of a file. With errors among the findings `declaration` holds the readable parts:
    good for looking for more mistakes, never to be planned or written.
    """

    declaration: Declaration | None
    findings: tuple[Finding, ...]


def parse_route(text: str, file: str) -> tuple[Declaration | None, tuple[Finding, ...]]:
    """A route file. None where any finding is an error. Raises nothing."""
    parsed = parse_as_far_as_possible(text, file)
    whole = None if has_errors(parsed.findings) else parsed.declaration
    return whole, parsed.findings


def parse_as_far_as_possible(text: str, file: str) -> Parsed:
    """A route file with everything that could be read beside its mistakes."""
    composed = compose(text, file)
    if composed.root is None:
        return Parsed(None, composed.findings)
    reading = Reading(file, composed.lines)
    declaration = _read_declaration(reading, composed.root)
    warn_of_direction(reading, composed.text, composed.root)
    findings = sorted(reading.findings, key=in_file_order)
    name = declaration.route.name if declaration else ""
    return Parsed(declaration, tuple(replace(finding, route=name) for finding in findings))


def _read_declaration(reading: Reading, root: yaml.Node) -> Declaration | None:
    entries = reading.mapping(root, (), ROUTE_KEYS)
    if entries is None:
        return None
    if "name" not in entries:
        reading.missing(root, (), "name", "a route has a name: `name: Production Alerts`")
    name = _read_name(reading, entries, "name")
    absent = _read_state(reading, entries)
    if absent:
        route = Route(name or "")
    else:
        if "sources" not in entries:
            hint = "write the alert sources of the route: `sources: [Grafana Cloud]`"
            reading.missing(root, (), "sources", hint)
        written = {key: entry for key, entry in entries.items() if key in SETTING_KEYS}
        route = Route(name=name or "", **read_settings(reading, written, (), Route, _OWN))
        check_expressions(reading, route, entries.get("expressions"))
    ignored = _read_ignored(reading, entries)
    if not absent and "sources" not in ignored:
        _warn_of_no_sources(reading, entries)
    return Declaration(
        route,
        Positions(reading.file, reading.places, reading.lines),
        id=_read_id(reading, entries),
        previously=_read_previously(reading, entries, name),
        absent=absent,
        ignore_changes=ignored,
    )


def _read_name(reading: Reading, entries: dict[str, Entry], key: str) -> str | None:
    """A route's name, with the spaces around it that quotes keep: incident.io keeps them too."""
    if key not in entries:
        return None
    node = entries[key][1]
    text = reading.text(node, (key,))
    if text is not None and not text.strip():
        reading.error("empty-text", "the text is empty", node, (key,))
        return None
    return text


def _read_id(reading: Reading, entries: dict[str, Entry]) -> str | None:
    if "id" not in entries:
        return None
    node = entries["id"][1]
    text = reading.words(node, ("id",))
    if text is not None and not _ID.fullmatch(text):
        message = f"`{text}` is not an id"
        reading.error("id", message, node, ("id",), "an id has letters and digits, as 01JABC…")
        return None
    return text


def _read_previously(reading: Reading, entries: dict[str, Entry], name: str | None) -> str | None:
    if "previously" not in entries:
        return None
    node = entries["previously"][1]
    text = _read_name(reading, entries, "previously")
    if text is not None and text == name:
        message = "`previously` is the current name of the route"
        reading.warn("previously", message, node, ("previously",), "leave it out")
    return text


def _read_state(reading: Reading, entries: dict[str, Entry]) -> bool:
    if "state" not in entries:
        return False
    node = entries["state"][1]
    state = reading.text(node, ("state",))
    if state != "absent":
        if state not in (None, "present"):
            hint = "`state: absent` deletes the route; for every other route leave the key out"
            reading.error("state", f"`{state}` is not a state", node, ("state",), hint)
        return False
    for key in entries:
        if key not in IDENTITY_KEYS:
            message = f"`{key}` in the file of a route to be deleted"
            hint = f"leave it out; with `state: absent` only {', '.join(IDENTITY_KEYS)} count"
            reading.error("absent-keys", message, entries[key][0], (key,), hint)
    return True


def _read_ignored(reading: Reading, entries: dict[str, Entry]) -> tuple[str, ...]:
    if "ignore_changes" not in entries:
        return ()
    path = ("ignore_changes",)
    nodes = reading.sequence(entries["ignore_changes"][1], path, "ignore_changes: [enabled]") or []
    ignored: list[str] = []
    for place, node in enumerate(nodes):
        key = reading.words(node, (*path, place))
        if key is None:
            continue
        if key in SETTING_KEYS:
            ignored.append(key)
            continue
        message = f"changes of `{key}` cannot be ignored"
        hint = near(key, SETTING_KEYS) or f"one of {', '.join(SETTING_KEYS)}"
        reading.error("ignore-changes", message, node, (*path, place), hint)
    return tuple(ignored)


def _warn_of_no_sources(reading: Reading, entries: dict[str, Entry]) -> None:
    node = entries["sources"][1] if "sources" in entries else None
    if isinstance(node, yaml.SequenceNode) and not node.value:
        message = "a route without sources gets no alerts"
        reading.warn("no-sources", message, node, ("sources",))


def _read_sources(
    reading: Reading, _: Setting, node: yaml.Node, path: Path
) -> tuple[RouteSource, ...]:
    nodes = reading.sequence(node, path, "sources: [Grafana Cloud]")
    if nodes is None:
        return ()
    found: dict[str, RouteSource] = {}
    for place, item in enumerate(nodes):
        source = _read_source(reading, item, (*path, place))
        if source is None:
            continue
        if source.source in found:
            message = f"the source `{source.source}` is listed twice"
            hint = "one entry for each source; alternatives go under `when: {any: […]}`"
            reading.error("duplicate-source", message, item, (*path, place), hint)
            continue
        found[source.source] = source
    return tuple(found.values())


def _read_source(reading: Reading, node: yaml.Node, path: Path) -> RouteSource | None:
    reading.place(path, node)
    if isinstance(node, yaml.ScalarNode):
        name = reading.words(node, path)
        return None if name is None else RouteSource(name)
    entries = reading.mapping(node, path, keys(RouteSource))
    if entries is None:
        return None
    own: dict[Kind, Reader] = {"name": lambda reading, _row, node, _at: reading.words(node, path)}
    found = read_settings(reading, entries, path, RouteSource, own)
    if "source" not in entries:
        if len(entries) == len(node.value):
            reading.missing(node, path, "source", "name it: `- source: Grafana Cloud`")
        return None
    return RouteSource(**found) if "source" in found else None


def _read_group(reading: Reading, node: yaml.Node, path: Path) -> Grouping | None:
    entries = reading.mapping(node, path, keys(Grouping))
    if entries is None:
        return None
    found = read_settings(reading, entries, path, Grouping, {})
    if "window" not in entries:
        hint = "grouping needs a window: `window: 30m`; without grouping leave `group` out"
        reading.missing(node, path, "window", hint)
    return Grouping(**found) if "window_seconds" in found else None


_SECTIONS: Mapping[type | None, Callable[[Reading, yaml.Node, Path], Any]] = {
    Grouping: _read_group,
    Escalation: read_escalation,
    Incident: read_incident,
}
_OWN: Mapping[Kind, Reader] = {
    "section": lambda reading, row, node, path: _SECTIONS[row.of](reading, node, path),
    "sources": _read_sources,
    "destinations": lambda reading, _row, node, path: read_notify(reading, node, path),
    "expressions": lambda reading, _row, node, path: read_expressions(reading, node, path),
}
