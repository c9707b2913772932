"""Starting a sandbox: on a thread for tests, in the foreground for `reconciler sandbox`."""

import re
from collections.abc import Callable
from typing import ParamSpec

from reconciler.sandbox.account import seed, seed_routes
from reconciler.sandbox.http.api import Api
from reconciler.sandbox.http.faults import Fault, Faults
from reconciler.sandbox.http.keys import FULL, POWERLESS, READ_ONLY
from reconciler.sandbox.http.server import Background, Http, serve_until_signal
from reconciler.sandbox.routes.store import Store
from reconciler.sandbox.settings import Settings

P = ParamSpec("P")


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
        self.fault = _scheduling(Fault, self._http.faults)
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


def _scheduling(make: Callable[P, Fault], faults: Faults) -> Callable[P, None]:
    """A function that takes what `Fault` takes, and schedules the fault."""

    def schedule(*arguments: P.args, **settings: P.kwargs) -> None:
        faults.add(make(*arguments, **settings))

    return schedule


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
