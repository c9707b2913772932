"""Look one name up: the only place that decides what a text means in a slot.

Rules, in this order: a text that is an id of the list is that id (so a name that equals another
thing's id cannot take its place); then the names that count, then those that count where no first
fits (a user's name after the e-mails, an entry's external id and aliases after the names). More
than one of equal standing is ambiguous, but for people: who is active comes before who left. What
was not read is never taken to be missing.

Each route is translated once with one directory, however many steps of a run ask for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.directory.directory import (
    NOT_ASKED,
    PAGED_TYPES,
    PRIORITY_TYPE_NAME,
    Attribute,
    CatalogType,
    Directory,
    Listing,
    Named,
    Person,
    Slot,
    looks_like_id,
    unread,
    whole,
)
from reconciler.model import Config, Finding, Path, Route

PRIMITIVES = frozenset({"", ".", "Bool", "Link", "Number", "String", "TemplatedText", "Text"})
"""Types of the engine whose literals are no entries of the catalog."""


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
    """No such name, and none such id; with `looked_up` only in the part that was read."""

    looked_up: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several bear the name."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A name of a list that was not read; `reason` is "" when nobody has asked."""

    reason: str


Answer = Known | Unchecked | Missing | Ambiguous | Unreadable


@dataclass(frozen=True, slots=True)
class Use:
    """One look-up: what was asked, where in the route, and what came of it."""

    slot: Slot
    text: str
    path: Path
    answer: Answer


@dataclass(slots=True)
class Lookup:
    """A directory and what `reconciler.yaml` adds to it. `uses` fills up as names are asked."""

    directory: Directory
    config: Config
    uses: list[Use] = field(default_factory=list)

    def find(self, slot: Slot, text: str, path: Path = ()) -> Answer:
        """What the text means there. Never raises."""
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
        """The row that bore this name before it was renamed; None where the name still counts."""
        if not isinstance(use.answer, Known) or use.answer.row is None:
            return None
        text = use.text.lower() if use.slot.kind == "user" and "@" in use.text else use.text
        formerly = self.listing(use.slot).formerly
        return use.answer.row if use.answer.id in formerly.get(text, ()) else None

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
        directory = self.directory
        match slot.kind:
            case "source":
                return directory.sources
            case "attribute":
                return directory.attributes
            case "path":
                return directory.paths
            case "user":
                return directory.users
            case "team":
                return directory.teams
            case "severity":
                return directory.severities
            case "incident-type":
                return directory.incident_types
            case "custom-field":
                return directory.custom_fields
            case "catalog-type":
                return directory.catalog_types
            case "channel" | "ms-teams-channel":
                return _as_labels(directory.channels)
            case "message-template":
                return _as_labels(directory.message_templates)
            case "option":
                return directory.options.get(slot.owner, NOT_ASKED)
            case "entry":
                return self._entries(slot.owner)
            case _:  # an attribute of a catalog type; other slots have no list
                kind = directory.catalog_types.by_id.get(slot.owner)
                return kind.attributes if kind else NOT_ASKED

    def _entries(self, type_id: str) -> Listing[Named]:
        found = self.directory.entries.get(type_id)
        if found is not None:
            return found
        types = self.directory.catalog_types
        known = type_id in types.by_id or looks_like_id(type_id)
        return NOT_ASKED if known or not types.reason else unread(types.reason)

    def catalog_type(self, engine_type: str, path: Path = ()) -> CatalogType | None:
        """The catalog type that an attribute's or expression's type names; None for text and
        numbers, and for types that were not read.
        """
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

    def entry_slot(self, engine_type: str, path: Path) -> Slot | None:
        """The slot of literals of a catalog type; None when the type is not the catalog's."""
        kind = self.catalog_type(engine_type, path)
        if kind is not None:
            return Slot("entry", kind.id)
        wanted = _inside(engine_type)
        of_catalog = wanted != engine_type or self.directory.catalog_types.state != "whole"
        return Slot("entry", wanted) if wanted and of_catalog else None

    def entry_of(self, slot: Slot, text: str) -> str:
        """The catalog entry that stands for an escalation path or a user with this id; "" where
        none is known, or more than one.
        """
        kind = self.directory.catalog_types.by_id.get(slot.owner)
        if slot.kind != "entry" or kind is None or kind.type_name not in PAGED_TYPES:
            return ""
        entries = self.directory.entries.get(kind.id, NOT_ASKED)
        if text in entries.by_id or not looks_like_id(text):
            return ""
        found = [one.id for one in entries.rows if one.external_id == text]
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
    """What a text means in one list."""
    row = listing.by_id.get(text)
    if row is not None:
        return Known(row.id, row)
    name = text.lower() if kind == "user" and "@" in text else text
    for index in listing.by_name:
        ids = _meant(index.get(name, ()), listing)
        if len(ids) == 1:
            return Known(ids[0], listing.by_id[ids[0]])
        if ids:
            return Ambiguous(ids)
    if listing.state == "whole":
        return Missing()
    if looks_like_id(text, kind):
        return Unchecked(text)
    if listing.state == "part":
        return Missing(looked_up=True)
    return Unreadable(listing.reason)


def _meant(ids: tuple[str, ...], listing: Listing[Named]) -> tuple[str, ...]:
    """Of accounts of one e-mail or name, those of people who are active; all, if none is."""
    active = tuple(one for one in ids if _is_active(listing.by_id[one]))
    return active or ids


def nameable(listing: Listing[Named]) -> Iterator[str]:
    """Names to suggest: nobody means a person who left."""
    return whole(filter(_is_active, listing.rows)).names()


def _is_active(row: Named) -> bool:
    return not isinstance(row, Person) or row.active


def _as_labels(listing: Listing[Named]) -> Listing[Named]:
    """Labels of live routes are a part of what there is, however many were read."""
    return listing if listing.state == "part" else Listing(listing.rows, "part")


def _inside(engine_type: str) -> str:
    """`01J…` of `CatalogEntry["01J…"]`; "" of a primitive; any other type is as it is, for the
    catalog's own attributes name types in more than one way (`Custom["Service"]`, "User").
    """
    start, end = 'CatalogEntry["', '"]'
    if engine_type.startswith(start) and engine_type.endswith(end):
        return engine_type[len(start) : -len(end)]
    return "" if engine_type in PRIMITIVES else engine_type


@dataclass(frozen=True, slots=True)
class Translated:
    """A route after a translation, every look-up on the way, and what is wrong (no positions)."""

    route: Route
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...] = ()


def once(
    directory: Directory, of: tuple[object, ...], translation: Callable[[], Translated]
) -> Translated:
    """The translation of `of` (a route, and what else decides its result), made at the first call.

    `of` is told by identity, for comparing routes costs more than translating them, and is held
    with the result, so that no other object gets its identity.
    """
    key = tuple(map(id, of))
    if key not in directory.translated:
        directory.translated[key] = (translation(), of)
    kept: Translated = directory.translated[key][0]
    return kept
