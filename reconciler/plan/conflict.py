"""A route that moved since the plan: what the other side did to it."""

from reconciler.model.declaration import Live
from reconciler.plan.change import Delete, Shown, Update
from reconciler.plan.differences import differences
from reconciler.plan.outcome import Conflict, ConflictField
from reconciler.plan.words import Names


def conflict_with(change: Update | Delete, now: Live | None, names: Names) -> Conflict:
    """`now` is the live route as it was read after the refusal, None when it is gone."""
    if now is None:
        reason = "it was deleted in the meantime"
        return Conflict(change.name, change.live.id, change.base_version, None, reason=reason)
    known: Names = {**change.live.labels, **now.labels, **names}
    moved = tuple(
        ConflictField(one.title, _words(one.from_), _words(one.to))
        for one in differences(now.route, change.live.route, known)
    )
    return Conflict(
        change.name, change.live.id, change.base_version, now.version, now.updated_at, moved
    )


def _words(shown: Shown | None) -> str:
    if shown is None:
        return "none"
    return str(shown.value).lower() if isinstance(shown.value, bool) else str(shown.value)
