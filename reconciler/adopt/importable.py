"""The routes that can become files: of an account, or of a backup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.adopt.channels import unnamed, witnesses
from reconciler.adopt.draft import Names
from reconciler.adopt.importing import (
    Imported,
    checkout_of,
    chosen,
    import_routes,
    within_reach,
)
from reconciler.adopt.terraform import Body, Folder, routes_in
from reconciler.backup.read import Backup
from reconciler.client import ApiError, ReadClient
from reconciler.directory import Directory, needs_after, resolve_owned
from reconciler.files import RouteFiles, route_paths
from reconciler.live.identity import own_identity
from reconciler.live.survey import Survey, read_directory, read_lives
from reconciler.model import Config, Finding, Listed, Live
from reconciler.plan.owns import not_imported, not_ours


@dataclass(frozen=True, slots=True)
class Importable:
    """The routes to import, all known routes, and the account's names."""

    lives: tuple[Live, ...]
    listed: tuple[Listed, ...]
    directory: Directory
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    unreadable: bool = False
    old: bool = False  # the names are those of the lock file, which may not know every id
    live: bool = False  # all that is live was listed: what is not there is not live


def of_account(
    client: ReadClient,
    seen: Survey,
    config: Config,
    lock: Directory | None,
    names: Sequence[str] = (),
) -> Importable:
    """The routes of these names that were read; all of them without any. Routes of another
    repository are left out. Raises the client's ApiError.
    """
    listed = seen.listed or ()
    routes, findings = chosen(listed, names)
    owned, unknown = resolve_owned(config, seen.directory, lock)
    display = seen.directory.display(config)
    foreign = not_ours(listed, seen.lives, owned, display)
    others = [seen.lives[row.id] for row in routes if row.id in foreign and row.id in seen.lives]
    refused = [not_imported(live, owned, display) for live in others] if names else ()
    findings = (*findings, *unknown, *refused)
    listed = tuple(row for row in listed if row.id not in foreign)
    routes = tuple(row for row in routes if row.id not in foreign)
    lives = tuple(seen.lives[route.id] for route in routes if route.id in seen.lives)
    labels: Mapping[str, str] = {}
    if seen.api == "v3":
        named = witnesses(lives, unnamed(lives, config, {}))
        labels = _labels_of_v2(client, named, seen.directory) if named else {}
    return Importable(
        lives,
        listed,
        seen.directory,
        (*seen.findings, *findings),
        labels,
        bool(seen.unreadable),
        live=True,
    )


def _labels_of_v2(
    client: ReadClient, lives: Sequence[Live], directory: Directory
) -> Mapping[str, str]:
    """Names of channels, which v3 does not return; none where v2 does not answer."""
    try:
        found = read_lives(client, "v2", [live.id for live in lives], directory)
    except ApiError:
        return {}
    return {given: label for live in found.values() for given, label in live.labels.items()}


def routes_of(backup: Backup, path: Path, config: Config) -> Folder:
    """Of a backup of both versions the routes of the one that plans will use."""
    bodies = [Body(f"{path}/{entry.file}", entry.api, entry.body) for entry in backup.entries]
    folder = routes_in(bodies, "v2" if config.api == "v2" else "v3")
    return replace(folder, findings=(*backup.findings, *folder.findings))


def of_folder(folder: Folder, names: Sequence[str], lock: Directory | None) -> Importable:
    """The routes of these names, by the lock file's names; all of them without any."""
    rows = tuple(Listed(live.id, live.route.name, live.route.enabled) for live in folder.lives)
    routes, unknown = chosen(rows, names)
    ids = {route.id for route in routes}
    lives = tuple(live for live in folder.lives if live.id in ids)
    findings = (*folder.findings, *unknown)
    return Importable(lives, rows, lock or Directory(), findings, folder.labels, old=True)


def with_names_of_account(client: ReadClient, importable: Importable, config: Config) -> Importable:
    """The same by the names of the account. Raises the client's ApiError."""
    account = own_identity(client, config).account
    directory = read_directory(
        client, lambda known: needs_after(known, (), importable.lives, config), account
    )
    return replace(importable, directory=directory, old=False)


def drafts_of(
    root: Path, files: RouteFiles, config: Config, importable: Importable, *, force: bool
) -> Imported:
    """The files that may be written, and why the others may not."""
    directory = importable.directory
    names = Names(directory, config, directory.display(config))
    paths = frozenset(path.as_posix() for path in route_paths(root)[0])
    lives, listed = importable.lives, importable.listed
    checkout = checkout_of(files, paths, lives, listed, names, complete=importable.live)
    spare = replace(names, directory=Directory()) if importable.old else None
    imported = import_routes(lives, listed, checkout, names, force=force, spare=spare)
    return within_reach(root, checkout, imported)
