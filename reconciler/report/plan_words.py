"""Sentences about a plan that its text and its Markdown share."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

from reconciler.plan.change import Change, Create, Delete, FieldChange, Update, position_of
from reconciler.plan.plan import Conflict, Drift, Plan, Unknown
from reconciler.text import counted, size

UNKNOWN_HEADINGS = {
    "carried": "Unknown to this tool, kept as it is",
    "lost": "Unknown to this tool, and removed with the element around it",
    "hidden": "Not shown by this API version, so not compared",
}

_FROM_BACKUP = {
    **UNKNOWN_HEADINGS,
    "carried": "Unknown to this tool: goes back to the backup's value, if the backup has a value",
}


def totals(plan: Plan) -> str:
    """`Plan: 2 to update, 3 unchanged, 1 undeclared.` Zero counts are left out."""
    summary = plan.summary
    counts = (
        (summary.create, "to create"),
        (summary.update, "to update"),
        (summary.delete, "to delete"),
        (summary.unchanged, "unchanged"),
        (summary.undeclared or 0, "undeclared"),
    )
    parts = [f"{count} {what}" for count, what in counts if count]
    return f"Plan: {', '.join([*parts, *beside(plan)]) or 'no routes'}."


def beside(plan: Plan) -> list[str]:
    """The routes that the plan leaves as they are: `2 drifted`, `1 conflict`."""
    return [
        *([f"{len(plan.drift)} drifted"] if plan.drift else []),
        *([counted(conflicts(plan), "conflict")] if conflicts(plan) else []),
        *([f"{len(plan.merged)} of other merges"] if plan.merged else []),
    ]


def conflicts(plan: Plan) -> int:
    """How many routes both sides changed: their fields, or one of them away."""
    left = sum(finding.code == "left-owns-and-changed" for finding in plan.left_owns)
    return len(plan.conflicts) + len(plan.gone_on_one_side) + left


def changes_words(plan: Plan) -> str:
    """`3 routes change (1 new, 1 deleted).`, "" where none does."""
    summary, count = plan.summary, len(plan.changes)
    new = [f"{summary.create} new"] if summary.create else []
    deleted = [f"{summary.delete} deleted"] if summary.delete else []
    kinds = f" ({', '.join([*new, *deleted])})" if new or deleted else ""
    change = f"{counted(count, 'route')} {'changes' if count == 1 else 'change'}{kinds}"
    parts = [*([change] if count else []), *beside(plan)]
    return f"{', '.join(parts)}." if parts else ""


_MOST_COMMAND = 72  # characters; a longer one is cut where lines are

NOT_AS_IT_WAS = frozenset({"not-compared", "not-restored"})


def nothing_to_do(plan: Plan) -> str:
    """Why there is nothing to do: with a base, live edits may remain."""
    if plan.context.base:
        return "Nothing to do: the files have no unwritten changes since the base."
    if plan.drift or plan.deleted_by_hand or plan.created_again or plan.left_owns:
        return "Nothing to write: the differences are live edits, see below."
    if from_backup(plan):
        return _nothing_to_restore(plan)
    return "Nothing to do: every declared route matches its file."


def _nothing_to_restore(plan: Plan) -> str:
    if plan.left:
        stay = "stays" if plan.left == 1 else "stay"
        return f"Nothing to write: {counted(plan.left, 'route')} {stay} unchanged, see the reasons."
    if any(finding.code in NOT_AS_IT_WAS for finding in plan.findings):
        return "Nothing to write. The findings list what differs from the backup."
    return "Nothing to do: every route matches its backup."


def from_backup(plan: Plan) -> bool:
    """Whether a backup, not files, says what is wanted."""
    return plan.context.scope == "backup"


def version_words(change: Create | Update | Delete) -> str:
    """`v14 → v15`; a create has no version, a delete ends with one."""
    match change:
        case Create():
            return "new"
        case Update():
            return f"v{change.base_version} → v{change.base_version + 1}"
        case Delete():
            return f"v{change.base_version} → deleted"


def place_words(change: FieldChange) -> str:
    """`routes/a.yaml:7`."""
    return "" if change.position is None else f"{change.position.file}:{change.position.line}"


def time_words(moment: str) -> str:
    """`2026-08-21 09:12 UTC`; other text is unchanged."""
    try:
        parsed = datetime.fromisoformat(moment)
        if parsed.tzinfo is None:
            return moment
        return parsed.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError):
        return moment


def updated_words(moment: str) -> str:
    """`, updated 2026-08-21 09:12 UTC`, "" where incident.io does not say."""
    return f", updated {time_words(moment)}" if moment else ""


def where_words(change: Change) -> str:
    """`routes/a.yaml:7`, or that no file declares the route."""
    position = position_of(change)
    return f"{position.file}:{position.line}" if position else "in no file"


def side_sentence(side: Drift | Conflict) -> str:
    """`live v15, updated 2026-08-21 09:12 UTC`."""
    live = f"live v{side.live.version}{updated_words(side.live.updated_at)}"
    if any(field.kind == "superseded" for field in side.fields):
        both = "both merges change it: apply the other merge, merge it here, then plan again"
        return f"{live}; {both}"
    return live


EDITED_HEADING = "Paging changed by live edits"
REVERT_DRIFT = "reconciler apply --revert-drift"


@dataclass(frozen=True, slots=True)
class SideGroup:
    """Routes that the plan leaves as they are, and the commands that settle them, with purposes."""

    heading: str
    words: str
    sides: Sequence[Drift | Conflict]
    ways: Sequence[tuple[str, str]] = ()


def side_groups(plan: Plan) -> Iterator[SideGroup]:
    """Conflicts, drift and the changes of other merges, without empty groups."""
    both, drift = "changed in the file and in incident.io", "edited in incident.io"
    merged = "live as last applied, with no live edit; left to the merge that changes it"
    if plan.context.base:
        conflicts = SideGroup("Conflicts", f"{both}; these routes are not written", plan.conflicts)
        drifted = SideGroup("Drift", f"{drift}; left alone", plan.drift)
    else:
        # `pull` cannot decide.
        way = "write the live values into the files, or overwrite all live edits"
        words = f"{both} since the last apply; not written"
        conflicts = SideGroup("Conflicts", words, plan.conflicts, ((way, REVERT_DRIFT),))
        words = f"{drift} since the last apply; left alone"
        drifted = SideGroup("Drift", words, plan.drift, _ways_of(plan.drift))
    groups = (conflicts, drifted, SideGroup("Other merges", merged, plan.merged))
    return (group for group in groups if group.sides)


def _ways_of(drift: Sequence[Drift]) -> Sequence[tuple[str, str]]:
    names = " ".join(shlex.quote(edit.declaration.route.name) for edit in drift)
    command = f"reconciler pull {names}"
    if len(command) > _MOST_COMMAND or not names.isprintable():
        command = "reconciler pull"
    return (
        ("to pull the live edits into the files", command),
        ("to overwrite all live edits with the files", REVERT_DRIFT),
    )


def revert_words(plan: Plan) -> str:
    if plan.context.reverts_drift:
        return f"edited in incident.io since {plan.context.since}; the files win"
    if from_backup(plan):
        return "the backup wins; these live values are lost"
    return "the files win; there is no record of who changed these"


def unknown_groups(plan: Plan) -> Iterator[tuple[str, list[Unknown]]]:
    """The unknown parts below a heading for each state."""
    headings = _FROM_BACKUP if from_backup(plan) else UNKNOWN_HEADINGS
    for state, heading in headings.items():
        if parts := [part for part in plan.unknown if part.state == state]:
            yield heading, parts


def fitting(lines: Sequence[str], room: int, more: str) -> list[str]:
    """As many lines as have room, in GitHub's characters; `more` says how many do not."""
    if size("\n".join(lines)) + 1 <= room:
        return list(lines)
    room -= len(more) + 10
    used = accumulate(size(line) + 1 for line in lines)
    kept = [line for line, after in zip(lines, used, strict=True) if after <= room]
    return [*kept, more.format(len(lines) - len(kept))]


def capitalised(words: str) -> str:
    """With a capital letter; the rest stays."""
    return words[:1].upper() + words[1:]
