"""What a reference stands for: a value of the alert, of the catalog, or of an expression."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.model import Binding, Literal as LiteralValue
from reconciler.routing.reading import Truth
from reconciler.routing.text import Texts
from reconciler.routing.values import (
    MISSING,
    ByReading,
    Catalog,
    Unknown,
    Value,
    changed,
    in_all,
    paired,
    union,
)
from reconciler.routing.world import PRIORITY, TITLE, Alert, Kind

ATTRIBUTE = "alert.attributes."
ELEMENT = "input"
_BUILT_INS = ("alert.title", "alert.description", "alert.priority")
_HOP = re.compile(r'\.catalog_attribute\["([^"]*)"\]')
_HOPS = re.compile(r'((?:\.catalog_attribute\["[^"]*"\])*)$')
_EXPRESSION = re.compile(r'expressions\["([^"]*)"\]')
SOME_ENTRY = Kind("CatalogEntry[")  # of a type that was not read


@dataclass(slots=True)
class Facts:
    """One alert, and what was found out about it. `element`: the one under test in a filter."""

    alert: Alert
    truths: dict[object, Truth] = field(default_factory=dict)
    values: dict[object, ByReading] = field(default_factory=dict)
    element: ByReading = MISSING


Read = Callable[[Facts], ByReading]


@dataclass(frozen=True, slots=True)
class Subject:
    """A value that can be read from an alert. `of`: what it is the same for: the alert, whatever
    the route; one route; or one element in a filter.
    """

    kind: Kind
    read: Read
    of: Literal["alert", "route", "element"] = "route"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a reference stands: in one route (`expressions`), or in a filter (`element`)."""

    catalog: Catalog
    expressions: Mapping[str, Subject] = field(default_factory=dict)
    element: Kind | None = None
    looked_at: set[str] = field(default_factory=set)  # references of the alert

    def subject(self, reference: str) -> Subject:
        """What a reference stands for. Total: what no alert has is unknown."""
        match = _HOPS.search(reference)
        hops = match[1] if match else ""
        found = self._root(reference.removesuffix(hops))
        for attribute in _HOP.findall(hops):
            found = self.followed(found, attribute)
        return found

    def _root(self, root: str) -> Subject:
        if root == ELEMENT and self.element is not None:
            return Subject(self.element, lambda facts: facts.element, "element")
        if match := _EXPRESSION.fullmatch(root):
            absent = Subject(Kind(), always(Unknown("absent", root)))
            return self.expressions.get(match[1], absent)
        if root in _BUILT_INS or root.startswith(ATTRIBUTE):
            self.looked_at.add(root)
            kind = self.catalog.world.kind(root)
            if root == PRIORITY and not kind.is_entry:
                kind = SOME_ENTRY
            return Subject(kind, kept(_value_of_alert(root), root), "alert")
        return Subject(Kind(), always(Unknown("no value of alerts", root)), "alert")

    def followed(self, start: Subject, attribute: str) -> Subject:
        """The attribute of the catalog entry, or entries, that a value is."""
        kind = self.catalog.attribute(start.kind, attribute)

        def follow(entries: Texts) -> Value:
            found: dict[str, None] = {}
            for identity in entries:
                entry = self.catalog.entry(start.kind, identity)
                values = entry.values.get(attribute) if entry and entry.values else None
                if values is None:
                    return Unknown("unread", identity)
                found.update(dict.fromkeys(values))
            return tuple(found)

        return Subject(kind, lambda facts: changed(start.read(facts), follow), start.of)

    def bound(self, binding: Binding) -> Read:
        """The value that fills a slot: literals, and what references stand for."""
        parts: list[Read] = [
            always((value.text,))
            if isinstance(value, LiteralValue)
            else self.subject(value.path).read
            for value in binding.values
        ]
        if len(parts) == 1:
            return parts[0]

        def read(facts: Facts) -> ByReading:
            found = MISSING
            for part in parts:
                found = paired(found, part(facts), union)
            return found

        return read


def always(value: Value) -> Read:
    fixed = in_all(value)
    return lambda _facts: fixed


def _value_of_alert(reference: str) -> Read:
    unknown = in_all(Unknown("not given", reference))
    blank = in_all(Unknown("blank", reference, (("",), ())))
    without = unknown if reference == TITLE else MISSING  # every alert has a title (fact 7.7)

    def read(facts: Facts) -> ByReading:
        if reference in facts.alert.unknown:
            return unknown
        if reference in facts.alert.blank:
            return blank
        value = facts.alert.values.get(reference)
        return in_all(value) if value else without

    return read


def kept(read: Read, key: object) -> Read:
    """Read once for an alert."""

    def once(facts: Facts) -> ByReading:
        known = facts.values.get(key)
        if known is None:
            known = facts.values[key] = read(facts)
        return known

    return once
