"""One account: everything that routes refer to, and the names by which people know it.

The lists hold what the look-up endpoints return, element by element. Nothing here is a route.

Also here: ids as incident.io spells them (ULIDs), but the same in every run.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.sandbox.jsontype import Body


@dataclass(slots=True)
class Account:
    """The tables of an account. `generation` counts renames: labels are as of a generation."""

    name: str
    dashboard_url: str
    sources: list[Body] = field(default_factory=list)
    attributes: list[Body] = field(default_factory=list)
    escalation_paths: list[Body] = field(default_factory=list)
    users: list[Body] = field(default_factory=list)
    teams: list[Body] = field(default_factory=list)
    severities: list[Body] = field(default_factory=list)
    incident_types: list[Body] = field(default_factory=list)
    custom_fields: list[Body] = field(default_factory=list)
    custom_field_options: list[Body] = field(default_factory=list)
    catalog_types: list[Body] = field(default_factory=list)
    catalog_entries: list[Body] = field(default_factory=list)
    schedules: list[Body] = field(default_factory=list)
    alerts: list[Body] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=dict)  # Slack id -> "#name"
    secrets: dict[str, str] = field(default_factory=dict)  # source id -> token of its senders
    generation: int = 0
    _names: dict[str, str] = field(default_factory=dict)
    _by_id: dict[str, Body] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index()

    def index(self) -> None:
        """Rebuild what is derived from the lists; call it after changing one of them."""
        self.generation += 1
        self._by_id = {thing["id"]: thing for thing in self._things()}
        self._names = {
            key: str(thing.get("name") or thing.get("value")) for key, thing in self._by_id.items()
        }
        for entry in self.catalog_entries:
            self._names.setdefault(entry.get("external_id", ""), entry["name"])
            self._by_id.setdefault(entry.get("external_id", ""), entry)
        for catalog_type in self.catalog_types:
            for attribute in catalog_type["schema"]["attributes"]:
                self._names[attribute["id"]] = attribute["name"]
        self._names.update(self.channels)

    def rename(self, thing_id: str, name: str) -> None:
        """A user renames a thing in the dashboard; every label that shows the name follows.

        Raises KeyError for an id that this account does not have.
        """
        if thing_id in self.channels:
            self.channels[thing_id] = name
        else:
            thing = self._by_id[thing_id]
            thing["value" if "value" in thing else "name"] = name
        self.index()

    def label(self, thing_id: str) -> str:
        """The name behind an id; a literal that is no id of ours is its own label."""
        return self._names.get(thing_id) or self._names.get(thing_id.rpartition("/")[2]) or thing_id

    def find(self, table: str, thing_id: str) -> Body | None:
        """The thing of that id, if it is of that table (the name of a field, e.g. "users")."""
        rows: list[Body] = getattr(self, table)
        thing = self._by_id.get(thing_id)
        if thing is not None and any(thing is row for row in rows):
            return thing
        return next((row for row in rows if row["id"] == thing_id), None)

    def catalog_type(self, engine_type: str) -> Body | None:
        """The catalog type behind e.g. `CatalogEntry["01J…"]`; None for a primitive."""
        if not engine_type.startswith('CatalogEntry["'):
            return None
        return self.find("catalog_types", engine_type[len('CatalogEntry["') : -len('"]')])

    def entry(self, catalog_type_id: str, literal: str) -> Body | None:
        entry = self._by_id.get(literal)
        if entry is not None and entry.get("catalog_type_id") == catalog_type_id:
            return entry
        return next(
            (
                entry
                for entry in self.catalog_entries
                if entry["catalog_type_id"] == catalog_type_id
                and literal in (entry["id"], entry.get("external_id"))
            ),
            None,
        )

    def _things(self) -> Iterator[Body]:
        yield from self.catalog_entries
        yield from self.catalog_types
        yield from self.custom_field_options
        yield from self.custom_fields
        yield from self.incident_types
        yield from self.severities
        yield from self.teams
        yield from self.users
        yield from self.escalation_paths
        yield from self.attributes
        yield from self.sources


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def base32(number: int, length: int) -> str:
    """`number` in Crockford's alphabet, the last `length` digits of it."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def named_ulid(what: str) -> str:
    """The id of a thing of the seed, e.g. `named_ulid("attribute severity")`."""
    digest = int.from_bytes(hashlib.sha256(what.encode()).digest()[:16], "big")
    return "01J" + base32(digest, 23)


def numbered_ulid(number: int) -> str:
    """The id of the n-th thing that was made in a run; sorts after all ids of the seed."""
    return "01M" + base32(number << 60 | number * 0x9E3779B97F4A7C15 & (1 << 60) - 1, 23)
