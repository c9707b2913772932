"""What names meant when files were applied, for files that name what has another name by now."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconciler.apply.asked import Asked, Remembered
from reconciler.apply.likeness import spelled
from reconciler.client import ReadClient
from reconciler.directory import Directory, resolve
from reconciler.directory.moved import moved_since
from reconciler.directory.spelled import spelled_names
from reconciler.live.former_names import read_applied_names
from reconciler.live.survey import Survey
from reconciler.model.config import Config
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding, has_errors
from reconciler.plan.make import Bases


def with_applied_names(client: ReadClient | None, asked: Asked, seen: Survey) -> Survey:
    """With the names that the record knows, where a file, or its base, has a name that is none
    today. Without a client nothing more is read. Raises the client's ApiError.
    """
    remembered = asked.recorded(seen.identity.account)
    named = (*asked.declarations, *(asked.base.declarations if asked.base else ()))
    directory = read_names(client, seen.directory, remembered, named, asked.config)
    return replace(seen, directory=directory)


def read_names(
    client: ReadClient | None,
    directory: Directory,
    remembered: Remembered,
    declarations: Sequence[Declaration],
    config: Config,
) -> Directory:
    """The directory with these names, if any of the declarations has one that is none today."""
    known = not remembered.texts or not any(
        has_errors(resolve(one, directory, config)[1]) for one in declarations
    )
    if known:
        return directory
    applied = tuple(spelled(remembered))
    return read_applied_names(client, directory, applied, declarations, config)


def moved_since_applied(
    asked: Asked,
    declaration: Declaration,
    with_ids: Declaration,
    bases: Bases | None,
    directory: Directory,
) -> Iterator[Finding]:
    """An error for each name of a file that meant another thing when the file was applied. `bases`
    has the recorded route with ids: a file that means the same has no such name.
    """
    file = declaration.file
    recorded = (
        None
        if bases is None or file not in bases.untouched
        else (bases.routes if bases.applied is None else bases.applied)
    )
    if bases is None or recorded is None or recorded.get(file) in (None, with_ids.route):
        return
    remembered = asked.recorded(directory.account)
    identity, _ = bases.untouched[file]
    for with_names, ids in spelled(remembered, identity):
        names = tuple(spelled_names(with_names.route, ids.route, directory, asked.config))
        yield from moved_since(declaration, names, directory, asked.lock, asked.config)
