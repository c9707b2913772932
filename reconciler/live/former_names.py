"""The names that the account has no more, of the lock file and of what was applied, and what has to
be read to know them.

Users are looked up by their address, so only the whole list tells a new one. Below an attribute
that has another name now, the lists that its type needs were not known to be needed.
"""

from collections.abc import Iterable, Sequence

from reconciler.client import ReadClient
from reconciler.directory import Directory, needs_after
from reconciler.directory.lookup import Known, find_in
from reconciler.directory.needs import Needs
from reconciler.directory.renamed import with_former_names
from reconciler.directory.spelled import spelled_names, with_spelled
from reconciler.live.lists import list_calls, with_list
from reconciler.model.config import Config
from reconciler.model.declaration import Declaration

MOST_ROUNDS = 4


def read_former_names(
    client: ReadClient,
    directory: Directory,
    lock: Directory | None,
    declarations: Iterable[Declaration],
    config: Config,
) -> Directory:
    """The directory, in which former names mean what they meant. No request where the files use
    none. Raises the client's ApiError.
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
    """The directory, in which the names of applied files mean what they meant; `applied` are these
    files with names, and with ids. Without a client nothing more is read. Raises the client's
    ApiError.
    """
    named, ids = tuple(declarations), tuple(one for _, one in applied)
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
                for one, same in applied
                for spelled in spelled_names(one.route, same.route, directory, config)
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
    gone = [text for text in users.asked if not isinstance(find_in(users, text, "user"), Known)]
    return any(isinstance(find_in(lock.users, text, "user"), Known) for text in gone)
