"""The inventory beside the live sources and beside the routes. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from reconciler.model import Config, Declaration, Finding, InventorySource
from reconciler.sources.live import LiveSource, find


@dataclass(frozen=True, slots=True)
class Line:
    """One source: as the inventory has it, as it is live, and the routes that take its alerts."""

    name: str
    known: InventorySource | None
    live: LiveSource | None
    routes: tuple[str, ...]
    findings: tuple[Finding, ...]


def compare(
    config: Config,
    lives: Sequence[LiveSource],
    declarations: Sequence[Declaration],
    *,
    local: bool = False,
) -> tuple[Line, ...]:
    """A line for each source of the inventory, in its order, then for each other live one.

    `local`: the account is a sandbox, so its URLs have another origin than the real ones.
    """
    users = _users(config, lives, declarations)
    lines = []
    for known in config.sources:
        live = find(lives, known)
        routes = users.get(live.id if live else known.id or known.name, ())
        findings = tuple(_located(known, _of_known(config, known, live, lives, routes, local)))
        lines.append(Line(known.name, known, live, routes, findings))
    met = {line.live.id for line in lines if line.live}
    for live in lives:
        if live.id not in met:
            findings = (_extra(live),)
            lines.append(Line(live.name, None, live, users.get(live.id, ()), findings))
    return tuple(lines)


def mixed(config: Config, declarations: Sequence[Declaration]) -> tuple[Finding, ...]:
    """Routes with sources of several environments, and names in `routes:` that no file has."""
    names = {declaration.route.name for declaration in declarations if not declaration.absent}
    findings = [
        Finding(
            "warning",
            "unknown-route-name",
            f'the environment `{environment.name}` lists a route "{route}", which has no file',
            "correct the name below `environments:`",
        )
        for environment in config.environments.values()
        for route in environment.routes
        if route not in names
    ]
    by_name = _spellings(config)
    for declaration in declarations:
        if declaration.absent:
            continue
        known = (by_name.get(source.source) for source in declaration.route.sources)
        environments = sorted({each.environment for each in known if each and each.environment})
        if len(environments) > 1:
            findings.append(_mix(declaration, environments))
    return tuple(findings)


def split(url: str) -> SplitResult:
    """The parts of an address, all empty where it is none: also live ones are only texts."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def same_address(inventory: str, live: str, *, local: bool) -> bool:
    """Whether both are one URL of alert events."""
    ours, theirs = split(inventory), split(live)
    same_path = ours.path.rstrip("/") == theirs.path.rstrip("/")
    origins = [
        (parts.scheme, parts.netloc.lower().removesuffix(":443")) for parts in (ours, theirs)
    ]
    return same_path and (local or origins[0] == origins[1])


def _mix(declaration: Declaration, environments: Sequence[str]) -> Finding:
    message = f"{declaration.route.name} takes alerts of {' and '.join(environments)}"
    hint = "alerts of the environments are easily confused; make two routes"
    return Finding(
        "warning",
        "mixed-environments",
        message,
        hint,
        declaration.positions.at(("sources",)),
        path=("sources",),
        route=declaration.route.name,
    )


def _spellings(config: Config) -> Mapping[str, InventorySource]:
    return {spelling: source for source in config.sources for spelling in source.spellings}


def _users(
    config: Config, lives: Sequence[LiveSource], declarations: Sequence[Declaration]
) -> dict[str, tuple[str, ...]]:
    """Names of the routes that take a source's alerts, by the source's id (else its name)."""
    ids: dict[str, str] = {live.name: live.id for live in lives} | {
        live.id: live.id for live in lives
    }
    for spelling, source in _spellings(config).items():
        live = find(lives, source)
        ids[spelling] = live.id if live else source.id or source.name
    users: dict[str, tuple[str, ...]] = {}
    for declaration in declarations:
        if not declaration.absent:
            attached = dict.fromkeys(each.source for each in declaration.route.sources)
            for identity in dict.fromkeys(ids.get(source, source) for source in attached):
                users[identity] = (*users.get(identity, ()), declaration.route.name)
    return users


def _of_known(
    config: Config,
    known: InventorySource,
    live: LiveSource | None,
    lives: Sequence[LiveSource],
    routes: Sequence[str],
    local: bool,
) -> Iterator[Finding]:
    if live is None:
        yield _missing(known, lives)
    else:
        yield from _differences(known, live, local)
    if not routes:
        message = f"no route takes the alerts of {known.name}, so they reach nobody"
        yield Finding("warning", "source-unused", message, "add it to a route, or remove it")
    for route in routes:
        meant = _meant_for(config, known, route)
        if meant:
            message = f'{known.name} ({known.environment}) feeds "{route}", which is for {meant}'
            hint = "remove it from the route, or list the route below its environment"
            yield Finding("error", "wrong-environment", message, hint, route=route)


def _differences(known: InventorySource, live: LiveSource, local: bool) -> Iterator[Finding]:
    if live.name != known.name:
        message = f'{known.name} is now called "{live.name}" in incident.io'
        hint = "change the name here and in the route files: routes find sources by name"
        yield Finding("error", "source-renamed", message, hint)
    if known.type and live.type != known.type:
        message = f"{known.name} is of type {live.type} in incident.io, not {known.type}"
        yield Finding("error", "source-differs", message, "correct its `url:` in the inventory")
    elif known.url and live.url and not same_address(known.url, live.url, local=local):
        message = f"{known.name} takes alerts at {_address(live.url)}, not {_address(known.url)}"
        yield Finding("error", "source-differs", message, "correct its `url:` in the inventory")


def _missing(known: InventorySource, lives: Sequence[LiveSource]) -> Finding:
    alike = [live for live in lives if live.name == known.name]
    if known.id and alike:
        message = f"{known.name} has the id {alike[0].id} in incident.io, not {known.id}"
        hint = "it was created again: correct the id, and the URL in its sender"
    elif alike:
        message = f"{len(alike)} sources are called {known.name} in incident.io"
        hint = f"write its id: {', '.join(live.id for live in alike)}"
    else:
        message, hint = f"{known.name} is not in incident.io", "was it deleted, or renamed?"
    return Finding("error", "source-missing", message, hint)


def _extra(live: LiveSource) -> Finding:
    message = f"{live.name} ({live.type}, {live.id}) is in incident.io, but not in the inventory"
    return Finding("error", "source-extra", message, "add it to `sources:` in reconciler.yaml")


def _meant_for(config: Config, known: InventorySource, route: str) -> str:
    """The environment that a route is for, if it is not the source's; "" when all is well."""
    if not known.environment:
        return ""
    lists = [
        environment.name
        for environment in config.environments.values()
        if route in environment.routes
    ]
    own = config.environments.get(known.environment)
    if known.environment in lists or not (lists or (own and own.routes)):
        return ""
    return " and ".join(lists) or f"none of {known.environment}'s routes"


def _located(known: InventorySource, findings: Iterator[Finding]) -> Iterator[Finding]:
    for found in findings:
        yield replace(found, position=known.position)


def _address(url: str) -> str:
    """A URL without what may be secret in it."""
    parts = split(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
