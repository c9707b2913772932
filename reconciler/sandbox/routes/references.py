"""The value that a reference of a route points at: its type, and its label in reads.

alert.title  alert.attributes.<id>  expressions["ref"]  input  .
and after any of these, per hop:  .catalog_attribute["<id>"]
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reconciler.sandbox.account.account import Account
from reconciler.sandbox.jsontype import Body

HOP = re.compile(r'\.?catalog_attribute\["(?P<id>[^"]*)"\]')
WHOLE = re.compile(rf"(?P<root>.*?)(?P<hops>(?:{HOP.pattern.replace('?P<id>', '')})*)", re.DOTALL)
EXPRESSION = re.compile(r'expressions\["(?P<reference>[^"]*)"\]')
BUILT_IN = {
    "alert.title": ("String", "Title"),
    "alert.description": ("TemplatedText", "Description"),
    "alert.source_url": ("Link", "Source URL"),
    "alert.deduplication_key": ("String", "Deduplication key"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A value that a reference points at."""

    type: str  # the engine's name: "String", 'CatalogEntry["01J…"]', "." for the whole scope
    array: bool
    label: str  # "Alert → Severity"

    def returns(self) -> Body:
        return {"type": self.type, "array": self.array}


UNKNOWN = Typed("String", False, "")
SCOPE = Typed(".", False, "Alert")


class References:
    """Looks references up for one route: the account and the route's own expressions."""

    def __init__(self, account: Account, expressions: Iterable[Body]) -> None:
        self._account = account
        self._expressions: Mapping[str, Body] = {
            expression["reference"]: expression for expression in expressions
        }
        self._known: dict[str, Typed | None] = {}
        self._open: set[str] = set()

    def find(self, reference: str, element: Typed | None = None) -> Typed | None:
        """None when there is nothing of that name. `element` is what `input` means (filters)."""
        if element is None and reference in self._known:
            return self._known[reference]
        found = self._find(reference, element)
        if element is None:
            self._known[reference] = found
        return found

    def _find(self, reference: str, element: Typed | None) -> Typed | None:
        match = WHOLE.fullmatch(reference)
        found = self._root(match["root"], element) if match else None
        for attribute_id in HOP.findall(match["hops"] if match else ""):
            found = found and self.hop(found, attribute_id)
        return found

    def _root(self, root: str, element: Typed | None) -> Typed | None:
        if root == ".":
            return SCOPE
        if root == "input":
            return element
        if root in BUILT_IN:
            type_name, label = BUILT_IN[root]
            return Typed(type_name, False, f"Alert → {label}")
        if root == "alert.priority":
            return Typed(self._type_named("AlertPriority"), False, "Alert → Priority")
        if root.startswith("alert.attributes."):
            attribute = self._account.find("attributes", root.removeprefix("alert.attributes."))
            if attribute is None:
                return None
            label = f"Alert → {attribute['name']}"
            return Typed(attribute["type"], attribute["array"], label)
        match = EXPRESSION.fullmatch(root)
        return self.expression(match["reference"]) if match else None

    def _type_named(self, type_name: str) -> str:
        for catalog_type in self._account.catalog_types:
            if catalog_type["type_name"] == type_name:
                return str(catalog_type["engine_resource_type"])
        return type_name

    def hop(self, start: Typed, attribute_id: str) -> Typed | None:
        """One step along a catalog attribute; a list of entries gives a list."""
        catalog_type = self._account.catalog_type(start.type)
        if catalog_type is None:
            return None
        for attribute in catalog_type["schema"]["attributes"]:
            if attribute["id"] == attribute_id:
                label = f"{start.label} → {attribute['name']}"
                return Typed(attribute["type"], start.array or attribute["array"], label)
        return None

    def expression(self, reference: str) -> Typed | None:
        """The value that an expression returns; None for an unknown name, or a cycle."""
        expression = self._expressions.get(reference)
        if expression is None or reference in self._open:
            return None
        self._open.add(reference)
        try:
            current = self.find(expression["root_reference"]) or UNKNOWN
            for operation in expression["operations"]:
                current = self.after(current, operation)
        finally:
            self._open.discard(reference)
        return replace(current, label=expression["label"] or reference)

    def after(self, start: Typed, operation: Body) -> Typed:
        """The value after one operation of an expression."""
        name = operation["operation_type"]
        if name in ("branches", "cast", "parse") and name in operation:
            returns = operation[name]["returns"]
            return Typed(returns["type"], returns["array"], start.label)
        if name == "navigate" and name in operation:
            hop = HOP.search(operation[name]["reference"])
            return (self.hop(start, hop["id"]) if hop else None) or replace(
                UNKNOWN, array=start.array
            )
        if name in ("count", "sum"):
            return Typed("Number", False, start.label)
        if name in ("first", "random", "min", "max"):
            return replace(start, array=False)
        return replace(start, array=True) if name == "concatenate" else start
