"""Which right a call needs, and what the dashboard calls the permission that has it.

The scopes are the contract's `x-rbac-scopes`. Which permission grants which scope is documented
for two permissions only (fact 1.10), so others are named by scope alone.
"""

from dataclasses import dataclass

VIEW = "View data, like public incidents and organization settings"
MANAGE = "Create and manage on-call resources"


@dataclass(frozen=True, slots=True)
class Right:
    """One scope of a key, e.g. `alert_route.update`."""

    scope: str
    permission: str  # the dashboard's words; "" where they are not documented


_READ_SCOPES = {  # resource -> scope of its GET
    "alert_routes": "alert_routes.view",
    "alert_sources": "alert_sources.view",
    "alerts": "alerts.view",
    "incident_alerts": "alerts.view",
    "escalations": "escalations.view",
    "alert_attributes": "alert_schema.view",
    "escalation_paths": "escalation_paths.view",
    "users": "users.view",
    "severities": "severities.view",
    "incident_types": "incident_types.view",
    "custom_fields": "custom_fields.view",
    "custom_field_options": "custom_fields.view",
    "catalog_types": "catalog_types.view",
    "catalog_resources": "catalog_types.view",
    "catalog_entries": "catalog_entries.view",
    "teams": "catalog_entries.view",
    "api_keys": "api_keys.view",
}
_WRITE_SCOPES = {  # (method, resource) -> scope
    ("POST", "alert_routes"): "alert_route.create",
    ("PUT", "alert_routes"): "alert_route.update",
    ("DELETE", "alert_routes"): "alert_route.destroy",
    ("POST", "alert_sources"): "alert_source.create",
    ("PUT", "alert_sources"): "alert_source.update",
    ("POST", "api_keys"): "api_keys.rotate",
}


def right_for(method: str, path: str) -> Right | None:
    """The right that `METHOD /vN/RESOURCE…` needs; None for a call that is not in the contract."""
    segments = path.split("/")
    if len(segments) < 3:
        return None
    resource = segments[2]
    if method == "GET":
        scope = _READ_SCOPES.get(resource, "")
    else:
        scope = _WRITE_SCOPES.get((method, resource), "")
    return Right(scope, _permission(scope)) if scope else None


def _permission(scope: str) -> str:
    if scope.startswith("api_keys."):
        return ""
    return VIEW if scope.endswith(".view") else MANAGE
