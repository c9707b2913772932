"""The owner of the key, whether the files are of that account, and whether it can write."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.client import ApiError, Forbidden, ReadClient, join
from reconciler.model import Config, same_account

IDENTITY = join("v1", "identity")
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
    """The owner of the key; empty where the API does not say. `team_roles` count for what the key's
    teams own (fact 1.10).
    """

    account: str = ""  # dashboard_url
    name: str = ""
    roles: tuple[str, ...] = ()
    team_roles: tuple[str, ...] = ()

    @property
    def may_write(self) -> bool | None:
        """Whether the key may write routes. None: what these roles may is not documented, or
        the API does not say which they are; then a 403 is the proof.
        """
        roles = {*self.roles, *self.team_roles}
        if roles & WRITERS:
            return True
        return False if roles and roles <= READERS else None


class OtherAccount(ApiError):
    """The files belong to another account than the key, or the API does not tell the key's."""

    def __init__(self, config: Config, account: str) -> None:
        super().__init__("GET", IDENTITY, "another account")
        self.config = config
        self.account = account

    def __str__(self) -> str:
        at = self.config.account_at
        place = f"{at.file}:{at.line}:{at.column}" if at else "reconciler.yaml"
        files = f"these files belong to {self.config.account} ({place})"
        if not self.account:
            return f"{files}, and incident.io does not report the account of this key"
        return f"{files}, and this key belongs to {self.account}"

    @property
    def advice(self) -> str:
        """How to begin with one's own account, on a line that can be pasted."""
        if not self.account:
            return "`reconciler doctor` shows what incident.io says about this key."
        return (
            "To begin with your own account, run this in an empty folder:\n"
            "reconciler init\n"
            "If these files are meant for the account of this key, change `account` in "
            "reconciler.yaml."
        )


def own_identity(client: ReadClient, config: Config) -> Identity:
    """The key's identity. Raises OtherAccount where the files belong to another account, or the API
    does not tell the key's.
    """
    identity = read_identity(client)
    if config.account and not same_account(identity.account, config.account):
        raise OtherAccount(config, identity.account)
    return identity


def check_account(client: ReadClient, config: Config) -> None:
    """The same for who needs no identity: no request where reconciler.yaml names no account."""
    if config.account:
        own_identity(client, config)


def read_identity(client: ReadClient) -> Identity:
    """`GET /v1/identity`; empty when the key may not ask."""
    try:
        body = client.get(IDENTITY).body
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
