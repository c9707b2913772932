"""The lists of what happened, with the filters that the API documents for them."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from reconciler.sandbox.errors import refusal
from reconciler.sandbox.http.lookups import Query, meta, page_size
from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.past.make import Past

Keep = Callable[[Body], bool]
MOST = 50
_FILTER = re.compile(r"([a-z_]+)(?:\[([^\]]*)\])?")


def alerts(past: Past, query: Query) -> Body:
    """`GET /v2/alerts`."""

    def held(operation: str, values: list[str]) -> Keep:
        if operation != "is" or values not in (["true"], ["false"]):
            raise _refused("include_maintenance_window", operation)
        return lambda row: values == ["true"] or row["id"] not in past.held

    return _list(
        "alerts",
        past.alerts,
        query,
        {
            "created_at": _dated("created_at"),
            "updated_at": _dated("updated_at"),
            "status": _member("status", lambda row: [row["status"]]),
            "alert_source": _member("alert_source", lambda row: [row["alert_source_id"]]),
            "deduplication_key": _member("deduplication_key", _key, "is"),
            "include_maintenance_window": held,
        },
    )


def escalations(past: Past, query: Query) -> Body:
    """`GET /v2/escalations`."""

    def creator(row: Body) -> list[str]:
        return [row["creator"].get("alert", {}).get("id", "")]

    return _list(
        "escalations",
        past.escalations,
        query,
        {
            "alert": _member("alert", creator),
            "escalation_path": _member("escalation_path", _path),
            "status": _member("status", lambda row: [row["status"]]),
            "created_at": _dated("created_at"),
            "updated_at": _dated("updated_at"),
        },
    )


def incident_alerts(past: Past, query: Query) -> Body:
    """`GET /v2/incident_alerts`, whose filters have no operators."""
    wanted = {"alert_id": "alert", "incident_id": "incident"}
    filters: dict[str, Callable[[str, list[str]], Keep]] = {
        name: _plain(key) for name, key in wanted.items()
    }
    return _list("incident_alerts", past.incident_alerts, query, filters)


def _plain(key: str) -> Callable[[str, list[str]], Keep]:
    return lambda _, values: lambda row: row[key]["id"] in values


def _key(row: Body) -> list[str]:
    return [row["deduplication_key"]]


def _path(row: Body) -> list[str]:
    return [row.get("escalation_path_id", "")]


def _list(
    name: str,
    rows: list[Body],
    query: Query,
    filters: Mapping[str, Callable[[str, list[str]], Keep]],
) -> Body:
    """A page. Raises RefusedError (422) for a filter or operator that the list does not have."""
    size = page_size(query, most=MOST)
    tests = list(_tests(query, filters))
    after = query.get("after", "")
    start = 0
    if after:
        places = [place for place, row in enumerate(rows) if row["id"] == after]
        if not places:
            raise refusal(422, "invalid_cursor", "after is not a cursor of this list", "after")
        start = places[0] + 1
    shown: list[Body] = []
    for row in rows[start:]:
        if all(test(row) for test in tests):
            if len(shown) == size:
                return {name: shown, "pagination_meta": meta(size, shown[-1]["id"])}
            shown.append(row)
    return {name: shown, "pagination_meta": meta(size, "")}


def _tests(query: Query, filters: Mapping[str, Callable[[str, list[str]], Keep]]) -> Iterator[Keep]:
    for key in dict.fromkeys(query):
        match = _FILTER.fullmatch(key)
        name, operation = (match[1], match[2] or "") if match else (key, "")
        if name in ("page_size", "after"):
            continue
        if name not in filters:
            raise refusal(422, "invalid_filter", f"There is no filter {name}", name)
        yield filters[name](operation, _all(query, key))


def _all(query: Query, key: str) -> list[str]:
    """A filter with several values comes several times."""
    getall = getattr(query, "getall", None)
    return list(getall(key)) if getall else [query[key]]


def _member(
    name: str, of: Callable[[Body], list[str]], *also: str
) -> Callable[[str, list[str]], Keep]:
    def made(operation: str, values: list[str]) -> Keep:
        if operation in ("one_of", *also):
            return lambda row: any(value in values for value in of(row))
        if operation == "not_in":
            return lambda row: not any(value in values for value in of(row))
        raise _refused(name, operation)

    return made


def _dated(name: str) -> Callable[[str, list[str]], Keep]:
    def made(operation: str, values: list[str]) -> Keep:
        first, _, last = values[0].partition("~")
        match operation:
            case "gte":
                start = _time(name, values[0])
                return lambda row: _time(name, row[name]) >= start
            case "lte":
                end = _time(name, values[0])
                return lambda row: _time(name, row[name]) <= end
            case "date_range" if last:
                start, end = _time(name, first), _time(name, last)
                if len(last) == len("2026-01-01"):
                    end += timedelta(days=1)
                return lambda row: start <= _time(name, row[name]) <= end
        raise _refused(name, operation)

    return made


def _time(name: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise refusal(422, "invalid_value", f"{text} is not a time", name) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _refused(name: str, operation: str) -> Exception:
    return refusal(
        422, "invalid_filter", f"{name} does not take {operation or 'no operator'}", name
    )
