"""The nouns: rows of the account's lists, how much of a list was read, all lists together; the
kinds of things that have names, and the slots of a route that hold them.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Never, TypeVar

from reconciler.model import CHANNEL_ID, Config, entry_key


@dataclass(frozen=True, slots=True)
class Named:
    """Anything that has an id and a name: a source, an escalation path, an incident type, …"""

    id: str
    name: str

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """Its names, and then those that count where none of the first fits."""
        return ((self.name,),)


@dataclass(frozen=True, slots=True)
class Attribute(Named):
    """An attribute of alerts, or of the entries of a catalog type."""

    type: str  # as the engine spells it: "String", 'CatalogEntry["01…"]'
    array: bool = False


@dataclass(frozen=True, slots=True)
class Person(Named):
    """A user. Files write the e-mail; the name is accepted where it is unique."""

    email: str = ""
    active: bool = True

    @property
    def shown(self) -> str:
        """As reports call the person; two accounts may have one e-mail."""
        who = self.email or self.name
        return who if self.active or not who else f"{who} (not active)"

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        return ((self.email.lower(),) if self.email else (), (self.name,))


def current_name(row: Named) -> str:
    return row.email if isinstance(row, Person) and row.email else row.name


@dataclass(frozen=True, slots=True)
class PrivateSource(Named):
    """An alert source whose alerts only people with the right see (fact 1.26)."""


@dataclass(frozen=True, slots=True)
class Team(Named):
    """A team, and the catalog entry that stands for it."""

    entry: str = ""


@dataclass(frozen=True, slots=True)
class Severity(Named):
    """A severity; a higher rank is worse."""

    rank: int = 0


@dataclass(frozen=True, slots=True)
class Field(Named):
    """A custom field of incidents; select fields of a catalog type hold its entries."""

    field_type: str  # single_select, multi_select, text, link, numeric
    catalog_type: str = ""  # id


@dataclass(frozen=True, slots=True)
class Entry(Named):
    """An entry of a catalog type. `values`: what its attributes hold, by the attribute's id: texts
    or ids of entries; None while they were not read. `kept`: the attributes whose values the lock
    file keeps, None of an entry that was read from the account.
    """

    external_id: str = ""
    aliases: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] | None = field(default=None, hash=False)
    kept: frozenset[str] | None = None

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        others = (self.external_id, *self.aliases) if self.external_id else self.aliases
        return ((self.name,), others)


@dataclass(frozen=True, slots=True)
class CatalogType(Named):
    """A type of the catalog. `engine_type` is how attributes and expressions name it."""

    type_name: str  # 'Custom["Service"]', "AlertPriority"
    engine_type: str  # 'CatalogEntry["01…"]'
    attributes: "Listing[Attribute]"

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        return ((self.name,), (self.type_name,))


Row_co = TypeVar("Row_co", bound=Named, covariant=True)
Index = Mapping[str, tuple[str, ...]]  # a name -> the ids of all that bear it


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row_co]):
    """A list of the account, as far as it was read.

    "whole": a row that is not in it does not exist. "part": only the names in `looked_up` were
    looked up, and nothing is known about the rest (`reason`: why it cannot be). "unread": nothing
    is known, and `reason` says why; without a reason it was not tried yet. `formerly` are former
    names with the ids that had them, whichever id has them now: see `former`.
    """

    rows: tuple[Row_co, ...] = ()
    state: Literal["whole", "part", "unread"] = "unread"
    reason: str = ""
    looked_up: frozenset[str] = frozenset()
    formerly: Index = field(default_factory=dict)
    by_id: Mapping[str, Row_co] = field(init=False, repr=False, compare=False)
    by_name: tuple[Index, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {row.id: row for row in self.rows})
        tiers = _index(self.rows)
        if self.formerly:
            tiers = (*(_without(tier, self.formerly) for tier in tiers), self.formerly)
        object.__setattr__(self, "by_name", tiers)

    @property
    def open(self) -> bool:
        """Whether reading it could still tell more: it was not tried, or not for everything."""
        return (self.state == "unread" and not self.reason) or self.state == "part"

    def names(self) -> Iterator[str]:
        """Every name of a row, each once."""
        seen: set[str] = set()
        for index in self.by_name:
            for name in index:
                if name not in seen and name not in self.formerly:
                    seen.add(name)
                    yield name


def _without(index: Index, names: Collection[str]) -> Index:
    return {name: ids for name, ids in index.items() if name not in names}


def _index(rows: Iterable[Named]) -> tuple[Index, ...]:
    tiers: list[dict[str, tuple[str, ...]]] = []
    for row in rows:
        for depth, names in enumerate(row.spellings()):
            if depth == len(tiers):
                tiers.append({})
            for name in names:
                ids = tiers[depth].get(name, ())
                if row.id not in ids:
                    tiers[depth][name] = (*ids, row.id)
    return tuple(tiers)


def whole(rows: Iterable[Row_co]) -> Listing[Row_co]:
    """A list that was read to its end."""
    return Listing(tuple(rows), "whole")


def part(rows: Iterable[Row_co], looked_up: Iterable[str] = ()) -> Listing[Row_co]:
    """Some rows of a list; `looked_up` are names or ids, found or not."""
    return Listing(tuple(rows), "part", looked_up=frozenset(looked_up))


def unread(reason: str) -> Listing[Never]:
    """A list that could not be read, e.g. `unread("the key lacks the right users.view")`."""
    return Listing((), "unread", reason or "it could not be read")


UNTRIED: Listing[Never] = Listing()


@dataclass(frozen=True, slots=True)
class Directory:
    """The lists of one account, as far as they are known. The default knows nothing."""

    account: str = ""  # the identity's dashboard_url
    read_on: str = ""  # a day when it comes from the lock file, "" when it is live
    sources: Listing[Named] = UNTRIED
    attributes: Listing[Attribute] = UNTRIED
    paths: Listing[Named] = UNTRIED
    users: Listing[Person] = UNTRIED
    teams: Listing[Team] = UNTRIED
    severities: Listing[Severity] = UNTRIED
    incident_types: Listing[Named] = UNTRIED
    custom_fields: Listing[Field] = UNTRIED
    catalog_types: Listing[CatalogType] = UNTRIED
    options: Mapping[str, Listing[Named]] = field(default_factory=dict)  # by custom field's id
    entries: Mapping[str, Listing[Entry]] = field(default_factory=dict)  # by catalog type's id
    channels: Listing[Named] = UNTRIED  # labels of live routes: the API lists none
    message_templates: Listing[Named] = UNTRIED  # the same
    # Results that `translate.once` keeps. A directory that differs begins anew.
    translated: dict[tuple[int, ...], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def listing(self, field: str, owner: str = "") -> Listing[Any]:
        """The list in a field; of an owner, its options, entries or attributes."""
        lists = getattr(self, field)
        if not isinstance(lists, Listing):
            return lists.get(owner, UNTRIED)  # type: ignore[no-any-return]
        if not owner:
            return lists
        kind = lists.by_id.get(owner)
        return kind.attributes if isinstance(kind, CatalogType) else UNTRIED

    @property
    def priority_types(self) -> frozenset[str]:
        """The ids of the catalog type of priorities: all its entries, a handful, are in the lock
        file, for editors to offer.
        """
        rows = self.catalog_types.rows
        return frozenset(kind.id for kind in rows if kind.type_name == PRIORITY_TYPE_NAME)

    @property
    def private_sources(self) -> frozenset[str]:
        """The ids of the alert sources that are known to be private."""
        return frozenset(row.id for row in self.sources.rows if isinstance(row, PrivateSource))

    def lists(self) -> Iterator[Listing[Named]]:
        yield from (self.sources, self.attributes, self.paths, self.users, self.teams)
        yield from (self.severities, self.incident_types, self.custom_fields, self.catalog_types)
        yield from (self.channels, self.message_templates)
        yield from self.options.values()
        yield from self.entries.values()

    def display(self, config: Config | None = None) -> Mapping[str, str]:
        """Names for reports: by id, by the API's reference, by the engine's type."""
        shown = {short.path: name for name, short in _SHORT.items()}
        for listing in self.lists():
            shown.update({row.id: row.name for row in listing.rows if row.name})
        shown.update({person.id: person.shown for person in self.users.rows if person.shown})
        for team in self.teams.rows:
            shown.setdefault(team.entry, team.name)
        for entry in self._paged_entries():
            shown[entry_key(entry.id)] = entry.external_id
            shown.setdefault(entry.external_id, entry.name)
        for attribute in self.attributes.rows:
            shown[f"alert.attributes.{attribute.id}"] = attribute.name
        for kind in self.catalog_types.rows:
            shown[kind.engine_type] = kind.name
            for attribute in kind.attributes.rows:
                shown[f'catalog_attribute["{attribute.id}"]'] = attribute.name
        if config is not None:
            shown.update({given: name for name, given in config.message_templates.items()})
            shown.update({given: name for name, given in config.channels.items()})
        shown.pop("", None)
        return shown

    def _paged_entries(self) -> Iterator[Entry]:
        """Entries of escalation paths and users: an expression may have these ids as results."""
        for kind in self.catalog_types.rows:
            if kind.type_name in PAGED_TYPES and kind.id in self.entries:
                yield from (entry for entry in self.entries[kind.id].rows if entry.external_id)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A value that every alert has, whatever its attributes."""

    path: str
    type: str


_SHORT = {
    "title": BuiltIn("alert.title", "String"),
    "description": BuiltIn("alert.description", "TemplatedText"),
    "priority": BuiltIn("alert.priority", ""),  # typed by the catalog: `lookup.priority_type`
}
BUILT_INS: Mapping[str, BuiltIn] = _SHORT
PRIORITY_TYPE_NAME = "AlertPriority"
PAGED_TYPES = frozenset({"EscalationPath", "User"})


@dataclass(frozen=True, slots=True)
class Kind:
    """How findings name it, its list (a field of `Directory`), and the right to read that."""

    noun: str
    plural: str
    right: str
    field: str


KINDS = {
    "source": Kind("alert source", "alert sources", "alert_sources.view", "sources"),
    "attribute": Kind("alert attribute", "alert attributes", "alert_schema.view", "attributes"),
    "path": Kind("escalation path", "escalation paths", "escalation_paths.view", "paths"),
    "user": Kind("user", "users", "users.view", "users"),
    "team": Kind("team", "teams", "catalog_entries.view", "teams"),
    "severity": Kind("severity", "severities", "severities.view", "severities"),
    "incident-type": Kind(
        "incident type", "incident types", "incident_types.view", "incident_types"
    ),
    "custom-field": Kind("custom field", "custom fields", "custom_fields.view", "custom_fields"),
    "option": Kind("option", "options of custom fields", "custom_fields.view", "options"),
    "catalog-type": Kind("catalog type", "catalog types", "catalog_types.view", "catalog_types"),
    "catalog-attribute": Kind(
        "catalog attribute", "catalog types", "catalog_types.view", "catalog_types"
    ),
    "entry": Kind("catalog entry", "catalog entries", "catalog_entries.view", "entries"),
    "channel": Kind("channel", "channels", "", "channels"),
    "ms-teams-channel": Kind("Microsoft Teams channel", "channels", "", "channels"),
    "message-template": Kind("message template", "message templates", "", "message_templates"),
}
"""Keys are the ends of the findings' codes: unknown-path, ambiguous-path, …"""

IN_PARTS = frozenset({"users", "options", "entries", "channels", "message_templates"})
"""Lists of which only what routes name is read, and in the lock file; all others are whole."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The meaning of a literal: the kind of thing it names, or "text", or "opaque" (unknown).

    `owner` is the catalog type's id for entries and catalog attributes, the field's for options.
    """

    kind: str
    owner: str = ""


TEXT = Slot("text")
OPAQUE = Slot("opaque")
SOURCE = Slot("source")
ATTRIBUTE = Slot("attribute")
PATH = Slot("path")
USER = Slot("user")
TEAM = Slot("team")
SEVERITY = Slot("severity")
CUSTOM_FIELD = Slot("custom-field")
CATALOG_TYPE = Slot("catalog-type")

_ULID = r"[0-9A-HJKMNP-TV-Z]{26}"
ID_PATTERNS: Mapping[str, str] = {
    "channel": rf"(?:{CHANNEL_ID}|{_ULID})",
    "ms-teams-channel": r"(?!#)(?![\s\S]* / )[\s\S]*",
}
"""Of the kinds whose ids are more than ULIDs, patterns of the whole text: also for JSON Schema."""
_IDS = {kind: re.compile(pattern) for kind, pattern in ID_PATTERNS.items()}
_ID = re.compile(_ULID)


def looks_like_id(text: str, kind: str = "") -> bool:
    """Whether a text that is no known name counts as an id: a ULID, or a channel's id."""
    return _IDS.get(kind, _ID).fullmatch(text) is not None


def name_key(text: str, kind: str) -> str:
    """A name as `by_name` and `formerly` have it: e-mail addresses are compared in lower case."""
    return text.lower() if kind == "user" and "@" in text else text
