"""`directory.lock.json`: the committed copy of an account's names and ids.

Also here: a name that means another thing than the committed lock file says.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from reconciler.directory import decode
from reconciler.directory.directory import (
    KINDS,
    NOT_ASKED,
    Attribute,
    CatalogType,
    Directory,
    Entry,
    Field,
    Listing,
    Named,
    Person,
    Severity,
    Team,
    part,
    unread,
)
from reconciler.directory.lookup import Known
from reconciler.directory.resolve import names_in
from reconciler.directory.spelled import Spelled
from reconciler.model import (
    Config,
    Declaration,
    Finding,
    Path,
    Position,
    list_at,
    object_at,
    text_at,
)

FORMAT = 1
Rows = list[dict[str, object]]

FULL = (
    "sources",
    "attributes",
    "paths",
    "teams",
    "severities",
    "incident_types",
    "custom_fields",
    "catalog_types",
)
"""Lists that the lock holds in full; of the others it holds what files name."""

PARTLY = {"user": "users", "channel": "channels", "message-template": "message_templates"}


def emit_lock(
    directory: Directory, declarations: Iterable[Declaration], config: Config, previous: str = ""
) -> str:
    """The lock's text: JSON, sorted, with a newline at its end. `directory.read_on` is written as
    the date of the names; where nothing else differs, `previous` is returned to the byte.
    """
    document = _document(directory, _named_by(declarations, directory, config))
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


def _document(directory: Directory, named: Mapping[tuple[str, str], set[str]]) -> dict[str, object]:
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
    if refused:
        document["unread"] = refused
    return document


def _named_by(
    declarations: Iterable[Declaration], directory: Directory, config: Config
) -> Mapping[tuple[str, str], set[str]]:
    """(kind, owner) -> ids of what files name."""
    named: dict[tuple[str, str], set[str]] = {}
    uses = (names_in(one.route, directory, config).uses for one in declarations)
    for use in chain.from_iterable(uses):
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
    """The directory with the lock's lists for those that the key may not read, and which these
    are. A lock of another account gives nothing.
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
        paths=decode.paths_from(list_at(document, "paths")),
        users=decode.users_from(list_at(document, "users"), asked=()),
        teams=decode.teams_from(list_at(document, "teams")),
        severities=decode.severities_from(list_at(document, "severities")),
        incident_types=decode.incident_types_from(list_at(document, "incident_types")),
        custom_fields=decode.custom_fields_from(list_at(document, "custom_fields")),
        catalog_types=decode.catalog_types_from(list_at(document, "catalog_types")),
        options={
            owner: part(decode.sources_from(rows).rows)
            for owner, rows in _lists(document, "options").items()
        },
        entries={
            owner: part(decode.entries_from(rows).rows)
            for owner, rows in _lists(document, "entries").items()
        },
        channels=part(decode.sources_from(list_at(document, "channels")).rows),
        message_templates=part(decode.sources_from(list_at(document, "message_templates")).rows),
    )
    return replace(directory, **_not_there(document)), ()


def _not_there(document: Mapping[str, object]) -> dict[str, Any]:
    """Lists that the lock lacks, with the reason where there is one."""
    reasons = object_at(document, "unread")
    lacking: dict[str, Listing[Named]] = {}
    for field in (*FULL, *PARTLY.values()):
        reason = reasons.get(field)
        if isinstance(reason, str) and not list_at(document, field):
            lacking[field] = unread(reason)
        elif field in FULL and not isinstance(document.get(field), list):
            lacking[field] = NOT_ASKED
    return lacking


def _refused(what: str, file: str) -> Finding:
    hint = "`reconciler directory refresh` creates a new one"
    return Finding("error", "lock-file", what, hint, position=Position(file, 1, 1))


def _lists(document: Mapping[str, object], key: str) -> dict[str, list[object]]:
    found = object_at(document, key)
    return {owner: rows for owner, rows in found.items() if isinstance(rows, list)}


def moved_names(
    lock: Directory,
    fresh: Directory,
    declarations: Iterable[Declaration],
    config: Config | None = None,
) -> tuple[Finding, ...]:
    """An error `name-moved` for each name that declarations use and that had another id when the
    lock was written; nothing is to be planned for the routes that the findings name. A lock of
    another account says nothing about this one.
    """
    if lock.account != fresh.account:
        return ()
    config = config or Config()
    names = fresh.display(config)
    findings: list[Finding] = []
    for declaration in declarations:
        before = _ids(declaration, lock, config)
        for (kind, text, path), given in _ids(declaration, fresh, config).items():
            was = before.get((kind, text, path))
            if was is None or was == given or text in (was, given):
                continue
            way = "`reconciler directory refresh --rename` writes"
            findings.append(_moved(declaration, (kind, text, path), given, was, names, way))
    return tuple(findings)


def moved_since(
    declaration: Declaration,
    applied: Iterable[Spelled],
    fresh: Directory,
    lock: Directory | None,
    config: Config,
) -> Iterator[Finding]:
    """The same of names that a file had when it was applied. What the lock file says of a name
    counts first: it is how a person takes the new meaning over.
    """
    formerly: dict[tuple[str, str], set[str]] = {}
    for one in applied:
        formerly.setdefault((one.slot.kind, one.name), set()).add(one.id)
    same = lock if lock is not None and lock.account == fresh.account else Directory()
    said = _ids(declaration, same, config)
    for use, given in _ids(declaration, fresh, config).items():
        before = formerly.get(use[:2], {given})
        if given not in before and use not in said and use[1] != given:
            yield _moved(declaration, use, given, min(before), fresh.display(config), "write")


_Use = tuple[str, str, Path]


def _moved(
    declaration: Declaration,
    use: _Use,
    given: str,
    was: str,
    names: Mapping[str, str],
    way: str,
) -> Finding:
    kind, text, path = use
    message = f'"{text}" is now another {KINDS[kind].noun}: {given} (before: {was})'
    hint = "to use the new object, run `reconciler directory refresh`"
    if today := names.get(was):
        hint = f'to use the old object, {way} "{today}", its new name; {hint}'
    finding = Finding("error", "name-moved", message, hint, path=path)
    return declaration.positions.locate(replace(finding, route=declaration.route.name))


def _ids(declaration: Declaration, directory: Directory, config: Config) -> dict[_Use, str]:
    return {
        (use.slot.kind, use.text, use.path): use.answer.id
        for use in names_in(declaration.route, directory, config).uses
        if isinstance(use.answer, Known)
    }
