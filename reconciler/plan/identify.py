"""Which live route a file means, and which ones no file declares. Needs the list only, so it also
tells which details to fetch.

A file's route is the live route with its `id`; else the one of its `name`; else the one of its
`previously` name. An id that is not live is an error, never a POST. incident.io does not tell that
a route was renamed: an undeclared route that takes exactly the same alerts is probably it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model import (
    Config,
    Declaration,
    Finding,
    Listed,
    Live,
    Names,
    did_you_mean,
    is_ours,
    is_ours_by_name,
    shared_names,
)
from reconciler.plan.paging.paging import alike


@dataclass(frozen=True, slots=True)
class Pair:
    """A declaration and the id of its live route."""

    declaration: Declaration
    id: str


@dataclass(frozen=True, slots=True)
class Identified:
    """`undeclared` is None when not all routes were read. `gone`: absent, and not live.
    `beside`: what the creates are compared with, where only some files are planned and yet all
    were read; None: the undeclared ones.
    """

    pairs: tuple[Pair, ...] = ()
    creates: tuple[Declaration, ...] = ()
    undeclared: tuple[Listed, ...] | None = None
    gone: tuple[Declaration, ...] = ()
    findings: tuple[Finding, ...] = ()
    beside: tuple[Listed, ...] | None = None


@dataclass(slots=True)
class _Sorting:
    pairs: list[Pair] = field(default_factory=list)
    creates: list[Declaration] = field(default_factory=list)
    gone: list[Declaration] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    # Live routes that some file means or may mean: they are never undeclared.
    meant: set[str] = field(default_factory=set)


def identify(
    declarations: Sequence[Declaration],
    listed: Sequence[Listed] | None,
    *,
    complete: bool = True,
    foreign: Collection[str] = (),
) -> Identified:
    """`listed` None: no list was read, which is enough when every file has an `id` (one without
    is then an error). `complete` False: only some files were looked at, so nothing that is live
    counts as undeclared. A name that two files claim means no route here; reading the files has
    made that an error. `foreign`: ids of live routes of other repositories, which no name means.
    Raises nothing.
    """
    sorting = _Sorting()
    twice = shared_names(declarations)
    claimed = {declaration.id for declaration in declarations if declaration.id}
    by_name: dict[str, list[Listed]] = {}
    for route in listed or ():
        if route.id not in claimed and route.id not in foreign:
            by_name.setdefault(route.name, []).append(route)
    live = None if listed is None else {route.id for route in listed}
    for declaration in declarations:
        if declaration.id:
            _by_id(declaration, live, sorting)
        elif live is None:
            sorting.findings.append(_needs_list(declaration))
        elif declaration.route.name not in twice:
            _by_name(declaration, by_name, sorting)
        else:
            sorting.meant.update(route.id for route in by_name.get(declaration.route.name, ()))
    pairs = _without_shared(sorting)
    undeclared = None
    if listed is not None and complete:
        undeclared = tuple(route for route in listed if route.id not in sorting.meant)
    theirs = {route.name for route in listed or () if route.id in foreign}
    strays = [route for route in undeclared or () if route.id not in foreign]
    for declaration in sorting.gone:
        if declaration.id or declaration.route.name not in theirs:  # it is live, and not ours
            sorting.findings.append(_already_gone(declaration, strays))
    return Identified(
        pairs,
        tuple(sorting.creates),
        undeclared,
        tuple(sorting.gone),
        tuple(sorting.findings),
    )


def _by_id(declaration: Declaration, live: set[str] | None, sorting: _Sorting) -> None:
    identity = declaration.id or ""
    sorting.meant.add(identity)
    if live is None or identity in live:
        sorting.pairs.append(Pair(declaration, identity))
    elif declaration.absent:
        sorting.gone.append(declaration)
    else:
        sorting.findings.append(not_live(declaration))


def not_live(declaration: Declaration) -> Finding:
    """The error of an id that no live route has."""
    return declaration.finding(
        "error",
        "id-not-live",
        f"no live route has the id {declaration.id}",
        "remove `id` to create the route, or write the id of the intended route",
        ("id",),
    )


def _by_name(declaration: Declaration, by_name: dict[str, list[Listed]], sorting: _Sorting) -> None:
    name, former = declaration.route.name, declaration.previously
    found = by_name.get(name, [])
    before = by_name.get(former, []) if former and former != name else []
    if found and before:
        message = f'"{name}" and "{former}" are both live; the file means "{name}"'
        hint = f'remove `previously`; delete "{former}" in incident.io if it is obsolete'
        sorting.findings.append(
            declaration.finding("warning", "previously-still-live", message, hint, ("previously",))
        )
    candidates = found or before
    sorting.meant.update(route.id for route in candidates)
    if len(candidates) > 1:
        sorting.findings.append(_ambiguous(declaration, candidates))
    elif candidates:
        sorting.pairs.append(Pair(declaration, candidates[0].id))
    elif declaration.absent:
        sorting.gone.append(declaration)
    else:
        sorting.creates.append(declaration)


def _ambiguous(declaration: Declaration, candidates: Sequence[Listed]) -> Finding:
    ids = ", ".join(sorted(route.id for route in candidates))
    return declaration.finding(
        "error",
        "ambiguous-route",
        f'{len(candidates)} live routes are named "{candidates[0].name}": {ids}',
        "write the `id` of the intended route",
    )


def _needs_list(declaration: Declaration) -> Finding:
    return declaration.finding(
        "error",
        "id-needed",
        f'"{declaration.route.name}" has no `id`, and the list of routes was not read',
        "write its `id`, or plan without `--scope changed`",
    )


def _already_gone(declaration: Declaration, undeclared: Sequence[Listed]) -> Finding:
    """An undeclared route with a name that is near is perhaps the one that should go."""
    name = declaration.route.name
    meant = "" if declaration.id else did_you_mean(name, (route.name for route in undeclared))
    return declaration.finding(
        "warning" if meant else "note",
        "already-absent",
        f'"{name}" is not live, as the file says',
        meant or "you can remove the file",
        ("state",),
    )


def _without_shared(sorting: _Sorting) -> tuple[Pair, ...]:
    """Two files that mean one live route: an error for both, and neither is planned. Of files that
    spell out the same `id`, reading them has made the error.
    """
    meaning: dict[str, list[Declaration]] = {}
    for pair in sorting.pairs:
        meaning.setdefault(pair.id, []).append(pair.declaration)
    for identity, group in meaning.items():
        spelled = [file.file for file in group if file.id and ("id",) in file.positions.places]
        reported = spelled if len(spelled) > 1 else []
        for declaration in group if len(group) > 1 else ():
            if declaration.file in reported:
                continue
            others = ", ".join(other.file for other in group if other is not declaration)
            found = declaration.finding(
                "error",
                "one-route-two-files",
                f"the live route {identity} is also declared by {others}",
                "keep one of the files, or give each the `id` of its route",
                ("id",) if declaration.id else ("name",),
            )
            sorting.findings.append(found)
    return tuple(pair for pair in sorting.pairs if len(meaning[pair.id]) == 1)


@dataclass(frozen=True, slots=True)
class Undeclared:
    """`routes` None: the routes were not read. They are `read`, and those of `unread` that are
    ours by the list alone: the others may be.
    """

    routes: tuple[Listed, ...] | None = None
    read: tuple[Live, ...] = ()
    unread: tuple[Listed, ...] = ()
    not_ours: tuple[Listed, ...] = ()


def sort_undeclared(
    undeclared: Sequence[Listed] | None,
    lives: Mapping[str, Live],
    config: Config,
    names: Names,
) -> Undeclared:
    """A route that is not ours, by `owns`, is not counted; nor is one whose owners are unknown."""
    if undeclared is None:
        return Undeclared()
    ours: list[Listed] = []
    read: list[Live] = []
    unread: list[Listed] = []
    not_ours: list[Listed] = []
    for listed in undeclared:
        live = lives.get(listed.id)
        known = is_ours(live.route, config, names) if live else is_ours_by_name(listed, config)
        if known is False:
            not_ours.append(listed)
            continue
        if known:
            ours.append(listed)
        if live is None:
            unread.append(listed)
        else:
            read.append(live)
    return Undeclared(tuple(ours), tuple(read), tuple(unread), tuple(not_ours))


def deleted_by_hand(
    declaration: Declaration, undeclared: Sequence[Live], paged: str, since: str
) -> Finding:
    """The file did not change since the base or record. `paged`: whom it paged, or ""."""
    twins = alike(declaration.route, undeclared)
    name = declaration.route.name
    lost = f", and no longer pages {paged}" if paged else ""
    message = f'"{name}" was deleted in incident.io since {since}{lost}; it is left deleted'
    hint = "to accept this, remove its file; to create it again, apply with --revert-drift"
    if twins:
        names = ", ".join(f'"{live.route.name}"' for live in twins)
        message = (
            f'"{name}" is no longer live, and undeclared {names} takes the same alerts. '
            f"It was probably renamed in incident.io since {since}. Nothing is created"
        )
        which = "this route" if len(twins) == 1 else f'"{twins[0].route.name}"'
        hint = (
            f"if it is {which}, write its new name and `previously: {name}` here; to restore the "
            f"file's name, write `id: {twins[0].id}`, and apply with --revert-drift"
        )
    return declaration.finding(
        "warning", "renamed-by-hand" if twins else "deleted-by-hand", message, hint
    )


def deleted_and_changed(declaration: Declaration, since: str) -> Finding:
    """Both sides moved: the route was deleted, and its file says something else than it did."""
    name = declaration.route.name
    message = (
        f'"{name}" was deleted in incident.io, and its file changed since {since}: a conflict. '
        "Nothing is created"
    )
    hint = "to accept this, remove the file; to create the route again, apply with --revert-drift"
    return declaration.finding("warning", "deleted-and-changed", message, hint)


def edited_and_absent(declaration: Declaration, titles: Sequence[str]) -> Finding:
    """Both sides moved: the route was edited, in these fields, and its file says that it goes."""
    name = declaration.route.name
    message = (
        f'"{name}" was edited in incident.io since the last apply ({", ".join(titles)}), and its '
        "file now has `state: absent`: a conflict. Nothing is deleted"
    )
    hint = (
        "to keep the route, describe it in the file; to delete it with the edit, apply with "
        "--revert-drift"
    )
    return declaration.finding("warning", "edited-and-absent", message, hint)


def delete_waits(declaration: Declaration) -> Finding:
    """The route is live, and its file already had `state: absent` in the base."""
    name = declaration.route.name
    message = (
        f'"{name}" is live, and its file already had `state: absent` in the base: the merge that '
        "deletes it is waiting, or the route was created again"
    )
    hint = "no action needed; the next apply follows the files"
    return declaration.finding("note", "not-applied-yet", message, hint)


def not_applied_yet(declaration: Declaration) -> Finding:
    """The last apply had no such file: it is older than the file, or newer than its end."""
    name = declaration.route.name
    message = (
        f'"{name}" is not live, and the last apply had no file for it: the merge that adds it is '
        "waiting, or another merge deleted it"
    )
    hint = "no action needed; the next apply follows the files"
    return declaration.finding("note", "not-applied-yet", message, hint)


def renamed_in_file(declaration: Declaration, former: str, before: str) -> Finding:
    """The file has another name than it had, as `before` tells, and no `previously`."""
    message = f"{before}; a new name would create a second route, and both would page"
    hint = (
        f"write `previously: {former}` to rename the route, or move the new route to a separate "
        "file"
    )
    return declaration.finding("error", "renamed", message, hint)
