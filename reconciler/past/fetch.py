"""Past alerts, read page by page into the cache: only those that it lacks, and from where an
interrupted reading ended. The client paces it by the account's budget.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from reconciler.client import Forbidden, NotFound, ReadClient, Refused, Step, join
from reconciler.client.errors import UnreadableAnswer
from reconciler.model import object_at, text_at
from reconciler.past.cache import KEPT_DAYS, Cache, Window
from reconciler.wire.past import Unreadable, decode_past_alert

ALERTS = join("v2", "alerts")
SOURCES = join("v2", "alert_sources")
PAGE = 50
OVERLAP = timedelta(minutes=10)
"""Read twice: the clocks of both sides differ, and an alert may become visible late."""

Tell = Callable[[int], None]
"""How many alerts are kept, also of an earlier reading."""


def public_sources(client: ReadClient) -> frozenset[str]:
    """Ids of the sources whose alerts anybody may see; none where the key may not list them. Raises
    ApiError.
    """
    try:
        body = client.get(SOURCES).body
    except (Forbidden, NotFound):
        return frozenset()
    rows = body.get("alert_sources") if isinstance(body, Mapping) else None
    return frozenset(
        text_at(row, "id")
        for row in (rows if isinstance(rows, list) else ())
        if object_at(row, "template").get("is_private") is False
    )


def fetch(
    client: ReadClient,
    cache: Cache,
    since: datetime,
    now: datetime,
    dashboard: str,
    tell: Tell = lambda _count: None,
) -> None:
    """Fill the cache with the alerts from `since` to `now`, but for those that a maintenance window
    held. Raises ApiError, FileRefused; what was read until then stays.
    """
    public = public_sources(client)
    cache.redact(public)
    reading = _Reading(client, cache, public, since, dashboard, tell)
    pending = cache.pending
    if pending is not None and pending.since <= since:
        reading.read(pending)
    covered = cache.covered
    start = covered.until - OVERLAP if covered and covered.since <= since else since
    reading.read(Window(max(start, since), now))
    cache.prune(min(since, now - timedelta(days=KEPT_DAYS)))


class _Reading:
    def __init__(
        self,
        client: ReadClient,
        cache: Cache,
        public: frozenset[str],
        since: datetime,
        dashboard: str,
        tell: Tell,
    ) -> None:
        self.client, self.cache, self.public = client, cache, public
        self.since, self.dashboard, self.tell = since, dashboard, tell
        self.count = 0

    def read(self, window: Window) -> None:
        """The window from its cursor on. A cursor that the server no longer takes begins anew."""
        try:
            self._pages(window)
        except Refused as error:
            if not window.after or error.status not in (400, 404, 422):
                raise
            self._pages(Window(window.since, window.until))

    def _pages(self, window: Window) -> None:
        self.cache.begin(window)
        # Progress begins with what is kept and is not read again.
        read_again = 0 if window.after else self.cache.count(max(window.since, self.since))
        self.count = self.cache.count(self.since) - read_again
        filters = {
            "created_at[gte]": window.since.isoformat().replace("+00:00", "Z"),
            "include_maintenance_window[is]": "false",
        }
        pages = self.client.pages_with_cursors(ALERTS, "alerts", PAGE, filters, window.after)
        for rows, after in pages:
            alerts = []
            names: dict[str, str] = {}
            for row in rows:
                try:
                    past, found = decode_past_alert(row, self.public, self.dashboard)
                except Unreadable as error:
                    raise UnreadableAnswer("GET", ALERTS, f"of an alert: {error}") from None
                alerts.append(past)
                names |= found
            self.count += len(alerts)
            self.cache.keep(alerts, names, Window(window.since, window.until, after))
            if alerts:
                self._tell(alerts[-1].created_at, window.since)
        self.cache.finish(window)

    def _tell(self, at: datetime, since: datetime) -> None:
        """incident.io gives no total. The newest come first, so the time tells what is left."""
        detail = f"back to {at:%Y-%m-%d %H:%M} of {since:%Y-%m-%d %H:%M}"
        self.client.tell(Step("reading", "past alerts", self.count, detail=detail))
        self.tell(self.count)
