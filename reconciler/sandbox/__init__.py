"""A local incident.io: alert routes in v2 and v3 over one store, and what they refer to.

    from reconciler import sandbox

    with sandbox.start(sandbox.Settings(latency_ms=50)) as running:
        running.url, running.key                  # also .read_only_key, .powerless_key
        running.state.names()                     # ["Production Alerts", …]
        running.state.find("Production Alerts")   # .id .version .updated_at .body; KeyError
        running.state.read("Production Alerts", "v2")      # what a GET shows ("v3" by default)
        running.state.edit("Production Alerts", change)    # change(body) in place; version + 1
        running.state.create(payload, "v3")       # as a POST of that version; raises RefusedError
        running.state.delete("Production Alerts")
        running.state.rename(thing_id, "New name")         # a source, path, channel, …: labels
        running.state.deactivate(user_id)                  # a user leaves
        running.requests                          # [Logged(method, path, status, request_id)]
        running.count("PUT", "/v3/alert_routes/")          # of `requests`; a pattern
        running.events                            # alert events that were accepted
        running.managed                           # what is claimed: ("alert_route", id) -> claim
        running.fault("lose", method="POST", path="/alert_routes$")
        running.fault("status", status=429, retry_after=1, times=2)

Kinds of fault: drop (not processed, no answer), lose (processed, no answer), truncate (JSON stops
in the middle), cut (connection closes in the middle), html and status (`status=`; `after=True`
processes the request all the same), delay (`seconds=`). `times=`, `skip=` count matching requests.

`edit` sees the stored body: v3's layout, complete, operations under the server's names.

    body["escalation_config"]["escalation_targets"] = []
    body["condition_groups"], body["alert_sources"], body["enabled"], body["message_config"], …

`serve(settings, host, port, announce)` is `reconciler sandbox`. `missing_library()` is the line to
print when aiohttp is not there. It shares no code with the rest of the package.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.sandbox.settings import Settings

if TYPE_CHECKING:
    from reconciler.sandbox.http.running import RunningSandbox

MISSING = "the sandbox needs aiohttp: `pip install 'incidentio-reconciler[sandbox]'`"

__all__ = ["Settings", "missing_library", "serve", "start"]


def missing_library() -> str | None:
    """What to say where the extra is not installed; None when all is there."""
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
