"""A local incident.io: alert routes in v2 and v3 over one store, and what they refer to.

    from reconciler import sandbox

    with sandbox.start(sandbox.Settings(latency_ms=50)) as running:
        running.url, running.key                  # also .read_only_key, .powerless_key
        running.state.edit("Production Alerts", change)    # change(body) in place; version + 1
        running.requests                          # [Logged(method, path, status, request_id)]
        running.happen(200, seed=1)               # 200 more alerts of the past, by today's routes
        running.fault("lose", method="POST", path="/alert_routes$")

`RunningSandbox` says what there is to see, `Store` what can be read and edited, `Fault` what can go
wrong. `edit` sees the stored body: v3's layout, complete, operations under the server's names.

It shares no code with the rest of the package.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.sandbox.past.judge import Reading as PastReading
from reconciler.sandbox.settings import Settings

if TYPE_CHECKING:
    from reconciler.sandbox.http.running import RunningSandbox

MISSING = "the sandbox needs aiohttp: `pip install 'incidentio-reconciler[sandbox]'`"

__all__ = ["PastReading", "Settings", "missing_library", "serve", "start"]


def missing_library() -> str | None:
    """The line to print where aiohttp is not installed; None where it is."""
    try:
        import aiohttp  # noqa: F401
    except ImportError:
        return MISSING
    return None


def start(settings: Settings | None = None) -> "RunningSandbox":
    """A sandbox on a thread of its own, listening. Raises OSError when the port is taken."""
    from reconciler.sandbox.http.running import RunningSandbox

    return RunningSandbox(settings or Settings())


def serve(settings: Settings, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve in the foreground until Ctrl-C or SIGTERM.

    `announce` gets the URL, once, when it answers. Raises OSError when the port is taken.
    """
    from reconciler.sandbox.http import running

    running.serve(settings, host, port, announce)
