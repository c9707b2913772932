"""What a page shows of a set of routes: whom each kind of alert pages, proven, and what is open.

The decision table of a source is the proof of `who` from no routes at all to these: everything that
an alert reaches is then new, so the rows are all that becomes of alerts. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from reconciler.directory import Directory
from reconciler.model import Config, Declaration, Names, canonical_pair
from reconciler.plan.paging.proof import Proof
from reconciler.planning.covered import Judged, covered
from reconciler.planning.explained import Routes
from reconciler.planning.proved import deciding
from reconciler.planning.world import world_of
from reconciler.routing.compare import compare
from reconciler.routing.cover import cover
from reconciler.routing.gaps import Cover
from reconciler.routing.telling import Tell, silent
from reconciler.routing.who import Who


@dataclass(frozen=True, slots=True)
class Pictured:
    """`decisions` and `cover` are keyed as `routes`, `open` by the names of routes: what is left
    where gaps are accepted. `names` has routes, too.
    """

    routes: Routes
    names: Names
    decisions: Who
    cover: Cover
    open: Cover
    accepted: Sequence[Judged] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """The routes before, by the keys of today's where they are there still, and the proof of what
    changes. `since`: what they are, in words.
    """

    before: Routes
    proof: Proof
    since: str
    changed: frozenset[str] = field(default_factory=frozenset)


def pictured(
    routes: Routes,
    directory: Directory,
    config: Config,
    today: date,
    declarations: Sequence[Declaration] = (),
    tell: Tell = silent,
) -> Pictured:
    """Of all sources; `declarations` where the routes are those of files, for accepted gaps."""
    plain = {key: named.route for key, named in routes.items()}
    names = {**directory.display(config), **{key: named.name for key, named in routes.items()}}
    world = world_of(directory, config, names)
    decisions = compare({}, plain, world, config.assumed, tell=tell)
    found = cover(plain, world, config.assumed, tell=tell)
    accepted: Sequence[Judged] = ()
    left = found
    if config.accepted_gaps and declarations:
        judged = covered(declarations, config, directory, today, tell=tell)
        left, accepted = judged.cover, judged.accepted
    return Pictured(routes, names, decisions, found, left, accepted)


def compared(before: Routes, after: Routes, proof: Proof, since: str) -> Compared:
    """With the routes that take or treat alerts otherwise; a route of a file that moved is the
    route of the same name.
    """
    by_name = {named.name: key for key, named in after.items()}
    moved = {
        key if key in after else by_name.get(named.name, key): named
        for key, named in before.items()
    }
    changed = set(moved.keys() ^ after.keys())
    for key in moved.keys() & after.keys():
        was, now = canonical_pair(deciding(moved[key].route), deciding(after[key].route))
        if was != now:
            changed.add(key)
    return Compared(moved, proof, since, frozenset(changed))
