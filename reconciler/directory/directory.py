"""The nouns: rows of the account's lists, how much of a list was read, all lists together.

Also here: the kinds of things that have names, and the slots of a route that hold them.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Never, TypeVar

from reconciler.model import Config, entry_key, is_channel_id


@dataclass(frozen=True, slots=True)
class Named:
    """Anything that has an id and a name: a source, an escalation path, an incident type, …"""

    id: str
    name: str

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """What it is called: the names that count, then those that count where no first fits."""
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
    """An entry of a catalog type."""

    external_id: str = ""
    aliases: tuple[str, ...] = ()

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
    """One list of the account, as far as it was read.

    "whole": what is not in it does not exist. "part": only what `asked` names was looked up, and
    nothing is known about the rest (`reason`: why it cannot be). "unread": nothing is known, and
    `reason` says why; without a reason nobody has asked yet. `formerly` are names with the ids of
    those that bore them, whoever bears them now: see `renamed`.
    """

    rows: tuple[Row_co, ...] = ()
    state: Literal["whole", "part", "unread"] = "unread"
    reason: str = ""
    asked: frozenset[str] = frozenset()
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
        """Whether reading it could still tell more: nobody asked, or not for everything."""
        return (self.state == "unread" and not self.reason) or self.state == "part"

    def names(self) -> Iterator[str]:
        """Every name by which a row can be meant, each once."""
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


def part(rows: Iterable[Row_co], asked: Iterable[str] = ()) -> Listing[Row_co]:
    """Some rows of a list; `asked` are the names or ids that were looked up, found or not."""
    return Listing(tuple(rows), "part", asked=frozenset(asked))


def unread(reason: str) -> Listing[Never]:
    """A list that could not be read, e.g. `unread("the key lacks the right users.view")`."""
    return Listing((), "unread", reason or "it could not be read")


NOT_ASKED: Listing[Never] = Listing()


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known of one account. The default knows nothing and has asked for nothing."""

    account: str = ""  # the identity's dashboard_url
    read_on: str = ""  # a day when it comes from the lock file, "" when it is live
    sources: Listing[Named] = NOT_ASKED
    attributes: Listing[Attribute] = NOT_ASKED
    paths: Listing[Named] = NOT_ASKED
    users: Listing[Person] = NOT_ASKED
    teams: Listing[Team] = NOT_ASKED
    severities: Listing[Severity] = NOT_ASKED
    incident_types: Listing[Named] = NOT_ASKED
    custom_fields: Listing[Field] = NOT_ASKED
    catalog_types: Listing[CatalogType] = NOT_ASKED
    options: Mapping[str, Listing[Named]] = field(default_factory=dict)  # by custom field's id
    entries: Mapping[str, Listing[Entry]] = field(default_factory=dict)  # by catalog type's id
    channels: Listing[Named] = NOT_ASKED  # labels of live routes: the API lists none
    message_templates: Listing[Named] = NOT_ASKED  # the same
    # What `translated.once` keeps. A directory that differs begins anew.
    translated: dict[tuple[int, ...], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def lists(self) -> Iterator[Listing[Named]]:
        """All of them."""
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
        """Entries that stand for an escalation path or a user: a target is named by its own id, the
        result of an expression perhaps by its entry's.
        """
        for kind in self.catalog_types.rows:
            if kind.type_name in PAGED_TYPES and kind.id in self.entries:
                yield from (one for one in self.entries[kind.id].rows if one.external_id)


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
    """How findings speak of it, and the right that lets a key read its list."""

    noun: str
    plural: str
    right: str


KINDS = {
    "source": Kind("alert source", "alert sources", "alert_sources.view"),
    "attribute": Kind("alert attribute", "alert attributes", "alert_schema.view"),
    "path": Kind("escalation path", "escalation paths", "escalation_paths.view"),
    "user": Kind("user", "users", "users.view"),
    "team": Kind("team", "teams", "catalog_entries.view"),
    "severity": Kind("severity", "severities", "severities.view"),
    "incident-type": Kind("incident type", "incident types", "incident_types.view"),
    "custom-field": Kind("custom field", "custom fields", "custom_fields.view"),
    "option": Kind("option", "options of custom fields", "custom_fields.view"),
    "catalog-type": Kind("catalog type", "catalog types", "catalog_types.view"),
    "catalog-attribute": Kind("catalog attribute", "catalog types", "catalog_types.view"),
    "entry": Kind("catalog entry", "catalog entries", "catalog_entries.view"),
    "channel": Kind("channel", "channels", ""),
    "ms-teams-channel": Kind("Microsoft Teams channel", "channels", ""),
    "message-template": Kind("message template", "message templates", ""),
}
"""Keys are the ends of the findings' codes: unknown-path, ambiguous-path, …"""


@dataclass(frozen=True, slots=True)
class Slot:
    """What a literal means: the kind of thing it names, or "text", or "opaque" (unknown).

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

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def looks_like_id(text: str, kind: str = "") -> bool:
    """Whether a text that is nobody's name is taken as an id: a ULID, or as channels have it."""
    if kind == "channel":
        return is_channel_id(text) or _ID.fullmatch(text) is not None
    if kind == "ms-teams-channel":
        return " / " not in text and not text.startswith("#")
    return _ID.fullmatch(text) is not None
