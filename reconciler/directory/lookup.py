"""Look one name up: the only place that decides what a text means in a slot.

Rules, in this order: a text that is an id of the list is that id (so a name that equals another
thing's id cannot take its place); then the names that count, then those that count where no first
fits (a user's name after the e-mails, an entry's external id and aliases after the names). Several
of equal standing are ambiguous, but an active person comes before one who left. A name of a list
that was not read never counts as missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.directory.directory import (
    KINDS,
    PAGED_TYPES,
    PRIORITY_TYPE_NAME,
    UNTRIED,
    Attribute,
    CatalogType,
    Directory,
    Listing,
    Named,
    Person,
    Slot,
    looks_like_id,
    name_key,
    unread,
    whole,
)
from reconciler.model import Config, Path

PRIMITIVES = frozenset({"", ".", "Bool", "Link", "Number", "String", "TemplatedText", "Text"})
"""Types of the engine whose literals are no entries of the catalog."""

NAMED_BY_CONFIG = ("channel", "ms-teams-channel", "message-template")
"""Kinds that the API does not list: `reconciler.yaml` and live routes name them."""


@dataclass(frozen=True, slots=True)
class Known:
    """Found. `row` is None for ids that only `reconciler.yaml` knows."""

    id: str
    row: Named | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """It looks like an id, and the list that could confirm it was not read to its end."""

    id: str


@dataclass(frozen=True, slots=True)
class Missing:
    """No such name, and no such id, as far as the list was read."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several have the name."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A name of a list that was not read; `reason` is "" when that was not tried."""

    reason: str


Answer = Known | Unchecked | Missing | Ambiguous | Unreadable


@dataclass(frozen=True, slots=True)
class Use:
    """A look-up: the text, its place in the route, and the answer."""

    slot: Slot
    text: str
    path: Path
    answer: Answer


@dataclass(slots=True)
class Lookup:
    """A directory and what `reconciler.yaml` adds to it. `uses` collects the look-ups."""

    directory: Directory
    config: Config
    uses: list[Use] = field(default_factory=list)

    def find(self, slot: Slot, text: str, path: Path = ()) -> Answer:
        """The meaning of the text there. Never raises."""
        answer = self._find(slot, text)
        self.uses.append(Use(slot, text, path, answer))
        return answer

    def _find(self, slot: Slot, text: str) -> Answer:
        written = self.configured(slot.kind)
        if slot.kind == "channel" and text not in written and f"#{text}" in written:
            return Known(written[f"#{text}"])
        if text in written:
            return Known(written[text])
        answer = find_in(self.listing(slot), text, slot.kind)
        if isinstance(answer, Known | Ambiguous):
            return answer
        if text in written.values():
            return Known(text)
        if slot.kind == "channel" and not text.startswith("#"):
            hashed = find_in(self.listing(slot), f"#{text}", slot.kind)
            return hashed if isinstance(hashed, Known | Ambiguous) else answer
        return answer

    def renamed(self, use: Use) -> Named | None:
        """The row that had this name before it was renamed; None where the name still counts."""
        if not isinstance(use.answer, Known) or use.answer.row is None:
            return None
        formerly = self.listing(use.slot).formerly
        found = formerly.get(name_key(use.text, use.slot.kind), ())
        return use.answer.row if use.answer.id in found else None

    def configured(self, kind: str) -> Mapping[str, str]:
        """The names that `reconciler.yaml` gives for things that the API does not list."""
        if kind in ("channel", "ms-teams-channel"):
            return self.config.channels
        if kind == "message-template":
            return self.config.message_templates
        if kind == "source" and self.directory.sources.state == "unread":
            return {known.name: known.id for known in self.config.sources if known.id}
        return {}

    def listing(self, slot: Slot) -> Listing[Named]:
        """The list that the slot's names are in."""
        match slot.kind:
            case "entry":
                return self._entries(slot.owner)
            case "text" | "opaque":
                return UNTRIED
            case kind:
                listing = self.directory.listing(KINDS[kind].field, slot.owner)
                return _as_labels(listing) if kind in NAMED_BY_CONFIG else listing

    def _entries(self, type_id: str) -> Listing[Named]:
        found = self.directory.entries.get(type_id)
        if found is not None:
            return found
        types = self.directory.catalog_types
        known = type_id in types.by_id or looks_like_id(type_id)
        return UNTRIED if known or not types.reason else unread(types.reason)

    def catalog_type(self, engine_type: str, path: Path = ()) -> CatalogType | None:
        """The catalog type that a type names; None for primitives and types that were not read."""
        wanted = _inside(engine_type)
        if not wanted:
            return None
        types = self.directory.catalog_types
        kind = types.by_id.get(wanted) or next(
            (
                kind
                for kind in types.rows
                if engine_type == kind.engine_type or wanted == kind.type_name
            ),
            None,
        )
        answer = Known(kind.id, kind) if kind else Unchecked(wanted)
        self.uses.append(Use(Slot("catalog-type"), wanted, path, answer))
        return kind

    def engine_type(self, type_name: str) -> str:
        """How attributes of alerts spell a type; the catalog's own may spell it in other ways."""
        kind = self.catalog_type(type_name)
        return kind.engine_type if kind else type_name

    def entry_slot(self, engine_type: str, path: Path) -> Slot | None:
        """The slot of literals of a catalog type; None when the type is not the catalog's."""
        kind = self.catalog_type(engine_type, path)
        if kind is not None:
            return Slot("entry", kind.id)
        wanted = _inside(engine_type)
        of_catalog = wanted != engine_type or self.directory.catalog_types.state != "whole"
        return Slot("entry", wanted) if wanted and of_catalog else None

    def entry_of(self, slot: Slot, text: str) -> str:
        """The single known catalog entry of an escalation path or user with this id, else ""."""
        if slot.kind != "entry":
            return ""
        kind = self.directory.catalog_types.by_id.get(slot.owner)
        if kind is None or kind.type_name not in PAGED_TYPES:
            return ""
        entries = self.directory.entries.get(kind.id, UNTRIED)
        if text in entries.by_id or not looks_like_id(text):
            return ""
        found = [entry.id for entry in entries.rows if entry.external_id == text]
        return found[0] if len(found) == 1 else ""

    def priority_type(self) -> str:
        """The engine's type of `alert.priority`, the catalog type of priorities."""
        for kind in self.directory.catalog_types.rows:
            if kind.type_name == PRIORITY_TYPE_NAME:
                return kind.engine_type
        return f'CatalogEntry["{PRIORITY_TYPE_NAME}"]'

    def catalog_attribute(
        self, engine_type: str, text: str, path: Path = ()
    ) -> tuple[Attribute | None, Answer | None]:
        """An attribute of the entries of a type, by name or id; no answer: type not known."""
        kind = self.catalog_type(engine_type, path)
        if kind is None:
            return None, None
        answer = self.find(Slot("catalog-attribute", kind.id), text, path)
        found = kind.attributes.by_id.get(answer.id) if isinstance(answer, Known) else None
        return found, answer


def find_in(listing: Listing[Named], text: str, kind: str = "") -> Answer:
    """The meaning of a text in one list."""
    row = listing.by_id.get(text)
    if row is not None:
        return Known(row.id, row)
    name = name_key(text, kind)
    for index in listing.by_name:
        ids = index.get(name, ())
        if len(ids) > 1:  # of people with this e-mail or name those who are active, if any is
            ids = tuple(it for it in ids if _is_active(listing.by_id[it])) or ids
        if len(ids) == 1:
            return Known(ids[0], listing.by_id[ids[0]])
        if ids:
            return Ambiguous(ids)
    if listing.state != "whole" and looks_like_id(text, kind):
        return Unchecked(text)
    return Unreadable(listing.reason) if listing.state == "unread" else Missing()


def nameable(listing: Listing[Named]) -> Iterator[str]:
    """Names to suggest, without those of people who left."""
    return whole(filter(_is_active, listing.rows)).names()


def _is_active(row: Named) -> bool:
    return not isinstance(row, Person) or row.active


_NO_LABELS: Listing[Named] = Listing((), "part")


def _as_labels(listing: Listing[Named]) -> Listing[Named]:
    """Labels of live routes are a part of the list, however many were read."""
    if listing is UNTRIED:
        return _NO_LABELS
    return listing if listing.state == "part" else Listing(listing.rows, "part")


def _inside(engine_type: str) -> str:
    """`01J…` of `CatalogEntry["01J…"]`; "" of a primitive; any other type is as it is, for the
    catalog's own attributes name types in more than one way (`Custom["Service"]`, "User").
    """
    start, end = 'CatalogEntry["', '"]'
    if engine_type.startswith(start) and engine_type.endswith(end):
        return engine_type[len(start) : -len(end)]
    return "" if engine_type in PRIMITIVES else engine_type
