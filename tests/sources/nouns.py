"""Inventories, live sources and declarations for the tests of this room."""

from reconciler.client import Token
from reconciler.model import (
    Config,
    Declaration,
    Environment,
    InventorySource,
    Positions,
    Route,
    RouteSource,
)
from reconciler.sources.live import LiveSource

ORIGIN = "https://api.incident.io"
PRODUCTION = "Alertmanager (Production)"
STAGING = "Alertmanager (Staging)"


def url(identity: str, kind: str = "alertmanager") -> str:
    return f"{ORIGIN}/v2/alert_events/{kind}/{identity}"


def known(name: str, identity: str = "", environment: str = "") -> InventorySource:
    return InventorySource(
        name, identity, environment=environment, url=url(identity) if identity else ""
    )


def live(identity: str, name: str, kind: str = "alertmanager", token: str = "") -> LiveSource:
    return LiveSource(identity, name, kind, url(identity, kind), Token(token) if token else None)


def declared(name: str, *sources: str, absent: bool = False) -> Declaration:
    route = Route(name, sources=tuple(RouteSource(source) for source in sources))
    return Declaration(route, Positions(f"routes/{name.lower()}.yaml"), absent=absent)


def team(*sources: InventorySource, **environments: tuple[str, ...]) -> Config:
    """A config of these sources, and of environments with their routes."""
    named = {name: Environment(name, routes=routes) for name, routes in environments.items()}
    return Config(sources=sources, environments=named)
