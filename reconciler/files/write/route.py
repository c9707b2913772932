"""The canonical spelling of a route file: one text for each meaning.

Keys stand in the order of the documentation's long example, sugar wherever it says exactly the
same, defaults are left out. What parses to a declaration is what this writes for it.
"""

from collections.abc import Mapping
from dataclasses import replace

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
    Expression,
    Incident,
    Kind,
    Literal,
    Path,
    Route,
    RouteSource,
    Setting,
    Target,
)

MODELINE = "# yaml-language-server: $schema=../reconciler/files/schema/route.schema.json"
"""The first line of a file in `routes/`, for editors. It is a comment: whoever keeps the schema
elsewhere changes the line, and `fmt` leaves it as it is.
"""


def emit_route(declaration: Declaration) -> str:
    """The file's text. Reading it gives the declaration again, for every declaration with names
    whose texts YAML can hold at all (no lone surrogates). Defaults that the declaration spells
    out (`again: on_priority_increase`) are left out, as everywhere.
    """
    return f"{MODELINE}\n{lay_out(route_node(declaration), {})}"


def route_node(declaration: Declaration) -> Node:
    """The whole file as nodes."""
    route = declaration.route
    name, *others = setting_nodes(route, (), _OWN)
    entries = [name]
    for key, said in (("id", declaration.id), ("previously", declaration.previously)):
        if said is not None:
            entries.append((key, Text(said, (key,))))
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
    """A list of targets, where it says nothing else."""
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
    """Whether a file says when to page again: the default is left out."""
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


def _expressions(_: Setting, expressions: tuple[Expression, ...], path: Path) -> Node:
    return expressions_node(expressions, path)


_OWN: Mapping[Kind, Writer] = {
    "section": _section,
    "sources": _sources,
    "destinations": _destinations,
    "expressions": _expressions,
}
