"""A route as named slots: the plain form that differences are found on.

Elements of sets stand under a key of their own (a source under its id, a target under its kind
and ids, a destination under its channels, a custom field under its id, an expression under its
reference), so order never matters and a difference has a name. The form is injective: two
canonical routes have equal plain forms exactly when they are equal.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TypeVar

from reconciler.model.binding import Binding, Literal
from reconciler.model.condition import ConditionGroups
from reconciler.model.duration import format_duration
from reconciler.model.expression import Expression, Step
from reconciler.model.json import Json
from reconciler.model.route import (
    Channels,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Route,
    RouteSource,
    Target,
)
from reconciler.plan.change import Shown
from reconciler.plan.words import (
    Names,
    again_words,
    binding_words,
    channel_words,
    destination_words,
    field_words,
    groups_words,
    reference_words,
    setting_words,
    severity_words,
    steps_words,
    target_words,
)

T = TypeVar("T")
_SIMPLE = re.compile(r"[\w@.+/-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A slot, a section or an element. A slot has no children. A section that comes or goes is
    shown slot by slot (`whole` False), an element in one line.
    """

    label: str  # with its dot or its brackets
    shown: Shown
    children: Mapping[str, "Part"] = field(default_factory=dict)
    leaf: bool = False
    whole: bool = False
    groups: ConditionGroups | None = None  # of a slot of conditions
    steps: tuple[Step, ...] | None = None  # of the steps of an expression


def facts(value: object) -> Json:
    """Any part of the model as JSON, by ids. What is None, or no meaning, is left out."""
    if is_dataclass(value):
        said = {f.name: facts(getattr(value, f.name)) for f in fields(value) if f.compare}
        kept = {name: fact for name, fact in said.items() if fact is not None}
        return {"is": type(value).__name__, **kept}
    if isinstance(value, tuple):
        return [facts(part) for part in value]
    return value if isinstance(value, (bool, int, str)) else None


def key_text(value: object) -> str:
    """The canonical JSON text of a part."""
    return json.dumps(facts(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain(part: Part) -> object:
    """What deepdiff compares: a slot is its key, everything else a dictionary."""
    if part.leaf:
        return part.shown.key
    return {key: plain(child) for key, child in part.children.items()}


def slots(route: Route, names: Names) -> Part:
    """The whole route; give it a canonical form."""
    children = {
        "name": _slot("name", route.name, route.name),
        "enabled": _slot("enabled", route.enabled, route.enabled),
        "private": _slot("private", route.private, route.private),
        "owners": _elements("owners", route.owners, str, lambda o: _thing(o, names)),
        "sources": _section("sources", _sources(route.sources, names)),
        "when": _when(route.when, names),
        "escalate": _section("escalate", _escalation(route.escalate, names)),
        "notify": _section("notify", _destinations(route.notify, names)),
        "expressions": _section("expressions", _expressions(route.expressions, names)),
    }
    if route.group is not None:
        children["group"] = _section("group", _grouping(route.group, names), "on")
    if route.message_template is not None:
        children["message_template"] = _binding("message_template", route.message_template, names)
    if route.incident is not None:
        incident = _incident(route.incident, names)
        children["incident"] = _section("incident", incident, "creates an incident")
    return Part("", Shown("", ""), children)


def count_slots(part: Part) -> int:
    """How many lines a person could change."""
    if part.leaf:
        return 1
    inside = sum(count_slots(child) for child in part.children.values())
    return inside + 1 if part.whole else inside


def _slot(key: str, value: object, words: bool | int | str) -> Part:
    return Part(f".{key}", Shown(words, key_text(value)), leaf=True)


def _when(groups: ConditionGroups, names: Names) -> Part:
    shown = Shown(groups_words(groups, names), key_text(groups))
    return Part(".when", shown, leaf=True, groups=groups)


def _thing(identity: str, names: Names) -> Shown:
    name = names.get(identity, "")
    return Shown(name or identity, key_text(identity), identity, name)


def _binding(key: str, binding: Binding, names: Names) -> Part:
    return Part(f".{key}", binding_shown(binding, names), leaf=True)


def binding_shown(binding: Binding, names: Names) -> Shown:
    """A binding in words, with the id of the one literal that it holds."""
    words, text = binding_words(binding, names), key_text(binding)
    match binding.values:
        case (Literal(identity),) if identity in names:
            return Shown(words, text, identity, names[identity])
        case _:
            return Shown(words, text)


def _section(key: str, children: Mapping[str, Part], words: str = "") -> Part:
    return Part(f".{key}", Shown(words, key_text(words)), children)


def _elements(
    key: str, parts: Sequence[T], name: Callable[[T], str], show: Callable[[T], Shown]
) -> Part:
    keyed = zip(element_keys(parts, name), map(show, parts), strict=True)
    return _section(key, {k: Part(bracket(s.value), s, whole=True) for k, s in keyed})


def bracket(value: object) -> str:
    """`["Grafana Cloud"]`."""
    return f"[{json.dumps(str(value), ensure_ascii=False)}]"


def element_keys(parts: Sequence[T], name: Callable[[T], str]) -> list[str]:
    """A key for each element; the second of one name is `name#2` (and a `#` is doubled)."""
    seen: dict[str, int] = {}
    keys = []
    for part in parts:
        key = name(part).replace("#", "##")
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return keys


def source_key(source: RouteSource) -> str:
    """Its id."""
    return source.source


def target_key(target: Target) -> str:
    """Its kind and who."""
    return f"{target.kind} {_values_key(target.binding)}"


def destination_key(destination: Destination) -> str:
    """Its channels."""
    places = (("slack", destination.slack), ("ms_teams", destination.ms_teams))
    return " ".join(f"{kind} {_values_key(c.channel)}" for kind, c in places if c is not None)


def _values_key(binding: Binding) -> str:
    match binding.values:
        case (Literal(text),) if _SIMPLE.fullmatch(text):
            return text
        case values:
            return key_text(values)


def _sources(sources: Sequence[RouteSource], names: Names) -> dict[str, Part]:
    parts = {}
    for key, source in zip(element_keys(sources, source_key), sources, strict=True):
        thing = _thing(source.source, names)
        words = f"{thing.value}: {groups_words(source.when, names)}"
        when = _when(source.when, names)
        shown = Shown(words, key_text(source), source.source, thing.name)
        parts[key] = Part(bracket(thing.value), shown, {"when": when}, whole=True)
    return parts


def _escalation(escalation: Escalation, names: Names) -> dict[str, Part]:
    def show(target: Target) -> Shown:
        shown = binding_shown(target.binding, names)
        words = target_words(target, names)
        return Shown(words, key_text(target), shown.id, shown.name)

    cancel = escalation.cancel_when_resolved
    parts = {
        "to": _elements("to", escalation.targets, target_key, show),
        "cancel_when_resolved": _slot("cancel_when_resolved", cancel, cancel),
    }
    if escalation.again is not None:
        parts["again"] = _slot("again", escalation.again, again_words(escalation.again))
    return parts


def _destinations(destinations: Sequence[Destination], names: Names) -> dict[str, Part]:
    parts = {}
    for key, place in zip(element_keys(destinations, destination_key), destinations, strict=True):
        children = {"when": _when(place.when, names)}
        for kind, channels in (("slack", place.slack), ("ms_teams", place.ms_teams)):
            if channels is not None:
                children[kind] = _section(kind, _channels(channels))
        shown = Shown(destination_words(place, names), key_text(place))
        parts[key] = Part(bracket(channel_words(place, names)), shown, children, whole=True)
    return parts


def _channels(channels: Channels) -> dict[str, Part]:
    summarise = channels.summarise_groups
    return {
        "visibility": _slot("visibility", channels.visibility, channels.visibility),
        "summarise_groups": _slot("summarise_groups", summarise, summarise),
    }


def _grouping(grouping: Grouping, names: Names) -> dict[str, Part]:
    def show(path: str) -> Shown:
        name = names.get(path, "")
        return Shown(reference_words(path, names), key_text(path), path if name else "", name)

    return {
        "by": _elements("by", grouping.by, str, show),
        "window": _slot(
            "window", grouping.window_seconds, format_duration(grouping.window_seconds)
        ),
        "extend": _slot("extend", grouping.extend, grouping.extend),
    }


def _incident(incident: Incident, names: Names) -> dict[str, Part]:
    decline = incident.decline_when_resolved
    parts = {
        "when": _when(incident.when, names),
        "decline_when_resolved": _slot("decline_when_resolved", decline, decline),
    }
    for key, setting in (("name", incident.name), ("summary", incident.summary)):
        if setting is not None:
            parts[key] = _slot(key, setting, setting_words(setting, names))
    if incident.severity is not None:
        binding = incident.severity.binding
        held = Shown("", "") if binding is None else binding_shown(binding, names)
        words = severity_words(incident.severity, names)
        shown = Shown(words, key_text(incident.severity), held.id, held.name)
        parts["severity"] = Part(".severity", shown, leaf=True)
    for key in ("type", "mode", "triage", "members", "workspace"):
        value = getattr(incident, key)
        if value is not None:
            parts[key] = _binding(key, value, names)
    keys = element_keys(incident.custom_fields, lambda custom: custom.field)
    custom_fields = {
        key: Part(
            bracket(names.get(custom.field, custom.field)),
            Shown(field_words(custom, names), key_text(custom)),
            leaf=True,
        )
        for key, custom in zip(keys, incident.custom_fields, strict=True)
    }
    parts["custom_fields"] = _section("custom_fields", custom_fields)
    return parts


def _expressions(expressions: Sequence[Expression], names: Names) -> dict[str, Part]:
    parts = {}
    keys = element_keys(expressions, lambda expression: expression.reference)
    for key, one in zip(keys, expressions, strict=True):
        root = reference_words(one.root, names)
        steps = steps_words(one.steps, names)
        children = {
            "label": _slot("label", one.label, one.label),
            "from": _slot("from", one.root, root),
            "steps": replace(_slot("steps", one.steps, steps), steps=one.steps),
        }
        words = f"{one.label}: from {root} | {steps}"
        if one.otherwise is not None:
            children["else"] = _binding("else", one.otherwise, names)
            words += f", else {binding_words(one.otherwise, names)}"
        shown = Shown(words, key_text(one))
        parts[key] = Part(bracket(one.reference), shown, children, whole=True)
    return parts
