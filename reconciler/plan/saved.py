"""A saved plan, and whether today's plan still matches it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from reconciler.model import Finding, list_at, object_at, text_at
from reconciler.plan.change import Change, Create, live_id
from reconciler.plan.outcome import ConflictOutcome
from reconciler.plan.plan import FORMAT_VERSION, Plan, change_digest, digest_of


@dataclass(frozen=True, slots=True)
class SavedChange:
    """One change of a saved plan, as far as apply needs it."""

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
    """What of a new plan the saved one covers. With `refusals` nothing is written at all."""

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
    if not isinstance(version, str) or _major(version) != _major(FORMAT_VERSION):
        return _no_plan(file, f"has format_version {version!r}; this tool reads {FORMAT_VERSION}")
    try:
        saved = msgspec.convert(_flat(document), SavedPlan)
    except msgspec.ValidationError as error:
        place = re.findall("`([^`]+)`", str(error))[-1].removeprefix("$.")
        return _no_plan(file, f"has no usable '{place}'")
    if digest_of([one.digest for one in saved.changes] + [*saved.loosened]) != saved.digest:
        return _no_plan(file, "was edited: its digest does not match its changes")
    return saved


def _major(version: str) -> str:
    return version.partition(".")[0]


def _flat(document: Mapping[str, object]) -> dict[str, object]:
    """With the digest alone of each loosened setting."""
    loosened = [object_at(row).get("digest") for row in list_at(document, "loosened")]
    return {**document, "base": text_at(document, "base"), "loosened": loosened}


def moves_of(document: Mapping[str, object]) -> frozenset[str]:
    """What each of a change's fields does, without the kind and the line of the file."""
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
    about = now.circumstances
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


def _refused(message: str) -> Finding:
    hint = "plan again, and apply the new plan"
    return Finding("error", "guard-other-plan", message, hint)
