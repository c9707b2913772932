"""Starting a sandbox: on a thread for tests, in the foreground for `reconciler sandbox`."""

import re
from collections.abc import Callable

from reconciler.sandbox.account import seed, seed_routes
from reconciler.sandbox.http.api import Api
from reconciler.sandbox.http.faults import Fault, Kind
from reconciler.sandbox.http.keys import FULL, POWERLESS, READ_ONLY
from reconciler.sandbox.http.server import Background, Http, serve_until_signal
from reconciler.sandbox.routes.store import Store
from reconciler.sandbox.settings import Settings


class RunningSandbox:
    """A sandbox that serves until `close()`; also a context manager."""

    key = FULL.secret
    read_only_key = READ_ONLY.secret
    powerless_key = POWERLESS.secret

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._http = build(settings)
        self.state = self._http.api.store  # to read, and to edit as a user of the dashboard would
        self.requests = self._http.requests  # in the order of the answers; may be cleared
        self.events = self._http.api.events  # alert events that were accepted
        self.managed = self._http.api.managed.claims  # by type and id
        self._background = Background(self._http)
        self._background.open(settings.host, settings.port)
        self.url = self._http.base_url  # e.g. http://127.0.0.1:40123, without a slash at its end

    def count(self, method: str, path: str = "") -> int:
        """How many requests of a method had a path (with query) that matches a pattern."""
        return sum(
            1
            for request in self.requests
            if request.method == method and re.search(path, request.path)
        )

    def fault(
        self,
        kind: Kind,
        *,
        method: str | None = None,
        path: str | None = None,
        times: int = 1,
        skip: int = 0,
        status: int = 502,
        after: bool = False,
        retry_after: int | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Schedule a fault; see `faults.Fault`. `path` is a pattern, searched in the path."""
        pattern = None if path is None else re.compile(path)
        self._http.faults.add(
            Fault(kind, method, pattern, times, skip, status, after, retry_after, seconds)
        )

    def let_arrive(self) -> list[int]:
        """Process what the fault `late` kept back; the status that each request had got."""
        return self._http.arrive()

    def clear_faults(self) -> None:
        self._http.faults.clear()

    def close(self) -> None:
        self._background.close()

    def __enter__(self) -> "RunningSandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def build(settings: Settings) -> Http:
    """A sandbox that does not listen yet."""
    store = Store(seed.account(), settings)
    if settings.seeded:
        store.load(seed_routes.seed_routes())
    store.load(seed_routes.generated_routes(settings.routes))
    return Http(Api(store, settings), settings)


def serve(settings: Settings, host: str, port: int, announce: Callable[[str], None]) -> None:
    """See `sandbox.serve`."""
    http = build(settings)
    serve_until_signal(http, host, port, lambda: announce(http.base_url))
