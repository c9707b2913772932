"""The account's alert sources as an inventory lists them. Their tokens are dropped."""

from reconciler.client import ReadClient, join
from reconciler.model import list_at, text_at, with_id


def read_addresses(client: ReadClient) -> tuple[tuple[str, str, str], ...]:
    """The name, the id and the URL of each, "" without one. Raises the client's ApiError."""
    body = client.get(join("v2", "alert_sources")).body
    return tuple(
        (text_at(row, "name"), text_at(row, "id"), text_at(row, "alert_events_url"))
        for row in with_id(list_at(body, "alert_sources"))
    )
