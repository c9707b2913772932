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
from operator import attrgetter
from typing import Any, TypeVar

from reconciler.model import (
    Binding,
    ConditionGroups,
    CustomField,
    Destination,
    Expression,
    Json,
    Kind,
    Literal,
    Names,
    Route,
    RouteSource,
    Setting,
    Severity,
    Step,
    Target,
    canonical_binding,
    compact,
    format_duration,
    settings,
)
from reconciler.plan.change import Shown
from reconciler.plan.compare.words import (
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
    """Any part of the model as JSON, by ids, without None and fields that are no meaning."""
    if is_dataclass(value):
        named = {f.name: facts(getattr(value, f.name)) for f in fields(value) if f.compare}
        kept = {name: fact for name, fact in named.items() if fact is not None}
        return {"is": type(value).__name__, **kept}
    if isinstance(value, tuple):
        return [facts(part) for part in value]
    return value if isinstance(value, (bool, int, str)) else None


def key_text(value: object) -> str:
    """The canonical JSON text of a part."""
    return compact(facts(value))


def plain(part: Part) -> object:
    """The form that deepdiff compares: a slot is its key, everything else a dictionary."""
    if part.leaf:
        return part.shown.key
    return {key: plain(child) for key, child in part.children.items()}


def slots(route: Route, names: Names) -> Part:
    """The whole route; give it a canonical form."""
    return Part("", Shown("", ""), _parts(route, names))


def _parts(part: object, names: Names) -> dict[str, Part]:
    """By the keys of a file, without those that are not set, and without the part's own key."""
    values = ((row, getattr(part, row.field)) for row in settings(type(part)) if not row.is_key)
    return {
        row.key: _PARTS[row.kind](row, value, names) for row, value in values if value is not None
    }


def count_slots(part: Part) -> int:
    """How many lines a person could change."""
    if part.leaf:
        return 1
    inside = sum(count_slots(child) for child in part.children.values())
    return inside + 1 if part.whole else inside


def _slot(key: str, value: object, words: bool | int | str) -> Part:
    return Part(f".{key}", Shown(words, key_text(value)), leaf=True)


def _plain(row: Setting, value: bool | int | str, _: Names) -> Part:
    return _slot(row.key, value, value)


def _conditions(row: Setting, groups: ConditionGroups, names: Names) -> Part:
    shown = Shown(groups_words(groups, names), key_text(groups))
    return Part(f".{row.key}", shown, leaf=True, groups=groups)


def _thing(identity: str, names: Names) -> Shown:
    name = names.get(identity, "")
    return Shown(name or identity, key_text(identity), identity, name)


def _binding(row: Setting, binding: Binding, names: Names) -> Part:
    return Part(f".{row.key}", binding_shown(binding, names), leaf=True)


def _severity(row: Setting, severity: Severity, names: Names) -> Part:
    binding = severity.binding
    held = Shown("", "") if binding is None else binding_shown(binding, names)
    words = severity_words(severity, names)
    shown = Shown(words, key_text(severity), held.id, held.name)
    return Part(f".{row.key}", shown, leaf=True)


def binding_shown(binding: Binding, names: Names) -> Shown:
    """A binding in words, with the id of the one literal that it holds."""
    words, text = binding_words(binding, names), key_text(binding)
    match binding.values:
        case (Literal(identity),) if identity in names:
            return Shown(words, text, identity, names[identity])
        case _:
            return Shown(words, text)


def _group(row: Setting, children: Mapping[str, Part]) -> Part:
    return Part(f".{row.key}", Shown(row.shown, key_text(row.shown)), children)


def _set(row: Setting, parts: Sequence[Any], names: Names) -> Part:
    keys, show = element_keys(parts, KEYS[row.kind]), _ELEMENTS[row.kind]
    return _group(row, {key: show(part, names) for key, part in zip(keys, parts, strict=True)})


def _element(shown: Shown) -> Part:
    return Part(bracket(shown.value), shown, whole=True)


def bracket(value: object) -> str:
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


def target_key(target: Target) -> str:
    return f"{target.kind} {_values_key(target.binding)}"


def destination_key(destination: Destination) -> str:
    places = (("slack", destination.slack), ("ms_teams", destination.ms_teams))
    return " ".join(f"{kind} {_values_key(c.channel)}" for kind, c in places if c is not None)


def _values_key(binding: Binding) -> str:
    match canonical_binding(binding, ordered=False).values:
        case (Literal(text),) if _SIMPLE.fullmatch(text):
            return text
        case values:
            return key_text(values)


KEYS: Mapping[Kind, Callable[[Any], str]] = {
    "names": str,
    "references": str,
    "sources": attrgetter("source"),
    "targets": target_key,
    "destinations": destination_key,
    "fields": attrgetter("field"),
    "expressions": attrgetter("reference"),
}
"""The keys of the parts of a set, for each kind that is one."""


def _reference(path: str, names: Names) -> Part:
    name = names.get(path, "")
    words = reference_words(path, names)
    return _element(Shown(words, key_text(path), path if name else "", name))


def _source(source: RouteSource, names: Names) -> Part:
    thing = _thing(source.source, names)
    words = f"{thing.value}: {groups_words(source.when, names)}"
    shown = Shown(words, key_text(source), source.source, thing.name)
    return Part(bracket(thing.value), shown, _parts(source, names), whole=True)


def _target(target: Target, names: Names) -> Part:
    shown = binding_shown(target.binding, names)
    words = target_words(target, names)
    return _element(Shown(words, key_text(target), shown.id, shown.name))


def _destination(place: Destination, names: Names) -> Part:
    shown = Shown(destination_words(place, names), key_text(place))
    return Part(bracket(channel_words(place, names)), shown, _parts(place, names), whole=True)


def _field(custom: CustomField, names: Names) -> Part:
    shown = Shown(field_words(custom, names), key_text(custom))
    return Part(bracket(names.get(custom.field, custom.field)), shown, leaf=True)


def _expression(expression: Expression, names: Names) -> Part:
    root, steps = reference_words(expression.root, names), steps_words(expression.steps, names)
    children = {
        "label": _slot("label", expression.label, expression.label),
        "from": _slot("from", expression.root, root),
        "steps": replace(_slot("steps", expression.steps, steps), steps=expression.steps),
    }
    words = f"{expression.label}: from {root} | {steps}"
    if expression.otherwise is not None:
        children["else"] = Part(".else", binding_shown(expression.otherwise, names), leaf=True)
        words += f", else {binding_words(expression.otherwise, names)}"
    return Part(
        bracket(expression.reference), Shown(words, key_text(expression)), children, whole=True
    )


_ELEMENTS: Mapping[Kind, Callable[[Any, Names], Part]] = {
    "names": lambda identity, names: _element(_thing(identity, names)),
    "references": _reference,
    "sources": _source,
    "targets": _target,
    "destinations": _destination,
    "fields": _field,
    "expressions": _expression,
}
_PARTS: Mapping[Kind, Callable[[Setting, Any, Names], Part]] = {
    "flag": _plain,
    "word": _plain,
    "text": _plain,
    "duration": lambda row, value, _: _slot(row.key, value, format_duration(value)),
    **dict.fromkeys(KEYS, _set),
    "conditions": _conditions,
    "value": _binding,
    "values": _binding,
    "flag or value": _binding,
    "template": lambda row, text, names: _slot(row.key, text, setting_words(text, names)),
    "section": lambda row, section, names: _group(row, _parts(section, names)),
    "again": lambda row, again, _: _slot(row.key, again, again_words(again)),
    "severity": _severity,
}
