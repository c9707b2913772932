"""The routes of the account: one object each, seen through v2 and v3, with one version."""

import bisect
import copy
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reconciler.sandbox.account.account import Account, numbered_ulid
from reconciler.sandbox.account.seed import MADE
from reconciler.sandbox.account.seed_routes import SeedRoute
from reconciler.sandbox.errors import RefusedError, refusal, require_none
from reconciler.sandbox.jsontype import Body, Node, encode
from reconciler.sandbox.routes import reads_versions, rules_versions, stored
from reconciler.sandbox.routes.reads import Reader
from reconciler.sandbox.routes.shape_tables import add_later
from reconciler.sandbox.routes.stored import tidied
from reconciler.sandbox.settings import Settings

VERSIONS = {
    "v2": (stored.from_v2, reads_versions.read_v2),
    "v3": (stored.from_v3, reads_versions.read_v3),
}


@dataclass(slots=True)
class Route:
    """A stored route; `body` is laid out as `stored` says."""

    id: str
    version: int
    created_at: str
    updated_at: str
    body: Body
    rendered: dict[str, tuple[int, int, bytes]] = field(default_factory=dict)


class Store:
    """All routes. Every method takes the lock, so tests may edit while the server serves."""

    def __init__(self, account: Account, settings: Settings) -> None:
        self.account = account
        self.settings = settings
        self._lock = threading.RLock()
        self._routes: dict[str, Route] = {}
        self._order: list[str] = []  # ids, sorted: what the list's cursor walks
        self._made = 0
        self._reads = 0

    # what tests do, as a user of the dashboard would

    def load(self, routes: Iterable[SeedRoute]) -> None:
        """Put routes in as they are live, with their own ids and versions."""
        for seed in routes:
            body = stored.from_v3(seed.payload, None, self.account)
            if self.settings.extra_fields:
                add_later(body)
            self._insert(Route(seed.id, seed.version, MADE, seed.updated_at, body))

    def names(self) -> list[str]:
        with self._lock:
            return [self._routes[route_id].body["name"] for route_id in self._order]

    def ids(self) -> list[str]:
        with self._lock:
            return [*self._order]

    def find(self, name_or_id: str) -> Route:
        """The route of an id, else the first of a name. Raises KeyError."""
        with self._lock:
            if name_or_id in self._routes:
                return self._routes[name_or_id]
            for route_id in self._order:
                if self._routes[route_id].body["name"] == name_or_id:
                    return self._routes[route_id]
        raise KeyError(name_or_id)

    def edit(self, name_or_id: str, change: Callable[[Body], None]) -> Route:
        """An edit in the dashboard: `change` alters the stored body in place; version + 1."""
        with self._lock:
            route = self.find(name_or_id)
            body = copy.deepcopy(route.body)
            change(body)
            self._replace(route, body)
            return route

    def deactivate(self, user_id: str) -> None:
        """A user leaves; what names them stays as it is. Raises KeyError."""
        with self._lock:
            user = self.account.find("users", user_id)
            if user is None:
                raise KeyError(user_id)
            user["is_active"] = False

    def rename(self, thing_id: str, name: str) -> None:
        """Rename a source, attribute, path, channel, …: labels change, no route's version does."""
        with self._lock:
            self.account.rename(thing_id, name)

    # what the API does

    def page(self, after: str, size: int) -> tuple[list[Route], str]:
        """Routes after a cursor, and the next cursor ("" at the end)."""
        with self._lock:
            start = bisect.bisect_right(self._order, after) if after else 0
            ids = self._order[start : start + size]
            more = start + size < len(self._order)
            return [self._routes[each] for each in ids], ids[-1] if more else ""

    def show(self, route_id: str) -> Route:
        """Raises RefusedError (404)."""
        route = self._routes.get(route_id)
        if route is None:
            raise refusal(404, "not_found", f"There is no alert route {route_id}")
        return route

    def create(self, payload: Node, api: str = "v3") -> Route:
        """Names are not unique: two equal calls make two routes. Raises RefusedError (422)."""
        with self._lock:
            payload = self._checked(payload, api, update=False)
            self._made += 1
            now = self._now()
            body = VERSIONS[api][0](payload, None, self.account)
            route = Route(numbered_ulid(self._made), 1, now, now, body)
            self._insert(route)
            return route

    def update(self, route_id: str, payload: Node, api: str = "v3") -> Route:
        """Raises RefusedError: 404, 422, `conflict_status` for a version that is not the next."""
        with self._lock:
            route = self.show(route_id)
            payload = self._checked(payload, api, update=True)
            if payload["version"] != route.version + 1:
                raise self._conflict(route)
            self._replace(route, VERSIONS[api][0](payload, route.body, self.account))
            return route

    def delete(self, name_or_id: str) -> None:
        """Raises RefusedError (404) for an id that is not live."""
        with self._lock:
            try:
                route = self.find(name_or_id)
            except KeyError:
                route = self.show(name_or_id)
            del self._routes[route.id]
            self._order.remove(route.id)

    def rendered(self, route: Route, api: str) -> bytes:
        """The JSON of a read, made once for each version of the route."""
        with self._lock:
            cached = route.rendered.get(api)
            state = (route.version, self.account.generation)
            if cached is None or cached[:2] != state or self.settings.restless:
                cached = (*state, encode(self.read(route, api)))
                route.rendered[api] = cached
            return cached[2]

    def read(self, route: Route | str, api: str = "v3") -> Body:
        """The `alert_route` of a GET in this version of the API."""
        with self._lock:
            if isinstance(route, str):
                route = self.find(route)
            self._reads += self.settings.restless
            again = f" {self._reads}" if self._reads else ""
            seed = self.settings.shuffle_seed
            reader = Reader(
                self.account,
                route.body,
                None if seed is None else f"{seed} {route.id} {route.version} {api}{again}",
                self.settings,
                labels=api == "v2",
            )
            return {
                "id": route.id,
                **VERSIONS[api][1](reader),
                "version": route.version,
                "created_at": route.created_at,
                "updated_at": route.updated_at,
            }

    def _checked(self, payload: Node, api: str, *, update: bool) -> Node:
        payload = tidied(payload)
        problems = rules_versions.problems(api, payload, self.account, self.settings, update=update)
        require_none(problems)
        return payload

    def _insert(self, route: Route) -> None:
        with self._lock:
            self._routes[route.id] = route
            bisect.insort(self._order, route.id)

    def _replace(self, route: Route, body: Body) -> None:
        route.body = body
        route.version += 1
        route.updated_at = self._now()

    def _now(self) -> str:
        now = datetime.fromtimestamp(self.settings.clock(), UTC)
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _conflict(self, route: Route) -> RefusedError:
        status = self.settings.conflict_status
        pointer = "/version" if status == 422 else ""
        message = f"version must be {route.version + 1}: this alert route has changed since"
        return refusal(status, "version_conflict", message, pointer)
