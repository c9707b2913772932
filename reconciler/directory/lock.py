"""`directory.lock.json`: the committed copy of an account's names and ids."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from reconciler.directory import decode
from reconciler.directory.described import look_up_cases
from reconciler.directory.directory import (
    IN_PARTS,
    KINDS,
    UNTRIED,
    Attribute,
    CatalogType,
    Directory,
    Entry,
    Field,
    Listing,
    Named,
    Person,
    PrivateSource,
    Severity,
    Team,
    part,
    unread,
    whole,
)
from reconciler.directory.followed import Followed, followed
from reconciler.directory.lookup import Known, Lookup, Use
from reconciler.directory.resolve import names_in
from reconciler.model import (
    Config,
    Declaration,
    Finding,
    Position,
    list_at,
    object_at,
    text_at,
)
from reconciler.routing.case import CaseFile

FORMAT = 1
Rows = list[dict[str, object]]

FULL = tuple(dict.fromkeys(kind.field for kind in KINDS.values() if kind.field not in IN_PARTS))
"""Lists that the lock holds in full; of the others it holds what files name."""

PARTLY = {kind: KINDS[kind].field for kind in ("user", "channel", "message-template")}


def emit_lock(
    directory: Directory,
    declarations: Iterable[Declaration],
    config: Config,
    previous: str = "",
    tests: Iterable[CaseFile] = (),
) -> str:
    """The lock's text: JSON, sorted, with a newline at its end. `directory.read_on` is written as
    the date of the names; where nothing else differs, `previous` is returned to the byte.
    """
    declarations = tuple(declarations)
    tested = Lookup(directory, config)
    look_up_cases(tests, tested)
    named = _named_by(declarations, directory, config, tested.uses)
    routes = [names_in(declaration.route, directory, config).route for declaration in declarations]
    document = _document(directory, named, followed(routes, directory))
    if previous and _without_date(_parsed(previous)) == _without_date(document):
        return previous
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _without_date(document: object) -> object:
    if not isinstance(document, Mapping):
        return None
    return {key: value for key, value in document.items() if key != "read_on"}


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _document(
    directory: Directory, named: Mapping[tuple[str, str], set[str]], along: Followed
) -> dict[str, object]:
    document: dict[str, object] = {"format": FORMAT, "account": directory.account}
    if directory.read_on:
        document["read_on"] = directory.read_on
    refused: dict[str, str] = {}
    for field in FULL:
        listing: Listing[Named] = getattr(directory, field)
        if listing.state != "unread":
            document[field] = _rows(listing.rows)
        elif listing.reason:
            refused[field] = listing.reason
    for kind, field in PARTLY.items():
        listing = getattr(directory, field)
        wanted = named.get((kind, ""), set())
        document[field] = _rows(row for row in listing.rows if row.id in wanted)
        if listing.state == "unread" and listing.reason:
            refused[field] = listing.reason
    for kind, field in (("option", "options"), ("entry", "entries")):
        lists: Mapping[str, Listing[Named]] = getattr(directory, field)
        document[field] = {
            owner: _rows(row for row in lists[owner].rows if row.id in ids)
            for (of, owner), ids in named.items()
            if of == kind and owner in lists
        }
    whole = [
        kind
        for kind in sorted(along.types | directory.priority_types)
        if _is_whole(kind, directory)
    ]
    kept = {kind: _entries(directory.entries[kind], along.attributes.get(kind)) for kind in whole}
    if kept:
        document["entries"] = {**object_at(document, "entries"), **kept}
        document["all_entries_of"] = whole
    if refused:
        document["unread"] = refused
    return document


def _is_whole(kind: str, directory: Directory) -> bool:
    return kind in directory.entries and directory.entries[kind].state == "whole"


def _entries(listing: Listing[Entry], attributes: frozenset[str] | None) -> Rows:
    """All of a type, with the values that routes follow; all values of a catalog are many."""
    if not attributes:
        return _rows(replace(row, values=None, kept=None) for row in listing.rows)
    return _rows(replace(row, kept=attributes) for row in listing.rows)


def _named_by(
    declarations: Iterable[Declaration],
    directory: Directory,
    config: Config,
    others: Iterable[Use],
) -> Mapping[tuple[str, str], set[str]]:
    """(kind, owner) -> the ids that files name."""
    named: dict[tuple[str, str], set[str]] = {}
    uses = (names_in(file.route, directory, config).uses for file in declarations)
    for use in chain(chain.from_iterable(uses), others):
        if isinstance(use.answer, Known):
            kind = "channel" if use.slot.kind == "ms-teams-channel" else use.slot.kind
            named.setdefault((kind, use.slot.owner), set()).add(use.answer.id)
    return named


def _rows(rows: Iterable[Named]) -> Rows:
    return [_row(row) for row in sorted(rows, key=lambda row: (row.name, row.id))]


def _row(row: Named) -> dict[str, object]:
    """The row under the API's own keys, so that one decoder reads both."""
    written: dict[str, object] = {"id": row.id, "name": row.name}
    match row:
        case Attribute():
            written |= {"type": row.type, "array": row.array}
        case Person():
            written |= {"email": row.email} | ({} if row.active else {"is_active": False})
        case Entry():
            written |= {"external_id": row.external_id} if row.external_id else {}
            written |= {"aliases": list(row.aliases)} if row.aliases else {}
            if row.values is not None and row.kept is not None:
                written["attribute_values"] = {
                    attribute: {
                        "array_value": [{"literal": text} for text in row.values.get(attribute, ())]
                    }
                    for attribute in row.kept
                }
        case PrivateSource():
            written |= {"template": {"is_private": True}}
        case Team():
            written |= {"catalog_entry": {"id": row.entry}} if row.entry else {}
        case Severity():
            written |= {"rank": row.rank}
        case Field():
            written |= {"field_type": row.field_type}
            written |= {"catalog_type_id": row.catalog_type} if row.catalog_type else {}
        case CatalogType():
            written |= {"type_name": row.type_name, "engine_resource_type": row.engine_type}
            written |= {"schema": {"attributes": _rows(row.attributes.rows)}}
    return written


def completed_by(directory: Directory, lock: Directory) -> tuple[Directory, tuple[str, ...]]:
    """The directory with the lock's lists for those that the key may not read, and the names of
    these lists. A lock of another account gives nothing.
    """
    if lock.account != directory.account or not lock.account:
        return directory, ()
    refused = [
        field
        for field in (*FULL, *PARTLY.values())
        if getattr(directory, field).state == "unread" and getattr(directory, field).reason
        if getattr(lock, field).rows
    ]
    lists: dict[str, Any] = {
        field: replace(getattr(lock, field), reason=getattr(directory, field).reason)
        for field in refused
    }
    return replace(directory, **lists), tuple(refused)


def parse_lock(text: str, file: str) -> tuple[Directory | None, tuple[Finding, ...]]:
    """Read a lock file. Without a directory there is an error that says how to make a new one."""
    document = _parsed(text)
    if not isinstance(document, Mapping):
        return None, (_refused("the lock file is not a JSON object", file),)
    if document.get("format") != FORMAT:
        return None, (_refused(f"the lock file does not have format {FORMAT}", file),)
    directory = Directory(
        account=text_at(document, "account"),
        read_on=text_at(document, "read_on") or "an earlier day",
        sources=decode.sources_from(list_at(document, "sources")),
        attributes=decode.attributes_from(list_at(document, "attributes")),
        paths=decode.named_from(list_at(document, "paths")),
        users=decode.users_from(list_at(document, "users"), looked_up=()),
        teams=decode.teams_from(list_at(document, "teams")),
        severities=decode.severities_from(list_at(document, "severities")),
        incident_types=decode.named_from(list_at(document, "incident_types")),
        custom_fields=decode.custom_fields_from(list_at(document, "custom_fields")),
        catalog_types=decode.catalog_types_from(list_at(document, "catalog_types")),
        options={
            owner: part(decode.named_from(rows).rows)
            for owner, rows in _lists(document, "options").items()
        },
        entries=_kept_entries(document),
        channels=part(decode.named_from(list_at(document, "channels")).rows),
        message_templates=part(decode.named_from(list_at(document, "message_templates")).rows),
    )
    return replace(directory, **_not_there(document)), ()


def _kept_entries(document: Mapping[str, object]) -> dict[str, Listing[Entry]]:
    """The entries of each type that the lock holds."""
    entries: dict[str, Listing[Entry]] = {}
    for owner, rows in _lists(document, "entries").items():
        kept = [
            replace(entry, kept=frozenset(entry.values) if entry.values is not None else None)
            for entry in decode.entries_from(rows).rows
        ]
        entries[owner] = whole(kept) if owner in list_at(document, "all_entries_of") else part(kept)
    return entries


def _not_there(document: Mapping[str, object]) -> dict[str, Any]:
    """Lists that the lock lacks, with the reason where there is one."""
    reasons = object_at(document, "unread")
    lacking: dict[str, Listing[Named]] = {}
    for field in (*FULL, *PARTLY.values()):
        reason = reasons.get(field)
        if isinstance(reason, str) and not list_at(document, field):
            lacking[field] = unread(reason)
        elif field in FULL and not isinstance(document.get(field), list):
            lacking[field] = UNTRIED
    return lacking


def _refused(message: str, file: str) -> Finding:
    hint = "`reconciler directory refresh` creates a new one"
    return Finding("error", "lock-file", message, hint, position=Position(file, 1, 1))


def _lists(document: Mapping[str, object], key: str) -> dict[str, list[object]]:
    found = object_at(document, key)
    return {owner: rows for owner, rows in found.items() if isinstance(rows, list)}
