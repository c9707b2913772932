"""The look-up endpoints: what the names in a route file are found with."""

from reconciler.sandbox.account.account import Account
from reconciler.sandbox.errors import Problem, RefusedError, refusal
from reconciler.sandbox.http.keys import Key
from reconciler.sandbox.http.pages import Query, page_of
from reconciler.sandbox.jsontype import Body

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
    row = _one(account, "sources", source_id)
    return {"alert_source": _source(account, row, key, base_url)}


def _source(account: Account, row: Body, key: Key, base_url: str) -> Body:
    """A caller who may update the source also sees its senders' token (API facts 1.12, 1.13)."""
    shown, kind = {**row}, row["source_type"]
    if kind not in NOTHING_POSTS:
        shown["alert_events_url"] = f"{base_url}/v2/alert_events/{kind}/{row['id']}"
    if key.allows("alert_source.update") and row["id"] in account.secrets:
        shown["secret_token"] = account.secrets[row["id"]]
    return shown


def attributes(account: Account, _: Query) -> Body:
    return {"alert_attributes": account.attributes}


def attribute(account: Account, attribute_id: str) -> Body:
    return {"alert_attribute": _one(account, "attributes", attribute_id)}


def escalation_paths(account: Account, query: Query) -> Body:
    rows, pages = page_of(account.escalation_paths, query, most=25)
    return {"escalation_paths": rows, "pagination_meta": pages}


def escalation_path(account: Account, path_id: str) -> Body:
    return {"escalation_path": _one(account, "escalation_paths", path_id)}


def users(account: Account, query: Query) -> Body:
    """`email` and `slack_user_id` filter; an e-mail is compared without case. Who is not active
    is left out unless `include_inactive` is asked for.
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


def teams(account: Account, query: Query) -> Body:
    rows, pages = page_of(account.teams, query, most=250)
    return {"teams": rows, "pagination_meta": pages}


def severities(account: Account, _: Query) -> Body:
    return {"severities": account.severities}


def incident_types(account: Account, _: Query) -> Body:
    return {"incident_types": account.incident_types}


def custom_fields(account: Account, _: Query) -> Body:
    return {"custom_fields": account.custom_fields}


def custom_field_options(account: Account, query: Query) -> Body:
    field_id = _required(query, "custom_field_id")
    _one(account, "custom_fields", field_id)
    options = account.custom_field_options
    mine = [option for option in options if option["custom_field_id"] == field_id]
    rows, pages = page_of(mine, query, most=250)
    return {"custom_field_options": rows, "pagination_meta": pages}


def catalog_types(account: Account, _: Query) -> Body:
    return {"catalog_types": account.catalog_types}


def catalog_entries(account: Account, query: Query) -> Body:
    """`identifier` finds an entry by id, external id, name or alias."""
    catalog_type = _one(account, "catalog_types", _required(query, "catalog_type_id"))
    rows = [
        entry for entry in account.catalog_entries if entry["catalog_type_id"] == catalog_type["id"]
    ]
    wanted = query.get("identifier")
    if wanted is not None:
        rows = [entry for entry in rows if wanted in _identifiers(entry)]
    shown, pages = page_of(rows, query, most=250)
    pages["total_record_count"] = len(rows)
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


def alerts(_: Account, query: Query) -> Body:
    """No alert is kept."""
    rows, pages = page_of([], query, most=50)
    return {"alerts": rows, "pagination_meta": pages}


def _identifiers(entry: Body) -> set[str]:
    return {entry["id"], entry["external_id"], entry["name"], *entry["aliases"]}


def _one(account: Account, table: str, thing_id: str) -> Body:
    found = account.find(table, thing_id)
    if found is None:
        raise refusal(404, "not_found", f"There is no such thing: {thing_id}")
    return found


def _required(query: Query, name: str) -> str:
    if not query.get(name):
        raise RefusedError(422, (Problem(name, "missing_field", f"{name} is required"),))
    return query[name]
