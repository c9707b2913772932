"""The account's look-up lists, read in parallel and only as far as a route needs them.

A list that the key may not read is `unread`, with the missing right, and names of that kind become
findings where a file uses them.

Former names are those of the lock file and of the last apply. Users are looked up by address, so
only the whole list shows a new one; and below a renamed attribute further lists may be needed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from reconciler.client import Forbidden, NotFound, ReadClient, counting_pages, join
from reconciler.directory import (
    Directory,
    Listing,
    Needs,
    decode as rows_to,
    needs_after,
    unread,
    with_former_names,
)
from reconciler.directory.former import spelled_names, with_spelled
from reconciler.directory.lookup import Known, find_in
from reconciler.model import Config, Declaration, list_at, text_at, with_id

Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The source of a list of `Directory`. `page_size` 0: it has no pages. `params` ask for all."""

    path: str
    field: str
    page_size: int
    decode: Callable[[Rows], Listing[Any]]
    params: tuple[tuple[str, str], ...] = ()


def _endpoint(version: str, name: str, page_size: int, decode: Any) -> Endpoint:
    return Endpoint(join(version, name), name, page_size, decode)


def _users(page_size: int, decode: Any) -> Endpoint:
    """People who left, too: routes go on naming them (fact 1.17)."""
    return replace(
        _endpoint("v2", "users", page_size, decode), params=(("include_inactive", "true"),)
    )


LISTS: Mapping[str, Endpoint] = {  # field of Directory -> endpoint, at its largest page
    "sources": _endpoint("v2", "alert_sources", 0, rows_to.sources_from),
    "attributes": _endpoint("v2", "alert_attributes", 0, rows_to.attributes_from),
    "paths": _endpoint("v2", "escalation_paths", 25, rows_to.named_from),
    "users": _users(10_000, rows_to.users_from),
    "teams": _endpoint("v3", "teams", 250, rows_to.teams_from),
    "severities": _endpoint("v1", "severities", 0, rows_to.severities_from),
    "incident_types": _endpoint("v1", "incident_types", 0, rows_to.named_from),
    "custom_fields": _endpoint("v2", "custom_fields", 0, rows_to.custom_fields_from),
    "catalog_types": _endpoint("v3", "catalog_types", 0, rows_to.catalog_types_from),
}


@dataclass(frozen=True, slots=True)
class ListRead:
    """One call's result: a whole list, the options or entries of `key`, or one e-mail's users."""

    field: str
    key: str
    listing: Listing[Any]


def list_calls(client: ReadClient, needs: Needs) -> Iterator[Callable[[], ListRead]]:
    """The calls of one round. Each raises ApiError, except for a right that is missing."""

    def whole(field: str) -> Callable[[], ListRead]:
        return lambda: ListRead(field, "", _read(client, LISTS[field], {}))

    def options(field: str) -> Callable[[], ListRead]:
        of = _endpoint("v1", "custom_field_options", 250, rows_to.options_from)
        return lambda: ListRead("options", field, _read(client, of, {"custom_field_id": field}))

    def entries(kind: str) -> Callable[[], ListRead]:
        of = _endpoint("v3", "catalog_entries", 250, rows_to.entries_from)
        return lambda: ListRead("entries", kind, _read(client, of, {"catalog_type_id": kind}))

    def user(email: str) -> Callable[[], ListRead]:
        def decode(rows: Rows) -> Listing[Any]:
            return rows_to.users_from(rows, looked_up=[email])

        of = _users(25, decode)
        return lambda: ListRead("users", email, _read(client, of, {"email": email}))

    return chain(
        map(whole, sorted(needs.lists)),
        map(options, needs.options),
        map(entries, needs.entries),
        map(user, needs.emails),
    )


def _read(client: ReadClient, endpoint: Endpoint, params: Mapping[str, str]) -> Listing[Any]:
    params = {**dict(endpoint.params), **params}
    try:
        if endpoint.page_size:
            pages = counting_pages(
                client.tell,
                endpoint.field.replace("_", " "),
                client.pages(endpoint.path, endpoint.field, endpoint.page_size, params),
                " ".join(params.values()),
            )
            return endpoint.decode([row for page in pages for row in page])
        body = client.get(endpoint.path, params).body
    except (Forbidden, NotFound) as error:  # a catalog type may be gone that a route still names
        return unread(error.advice)
    rows = body.get(endpoint.field) if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        # An empty list would say that nothing of this kind exists.
        return unread(f'the response of {endpoint.path} has no list of objects "{endpoint.field}"')
    return endpoint.decode(rows)


def with_list(directory: Directory, read: ListRead) -> Directory:
    """The directory with one more list."""
    if read.field == "options":
        return replace(directory, options={**directory.options, read.key: read.listing})
    if read.field == "entries":
        return replace(directory, entries={**directory.entries, read.key: read.listing})
    if read.field == "users" and read.key and directory.users.state != "whole":
        return replace(directory, users=_joined(directory.users, read.listing))
    lists: dict[str, Any] = {read.field: read.listing}
    return replace(directory, **lists)


def _joined(known: Listing[Any], more: Listing[Any]) -> Listing[Any]:
    """Users who were looked up one by one. A refusal of one is a refusal of all."""
    if known.state == "unread" or more.state == "unread":
        return more if not known.reason else known
    rows = {row.id: row for row in (*known.rows, *more.rows)}
    return Listing(tuple(rows.values()), "part", looked_up=known.looked_up | more.looked_up)


MOST_ROUNDS = 4


def read_former_names(
    client: ReadClient,
    directory: Directory,
    lock: Directory | None,
    declarations: Iterable[Declaration],
    config: Config,
) -> Directory:
    """The directory in which former names keep their meaning. No request where the files use none.
    Raises the client's ApiError.
    """
    if lock is None or not lock.account or lock.account != directory.account:
        return directory
    if _has_new_addresses(directory, lock):
        directory = _with(client, directory, Needs(frozenset({"users"})))
    named = tuple(declarations)
    for _ in range(MOST_ROUNDS):
        known = with_former_names(directory, lock)
        more = needs_after(known, named, (), config)
        if not more:
            return known
        directory = _with(client, directory, more)
    return with_former_names(directory, lock)


def read_applied_names(
    client: ReadClient | None,
    directory: Directory,
    applied: Sequence[tuple[Declaration, Declaration]],
    declarations: Iterable[Declaration],
    config: Config,
) -> Directory:
    """The directory in which the names of `applied` files (with names, and with ids) keep their
    meaning. Without a client nothing more is read. Raises the client's ApiError.
    """
    named, ids = tuple(declarations), tuple(declaration for _, declaration in applied)
    for _ in range(MOST_ROUNDS):
        more = needs_after(directory, ids, (), config) if client is not None else None
        if client is None or not more:
            break
        directory = _with(client, directory, more)
    for _ in range(MOST_ROUNDS):
        directory = with_spelled(
            directory,
            [
                spelled
                for declaration, same in applied
                for spelled in spelled_names(declaration.route, same.route, directory, config)
            ],
        )
        more = needs_after(directory, named, (), config) if client is not None else None
        if client is None or not more:
            break
        directory = _with(client, directory, more)
    return directory


def _with(client: ReadClient, directory: Directory, needs: Needs) -> Directory:
    for call in list_calls(client, needs):
        directory = with_list(directory, call())
    return directory


def _has_new_addresses(directory: Directory, lock: Directory) -> bool:
    """Whether a user whom the lock knows was looked up in vain."""
    users = directory.users
    if users.state != "part":
        return False
    gone = [text for text in users.looked_up if not isinstance(find_in(users, text, "user"), Known)]
    return any(isinstance(find_in(lock.users, text, "user"), Known) for text in gone)


def read_addresses(client: ReadClient) -> tuple[tuple[str, str, str], ...]:
    """The name, id and URL of each alert source, "" without one. Raises the client's ApiError."""
    body = client.get(join("v2", "alert_sources")).body
    return tuple(
        (text_at(row, "name"), text_at(row, "id"), text_at(row, "alert_events_url"))
        for row in with_id(list_at(body, "alert_sources"))
    )
