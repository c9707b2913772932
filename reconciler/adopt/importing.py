"""Which live routes become files, and which files.

A route that a file declares already is left alone; a file that is there already is never written
over, but for `force`, which writes the files of declared routes anew. Files are named after routes,
with the end of the id where two names collide. Names collide as the strictest file system sees
them: without regard to case, and some words are no file names at all on Windows.

A live route that no file declares may be a file's route under another name. Only the content tells:
where all but the name is the same on both sides, and no other route is like it, they are one. Where
they only take the same alerts, a person has to say it.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.adopt.draft import Draft, Names, make_draft
from reconciler.directory import resolve
from reconciler.directory.directory import looks_like_id
from reconciler.files.disk import stays_inside
from reconciler.files.routes import RouteFiles
from reconciler.files.tree import FOLDER
from reconciler.model import (
    Declaration,
    Finding,
    Listed,
    Live,
    Position,
    Positions,
    Route,
    did_you_mean,
    slug,
)
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.effective import comparable
from reconciler.plan.identify import identify
from reconciler.plan.paging.paging import alike


@dataclass(frozen=True, slots=True)
class RenamedRoutes:
    """By the id of the live route: the file that declared it, and files that perhaps did."""

    sure: Mapping[str, Declaration] = field(default_factory=dict)
    perhaps: Mapping[str, tuple[Declaration, ...]] = field(default_factory=dict)


def renamed_routes(
    not_live: Sequence[Declaration], undeclared: Sequence[Live], names: Names
) -> RenamedRoutes:
    """`not_live` are the declarations of which no route is live."""
    lives = [names.typed(live) for live in undeclared]
    likely: dict[str, list[Declaration]] = {}
    same: dict[str, list[Declaration]] = {}
    times: dict[str, int] = {}  # of each file, how many live routes are like it
    for declaration in not_live:
        resolved = resolve(declaration, names.directory, names.config)[0]
        twins = alike(resolved.route, lives)
        times[declaration.file] = len(twins)
        for live in twins:
            likely.setdefault(live.id, []).append(declaration)
            if _same_but_for_the_name(resolved, live):
                same.setdefault(live.id, []).append(declaration)
    sure = {
        identity: declarations[0]
        for identity, declarations in same.items()
        if len(likely[identity]) == 1 and times[declarations[0].file] == 1
    }
    perhaps = {key: tuple(found) for key, found in likely.items() if key not in sure}
    return RenamedRoutes(sure, perhaps)


def _same_but_for_the_name(resolved: Declaration, live: Live) -> bool:
    route = replace(resolved.route, name=live.route.name)
    return not differences(route, comparable(live, route))


def not_imported(live: Live, declarations: Sequence[Declaration], *, sure: bool) -> Finding:
    """Why a live route gets no file of its own: with it, the old file would make a second route."""
    first = declarations[0]
    files = " and ".join(declaration.file for declaration in declarations)
    name, former = live.route.name, first.route.name
    hint = "`--force` rewrites that file with the new name"
    if not sure:
        hint = (
            f"if it is the route of {first.file}, write `name: {name}` and "
            f"`previously: {former}` there, and import again; if not, write a file for it yourself"
        )
    message = (
        f'"{name}" {"is" if sure else "may be"} the route of {files}, which names it "{former}"'
    )
    message += "" if sure else ": both take the same alerts"
    return Finding("error", "renamed-route", message, hint, Position(first.file, 1, 1), route=name)


_ID_END = 6
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)


def file_names(routes: Sequence[Listed], taken: Iterable[str]) -> Mapping[str, str]:
    """The file of each route by its id, as `routes/SLUG.yaml`.

    `taken` are the paths of files that are there already. Two routes of one slug both get the
    end of their ids, so that neither name depends on the order of the routes.
    """
    occupied = {path.lower() for path in taken}
    slugs = {route.id: slug(route.name) for route in routes}
    count = Counter(slugs.values())
    found: dict[str, str] = {}
    for route in sorted(routes, key=lambda route: (count[slugs[route.id]] > 1, route.id)):
        plain = slugs[route.id]
        alone = count[plain] == 1 and plain not in _RESERVED
        candidates = [plain] if alone else []
        candidates += [f"{plain}-{slug(end)}" for end in (route.id[-_ID_END:], route.id)]
        paths = [f"{FOLDER}/{candidate}.yaml" for candidate in candidates]
        free = next((path for path in paths if path not in occupied), paths[-1])
        occupied.add(free)
        found[route.id] = free
    return found


@dataclass(frozen=True, slots=True)
class Checkout:
    """The folder: the declarations by the id of the live route that each means, the
    paths of all route files, those among them that could not be read, and live routes that are
    those of files under another name.
    """

    declared: Mapping[str, Declaration]
    files: frozenset[str]
    unreadable: frozenset[str] = frozenset()
    renamed: RenamedRoutes = field(default_factory=RenamedRoutes)


@dataclass(frozen=True, slots=True)
class Imported:
    """Drafts in the order of their files, and what stands in the way of the others. `bare` are the
    names of routes that have ids for names.
    """

    drafts: tuple[Draft, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Declaration, ...] = ()  # files that declare a route which the command names
    bare: tuple[str, ...] = ()


def chosen(
    listed: Sequence[Listed], wanted: Sequence[str]
) -> tuple[tuple[Listed, ...], tuple[Finding, ...]]:
    """The routes with these names or ids, all of them without any; a finding for each word that
    means none.
    """
    if not wanted:
        return tuple(listed), ()
    known = {route.name for route in listed} | {route.id for route in listed}
    unknown = tuple(_unknown(word, listed) for word in wanted if word not in known)
    meant = set(wanted)
    return tuple(r for r in listed if r.name in meant or r.id in meant), unknown


def _unknown(word: str, listed: Sequence[Listed]) -> Finding:
    near = did_you_mean(word, (route.name for route in listed))
    hint = near or "`reconciler import --all` takes every route"
    return Finding("error", "unknown-route", f'no route is named "{word}", or has it as id', hint)


def import_routes(
    lives: Sequence[Live],
    listed: Sequence[Listed],
    checkout: Checkout,
    names: Names,
    *,
    force: bool,
    spare: Names | None = None,
) -> Imported:
    """A draft of each route that may be written. `listed` are all routes of the account, as far
    as is known: they decide which names are unique. `spare` serves a route of which `names`
    do not know everything, as they may be old.
    """
    findings = [*_renamed(lives, checkout, force=force)]
    held_back = {*checkout.renamed.perhaps, *(() if force else checkout.renamed.sure)}
    former = {identity: was.route.name for identity, was in checkout.renamed.sure.items()}
    checkout = replace(checkout, declared={**checkout.declared, **checkout.renamed.sure})
    bare: list[str] = []
    wanted = [live for live in lives if _is_wanted(live, checkout, force=force)]
    wanted = [live for live in wanted if live.id not in held_back]
    fresh = [
        Listed(each.id, each.route.name) for each in wanted if each.id not in checkout.declared
    ]
    files = dict(file_names(fresh, checkout.files - checkout.unreadable))
    files |= {live.id: checkout.declared[live.id].file for live in wanted if live.id not in files}
    shared = _shared(listed)
    drafts: list[Draft] = []
    for live in wanted:
        file = files[live.id]
        if file in checkout.unreadable and not force:
            findings.append(_in_the_way(live, file))
            continue
        declaration = checkout.declared.get(live.id)
        pin = live.route.name in shared or bool(declaration and declaration.id)
        pin = pin and live.id.isalnum()  # what Terraform has only planned has no id yet
        draft = make_draft(live, file, names, pin=pin, previously=former.get(live.id))
        if isinstance(draft, Finding) and spare is not None:
            plain = make_draft(live, file, spare, pin=pin)
            draft = draft if isinstance(plain, Finding) else plain
            bare += [] if isinstance(plain, Finding) else [live.route.name]
        if isinstance(draft, Finding):
            findings.append(draft)
            continue
        drafts.append(draft)
        findings += _unknown_fields(draft)
    taken = {live.id for live in wanted} | held_back
    skipped = [checkout.declared[live.id] for live in lives if live.id not in taken]
    return Imported(
        tuple(sorted(drafts, key=lambda each: each.file)),
        tuple(findings),
        tuple(sorted(skipped, key=lambda each: each.file)),
        tuple(bare),
    )


def _renamed(lives: Sequence[Live], checkout: Checkout, *, force: bool) -> Iterator[Finding]:
    renamed = checkout.renamed
    for live in lives:
        if live.id in renamed.perhaps:
            yield not_imported(live, renamed.perhaps[live.id], sure=False)
        elif live.id in renamed.sure and not force:
            yield not_imported(live, [renamed.sure[live.id]], sure=True)


def _is_wanted(live: Live, checkout: Checkout, *, force: bool) -> bool:
    declaration = checkout.declared.get(live.id)
    return declaration is None or (force and not declaration.absent)


def _shared(listed: Sequence[Listed]) -> Collection[str]:
    count = Counter(route.name for route in listed)
    return {name for name, times in count.items() if times > 1}


def _in_the_way(live: Live, file: str) -> Finding:
    name = live.route.name
    message = f'"{name}" belongs in {file}, which is there and cannot be read'
    hint = "fix the file, or overwrite it with --force"
    return Finding("error", "file-exists", message, hint, Position(file, 1, 1), route=name)


def _unknown_fields(draft: Draft) -> Sequence[Finding]:
    fields = [unknown.pointer for unknown in draft.live.unknown]
    if not fields:
        return ()
    message = f'"{draft.name}" has fields that this version of reconciler does not support: '
    message += ", ".join(fields)
    hint = "the file leaves them out, and every write keeps them"
    position = Position(draft.file, 1, 1)
    return (Finding("note", "unknown-field", message, hint, position, route=draft.name),)


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
    """The route files (`paths` are all of them) beside the `listed` routes. `complete`:
    those are all that is live, so that the route of a file that has none may have another name.
    """
    identified = identify(all_of(files), listed, complete=False)
    declared = {pair.id: pair.declaration for pair in identified.pairs}
    read = {declaration.file for declaration in files.declarations}
    renamed = RenamedRoutes()
    if complete:
        gone = [create for create in identified.creates if create.file in read]
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
