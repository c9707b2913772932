"""How each write of an apply ended, and the exit code of the run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.model import Finding
from reconciler.plan.change import Action, Change, action_of, live_id
from reconciler.plan.exit_codes import CONFLICT, DONE, ERROR, PARTLY_APPLIED
from reconciler.plan.plan import Conflict, Drift

Cause = Literal["moved", "both sides", "undecided"]
Reason = Literal[
    "interrupted",
    "stopped",
    "not reviewed",
    "held back",
    "sent before",
    "refused by a guard",
    "merged with what a guard refuses",
]


@dataclass(frozen=True, slots=True)
class Written:
    """Stored as planned. `version` is the new one, 0 for a delete."""

    action: Action
    name: str
    id: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Doubled(Written):
    """A create that was written while another run, or a person, made a route of the same name:
    both page. `others` are the ids of those; `same`: their content is the same, too.
    """

    others: tuple[str, ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True)
class ConflictField:
    """A field of the live edit: base and live value in words."""

    title: str
    base: str
    live: str


@dataclass(frozen=True, slots=True)
class ConflictOutcome:
    """Not written. `cause`: the route moved since the plan; its file and a live edit moved it since
    the base; or a live edit is uncertain. `fields` are what moved, as far as known.
    """

    name: str
    id: str
    base_version: int | None
    live_version: int | None  # None: no longer live, or not known
    updated_at: str = ""
    fields: tuple[ConflictField, ...] = ()
    reason: str = ""  # where versions do not say it
    cause: Cause = "moved"


def conflict_outcome(side: Conflict, since: str) -> ConflictOutcome:
    """A route that changed in its file and live; the plan shows both sides, field by field."""
    titles = ", ".join(field.title for field in side.fields if field.kind == "conflict")
    reason = f"changed in the file and in incident.io since {since}: {titles}"
    return _not_written(side, reason, "both sides")


def _not_written(side: Conflict | Drift, reason: str, cause: Cause) -> ConflictOutcome:
    live = side.live
    return ConflictOutcome(
        side.name, live.id, None, live.version, live.updated_at, (), reason, cause
    )


def gone(finding: Finding) -> ConflictOutcome:
    """A route that went on one side while the other one changed."""
    reason = "deleted in incident.io and changed in its file since the last apply"
    if finding.code == "edited-and-absent":
        reason = "edited in incident.io since the last apply, and `state: absent` in its file"
    if finding.code == "left-owns-and-changed":
        reason = "not this repository's any more in incident.io, and changed in its file"
    return ConflictOutcome(finding.route, "", None, None, "", (), reason, "both sides")


def waits(errors: Iterable[Finding]) -> "Iterator[Failed]":
    """Files that did not change and that have a name which means nothing today, an outcome each."""
    first: dict[str, Finding] = {}
    for error in errors:
        first.setdefault(error.route, error)
    for name, error in first.items():
        at = f"{error.position.file}:{error.position.line}: " if error.position else ""
        yield Failed("update", name, "", f"{at}{error.message}. This file waits", error.hint)


def undecided(drift: Drift) -> ConflictOutcome:
    """A route that is live in part as a write of unknown outcome meant it, and in part edited
    live.

    The file says neither. To leave it and call the run a success would forget the file's change.
    """
    titles = ", ".join(field.title for field in drift.sent)
    reason = f"live edit, next to what a write of unknown outcome may have written: {titles}"
    return _not_written(drift, reason, "undecided")


@dataclass(frozen=True, slots=True)
class Failed:
    """Refused by the API, or stored as something else than was meant: then it is live as
    `version`, which the journal keeps, so that a rollback undoes this write too.
    """

    action: Action
    name: str
    id: str
    message: str
    hint: str = ""
    request_id: str = ""
    version: int = 0  # 0: nothing was stored


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Sent, with an unknown outcome. Neither safe nor failed."""

    action: Action
    name: str
    id: str
    why: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Never sent: the run was interrupted or stopped, the change has no review, a guard refuses
    it or another change of its pull request, (a delete) a write before it did not go well, or (a
    create) one that was sent before may still arrive.
    """

    action: Action
    name: str
    id: str
    reason: Reason
    why: str = ""  # in words, where the reason alone does not say it


def not_sent(change: Change, reason: Reason, why: str = "") -> NotSent:
    """A change that was never sent."""
    return NotSent(action_of(change), change.name, live_id(change) or "", reason, why)


Outcome = Written | ConflictOutcome | Failed | Unresolved | NotSent


def left_of(changes: Sequence[Change], outcomes: Sequence[Outcome]) -> tuple[Change, ...]:
    """The changes that were not written, for any reason."""
    done = (outcome for outcome in outcomes if isinstance(outcome, Written))
    written = {(it.action, it.name if it.action == "create" else it.id) for it in done}
    return tuple(
        change
        for change in changes
        if (action_of(change), live_id(change) or change.name) not in written
    )


def apply_exit_code(outcomes: Sequence[Outcome], *, interrupted: int = 0) -> int:
    """`interrupted` is the code of the signal (130, 143), 0 without one; it counts only as long
    as nothing was written. 4 is for conflicts, and for what has a twin, where nothing else went
    wrong. What may have been written counts as written.
    """
    touched = any(map(_may_be_live, outcomes))
    broken = any(isinstance(outcome, (Failed, Unresolved)) for outcome in outcomes)
    unsent = {outcome.reason for outcome in outcomes if isinstance(outcome, NotSent)}
    cut_short = not unsent.isdisjoint(("interrupted", "stopped"))
    if touched and (broken or cut_short):
        return PARTLY_APPLIED
    if interrupted and not touched:
        return interrupted
    if broken or cut_short:
        return ERROR
    held_back = any(isinstance(outcome, (ConflictOutcome, Doubled)) for outcome in outcomes)
    return CONFLICT if held_back or unsent else DONE


def _may_be_live(outcome: Outcome) -> bool:
    stored = isinstance(outcome, Failed) and outcome.version > 0
    return stored or isinstance(outcome, (Written, Unresolved))
