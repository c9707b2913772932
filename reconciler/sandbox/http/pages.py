"""Query parameters and cursor pages."""

from collections.abc import Mapping

from reconciler.sandbox.errors import Problem, RefusedError
from reconciler.sandbox.jsontype import Body

Query = Mapping[str, str]
DEFAULT_SIZE = 25


def page_size(query: Query, most: int) -> int:
    """Raises RefusedError (422) for anything that is not 1 to `most`."""
    written = query.get("page_size", str(DEFAULT_SIZE))
    size = int(written) if written.isdigit() and len(written) < 10 else 0
    if not 1 <= size <= most:
        message = f"page_size must be between 1 and {most}"
        raise RefusedError(422, (Problem("page_size", "invalid_range", message),))
    return size


def page_of(rows: list[Body], query: Query, most: int) -> tuple[list[Body], Body]:
    """The rows after the cursor, and `pagination_meta`. The cursor is the last row's id."""
    size = page_size(query, most)
    after = query.get("after", "")
    places = [place for place, row in enumerate(rows) if row["id"] == after]
    if after and not places:
        message = "after is not a cursor of this list"
        raise RefusedError(422, (Problem("after", "invalid_cursor", message),))
    start = places[0] + 1 if places else 0
    shown = rows[start : start + size]
    return shown, meta(size, shown[-1]["id"] if start + size < len(rows) else "")


def meta(size: int, after: str) -> Body:
    return {"page_size": size, "after": after} if after else {"page_size": size}
