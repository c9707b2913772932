"""Starting a sandbox: on a thread for tests, in the foreground for `reconciler sandbox`."""

import asyncio
import re
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import ParamSpec, TypeVar

from reconciler.sandbox.account import seed, seed_routes
from reconciler.sandbox.http.api import Api
from reconciler.sandbox.http.faults import Fault, Faults
from reconciler.sandbox.http.keys import FULL, POWERLESS, READ_ONLY
from reconciler.sandbox.http.server import Http
from reconciler.sandbox.routes.store import Store
from reconciler.sandbox.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


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
        self.past = self._http.api.past  # what happened; may be added to
        self.happen = self._http.api.happen  # let more happen, by the routes as they are now
        self.managed = self._http.api.managed.claims  # by type and id
        self.fault = _scheduling(Fault, self._http.faults)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox", daemon=True)
        self._thread.start()
        try:
            self._runner = self._result(self._http.open(settings.host, settings.port))
        except OSError:
            self._end()
            raise
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
        self._result(self._runner.cleanup())
        self._end()

    def _result(self, coroutine: Coroutine[object, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

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

    async def run() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        runner = await http.open(host, port)
        announce(http.base_url)
        await stop.wait()
        await runner.cleanup()

    asyncio.run(run())
