"""Live routes that no file declares, and whether they are ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.config import Config
from reconciler.model.declaration import Listed, Live
from reconciler.plan.words import Names


@dataclass(frozen=True, slots=True)
class Undeclared:
    """`routes` None: nobody looked at all. They are `read` and `unread` together."""

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
    """With `owns.teams`, a route that none of these teams owns is not ours, and is not counted."""
    if undeclared is None:
        return Undeclared()
    ours: list[Listed] = []
    read: list[Live] = []
    unread: list[Listed] = []
    not_ours: list[Listed] = []
    for listed in undeclared:
        live = lives.get(listed.id)
        if live is not None and config.owns_teams and not _owned(live, config, names):
            not_ours.append(listed)
            continue
        ours.append(listed)
        if live is None:
            unread.append(listed)
        else:
            read.append(live)
    return Undeclared(tuple(ours), tuple(read), tuple(unread), tuple(not_ours))


def _owned(live: Live, config: Config, names: Names) -> bool:
    teams = set(config.owns_teams)
    return any(owner in teams or names.get(owner) in teams for owner in live.route.owners)
