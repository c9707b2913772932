"""The plan: changes, findings and risks as data. Reports and apply read it, none recomputes.

A digest covers what a change does: its action, id (or name) and its sorted fields by id; no
version, label, line or spelling of the API. A plan's digest is that of its changes' digests.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reconciler.model import ApiVersion, Declaration, Finding, Json, Listed, Live, Route
from reconciler.plan.change import (
    Change,
    Create,
    Delete,
    FieldChange,
    Risk,
    Shown,
    Update,
    action_of,
    fields_of,
    live_id,
)
from reconciler.plan.exit_codes import CHANGES_PENDING, DONE, ERROR
from reconciler.plan.paging.proof import Proof
from reconciler.plan.settings import Loosened


def change_digest(change: Change) -> str:
    """SHA-256, in hexadecimal."""
    fields = sorted(
        [json.dumps(list(field.path)), _key(field.from_), _key(field.to)]
        for field in fields_of(change)
    )
    return _digest([action_of(change), live_id(change) or change.name, list(map(list, fields))])


def plan_digest(changes: Sequence[Change], settings: Sequence[Loosened] = ()) -> str:
    """SHA-256 of the sorted digests of the changes, and of the settings that guard less."""
    return digest_of([*map(change_digest, changes), *(setting.digest for setting in settings)])


def digest_of(digests: Sequence[str]) -> str:
    """The plan's digest from those of its changes, in any order."""
    return _digest(sorted(digests))


def _key(shown: Shown | None) -> str:
    return "" if shown is None else shown.key


def _digest(content: Json) -> str:
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


FORMAT_VERSION = "1.3"  # the first number changes when a reader must not go on
GUARD = "guard-"  # the codes of findings that refuse a plan begin with it
APPROVED = "approved-"  # the same of notes: a guard would refuse, but an approval allows it


@dataclass(frozen=True, slots=True)
class PlanContext:
    """The inputs of a plan, besides routes."""

    tool_version: str
    api: ApiVersion
    account: str  # dashboard_url of the identity, "" when unknown
    files_digest: str
    today: date
    scope: str = "all"
    base: str = ""  # the commit that changes are counted from, "" without one
    reverts_drift: bool = False  # overwrites live edits since the base

    @property
    def since(self) -> str:
        """The start of the changes, in words."""
        return "the base" if self.base else "the last apply"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part of a live route that this version does not support: carried through a write, lost
    because the change removes the element around it, or hidden by this API version's read.
    """

    route: str
    id: str
    title: str  # the path, with names
    pointer: str  # into the API's body, "" for a hidden part
    state: Literal["carried", "lost", "hidden"]


@dataclass(frozen=True, slots=True)
class Revert:
    """The live edits that an update undoes: values that go, or that come back."""

    route: str
    id: str
    version: int
    updated_at: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class _Edited:
    """A live route with live edits since the base. `fields` are differences between file and live,
    `risks` the effects of the edit on paging, `refused` the guards that refuse to write the file's
    values over it, `was` the route before the edit, with ids.
    """

    declaration: Declaration
    live: Live
    fields: tuple[FieldChange, ...]
    risks: tuple[Risk, ...] = ()
    refused: tuple[Finding, ...] = ()
    was: Route | None = None

    @property
    def name(self) -> str:
        return self.live.route.name


@dataclass(frozen=True, slots=True)
class Drift(_Edited):
    """`fields` are the live edits. They are left alone, unless the plan reverts drift; then they
    are among the changes instead. `sent`: the fields that are live as a write meant them whose
    outcome is unknown, so that write or a live edit made them.
    """

    sent: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict(_Edited):
    """A route that is not written: a field of it changed both in the file and live since the
    base. `fields` are all differences, each with its kind.
    """


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts. `undeclared` is None when only some files or routes were looked at."""

    create: int
    update: int
    delete: int
    unchanged: int
    undeclared: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`undeclared` routes are live and in no file (None: not looked for); those that are
    planned for deletion are among the changes instead. `not_ours`: other teams' routes.
    """

    context: PlanContext
    changes: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()  # names
    undeclared: tuple[Listed, ...] | None = None
    not_ours: tuple[Listed, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    findings: tuple[Finding, ...] = ()
    drift: tuple[Drift, ...] = ()  # only with a base
    conflicts: tuple[Conflict, ...] = ()  # only with a base
    merged: tuple[Drift, ...] = ()  # moved by another merge, not by a live edit; see their fields
    waiting: tuple[Finding, ...] = ()  # errors of files that did not change: only they wait
    loosened: tuple[Loosened, ...] = ()  # by reconciler.yaml, since what was applied last
    deleted: Mapping[str, Route] = field(default_factory=dict)  # by live edits; by name, with ids
    left: int = 0  # routes that a way back has to leave as they are; their outcomes say why
    who: Proof | None = None  # whom the changes page differently; None: it was not asked
    edited: Proof | None = None  # whom the live edits of `drift` and `conflicts` page differently

    @property
    def summary(self) -> Summary:
        return Summary(
            create=sum(isinstance(change, Create) for change in self.changes),
            update=sum(isinstance(change, Update) for change in self.changes),
            delete=sum(isinstance(change, Delete) for change in self.changes),
            unchanged=len(self.unchanged),
            undeclared=None if self.undeclared is None else len(self.undeclared),
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the changes and the settings that guard less."""
        return plan_digest(self.changes, self.loosened)

    @property
    def reverts(self) -> tuple[Revert, ...]:
        """The updates that undo what was edited in incident.io, as far as that is known. Any
        difference may be such an edit where nothing tells what the file said there before: without
        a base or a record, or of a file that is new to both.
        """
        reverts: list[Revert] = []
        for change in self.changes:
            fields = fields_of(change)
            overwritten = tuple(field for field in fields if field.kind in ("drift", None))
            if isinstance(change, Update) and overwritten:
                live, name = change.live, change.live.route.name
                reverts.append(Revert(name, live.id, live.version, live.updated_at, overwritten))
        return tuple(reverts)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Mistakes to correct before anything is written, guards aside."""
        return tuple(f for f in self.findings if f.level == "error" and not is_guard(f))

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The errors because of which nothing is written."""
        return tuple(error for error in self.errors if error not in self.waiting)

    @property
    def guards(self) -> tuple[Finding, ...]:
        """The refusals of the plan until an approval."""
        return tuple(finding for finding in self.findings if is_guard(finding))

    @property
    def approved(self) -> tuple[Finding, ...]:
        """What guards would refuse without an approval."""
        return tuple(finding for finding in self.findings if finding.code.startswith(APPROVED))

    def _with_codes(self, *codes: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.code in codes)

    @property
    def deleted_by_hand(self) -> tuple[Finding, ...]:
        """Routes of the base that were deleted in incident.io since, or probably renamed."""
        return self._with_codes("deleted-by-hand", "renamed-by-hand")

    @property
    def created_again(self) -> tuple[Finding, ...]:
        """Routes that a run deleted and that are live again since: edits that are kept."""
        return self._with_codes("created-again")

    @property
    def behind(self) -> tuple[Finding, ...]:
        """Changes of routes that a commit was applied to that this checkout does not contain."""
        return self._with_codes("checkout-behind")

    @property
    def gone_on_one_side(self) -> tuple[Finding, ...]:
        """Conflicts: routes that were deleted in incident.io while their files changed, or edited
        there while their files began to say `state: absent`.
        """
        return self._with_codes("deleted-and-changed", "edited-and-absent")

    @property
    def left_owns(self) -> tuple[Finding, ...]:
        """Routes of files that an edit in incident.io gave to another repository."""
        return self._with_codes("left-owns", "left-owns-and-changed")

    @property
    def applyable(self) -> bool:
        return not self.blocking and not self.guards


def is_guard(finding: Finding) -> bool:
    return finding.level == "error" and finding.code.startswith(GUARD)


def plan_exit_code(plan: Plan, *, detailed: bool) -> int:
    """A guard is only a finding here: a plan can always be looked at. Undeclared routes alone are
    no change. Counted from a commit, a live edit is none either; counted from the record, it is
    pending, so that a script learns that the account is not as the files say. A file that waits for
    a name counts the same: a pull request that leaves it alone cannot correct it.
    """
    if plan.blocking or (plan.errors and not plan.context.base):
        return ERROR
    edited = plan.drift or plan.conflicts or plan.deleted_by_hand or plan.gone_on_one_side
    edited = edited or plan.created_again or plan.left_owns
    pending = plan.changes or (edited and not plan.context.base)
    return CHANGES_PENDING if detailed and pending else DONE
