"""What `reconciler.yaml` says. Read by `files.config`; defaults are those of a missing file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reconciler.model.finding import Position

ApiChoice = Literal["auto", "v2", "v3"]
ApprovedRisk = Literal["pages-nobody", "delete"]


@dataclass(frozen=True, slots=True)
class Approval:
    """A written exception to a guard: one route, one risk, a reason, a last day (inclusive)."""

    route: str  # name or id
    allow: ApprovedRisk
    reason: str
    expires: date
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class InventorySource:
    """An alert source that the team knows: its name, its id, how tables call it for short."""

    name: str
    id: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """`reconciler.yaml` at the root."""

    api: ApiChoice = "auto"
    undeclared: Literal["report", "delete"] = "report"
    owns_teams: tuple[str, ...] = ()  # names or ids
    max_deletes: int = 0
    approvals: tuple[Approval, ...] = ()
    require_reviewed_plan: bool = True
    channels: Mapping[str, str] = field(default_factory=dict)  # name as in files -> id
    message_templates: Mapping[str, str] = field(default_factory=dict)  # name -> id
    sources: tuple[InventorySource, ...] = ()
    table_order: tuple[str, ...] = ()
