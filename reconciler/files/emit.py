"""The canonical spelling of a route file: one text for each meaning.

Keys stand in the order of the documentation's long example, sugar wherever it says exactly the
same, defaults are left out. What parses to a declaration is what this writes for it.
"""

from dataclasses import replace

from reconciler.files.emit_conditions import groups_node
from reconciler.files.emit_expressions import expressions_node
from reconciler.files.emit_incident import incident_node
from reconciler.files.emit_layout import lay_out
from reconciler.files.emit_nodes import Entries, Items, Node, Text
from reconciler.files.emit_values import binding_node, flag, texts, word
from reconciler.model.binding import Binding, Literal
from reconciler.model.declaration import Declaration
from reconciler.model.duration import format_duration
from reconciler.model.finding import Path
from reconciler.model.route import (
    JOIN_MODES,
    VISIBILITIES,
    WINDOW_TYPES,
    Again,
    Channels,
    Destination,
    Grouping,
    Route,
    RouteSource,
    Target,
)

MODELINE = "# yaml-language-server: $schema=../reconciler/files/schema/route.schema.json"
"""The first line of a file in `routes/`, for editors. It is a comment: whoever keeps the schema
elsewhere changes the line, and `fmt` leaves it as it is.
"""

_NamedNode = tuple[str, Node]


def emit_route(declaration: Declaration) -> str:
    """The file's text. Reading it gives the declaration again, for every declaration with names
    whose texts YAML can hold at all (no lone surrogates). Defaults that the declaration spells
    out (`again: on_priority_increase`) are left out, as everywhere.
    """
    return f"{MODELINE}\n{lay_out(route_node(declaration), {})}"


def route_node(declaration: Declaration) -> Node:
    """The whole file as nodes."""
    route = declaration.route
    entries: list[_NamedNode] = [("name", Text(route.name, ("name",)))]
    for key, said in (("id", declaration.id), ("previously", declaration.previously)):
        if said is not None:
            entries.append((key, Text(said, (key,))))
    if declaration.absent:
        entries.append(("state", Text("absent", ("state",))))
    else:
        entries += _settings(route)
    if declaration.ignore_changes:
        keys = texts(declaration.ignore_changes, ("ignore_changes",))
        entries.append(("ignore_changes", keys))
    return Entries(tuple(entries), (), inline=False)


def _settings(route: Route) -> list[_NamedNode]:
    """The route's keys that are not at their default; `sources` always."""
    entries: list[_NamedNode] = []
    if not route.enabled:
        entries.append(("enabled", flag(False, ("enabled",))))
    if route.private:
        entries.append(("private", flag(True, ("private",))))
    if route.owners:
        entries.append(("owners", texts(route.owners, ("owners",))))
    entries.append(("sources", _sources(route.sources, ("sources",))))
    if route.when:
        entries.append(("when", groups_node(route.when, ("when",))))
    if route.group is not None:
        entries.append(("group", _group(route.group, ("group",))))
    escalation = _escalation(route, ("escalate",))
    if escalation is not None:
        entries.append(("escalate", escalation))
    if route.notify:
        places = (_destination(one, ("notify", place)) for place, one in enumerate(route.notify))
        entries.append(("notify", Items(tuple(places), ("notify",), inline=False)))
    if route.message_template is not None:
        template = binding_node(route.message_template, ("message_template",), many=False)
        entries.append(("message_template", template))
    if route.incident is not None:
        entries.append(("incident", incident_node(route.incident, ("incident",))))
    if route.expressions:
        entries.append(("expressions", expressions_node(route.expressions, ("expressions",))))
    return entries


def _sources(sources: tuple[RouteSource, ...], path: Path) -> Node:
    listed = (_source(source, (*path, place)) for place, source in enumerate(sources))
    return Items(tuple(listed), path, inline=False)


def _source(source: RouteSource, path: Path) -> Node:
    if not source.when:
        return Text(source.source, path)
    when = groups_node(source.when, (*path, "when"))
    return Entries((("source", Text(source.source)), ("when", when)), path, inline=False)


def _group(group: Grouping, path: Path) -> Node:
    entries: list[_NamedNode] = []
    if group.by:
        entries.append(("by", texts(group.by, (*path, "by"))))
    entries.append(("window", _duration(group.window_seconds, (*path, "window"))))
    if group.extend != WINDOW_TYPES[0]:
        entries.append(("extend", word(group.extend, WINDOW_TYPES, (*path, "extend"))))
    return Entries(tuple(entries), path, inline=False)


def _duration(seconds: int, path: Path | None) -> Node:
    return Text(format_duration(seconds), path)


def _escalation(route: Route, path: Path) -> Node | None:
    escalation = route.escalate
    again = escalation.again if spells_again(route) else None
    where = (*path, "to")
    listed = (_target(one, (*where, place)) for place, one in enumerate(escalation.targets))
    targets = tuple(listed)
    if escalation.cancel_when_resolved and again is None:
        return Items(targets, path, inline=False) if targets else None
    entries: list[_NamedNode] = []
    if targets:
        entries.append(("to", Items(targets, where, inline=False)))
    if not escalation.cancel_when_resolved:
        cancel = (*path, "cancel_when_resolved")
        entries.append(("cancel_when_resolved", flag(False, cancel)))
    if again is not None:
        entries.append(("again", _again(again, (*path, "again"))))
    return Entries(tuple(entries), path, inline=False)


def spells_again(route: Route) -> bool:
    """Whether a file says when to page again: the default is left out."""
    again = route.escalate.again
    return again is not None and again.mode != Again().mode


def _again(again: Again, path: Path) -> Node:
    if again.mode == JOIN_MODES[1] and again.grace_seconds:
        return Entries(((again.mode, _duration(again.grace_seconds, None)),), path)
    return word(again.mode, JOIN_MODES, path)


def _target(target: Target, path: Path) -> Node:
    binding = binding_node(target.binding, path, many=True)
    return Entries(((target.kind, replace(binding, path=None)),), path, inline=False)


def _destination(destination: Destination, path: Path) -> Node:
    entries: list[_NamedNode] = []
    for key, channels in (("slack", destination.slack), ("ms_teams", destination.ms_teams)):
        if channels is not None:
            entries.append((key, _channels(channels, (*path, key))))
    if destination.when:
        entries.append(("when", groups_node(destination.when, (*path, "when"), short=True)))
    return Entries(tuple(entries), path, inline=False)


def _channels(channels: Channels, path: Path) -> Node:
    entries: list[_NamedNode] = []
    if channels.visibility != VISIBILITIES[0]:
        where = (*path, "visibility")
        entries.append(("visibility", word(channels.visibility, VISIBILITIES, where)))
    if channels.summarise_groups:
        entries.append(("summarise_groups", flag(True, (*path, "summarise_groups"))))
    if not entries:
        match channels.channel:
            case Binding((Literal(name, exact=False),), many=True):
                return Text(name, path)
    channel = binding_node(channels.channel, (*path, "channel"), many=True)
    return Entries((("channel", channel), *entries), path)
