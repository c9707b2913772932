"""An alert, as routes see it; and the account, as far as routing depends on it: types of subjects,
and entries of the catalog.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model import Names

TITLE = "alert.title"
DESCRIPTION = "alert.description"
PRIORITY = "alert.priority"
TEXT_TYPES = frozenset({"String", "Link", "TemplatedText", "Text"})


@dataclass(frozen=True, slots=True)
class Alert:
    """`source` is an id. `values`: by reference ("alert.title", "alert.priority",
    "alert.attributes.01…"), texts or ids of catalog entries; a value of one is a tuple of one. A
    reference that is not there, or has an empty tuple, is missing: the alert lacks it. `unknown`:
    references whose value is not known, which is another thing. `blank`: references of which it is
    not known whether they have the text "" or are missing; `values` does not have them.
    """

    source: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()

    def value(self, reference: str) -> tuple[str, ...] | None:
        """What it has; None is unknown."""
        return None if reference in self.unknown else self.values.get(reference, ())


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a subject, as the engine spells it: "String", 'CatalogEntry["01…"]'; "" while
    unknown.
    """

    type: str = ""
    array: bool = False

    @property
    def is_text(self) -> bool:
        """Whether its values are texts."""
        return self.type in TEXT_TYPES

    @property
    def is_entry(self) -> bool:
        """Whether its values are ids of catalog entries."""
        return self.type.startswith("CatalogEntry[")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a catalog type. `values`: what its attributes hold, by the attribute's id: texts
    or ids of entries, an empty tuple where there is no value. None while they were not read; an
    attribute that is not among them was not read either, and is unknown.
    """

    id: str
    name: str
    external_id: str = ""
    aliases: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class CatalogType:
    """`whole`: `entries` are all of it. Attributes by id."""

    attributes: Mapping[str, Kind] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """`sources`: names by id, of every source of the account where `all_sources`. `subjects`: by
    reference ("alert.title", "alert.attributes.01…"); `all_subjects` where no others exist.
    `catalog`: by the engine's type. `paged`: the id of the escalation path or user that a catalog
    entry stands for, by the entry's id; a target is always compared by the path's or user's own id.
    `names` are for people alone, never for a verdict.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    all_sources: bool = False
    subjects: Mapping[str, Kind] = field(default_factory=dict)
    all_subjects: bool = False
    catalog: Mapping[str, CatalogType] = field(default_factory=dict)
    paged: Mapping[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=dict)

    def kind(self, reference: str) -> Kind:
        """The type of a subject, unknown where the account was not read."""
        return self.subjects.get(reference, Kind())
