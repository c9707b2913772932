"""Live routes that are those of a file, under another name. Pure.

Nothing but what they do tells: a file's route that is not live, and a live route that no file
declares. Where all but the name is the same on both sides, and nothing else is like it, they are
one. Where they only take the same alerts, a person has to say it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.adopt.draft import Names
from reconciler.directory import resolve
from reconciler.model.declaration import Declaration, Live
from reconciler.model.finding import Finding, Position
from reconciler.plan.differences import differences
from reconciler.plan.effective import comparable
from reconciler.plan.twins import alike


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
    files = " and ".join(one.file for one in declarations)
    name, former = live.route.name, first.route.name
    hint = "`--force` writes that file anew, under the new name"
    if not sure:
        hint = (
            f"if it is the route of {first.file}, write `name: {name}` and "
            f"`previously: {former}` there, and import again; if not, write a file for it yourself"
        )
    named = f'"{name}" {"is" if sure else "may be"} the route of {files}, which names it "{former}"'
    alike = "" if sure else ": both take the same alerts"
    return Finding(
        "error",
        "renamed-route",
        f"{named}{alike}",
        hint,
        Position(first.file, 1, 1),
        route=name,
    )
