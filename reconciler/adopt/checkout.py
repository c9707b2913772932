"""What an import finds in the folder, and what it may write there."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reconciler.adopt.channels import known_names, unnamed
from reconciler.adopt.draft import Draft, Names
from reconciler.adopt.importing import Checkout, Imported, RenamedRoutes, renamed_routes
from reconciler.directory.directory import looks_like_id
from reconciler.files.config import is_account
from reconciler.files.disk import stays_inside
from reconciler.files.edit.config import with_ids, with_setting
from reconciler.files.routes import RouteFiles
from reconciler.model import Config, Declaration, Finding, Listed, Live, Position, Positions, Route
from reconciler.plan.identify import identify


def pretended(names: Sequence[str]) -> Iterator[Declaration]:
    """Declarations that make a survey read the routes of these names or ids."""
    for name in names:
        yield Declaration(Route(name), Positions(""))
        if looks_like_id(name):
            yield Declaration(Route(name), Positions(""), id=name)


def checkout_of(
    files: RouteFiles,
    paths: frozenset[str],
    lives: Sequence[Live],
    listed: Sequence[Listed],
    names: Names,
    *,
    complete: bool,
) -> Checkout:
    """What the route files (`paths` are all of them) mean among the `listed` routes. `complete`:
    those are all that is live, so that the route of a file that has none may have another name.
    """
    identified = identify(all_of(files), listed, complete=False)
    declared = {pair.id: pair.declaration for pair in identified.pairs}
    read = {declaration.file for declaration in files.declarations}
    renamed = RenamedRoutes()
    if complete:
        gone = [one for one in identified.creates if one.file in read]
        undeclared = [live for live in lives if live.id not in declared]
        renamed = renamed_routes(gone, undeclared, names)
    return Checkout(declared, paths, paths - read, renamed)


def all_of(files: RouteFiles) -> tuple[Declaration, ...]:
    """The declarations, those of files with a mistake among them."""
    return (*files.declarations, *files.incomplete)


def within_reach(root: Path, checkout: Checkout, imported: Imported) -> Imported:
    """Without the drafts whose place is taken by what is no route file of this folder: written
    through a link, a file elsewhere would be lost, and no plan would ever read it.
    """

    def taken(draft: Draft) -> bool:
        strange = os.path.lexists(root / draft.file) and draft.file not in checkout.files
        return strange or not stays_inside(root, draft.file)

    blocked = [draft for draft in imported.drafts if taken(draft)]
    return replace(
        imported,
        drafts=tuple(draft for draft in imported.drafts if draft not in blocked),
        findings=(*imported.findings, *map(_blocked, blocked)),
    )


def _blocked(draft: Draft) -> Finding:
    message = (
        f'"{draft.name}" belongs in {draft.file}, but that is a folder, or a link to a place '
        "where no route file is read"
    )
    hint = "move it away, and import again: `import` does not write through links"
    position = Position(draft.file, 1, 1)
    return Finding("error", "file-exists", message, hint, position, route=draft.name)


def with_known_names(
    config: Config, lives: Sequence[Live], labels: Mapping[str, str], read: Callable[[], str]
) -> tuple[Config, str]:
    """The configuration with the names of channels and templates that labels tell, and the text of
    reconciler.yaml that has them; "" where nothing is to be written. `read` gives today's text.
    """
    known = known_names(unnamed(lives, config, labels), config)
    if not known:
        return config, ""
    text = read()
    for section, names in known.items():
        edited = with_ids(text, section, names)
        if edited is None:
            return config, ""
        text = edited
    channels = {**config.channels, **known.get("channels", {})}
    templates = {**config.message_templates, **known.get("message_templates", {})}
    return replace(config, channels=channels, message_templates=templates), text


def with_account(config: Config, account: str, settings: str, read: Callable[[], str]) -> str:
    """The text of reconciler.yaml that names the account, too; from then on no other is planned.
    `settings` is the text so far, "" where nothing is to be written.
    """
    if config.account or not is_account(account):  # the API does not tell, or not as it should
        return settings
    return with_setting(settings or read(), "account", account.rstrip("/")) or settings
