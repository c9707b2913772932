"""One change carried out: the write, and what is decided when its answer is not a plain yes.

- A PUT whose version is refused is a *conflict*: the route moved since the plan; both sides are
  shown and nothing is written. So is a PUT to a route that was deleted since.
- A lost answer is followed by a read. A PUT or DELETE that had no effect yet is sent once more
  (its version, or the read before it, guards it); a POST never is. What cannot be read back stays
  *unresolved*.
- What the server stored is compared with what was meant, from the write's own answer.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from reconciler.client import (
    ApiError,
    Forbidden,
    NotFound,
    Stopped,
    Unauthorized,
    VersionRefused,
    WriteClient,
)
from reconciler.live.routes import (
    Deleted,
    Lost,
    Refused,
    Stored,
    delete_route,
    open_listing,
    post_route,
    put_route,
    read_live,
)
from reconciler.model import ApiVersion, Live, Names, Route
from reconciler.plan.change import Action, Create, Delete, Update, action_of, live_id
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.effective import comparable
from reconciler.plan.outcome import (
    ConflictField,
    ConflictOutcome,
    Failed,
    NotSent,
    Outcome,
    Unresolved,
    Written,
    not_sent,
)
from reconciler.plan.plan import change_digest
from reconciler.planning.payloads import Prepared
from reconciler.runs.journal import Intent, Journal, JournalRefused, Result
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute


class Halt(threading.Event):
    """Set by a signal, or by what makes further writes pointless or unsafe; the first reason
    counts.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reason: Literal["interrupted", "stopped"] = "interrupted"
        self.why = ""
        self.code = 0  # the exit code of a signal

    def stop_for(self, why: str) -> None:
        """Begin no further write; `why` in words."""
        if not self.is_set():
            self.reason, self.why = "stopped", why
        self.set()


def failed_by(error: ApiError, prepared: Prepared, api: ApiVersion) -> Failed:
    """The outcome of a refused write; a pointer of the error becomes the file's line if there is
    one.
    """
    change = prepared.change
    lines = [error.message]
    for detail in error.details:
        where = _place(detail.pointer or detail.field, prepared, api)
        lines.append(f"{where}: {detail.message}" if where else detail.message)
    message = "; ".join(dict.fromkeys(line for line in lines if line))
    identity = live_id(change) or ""
    return Failed(action_of(change), change.name, identity, message, error.advice, error.request_id)


def _place(pointer: str, prepared: Prepared, api: ApiVersion) -> str:
    declaration = prepared.change.declaration
    if not pointer or prepared.payload is None or declaration is None:
        return pointer
    position = declaration.positions.at(codec(api).path_of(pointer, dict(prepared.payload)))
    return f"{position.file}:{position.line}:{position.column}"


@dataclass(frozen=True, slots=True)
class Writing:
    """Shared by all writes of a run. `typed` fills the types of subjects, for aliases."""

    client: WriteClient
    api: ApiVersion
    journal: Journal
    typed: Callable[[Route], Route]
    names: Names
    known: Mapping[str, str]  # id -> name of what was live before: none of it is ours to claim
    halt: Halt
    warn: Callable[[str], None] = lambda _words: None


def carry_out(prepared: Prepared, writing: Writing) -> Outcome:
    """Write one change, with intent and result in the journal. Without a journal the run stops."""
    change = prepared.change
    action, identity = action_of(change), live_id(change)
    base = None if isinstance(change, Create) else change.base_version
    try:
        intent = Intent(action, change.name, identity, base, change_digest(change))
        number = writing.journal.intend(intent)
    except JournalRefused as error:
        writing.halt.stop_for("the journal cannot be written")
        return Failed(action, change.name, identity or "", f"not sent: {error}")
    match change:
        case Create():
            outcome = _create(change, prepared, writing)
        case Update():
            outcome = _update(change, prepared, writing)
        case Delete():
            outcome = _delete(change, prepared, writing)
    try:
        writing.journal.record(number, journalled(outcome))
    except JournalRefused:
        # The outcome is known and shown; the journal says "unknown" at worst.
        writing.halt.stop_for("the journal cannot be written")
    return outcome


def journalled(outcome: Outcome) -> Result:
    match outcome:
        case Written():
            return Result("written", outcome.id, outcome.version or None)
        case ConflictOutcome():
            return Result("conflict", outcome.id, outcome.live_version, message=outcome.reason)
        case Failed():
            version = outcome.version or None
            return Result("failed", outcome.id, version, outcome.request_id, outcome.message)
        case Unresolved():
            return Result("unknown", outcome.id, message=outcome.why)
        case NotSent():
            return Result("not sent", outcome.id, message=outcome.reason)


def _create(change: Create, prepared: Prepared, writing: Writing) -> Outcome:
    match post_route(writing.client, writing.api, prepared.payload or {}):
        case Stored(live):
            return _as_meant("create", change.after, live, writing)
        case Refused(error):
            return _refused(error, prepared, writing)
        case Lost(reason):
            return _find_created(change, reason, writing)


def _find_created(change: Create, reason: str, writing: Writing) -> Outcome:
    """After a lost answer to a POST: ours is a new route of this name and of this meaning."""
    name = change.after.name
    try:
        rows = open_listing(writing.client, writing.api).rows()
        ids = [listed.id for listed in rows if listed.name == name]
        found = [
            live
            for identity in ids
            if identity not in writing.known
            and (live := read_live(writing.client, writing.api, identity)) is not None
            and not stored_otherwise(change.after, live, writing)
        ]
    except (ApiError, UnreadableRoute) as error:
        return Unresolved("create", name, "", f"{reason}; and the list could not be read: {error}")
    if len(found) == 1:
        return Written("create", name, found[0].id, found[0].version)
    shown = ", ".join(candidate.id for candidate in found)
    seen = (
        f"{len(found)} similar routes are live: {shown}" if found else "it is not in the list yet"
    )
    return Unresolved("create", name, "", f"{reason}; {seen}. It was not sent again.")


def _update(
    change: Update, prepared: Prepared, writing: Writing, *, resend: bool = True
) -> Outcome:
    match put_route(writing.client, writing.api, change.live, prepared.payload or {}):
        case Stored(live):
            return _as_meant("update", change.after, live, writing)
        case Refused(error) if isinstance(error, VersionRefused):
            return _moved(change, writing, sent_before=not resend)
        case Refused(error) if isinstance(error, NotFound) and _is_gone(change, writing):
            return _conflict(change, None, writing)
        case Refused(error):
            return _refused(error, prepared, writing)
        case Lost(reason):
            return _find_updated(change, prepared, writing, reason, resend=resend)


def _find_updated(
    change: Update, prepared: Prepared, writing: Writing, reason: str, *, resend: bool
) -> Outcome:
    """After a lost answer to a PUT: the live version says whether it was carried out."""
    try:
        now = read_live(writing.client, writing.api, change.live.id)
    except (ApiError, UnreadableRoute) as error:
        why = f"{reason}; and it could not be read: {error}"
        return Unresolved("update", change.name, change.live.id, why)
    if now is not None and now.version == change.base_version and resend:
        return _update(change, prepared, writing, resend=False)
    if now is not None and now.version == change.base_version:
        return Unresolved("update", change.name, change.live.id, f"{reason}; sent twice")
    if now is not None and not stored_otherwise(change.after, now, writing):
        return Written("update", change.name, now.id, now.version)
    return _conflict(change, now, writing)


def _delete(
    change: Delete, prepared: Prepared, writing: Writing, *, resend: bool = True
) -> Outcome:
    """A DELETE carries no version: read, compare, delete. docs/explanation/safety.md describes the
    window that is left.
    """
    live = change.live
    try:
        now = read_live(writing.client, writing.api, live.id)
    except ApiError as error:
        return _refused(error, prepared, writing)
    except UnreadableRoute as error:
        return Failed("delete", change.name, live.id, f"the route cannot be read: {error}")
    if now is None:
        return Written("delete", change.name, live.id)
    if now.version != live.version:
        return _conflict(change, now, writing)
    match delete_route(writing.client, writing.api, live.id):
        case Deleted():
            return Written("delete", change.name, live.id)
        case Refused(refusal):
            return _refused(refusal, prepared, writing)
        case Lost(reason):
            if resend:
                return _delete(change, prepared, writing, resend=False)
            return Unresolved("delete", change.name, live.id, reason)


def _moved(change: Update, writing: Writing, *, sent_before: bool) -> Outcome:
    """The version was refused. A PUT of ours that was thought lost may have been what moved it."""
    base = change.live
    try:
        now = read_live(writing.client, writing.api, base.id)
    except (ApiError, UnreadableRoute) as error:
        return ConflictOutcome(change.name, base.id, base.version, None, reason=f"{error}")
    ours = now is not None and sent_before and now.version == base.version + 1
    if now is not None and ours and not stored_otherwise(change.after, now, writing):
        return Written("update", change.name, now.id, now.version)
    return _conflict(change, now, writing)


def _is_gone(change: Update, writing: Writing) -> bool:
    """Whether the route was deleted after the plan, and not only a PUT's path is unknown."""
    try:
        return read_live(writing.client, writing.api, change.live.id) is None
    except (ApiError, UnreadableRoute):
        return False


def _refused(error: ApiError, prepared: Prepared, writing: Writing) -> Outcome:
    change = prepared.change
    if isinstance(error, Stopped):
        return not_sent(change, "interrupted")
    if isinstance(error, Forbidden):
        writing.halt.stop_for("incident.io refused a write, because the key lacks a permission")
    if isinstance(error, Unauthorized):
        writing.halt.stop_for("incident.io no longer accepts the key")
    return failed_by(error, prepared, writing.api)


def _conflict(change: Update | Delete, now: Live | None, writing: Writing) -> ConflictOutcome:
    """Both sides: what the route was when the plan was made, and what it is now."""
    base = change.live
    if now is None:
        return ConflictOutcome(
            change.name, base.id, base.version, None, reason="it was deleted afterwards"
        )
    names = {**now.labels, **writing.names}
    moved = differences(writing.typed(now.route), writing.typed(base.route), names)
    fields = tuple(
        ConflictField(
            field.title,
            field.from_.words if field.from_ else "",
            field.to.words if field.to else "",
        )
        for field in moved
    )
    return ConflictOutcome(change.name, base.id, base.version, now.version, now.updated_at, fields)


def _as_meant(action: Action, meant: Route, live: Live, writing: Writing) -> Outcome:
    """Written, or Failed with a version when the server stored something else than was meant."""
    wrong = stored_otherwise(meant, live, writing)
    if not wrong:
        return Written(action, meant.name, live.id, live.version)
    return Failed(
        action,
        meant.name,
        live.id,
        f"incident.io stored other values than this run sent: {', '.join(wrong)}",
        hint=f"it is live as v{live.version}; `reconciler plan` shows the difference",
        version=live.version,
    )


def stored_otherwise(meant: Route, live: Live, writing: Writing) -> tuple[str, ...]:
    """The fields in which a live route is another one than was meant."""
    typed = writing.typed(meant)
    stored = writing.typed(comparable(live, meant))
    return tuple(change.title for change in differences(typed, stored, writing.names))
