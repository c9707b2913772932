"""API keys, their roles, and the scope that each call needs."""

from dataclasses import dataclass

from reconciler.sandbox.errors import refusal

_VIEWED = (
    "alert_routes",
    "alert_schema",
    "alert_sources",
    "alerts",
    "catalog_entries",
    "catalog_types",
    "custom_fields",
    "escalation_paths",
    "escalations",
    "incident_types",
    "schedules",
    "severities",
    "users",
)
_VIEW = frozenset(f"{noun}.view" for noun in _VIEWED)
_EDIT = frozenset(
    f"{noun}.{verb}"
    for noun in ("alert_route", "alert_source")
    for verb in ("create", "update", "destroy")
)
SCOPES = {"viewer": _VIEW, "on_call_editor": _VIEW | _EDIT}  # the roles that the team's keys have


@dataclass(frozen=True, slots=True)
class Key:
    """One API key as the account knows it."""

    secret: str
    name: str
    roles: tuple[str, ...]
    missing: frozenset[str] = frozenset()  # scopes that are taken from it

    def allows(self, scope: str) -> bool:
        return scope not in self.missing and any(scope in SCOPES[role] for role in self.roles)


FULL = Key("sandbox-key-full", "GitOps apply", ("viewer", "on_call_editor"))
READ_ONLY = Key("sandbox-key-read-only", "GitOps plan", ("viewer",))
POWERLESS = Key("sandbox-key-powerless", "Nothing at all", ())


def bearer(authorization: str) -> str:
    """The secret in an `Authorization` header; "" when there is none."""
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def authenticate(authorization: str, keys: dict[str, Key]) -> Key:
    """The key of a request. Raises RefusedError (401)."""
    key = keys.get(bearer(authorization))
    if key is None:
        message = "Invalid API key" if authorization else "No API key in the Authorization header"
        raise refusal(401, "invalid_api_key", message)
    return key


def authorise(key: Key, scope: str) -> None:
    """Raises RefusedError (403) when the key's roles do not grant the scope."""
    if scope and not key.allows(scope):
        raise refusal(403, "missing_scope", f"This API key does not have the scope {scope}")
