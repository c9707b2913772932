"""Two folders of one repository and one account: what both declare, and what both own. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.model import (
    Config,
    Declaration,
    Finding,
    Position,
    owns_all,
    same_account,
    shared_prefixes,
)


@dataclass(frozen=True, slots=True)
class Folder:
    """`place` is its path, as seen from the folder that is told; "" for that one."""

    place: str
    config: Config
    declarations: Sequence[Declaration]


def between(own: Folder, other: Folder) -> Iterator[Finding]:
    """Errors at the places of `own`, each with the place of the other."""
    if not _one_account(own.config, other.config):
        return
    yield from _declared_twice(own, other)
    yield from _owned_twice(own, other)


def _one_account(config: Config, other: Config) -> bool:
    """Without `account` in both, folders of one key are of one account."""
    if config.account and other.account:
        return same_account(config.account, other.account)
    return config.key_variable == other.key_variable


def _declared_twice(own: Folder, other: Folder) -> Iterator[Finding]:
    by_id = {declaration.id: declaration for declaration in other.declarations if declaration.id}
    by_name = {declaration.route.name: declaration for declaration in other.declarations}
    for declaration in own.declarations:
        twin = by_id.get(declaration.id) if declaration.id else None
        named = by_name.get(declaration.route.name)
        if named is not None and not (declaration.id and named.id):
            twin = twin or named
        if twin is None:
            continue
        at = twin.positions.at(("name",))
        message = (
            f'"{declaration.route.name}" is also declared in '
            f"{other.place}/{at.file}:{at.line}, for the same account"
        )
        hint = "declare it in one folder; if these are two routes, give both files an `id`"
        path = ("id",) if declaration.id and twin.id == declaration.id else ("name",)
        yield declaration.finding("error", "two-folders", message, hint, path)


def _owned_twice(own: Folder, other: Folder) -> Iterator[Finding]:
    mine, theirs = own.config, other.config
    shared = [team for team in mine.owns_teams if team in theirs.owns_teams]
    shared += shared_prefixes(mine.owns_prefixes, theirs.owns_prefixes)
    at = theirs.owns_at
    place = f"{other.place}/{at.file}:{at.line}" if at else f"{other.place}/reconciler.yaml"
    where = mine.owns_at or Position("reconciler.yaml", 1, 1)
    if shared:
        message = f"`{shared[0]}` is also in `owns` of {place}, for the same account"
        hint = "two folders cannot own one route: leave it to one of them"
        yield Finding("error", "owns-overlap", message, hint, where)
    elif owns_all(mine) or owns_all(theirs):
        message = (
            f"this folder and {other.place} share an account, and one of them owns all its routes"
        )
        hint = "say in both which routes each owns, such as `owns: {teams: [Payments]}`"
        yield Finding("warning", "owns-overlap", message, hint, where)
