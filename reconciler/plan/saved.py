"""Plans that were saved, reviewed or approved by a digest: what today's plan may write of them."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from reconciler.model import Finding, list_at, object_at, same_account, text_at
from reconciler.plan.change import Change, Create, Delete, Update, live_id
from reconciler.plan.outcome import ConflictOutcome, NotSent, Outcome, left_of, not_sent
from reconciler.plan.plan import FORMAT_VERSION, Plan, change_digest, digest_of, plan_digest
from reconciler.plan.settings import allowing


@dataclass(frozen=True, slots=True)
class SavedChange:
    """A change of a saved plan, as far as apply needs it."""

    action: str
    name: str
    id: str | None
    base_version: int | None
    digest: str
    fields: object = ()

    @property
    def moves(self) -> frozenset[str]:
        """Each field, from what and to what."""
        return moves_of({"fields": self.fields})


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan document that was read back."""

    changes: tuple[SavedChange, ...]
    tool_version: str
    api: str
    account: str
    scope: str
    files_digest: str
    digest: str
    base: str = ""  # the commit that changes were counted from, "" without one
    reverts_drift: bool = False
    loosened: tuple[str, ...] = ()  # the digests of settings that guard less than in the base


@dataclass(frozen=True, slots=True)
class Checked:
    """The part of a new plan that the saved one covers. With `refusals` nothing is written."""

    refusals: tuple[Finding, ...] = ()
    conflicts: tuple[ConflictOutcome, ...] = ()
    writable: tuple[Change, ...] = ()
    already: tuple[str, ...] = ()  # planned then, and live now


def parse_plan(text: str, file: str = "plan.json") -> SavedPlan | Finding:
    """Read a plan document, or return a Finding with the reason. Raises nothing."""
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _no_plan(file, f"is not JSON ({error})")
    if not isinstance(document, Mapping):
        return _no_plan(file, "is not a plan document")
    version = document.get("format_version")
    if version is None:
        return _no_plan(file, "is not a plan document: it has no format_version")
    if not isinstance(version, str) or _major(version) != _major(FORMAT_VERSION):
        return _no_plan(file, f"has format_version {version!r}; this tool reads {FORMAT_VERSION}")
    try:
        loosened = [object_at(row).get("digest") for row in list_at(document, "loosened")]
        flat = {**document, "base": text_at(document, "base"), "loosened": loosened}
        saved = msgspec.convert(flat, SavedPlan)
    except msgspec.ValidationError as error:
        place = re.findall("`([^`]+)`", str(error))[-1].removeprefix("$.")
        return _no_plan(file, f"has no usable '{place}'")
    if digest_of([*(change.digest for change in saved.changes), *saved.loosened]) != saved.digest:
        return _no_plan(file, "was edited: its digest does not match its changes")
    return saved


def _major(version: str) -> str:
    return version.partition(".")[0]


def moves_of(document: Mapping[str, object]) -> frozenset[str]:
    """The values that each of a change's fields has before and after."""
    fields = document.get("fields")
    return frozenset(
        json.dumps([field.get(key) for key in ("path", "from", "to")], sort_keys=True)
        for field in (fields if isinstance(fields, list) else ())
        if isinstance(field, Mapping)
    )


def _no_plan(file: str, why: str) -> Finding:
    hint = "write a plan with `reconciler plan --out plan.json`"
    return Finding("error", "plan-unreadable", f"{file} {why}", hint)


def check_saved(saved: SavedPlan, now: Plan) -> Checked:
    """Other files, account, scope or API version: refused. A route that moved: a conflict."""
    refusals = _refusals(saved, now)
    if refusals:
        return Checked(refusals)
    planned = {change.id or change.name: change for change in saved.changes}
    writable: list[Change] = []
    conflicts: list[ConflictOutcome] = []
    for change in now.changes:
        before = planned.pop(live_id(change) or change.name, None)
        conflict = _moved(before or _created(planned, change), change)
        if conflict is None:
            writable.append(change)
        else:
            conflicts.append(conflict)
    already: list[str] = []
    for left in planned.values():
        if left.name in now.unchanged or left.action == "delete":
            already.append(left.name)
        else:
            conflicts.append(
                ConflictOutcome(
                    left.name, left.id or "", left.base_version, None, reason="no longer live"
                )
            )
    return Checked((), tuple(conflicts), tuple(writable), tuple(already))


def _created(planned: dict[str, SavedChange], change: Change) -> SavedChange | None:
    """The saved create of a route that exists by now."""
    before = planned.get(change.name)
    if before is None or before.action != "create" or isinstance(change, Create):
        return None
    return planned.pop(change.name)


def _moved(before: SavedChange | None, change: Change) -> ConflictOutcome | None:
    version = None if isinstance(change, Create) else change.base_version
    updated_at = "" if isinstance(change, Create) else change.live.updated_at
    identity = live_id(change) or ""
    if before is None:
        reason = "this change is not in the saved plan"
        return ConflictOutcome(change.name, identity, None, version, updated_at, reason=reason)
    if before.base_version != version:
        return ConflictOutcome(change.name, identity, before.base_version, version, updated_at)
    if before.digest != change_digest(change):
        reason = "this change differs from the saved plan"
        return ConflictOutcome(change.name, identity, version, version, updated_at, reason=reason)
    return None


def _refusals(saved: SavedPlan, now: Plan) -> tuple[Finding, ...]:
    about = now.context
    refusals = [
        _refused(f"this plan was created for another {what}: {old}, now {new}")
        for what, old, new in (
            ("account", saved.account, about.account),
            ("API version", saved.api, about.api),
            ("scope", saved.scope, about.scope),
        )
        if old != new
    ]
    other = other_files(saved, about.files_digest)
    return (other, *refusals) if other else tuple(refusals)


def other_files(saved: SavedPlan, files_digest: str) -> Finding | None:
    """The refusal of a plan that was made from other files than today's."""
    old, new = saved.files_digest, files_digest
    if old == new:
        return None
    digests = f"digest {old[:12]}, now {new[:12]}"
    return _refused(f"files changed since this plan was created ({digests})")


def of_another_folder(
    saved: SavedPlan, file: str, accounts: Mapping[str, str], files_digest: str
) -> str:
    """Why a folder cannot show the plan, "" if it can. `accounts`: of each file that names one."""
    for where, account in accounts.items():
        if account and saved.account and not same_account(account, saved.account):
            meant = accounts.get("reconciler.yaml", "")  # then only the lock file is of another
            own = bool(meant) and same_account(meant, saved.account)
            hint = "run `reconciler directory refresh`" if own else "name a plan of this account"
            return f"{file} is a plan of {saved.account}, and {where} is of {account}: {hint}"
    other = other_files(saved, files_digest)
    return f"{file}: {other.message}; plan again, and name the new plan" if other else ""


def _refused(message: str) -> Finding:
    hint = "plan again, and apply the new plan"
    return Finding("error", "guard-other-plan", message, hint)


_OF_UNDECLARED = ("guard-max-deletes", "guard-owns-teams")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """With a `refusal` nothing is written at all; `left` are the changes that are not, and why.
    `unreviewed` names the settings that count as before, since no reviewed plan shows them.
    """

    writable: tuple[Change, ...] = ()
    left: tuple[NotSent, ...] = ()
    refusal: Finding | None = None
    unreviewed: Finding | None = None


def check_reviewed(plans: Sequence[SavedPlan], now: Plan) -> Reviewed:
    """A change is written only if its digest stands in one of the plans.

    The digest covers what the change does, so a change that two pull requests made together, or
    that a live edit turned into another one, stands in none of them. A guard refuses the whole
    pull request that has the change, and no other.
    """
    here = [plan for plan in plans if plan.account == now.context.account]
    unreviewed = _unreviewed(here, now)
    if now.changes and not here:
        return Reviewed(refusal=_without_review(now), unreviewed=unreviewed)
    guarded = _guarded(now)
    refused = [plan for plan in here if any(change.digest in guarded for change in plan.changes)]
    known = _digests(here)
    free = _digests([plan for plan in here if plan not in refused])
    writable: list[Change] = []
    left: list[NotSent] = []
    for change in now.changes:
        digest = change_digest(change)
        if digest not in known:
            left.append(not_sent(change, "not reviewed"))
        elif digest in guarded:
            left.append(not_sent(change, "refused by a guard"))
        elif digest not in free:
            left.append(not_sent(change, "merged with what a guard refuses"))
        else:
            writable.append(change)
    return Reviewed(tuple(writable), tuple(left), None, unreviewed)


def _digests(plans: Sequence[SavedPlan]) -> frozenset[str]:
    return frozenset(change.digest for plan in plans for change in plan.changes)


def _guarded(now: Plan) -> Collection[str]:
    """The digests of the changes that guards refuse: all of them, where a guard names none."""
    found: set[str] = set()
    for guard in now.guards:
        own = [change for change in now.changes if _is_about(guard, change)]
        found |= {change_digest(change) for change in own or now.changes}
    return found


def _is_about(guard: Finding, change: Change) -> bool:
    if guard.code in _OF_UNDECLARED:
        return isinstance(change, Delete) and change.declaration is None
    names = {change.name, live_id(change)}
    if isinstance(change, Update):
        names.add(change.live.route.name)  # its own name is that after the change
    return bool(guard.route) and guard.route in names


def _unreviewed(plans: Sequence[SavedPlan], now: Plan) -> Finding | None:
    known = {digest for plan in plans for digest in plan.loosened}
    new = [setting for setting in now.loosened if setting.digest not in known]
    if not new:
        return None
    return Finding(
        "error",
        "guard-not-reviewed",
        f"{allowing(new)} more than before, but no reviewed plan shows this, so it has no "
        f"effect: {' '.join(f'`{it.setting}`: {it.sentence}.' for it in new)}",
        "review it, then start the apply with the digest at the end of this run",
    )


def check_digest(digest: str, now: Plan) -> Finding | None:
    """Why the plan is not the one that was approved by its digest; None when it is."""
    if digest.strip().lower() == now.digest:
        return None
    return Finding(
        "error",
        "guard-other-plan",
        f"the plan's digest is {now.digest}, not {digest.strip()!r}: the plan changed",
        "review the plan above, then start again with its digest",
    )


def _without_review(now: Plan) -> Finding:
    return Finding(
        "error",
        "guard-not-reviewed",
        "no plan of a merged pull request contains these changes, so they were not reviewed",
        f"review the plan above, then start the apply with --digest {now.digest}",
    )


def digest_of_left(plan: Plan, outcomes: Sequence[Outcome]) -> str:
    """That of the next plan, which has no written change; its settings allow the same as now."""
    return plan_digest(left_of(plan.changes, outcomes), plan.loosened)
