"""The canonical spelling of a route file: one text for each meaning.

Keys stand in the order of the documentation's long example, sugar wherever it says exactly the
same, defaults are left out. What parses to a declaration is what this writes for it.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from reconciler.files.write.conditions import expressions_node, groups_node
from reconciler.files.write.layout import lay_out
from reconciler.files.write.nodes import Entries, Items, Node, Text, binding_node, texts, word
from reconciler.files.write.settings import Writer, duration_node, incident_node, setting_nodes
from reconciler.model import (
    JOIN_MODES,
    Again,
    Binding,
    Channels,
    Declaration,
    Destination,
    Escalation,
    Incident,
    Kind,
    Literal,
    Path,
    Route,
    RouteSource,
    Setting,
    Target,
)

PREFIX = "# yaml-language-server: $schema="
PLACES = ("route.schema.json", "reconciler/files/schema/route.schema.json")
"""Where a checkout may have the schema: printed by `reconciler schema`, or this very repository."""
MODELINE = f"{PREFIX}../{PLACES[1]}"
"""The first line of a file in `routes/`, for editors. It is a comment: a team that keeps the schema
elsewhere changes the line, and `fmt` leaves it as it is.
"""


def modeline(root: FilePath, file: str) -> str:
    """The line for a file (its path from the root), with its newline; "" where the checkout has
    no schema: a line that points nowhere makes editors complain.
    """
    for place in PLACES:
        if (root / place).is_file():
            relative = os.path.relpath(place, FilePath(file).parent)
            return f"{PREFIX}{FilePath(relative).as_posix()}\n"
    return ""


def has_schema(root: FilePath) -> bool:
    """Whether the checkout has the schema where the line can lead to it."""
    return any((root / place).is_file() for place in PLACES)


def with_modeline(text: str, root: FilePath, file: str) -> str:
    """A route's canonical text under the line that holds in this checkout."""
    first, newline, rest = text.partition("\n")
    body = rest if newline and first.startswith(PREFIX) else text
    return modeline(root, file) + body


def emit_route(declaration: Declaration) -> str:
    """The file's text. Reading it gives the declaration again, for every declaration with names
    whose texts YAML can hold at all (no lone surrogates). Defaults that the declaration spells
    out (`again: on_priority_increase`) are left out, as everywhere.
    """
    return f"{MODELINE}\n{lay_out(route_node(declaration), {})}"


def route_node(declaration: Declaration) -> Node:
    route = declaration.route
    name, *others = setting_nodes(route, (), _OWN)
    entries = [name]
    for key, text in (("id", declaration.id), ("previously", declaration.previously)):
        if text is not None:
            entries.append((key, Text(text, (key,))))
    entries += [("state", Text("absent", ("state",)))] if declaration.absent else others
    if declaration.ignore_changes:
        keys = texts(declaration.ignore_changes, ("ignore_changes",))
        entries.append(("ignore_changes", keys))
    return Entries(tuple(entries), (), inline=False)


def _sources(_: Setting, sources: tuple[RouteSource, ...], path: Path) -> Node:
    listed = (_source(source, (*path, place)) for place, source in enumerate(sources))
    return Items(tuple(listed), path, inline=False)


def _source(source: RouteSource, path: Path) -> Node:
    if not source.when:
        return Text(source.source, path)
    when = groups_node(source.when, (*path, "when"))
    return Entries((("source", Text(source.source)), ("when", when)), path, inline=False)


def _section(_: Setting, section: object, path: Path) -> Node | None:
    match section:
        case Escalation():
            return _escalation(section, path)
        case Incident():
            return incident_node(section, path)
        case _:
            return Entries(tuple(setting_nodes(section, path, {})), path, inline=False)


def _escalation(escalation: Escalation, path: Path) -> Node | None:
    """The list of targets alone, where nothing else is set."""
    entries = setting_nodes(escalation, path, {"targets": _targets, "again": _again})
    match entries:
        case []:
            return None
        case [("to", Items() as targets)]:
            return replace(targets, path=path)
        case _:
            return Entries(tuple(entries), path, inline=False)


def _targets(_: Setting, targets: tuple[Target, ...], path: Path) -> Node:
    listed = (_target(one, (*path, place)) for place, one in enumerate(targets))
    return Items(tuple(listed), path, inline=False)


def spells_again(route: Route) -> bool:
    """Whether a file has `again`: the default is left out."""
    again = route.escalate.again
    return again is not None and again.mode != Again().mode


def _again(_: Setting, again: Again, path: Path) -> Node | None:
    if again.mode == Again().mode:
        return None
    if again.mode == JOIN_MODES[1] and again.grace_seconds:
        return Entries(((again.mode, duration_node(again.grace_seconds, None)),), path)
    return word(again.mode, JOIN_MODES, path)


def _target(target: Target, path: Path) -> Node:
    binding = binding_node(target.binding, path, many=True)
    return Entries(((target.kind, replace(binding, path=None)),), path, inline=False)


def _destinations(_: Setting, destinations: tuple[Destination, ...], path: Path) -> Node:
    places = (_destination(one, (*path, place)) for place, one in enumerate(destinations))
    return Items(tuple(places), path, inline=False)


def _destination(destination: Destination, path: Path) -> Node:
    nodes = setting_nodes(destination, path, {"section": _channels})
    return Entries(tuple(nodes), path, inline=False)


def _channels(_: Setting, channels: Channels, path: Path) -> Node:
    entries = setting_nodes(channels, path, {})
    if not entries:
        match channels.channel:
            case Binding((Literal(name, exact=False),), many=True):
                return Text(name, path)
    channel = binding_node(channels.channel, (*path, "channel"), many=True)
    return Entries((("channel", channel), *entries), path)


_OWN: Mapping[Kind, Writer] = {
    "section": _section,
    "sources": _sources,
    "destinations": _destinations,
    "expressions": lambda _, expressions, path: expressions_node(expressions, path),
}
