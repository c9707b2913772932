"""What the names of applied files meant: the record has each file with names and with ids. Pure.

A name that the account has no more goes on to mean what it meant, where that is still there and
nothing else bears the name, as with the names of the lock file (`renamed`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.directory.directory import (
    ATTRIBUTE,
    CATALOG_TYPE,
    NOT_ASKED,
    Directory,
    Listing,
    Named,
    Slot,
)
from reconciler.directory.grammar import parse_reference, raw_navigation
from reconciler.directory.lookup import Lookup
from reconciler.directory.references import Scope, Typed
from reconciler.directory.resolve import Resolution
from reconciler.directory.slots import translate
from reconciler.model import Config, Literal, Path, Returns, Route


@dataclass(frozen=True, slots=True)
class Spelled:
    """A name of a file, and the id that it had when the file was applied."""

    slot: Slot
    name: str
    id: str


def spelled_names(
    named: Route, ids: Route, directory: Directory, config: Config
) -> Iterator[Spelled]:
    """The names of a route as its file has them, from the same route with ids. What a name stands
    for is told by the ids, whose types are known; the names need not mean anything today.
    """
    ours, theirs = _Calls(Lookup(directory, config)), _Calls(Lookup(directory, config))
    translate(named, ours)
    translate(ids, theirs)
    for place, with_ids in theirs.calls.items():
        with_names = ours.calls.get(place, ())
        if len(with_names) == len(with_ids):
            for (_, name), (slot, identity) in zip(with_names, with_ids, strict=True):
                if name and name != identity:
                    yield Spelled(slot, name, identity)


def with_spelled(directory: Directory, spelled: Iterable[Spelled]) -> Directory:
    """The directory in which these names mean what they meant, unless files disagree."""
    meant: dict[Slot, dict[str, set[str]]] = {}
    for one in spelled:
        name = one.name.lower() if one.slot.kind == "user" and "@" in one.name else one.name
        meant.setdefault(one.slot, {}).setdefault(name, set()).add(one.id)
    for slot, names in meant.items():
        single = {name: min(ids) for name, ids in names.items() if len(ids) == 1}
        directory = _with_names(directory, slot, single)
    return directory


_FIELDS = {
    "source": "sources",
    "attribute": "attributes",
    "path": "paths",
    "user": "users",
    "team": "teams",
    "severity": "severities",
    "incident-type": "incident_types",
    "custom-field": "custom_fields",
    "catalog-type": "catalog_types",
    "channel": "channels",
    "ms-teams-channel": "channels",
    "message-template": "message_templates",
}
_BY_OWNER = {"option": "options", "entry": "entries"}


def _with_names(directory: Directory, slot: Slot, names: Mapping[str, str]) -> Directory:
    changed: dict[str, Any] = {}
    if slot.kind in _FIELDS:
        field = _FIELDS[slot.kind]
        changed[field] = _formerly(getattr(directory, field), names)
    elif slot.kind in _BY_OWNER:
        field = _BY_OWNER[slot.kind]
        lists: Mapping[str, Listing[Named]] = getattr(directory, field)
        listing = lists.get(slot.owner, NOT_ASKED)
        changed[field] = {**lists, slot.owner: _formerly(listing, names)}
    elif slot.kind == "catalog-attribute":
        types = directory.catalog_types
        rows = tuple(
            replace(kind, attributes=_formerly(kind.attributes, names))
            if kind.id == slot.owner
            else kind
            for kind in types.rows
        )
        changed["catalog_types"] = replace(types, rows=rows)
    return replace(directory, **changed)


def _formerly(listing: Listing[Any], names: Mapping[str, str]) -> Listing[Any]:
    """What is known of former names already stays, and so does what a name means today."""
    added = {
        name: (identity,)
        for name, identity in names.items()
        if identity in listing.by_id and not any(name in index for index in listing.by_name)
    }
    return replace(listing, formerly={**added, **listing.formerly}) if added else listing


_Place = tuple[str, Path, int]
_Part = tuple[Slot, str]


class _Calls(Resolution):
    """What stands at each place of a route, in whatever spelling, a part for each look-up.

    Custom fields are counted, for their places are named after them.
    """

    def __init__(self, lookup: Lookup) -> None:
        super().__init__(lookup)
        self.calls: dict[_Place, tuple[_Part, ...]] = {}
        self._fields: dict[str | int, int] = {}

    def _note(self, how: str, path: Path, *parts: _Part) -> None:
        if path[:2] == ("incident", "custom_fields"):
            path = (*path[:2], self._fields.setdefault(path[2], len(self._fields)), *path[3:])
        number = 0
        while (how, path, number) in self.calls:  # references of one text share its place
            number += 1
        self.calls[how, path, number] = parts

    def name(self, slot: Slot, text: str, path: Path) -> str:
        self._note("name", path, (slot, text))
        return super().name(slot, text, path)

    def literal(self, slot: Slot, literal: Literal, path: Path) -> Literal:
        self._note("literal", path, (slot, "" if literal.exact else literal.text))
        return super().literal(slot, literal, path)

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        before = len(self.lookup.uses)
        read = super().reference(text, scope, path)
        spelled = parse_reference(text)
        root = spelled.root.text if spelled.root.kind in ("name", "attribute") else ""
        hops = [hop.text for hop in spelled.hops]
        self._note("reference", path, (ATTRIBUTE, root), *self._hops(hops, before, path))
        return read

    def navigation(self, text: str, start: Typed, path: Path) -> tuple[str, Typed]:
        before = len(self.lookup.uses)
        read = super().navigation(text, start, path)
        hops = [raw_navigation(text) or text]
        self._note("navigation", path, *self._hops(hops, before, path))
        return read

    def returns(self, returns: Returns, path: Path) -> tuple[Returns, Typed]:
        text = returns.type if returns.catalog else ""
        if not returns.catalog:
            kind = self.lookup.catalog_type(returns.type, path)
            text = kind.id if kind else ""
        self._note("returns", path, (CATALOG_TYPE, text))
        return super().returns(returns, path)

    def _hops(self, texts: list[str], before: int, path: Path) -> Iterator[_Part]:
        """The attributes that are followed, with the catalog type of each, as far as known."""
        uses = self.lookup.uses[before:]
        slots = [use.slot for use in uses if use.slot.kind == "catalog-attribute"
                 and use.path == path]  # fmt: skip
        for number, text in enumerate(texts):
            yield slots[number] if number < len(slots) else Slot("catalog-attribute"), text
