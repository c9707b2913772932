"""Whom the key belongs to, and what its roles say about writing."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.client import Forbidden, ReadClient, join

WRITERS = frozenset({"on_call_editor"})
READERS = frozenset(  # roles of the contract that look at things, and nothing else
    {
        "viewer",
        "call_transcripts_viewer",
        "catalog_viewer",
        "incident_workload_private_viewer",
        "incident_workload_viewer",
        "notification_methods_unredacted_viewer",
        "on_call_viewer",
        "schedules_reader",
        "workflows_viewer",
    }
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the key belongs to. Everything is empty when the API does not say. `team_roles` count
    for what the key's teams own (fact 1.10).
    """

    account: str = ""  # dashboard_url
    name: str = ""
    roles: tuple[str, ...] = ()
    team_roles: tuple[str, ...] = ()

    @property
    def may_write(self) -> bool | None:
        """Whether the key may write routes. None: nobody has written down what these roles may,
        or the API does not say which they are; then a 403 is the proof.
        """
        roles = {*self.roles, *self.team_roles}
        if roles & WRITERS:
            return True
        return False if roles and roles <= READERS else None


def read_identity(client: ReadClient) -> Identity:
    """`GET /v1/identity`; empty when the key may not ask."""
    try:
        body = client.get(join("v1", "identity")).body
    except Forbidden:
        return Identity()
    identity = body.get("identity") if isinstance(body, Mapping) else None
    if not isinstance(identity, Mapping):
        return Identity()
    return Identity(
        str(identity.get("dashboard_url") or ""),
        str(identity.get("name") or ""),
        _texts(identity.get("roles")),
        _texts(identity.get("team_roles")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
