"""The lists to read: only those in which a name of a file, or an id of a live route, is looked up.

They are found by resolving with the lists read so far and watching the look-ups. An attribute's
type decides which entries are needed, so reading goes in rounds: `needs_of`, read, `needs_after`,
read, until nothing is needed. Three rounds are the most: attributes, catalog types, entries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reconciler.directory.described import look_up_cases
from reconciler.directory.directory import (
    IN_PARTS,
    KINDS,
    UNTRIED,
    Directory,
    Slot,
    looks_like_id,
    name_key,
)
from reconciler.directory.followed import followed
from reconciler.directory.lookup import Known, Lookup, Use
from reconciler.directory.resolve import names_in
from reconciler.directory.translate import ids_in
from reconciler.model import Config, Declaration, Live, Route
from reconciler.routing.case import CaseFile

LISTS = {name: kind.field for name, kind in KINDS.items() if kind.field not in IN_PARTS}
"""Kinds whose list is read in one pass, and the field of `Directory` that holds it."""

MOST_SINGLE_USERS = 20
"""More users than these are cheaper to read as a list."""


@dataclass(frozen=True, slots=True)
class Needs:
    """One round of reading."""

    lists: frozenset[str] = frozenset()  # fields of Directory: "sources", "users", …
    emails: tuple[str, ...] = ()  # users to read one by one, with the list's e-mail filter
    options: tuple[str, ...] = ()  # custom fields whose options to list
    entries: tuple[str, ...] = ()  # catalog types whose entries to list

    def __bool__(self) -> bool:
        return bool(self.lists or self.emails or self.options or self.entries)


def needs_of(declarations: Iterable[Declaration], lives: Iterable[Live], config: Config) -> Needs:
    """The first round."""
    return needs_after(Directory(), declarations, lives, config)


def needs_after(
    directory: Directory,
    declarations: Iterable[Declaration],
    lives: Iterable[Live],
    config: Config,
) -> Needs:
    """The needs beyond what the directory holds. A list that was refused (`unread` with a reason)
    is not read again, and neither is an e-mail that was looked up in vain.
    """
    lookup = Lookup(directory, config)
    for declaration in declarations:
        lookup.uses += names_in(declaration.route, directory, config).uses
    for live in lives:
        lookup.uses += ids_in(live.route, directory).uses
    for team in (
        *config.owns_teams,
        *(team for elsewhere in config.elsewhere for team in elsewhere.teams),
    ):
        lookup.find(Slot("team"), team)
    return _from_uses(lookup)


def needs_for_lock(
    directory: Directory,
    declarations: Iterable[Declaration],
    config: Config,
    tests: Iterable[CaseFile] = (),
) -> Needs:
    """The same for the lock file: its full lists, and of the others the names in files."""
    declarations = tuple(declarations)
    named = needs_after(directory, declarations, (), config)
    lookup = Lookup(directory, config)
    look_up_cases(tests, lookup)
    tested = _from_uses(lookup)
    full = {field for field in LISTS.values() if getattr(directory, field).open}
    along = needs_to_route(
        (names_in(declaration.route, directory, config).route for declaration in declarations),
        directory,
    )
    lists = named.lists | tested.lists | full
    emails = () if "users" in lists else tuple(sorted({*named.emails, *tested.emails}))
    offered = {kind for kind in directory.priority_types if _unread(kind, directory)}
    entries = tuple(sorted({*named.entries, *tested.entries, *along.entries, *offered}))
    return Needs(lists, emails, named.options, entries)


def needs_to_route(routes: Iterable[Route], directory: Directory) -> Needs:
    """The needs besides names, to tell where these routes (with ids) send an alert: entries
    that they follow or compare by name. A plan asks for it only where routes differ. What was
    refused is not read again.
    """
    types = followed(routes, directory).types
    return Needs(
        entries=tuple(sorted(entry_type for entry_type in types if _unread(entry_type, directory)))
    )


def needs_of_lookups(
    look_up: Callable[[Lookup], object], directory: Directory, config: Config
) -> Needs:
    """The needs of some names besides those of routes."""
    lookup = Lookup(directory, config)
    look_up(lookup)
    return _from_uses(lookup)


def _unread(kind: str, directory: Directory) -> bool:
    return directory.entries.get(kind, UNTRIED).open


def _from_uses(lookup: Lookup) -> Needs:
    lists: set[str] = set()
    options: set[str] = set()
    entries: set[str] = set()
    users: set[str] = set()
    # Routes share most of their names: each is judged once, wherever it stands.
    same = {(use.slot.kind, use.slot.owner, use.text, type(use.answer)): use for use in lookup.uses}
    for use in same.values():
        if not _open(use, lookup):
            continue
        slot = use.slot
        if slot.kind in LISTS:
            lists.add(LISTS[slot.kind])
        elif slot.kind == "option":
            options.add(slot.owner)
        elif slot.kind == "entry" and (
            slot.owner in lookup.directory.catalog_types.by_id or looks_like_id(slot.owner)
        ):
            entries.add(slot.owner)
        elif slot.kind == "user":
            users.add(use.text)
    emails = {name_key(text, "user") for text in users if "@" in text}
    if _whole_list_of_users(users, emails):
        lists.add("users")
        emails = set()
    return Needs(frozenset(lists), *(tuple(sorted(some)) for some in (emails, options, entries)))


def _open(use: Use, lookup: Lookup) -> bool:
    """Whether reading more could change the answer."""
    listing = lookup.listing(use.slot)
    if use.slot.kind == "source":  # an id from reconciler.yaml was not read
        return listing.open
    if isinstance(use.answer, Known) or not listing.open:
        return False
    return {use.text, name_key(use.text, use.slot.kind)}.isdisjoint(listing.looked_up)


def _whole_list_of_users(users: set[str], emails: set[str]) -> bool:
    """E-mails first: they may already tell whom an id of a live route means."""
    if len(emails) > MOST_SINGLE_USERS:
        return True
    names = {text for text in users if "@" not in text and not looks_like_id(text)}
    return bool(names) or bool(users and not emails)
