"""The settings of `reconciler.yaml`. `files.config` reads it; a missing file means the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from reconciler.model.expression import ConditionGroups
from reconciler.model.finding import Position, Positions
from reconciler.model.reading import Assumed, Assumption, Semantics

ApiChoice = Literal["auto", "v2", "v3"]
RecordChoice = Literal["remote", "local"]
ApprovedRisk = Literal["pages-nobody", "delete", "second-route", "paging-lost", "paging-unknown"]


@dataclass(frozen=True, slots=True)
class Approval:
    """A written exception to a guard: one route, one risk, a reason, a last day (inclusive)."""

    route: str  # name or id
    allow: ApprovedRisk
    reason: str
    expires: date
    position: Position | None = None


GapKind = Literal["dropped", "pages-nobody", "pages-twice"]
"""What becomes of an alert that should not: no route takes it, those that do page nobody, or
several page the same.
"""


@dataclass(frozen=True, slots=True)
class AcceptedGap:
    """A gap that is meant: alerts of a source for which `when` holds and `unless` does not. With
    names, as route files have them.
    """

    source: str
    kind: GapKind
    reason: str
    expires: date  # inclusive
    when: ConditionGroups = ()
    unless: ConditionGroups = ()
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AwsPlace:
    """Where an environment's token lies in AWS Secrets Manager. The two accounts may well use one
    secret's name, so nothing but account and region tells them apart.
    """

    account: str  # 12 digits
    region: str
    secret: str
    key: str = "alert_source_token"  # of the JSON object in the secret


@dataclass(frozen=True, slots=True)
class KubernetesPlace:
    """Where an environment's token is stored in its cluster."""

    context: str  # of kubectl's configuration
    namespace: str
    secret: str
    key: str = "token"  # of the secret's data
    external_secret: str = ""  # what copies the token from AWS; "" when nothing does
    store: str = ""  # the ClusterSecretStore that the ExternalSecret reads from
    workload: str = ""  # Alertmanager, as kubectl names it: statefulset/alertmanager


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: its places, and the routes that are meant to take its alerts."""

    name: str
    aws: AwsPlace | None = None
    kubernetes: KubernetesPlace | None = None
    routes: tuple[str, ...] = ()  # names; () when unset


@dataclass(frozen=True, slots=True)
class TokenPlaces:
    """The places of a source's token, for its sender to use."""

    aws: bool = False  # the environment's
    kubernetes: bool = False  # the environment's
    file: str = ""  # as Alertmanager sees it
    variable: str = ""
    aws_key: str = ""  # where it is not the environment's key, which another source has
    kubernetes_key: str = ""

    def __bool__(self) -> bool:
        return bool(self.aws or self.kubernetes or self.file or self.variable)


@dataclass(frozen=True, slots=True)
class InventorySource:
    """An alert source that the team knows: its name, its id, how tables call it for short; where
    its alerts come from, and where the token for them lies.
    """

    name: str
    id: str = ""
    alias: str = ""
    environment: str = ""
    url: str = ""  # of its alert events
    token: TokenPlaces = TokenPlaces()
    senders: tuple[str, ...] = ()  # files, in the order in which Helm merges them
    position: Position | None = field(default=None, compare=False)

    @property
    def spellings(self) -> frozenset[str]:
        """The names by which route files may call it."""
        return frozenset((self.name, self.alias, self.id)) - {""}

    def in_aws(self, environment: Environment | None) -> AwsPlace | None:
        place = environment.aws if environment and self.token.aws else None
        return replace(place, key=self.token.aws_key or place.key) if place else None

    def in_kubernetes(self, environment: Environment | None) -> KubernetesPlace | None:
        place = environment.kubernetes if environment and self.token.kubernetes else None
        return replace(place, key=self.token.kubernetes_key or place.key) if place else None

    @property
    def type(self) -> str:
        """The API's word for its kind, which stands in the URL; "" without one."""
        return self.url.rsplit("/", 2)[-2] if self.url.count("/") > 2 else ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another repository owns of the same account. `repository` is what people call it."""

    repository: str
    teams: tuple[str, ...] = ()  # names or ids
    prefixes: tuple[str, ...] = ()
    position: Position | None = field(default=None, compare=False)
    teams_at: tuple[Position, ...] = field(default=(), compare=False)


NotificationValues = Mapping[str, str]
"""Where values of an alert stand in what its sender sends: by attribute, a path into the JSON."""


@dataclass(frozen=True, slots=True)
class Config:
    """`reconciler.yaml` at the root."""

    unreadable: bool = field(default=False, compare=False)  # it is there: these are defaults alone
    account: str = ""  # the address of its dashboard; "" when the file names none
    account_at: Position | None = field(default=None, compare=False)
    key_variable: str = "INCIDENT_API_KEY"  # the environment variable with this account's key
    folders: tuple[str, ...] = ()  # of a file that only lists folders
    api: ApiChoice = "auto"
    undeclared: Literal["report", "delete"] = "report"
    # Which routes are this repository's; without any of the three all are.
    owns_teams: tuple[str, ...] = ()  # names or ids
    owns_prefixes: tuple[str, ...] = ()  # beginnings of names
    elsewhere: tuple[Elsewhere, ...] = ()
    owns_at: Position | None = field(default=None, compare=False)
    owns_teams_at: tuple[Position, ...] = field(default=(), compare=False)
    max_deletes: int = 0
    approvals: tuple[Approval, ...] = ()
    require_reviewed_plan: bool = True
    record: RecordChoice = "remote"  # whether what was applied is exchanged with git's remote
    channels: Mapping[str, str] = field(default_factory=dict)  # name as in files -> id
    message_templates: Mapping[str, str] = field(default_factory=dict)  # name -> id
    sources: tuple[InventorySource, ...] = ()
    environments: Mapping[str, Environment] = field(default_factory=dict)
    table_order: tuple[str, ...] = ()
    page: str = ""  # the address where the page of routes is published
    assume: tuple[Assumption, ...] = ()
    accepted_gaps: tuple[AcceptedGap, ...] = ()
    alertmanager: Mapping[str, NotificationValues] = field(default_factory=dict)  # by source
    positions: Positions = field(  # of every name in the file
        default=Positions("reconciler.yaml"), compare=False, repr=False
    )
    semantics: Semantics | None = None  # of semantics.lock.yaml beside it

    @property
    def assumed(self) -> tuple[Assumed, ...]:
        """What counts where incident.io documents nothing: pins, and what past alerts showed."""
        return (*self.assume, *(self.semantics.observations if self.semantics else ()))


def same_account(account: str, other: str) -> bool:
    """Whether two addresses of a dashboard are the same account's. An unknown one ("") is not."""
    return bool(account) and account.rstrip("/") == other.rstrip("/")
