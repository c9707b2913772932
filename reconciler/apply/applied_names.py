"""What names meant when files were applied, for files that name what has another name by now."""

from collections.abc import Sequence
from dataclasses import replace

from reconciler.apply.asked import Asked, Remembered
from reconciler.apply.likeness import spelled
from reconciler.client import ReadClient
from reconciler.directory import Directory, resolve
from reconciler.live.former_names import read_applied_names
from reconciler.live.survey import Survey
from reconciler.model.config import Config
from reconciler.model.declaration import Declaration
from reconciler.model.finding import has_errors


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
