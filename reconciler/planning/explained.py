"""One alert, explained: what a set of routes does with it, with names and places. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconciler.directory import Directory, resolve
from reconciler.model import (
    Assumed,
    Config,
    Declaration,
    Finding,
    Live,
    Names,
    Path,
    Position,
    Positions,
    Route,
)
from reconciler.planning.world import world_of
from reconciler.routing.evaluate import judge
from reconciler.routing.outcome import Outcome
from reconciler.routing.reading import admissible
from reconciler.routing.world import Alert


@dataclass(frozen=True, slots=True)
class NamedRoute:
    """A route as people know it; `positions` None: it is live, not a file's."""

    name: str
    route: Route
    positions: Positions | None = None

    def at(self, path: Path = ()) -> Position | None:
        """Where a part of it stands."""
        return self.positions.at(path) if self.positions else None


Routes = Mapping[str, NamedRoute]
"""With ids, by file or by id."""


@dataclass(frozen=True, slots=True)
class Explained:
    """`of`: whose routes these are, in words: "the files", "live routes", a commit."""

    alert: Alert
    routes: Routes
    outcome: Outcome
    names: Names
    assumed: Sequence[Assumed]
    of: str


def from_files(
    declarations: Iterable[Declaration], directory: Directory, config: Config
) -> tuple[Routes, tuple[Finding, ...]]:
    """The routes that files declare, and what is wrong with their names."""
    routes: dict[str, NamedRoute] = {}
    findings: list[Finding] = []
    for declaration in declarations:
        if declaration.absent:
            continue
        resolved, found = resolve(declaration, directory, config)
        findings += found
        route = resolved.route
        routes[declaration.file] = NamedRoute(route.name, route, declaration.positions)
    return routes, tuple(findings)


def from_live(lives: Iterable[Live]) -> Routes:
    """The routes of the account."""
    return {live.id: NamedRoute(live.route.name, live.route) for live in lives}


def explained(
    alert: Alert, routes: Routes, directory: Directory, config: Config, of: str, labels: Names
) -> Explained:
    """What becomes of the alert, under every reading that the settings leave. `labels`: names that
    came with the alert.
    """
    names = {**labels, **directory.display(config)}
    world = world_of(directory, config, names)
    plain = {key: named.route for key, named in routes.items()}
    outcome = judge(alert, plain, admissible(config.assumed), world)
    return Explained(alert, routes, outcome, names, config.assumed, of)
