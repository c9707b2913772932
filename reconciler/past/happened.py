"""What happened for past alerts, read into the cache: every escalation since a time, and the
incidents of single alerts.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from reconciler.client import ReadClient, Refused, Step, join
from reconciler.client.errors import UnreadableAnswer
from reconciler.past.cache import Cache, Window
from reconciler.past.fetch import PAGE
from reconciler.routing.past import PastAlert
from reconciler.wire.past import Unreadable, decode_attached, decode_page

ESCALATIONS = join("v2", "escalations")
INCIDENT_ALERTS = join("v2", "incident_alerts")
OVERLAP = timedelta(days=1)
"""Read twice: an escalation becomes related to further alerts after it began."""


def fetch_pages(client: ReadClient, cache: Cache, since: datetime, now: datetime) -> None:
    """Fill the cache with the escalations from `since` to `now`, whoever started them. Raises
    ApiError, FileRefused; what was read until then stays.
    """
    pending = cache.window("pending", "pages")
    if pending is not None and pending.since <= since:
        _read(client, cache, pending)
    covered = cache.window("covered", "pages")
    start = covered.until - OVERLAP if covered and covered.since <= since else since
    _read(client, cache, Window(max(start, since), now))


def fetch_incidents(client: ReadClient, cache: Cache, alerts: Iterable[PastAlert]) -> None:
    """The incidents of these alerts, one request each, unless they are kept. Raises ApiError,
    FileRefused; what was read until then stays.
    """
    kept = cache.incidents
    wanted = [past.id for past in alerts if past.id not in kept]
    for done, alert in enumerate(wanted):
        client.tell(Step("reading", "incidents of alerts", done, len(wanted)))
        pages = client.pages(INCIDENT_ALERTS, "incident_alerts", PAGE, {"alert_id": alert})
        try:
            cache.keep_incidents(alert, [decode_attached(row) for rows in pages for row in rows])
        except Unreadable as error:
            raise UnreadableAnswer("GET", INCIDENT_ALERTS, f"of an incident: {error}") from None


def _read(client: ReadClient, cache: Cache, window: Window) -> None:
    """The window from its cursor on. A cursor that the server no longer takes begins anew."""
    try:
        _pages(client, cache, window)
    except Refused as error:
        if not window.after or error.status not in (400, 404, 422):
            raise
        _pages(client, cache, Window(window.since, window.until))


def _pages(client: ReadClient, cache: Cache, window: Window) -> None:
    cache.begin(window, "pages")
    filters = {"created_at[gte]": window.since.isoformat().replace("+00:00", "Z")}
    count = 0
    pages = client.pages_with_cursors(ESCALATIONS, "escalations", PAGE, filters, window.after)
    for rows, after in pages:
        try:
            found = [decode_page(row) for row in rows]
        except Unreadable as error:
            raise UnreadableAnswer("GET", ESCALATIONS, f"of an escalation: {error}") from None
        count += len(found)
        cache.keep_pages(found, Window(window.since, window.until, after))
        detail = f"back to {found[-1].at:%Y-%m-%d %H:%M}" if found else ""
        client.tell(Step("reading", "escalations", count, detail=detail))
    cache.finish(window, "pages")
