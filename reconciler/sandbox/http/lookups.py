"""The look-up endpoints, by which names of route files are found, and their pages."""

from collections.abc import Callable, Mapping

from reconciler.sandbox.account.account import Account
from reconciler.sandbox.errors import refusal
from reconciler.sandbox.http.keys import Key
from reconciler.sandbox.jsontype import Body

Query = Mapping[str, str]
LookUp = Callable[[Account, Query], Body]
DEFAULT_SIZE = 25

PRIMITIVES = {
    "Bool": "Boolean",
    "Link": "Link",
    "Number": "Number",
    "String": "Text",
    "TemplatedText": "Rich text",
}


def identity(account: Account, key: Key) -> Body:
    """Who the key is; the one call that needs no scope."""
    return {
        "identity": {
            "name": key.name,
            "roles": list(key.roles),
            "team_roles": [],
            "teams": [],
            "dashboard_url": account.dashboard_url,
        }
    }


NOTHING_POSTS = ("email", "jira", "status_page_views")
"""Types of sources that get their alerts in another way than by an HTTP request."""


def sources(account: Account, key: Key, base_url: str) -> Body:
    return {"alert_sources": [_source(account, row, key, base_url) for row in account.sources]}


def source(account: Account, source_id: str, key: Key, base_url: str) -> Body:
    row = existing(account, "sources", source_id)
    return {"alert_source": _source(account, row, key, base_url)}


def _source(account: Account, row: Body, key: Key, base_url: str) -> Body:
    """A caller who may update the source also sees its senders' token (API facts 1.12, 1.13)."""
    shown, kind = {**row}, row["source_type"]
    if kind not in NOTHING_POSTS:
        shown["alert_events_url"] = f"{base_url}/v2/alert_events/{kind}/{row['id']}"
    if key.allows("alert_source.update") and row["id"] in account.secrets:
        shown["secret_token"] = account.secrets[row["id"]]
    return shown


def users(account: Account, query: Query) -> Body:
    """`email` and `slack_user_id` filter; an e-mail is compared without case. Who is not active
    is left out without `include_inactive`.
    """
    rows = account.users
    if query.get("include_inactive") not in ("true", "1"):
        rows = [row for row in rows if row.get("is_active") is not False]
    if "email" in query:
        rows = [row for row in rows if row.get("email", "").lower() == query["email"].lower()]
    if "slack_user_id" in query:
        rows = [row for row in rows if row.get("slack_user_id") == query["slack_user_id"]]
    rows, pages = page_of(rows, query, most=10000)
    return {"users": rows, "pagination_meta": pages}


def custom_field_options(account: Account, query: Query) -> Body:
    field_id = _required(query, "custom_field_id")
    existing(account, "custom_fields", field_id)
    options = account.custom_field_options
    mine = [option for option in options if option["custom_field_id"] == field_id]
    rows, pages = page_of(mine, query, most=250)
    return {"custom_field_options": rows, "pagination_meta": pages}


def catalog_entries(account: Account, query: Query) -> Body:
    """`identifier` finds an entry by id, external id, name or alias."""
    catalog_type = existing(account, "catalog_types", _required(query, "catalog_type_id"))
    rows = [
        entry for entry in account.catalog_entries if entry["catalog_type_id"] == catalog_type["id"]
    ]
    wanted = query.get("identifier")
    if wanted is not None:
        rows = [entry for entry in rows if wanted in _identifiers(entry)]
    shown, pages = page_of(rows, query, most=250)
    pages["total_record_count"] = len(rows)
    shown = [_labelled(account, row) for row in shown]
    return {"catalog_entries": shown, "catalog_type": catalog_type, "pagination_meta": pages}


def catalog_resources(account: Account, _: Query) -> Body:
    primitives = [(name, name, label, "primitive") for name, label in PRIMITIVES.items()]
    catalog = [
        (row["engine_resource_type"], row["type_name"], row["name"], "custom")
        for row in account.catalog_types
    ]
    return {
        "resources": [
            {
                "engine_resource_type": engine,
                "type": type_name,
                "label": label,
                "category": category,
                "description": label,
                "value_docstring": f"a {label}",
            }
            for engine, type_name, label, category in [*primitives, *catalog]
        ]
    }


def _labelled(account: Account, entry: Body) -> Body:
    """The entry, with what its values are called today (API fact 1.19)."""

    def shown(value: Body | list[Body]) -> Body | list[Body]:
        if isinstance(value, list):
            return [{**each, "label": account.label(each["literal"])} for each in value]
        return {**value, "label": account.label(value["literal"])}

    values = {
        attribute: {key: shown(value) for key, value in binding.items()}
        for attribute, binding in entry["attribute_values"].items()
    }
    return {**entry, "attribute_values": values}


def _identifiers(entry: Body) -> set[str]:
    return {entry["id"], entry["external_id"], entry["name"], *entry["aliases"]}


def existing(account: Account, table: str, thing_id: str) -> Body:
    """Raises RefusedError (404)."""
    found = account.find(table, thing_id)
    if found is None:
        raise refusal(404, "not_found", f"There is no such thing: {thing_id}")
    return found


def _required(query: Query, name: str) -> str:
    if not query.get(name):
        raise refusal(422, "missing_field", f"{name} is required", name)
    return query[name]


def _whole(table: str, name: str = "") -> LookUp:
    """A table of the account, without pages; `name` is its key in the answer."""
    return lambda account, _: {name or table: getattr(account, table)}


def _paged(table: str, most: int) -> LookUp:
    def look_up(account: Account, query: Query) -> Body:
        rows, pages = page_of(getattr(account, table), query, most)
        return {table: rows, "pagination_meta": pages}

    return look_up


def page_size(query: Query, most: int) -> int:
    """Raises RefusedError (422) for anything that is not 1 to `most`."""
    written = query.get("page_size", str(DEFAULT_SIZE))
    size = int(written) if written.isdigit() and len(written) < 10 else 0
    if not 1 <= size <= most:
        message = f"page_size must be between 1 and {most}"
        raise refusal(422, "invalid_range", message, "page_size")
    return size


def page_of(rows: list[Body], query: Query, most: int) -> tuple[list[Body], Body]:
    """The rows after the cursor, and `pagination_meta`. The cursor is the last row's id."""
    size = page_size(query, most)
    after = query.get("after", "")
    places = [place for place, row in enumerate(rows) if row["id"] == after]
    if after and not places:
        raise refusal(422, "invalid_cursor", "after is not a cursor of this list", "after")
    start = places[0] + 1 if places else 0
    shown = rows[start : start + size]
    return shown, meta(size, shown[-1]["id"] if start + size < len(rows) else "")


def meta(size: int, after: str) -> Body:
    return {"page_size": size, "after": after} if after else {"page_size": size}


LISTS = {  # path: (scope, look-up)
    "/v1/custom_field_options": ("custom_fields.view", custom_field_options),
    "/v1/incident_types": ("incident_types.view", _whole("incident_types")),
    "/v1/severities": ("severities.view", _whole("severities")),
    "/v2/alert_attributes": ("alert_schema.view", _whole("attributes", "alert_attributes")),
    "/v2/custom_fields": ("custom_fields.view", _whole("custom_fields")),
    "/v2/escalation_paths": ("escalation_paths.view", _paged("escalation_paths", 25)),
    "/v2/users": ("users.view", users),
    "/v3/catalog_entries": ("catalog_entries.view", catalog_entries),
    "/v3/catalog_resources": ("catalog_types.view", catalog_resources),
    "/v3/catalog_types": ("catalog_types.view", _whole("catalog_types")),
    "/v3/teams": ("catalog_entries.view", _paged("teams", 250)),
}
DETAILS = {  # path: (scope, table, key in the answer)
    "/v2/alert_attributes/{id}": ("alert_schema.view", "attributes", "alert_attribute"),
    "/v2/escalation_paths/{id}": ("escalation_paths.view", "escalation_paths", "escalation_path"),
    "/v2/schedules/{id}": ("schedules.view", "schedules", "schedule"),
    "/v2/users/{id}": ("users.view", "users", "user"),
}
