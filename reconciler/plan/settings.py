"""Settings of reconciler.yaml that guard a write, before a change and after it. Pure.

A change cannot switch off its own review: these count as they stood before it. An approval is the
exception, for it names one route, one risk and a last day; it counts as soon as a reviewed plan
shows it.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from reconciler.model import (
    SEMANTICS_FILE,
    Approval,
    Assumed,
    Config,
    Observation,
    admissible,
    owns_all,
    same_account,
)

_ALLOWED = {
    "pages-nobody": "page nobody",
    "delete": "be deleted",
    "second-route": "be created beside a route that takes the same alerts",
    "paging-lost": "lose alerts that nobody else is paged for",
    "paging-unknown": "change although it is unknown whom it pages",
}


@dataclass(frozen=True, slots=True)
class Loosened:
    """Something that reconciler.yaml allows and did not allow before."""

    setting: str  # its key
    sentence: str  # what it allows, and from when on
    content: str  # exactly what is allowed, whatever the sentence says of it
    route: str = ""  # of an approval: the name or the id

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal. A review that shows this digest is a review of the setting."""
        text = json.dumps(["setting", self.setting, self.content], ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def allowing(settings: Iterable[Loosened]) -> str:
    """`reconciler.yaml allows`, or the lock file, or both."""
    locked = {setting.setting == SEMANTICS_FILE for setting in settings}
    files = [SEMANTICS_FILE if lock else "reconciler.yaml" for lock in sorted(locked)]
    return f"{' and '.join(files)} {'allows' if len(files) == 1 else 'allow'}"


def loosened(now: Config, before: Config) -> tuple[Loosened, ...]:
    """The settings that allow more than before: the widest first."""
    return (*_switched(now, before), *(_approval(approval) for approval in _new(now, before)))


def standing(now: Config, before: Config | None, agreed: Collection[str] | None = None) -> Config:
    """The settings that count for a change: the stricter of both, whichever side that is, and of
    the new approvals those whose digest is `agreed` (None: all of them). Today's where nothing was
    before.
    """
    if before is None:
        return now
    new = _new(now, before)
    refused = [
        approval
        for approval in new
        if agreed is not None and _approval(approval).digest not in agreed
    ]
    deletes = now.undeclared == before.undeclared == "delete" and not _owned_anew(now, before)
    wider = _wider(now, before)
    owning = before if wider and agreed is not None and wider.digest not in agreed else now
    pinned = {(assumption.question, assumption.answer) for assumption in before.assume}
    return replace(
        now,
        account=now.account or before.account,
        account_at=now.account_at or before.account_at,
        require_reviewed_plan=now.require_reviewed_plan or before.require_reviewed_plan,
        undeclared="delete" if deletes else "report",
        owns_teams=owning.owns_teams,
        owns_prefixes=owning.owns_prefixes,
        elsewhere=owning.elsewhere,
        owns_at=owning.owns_at,
        owns_teams_at=owning.owns_teams_at,
        max_deletes=min(now.max_deletes, before.max_deletes) if deletes else now.max_deletes,
        approvals=tuple(approval for approval in now.approvals if approval not in refused),
        assume=tuple(
            assumption
            for assumption in now.assume
            if (assumption.question, assumption.answer) in pinned
        ),
        semantics=now.semantics and now.semantics.beside(_of_this_account(now, before).semantics),
    )


def _of_this_account(now: Config, before: Config) -> Config:
    """The settings before, without what alerts of another account showed."""
    new, old = now.semantics, before.semantics
    other = new is not None and old is not None and not same_account(new.account, old.account)
    return replace(before, semantics=None) if other else before


def without_guards(config: Config) -> Config:
    """Only what says which names mean which ids: that alone may change what a file means."""
    plain = Config()
    return replace(
        config,
        account=plain.account,
        undeclared=plain.undeclared,
        owns_teams=plain.owns_teams,
        owns_prefixes=plain.owns_prefixes,
        elsewhere=plain.elsewhere,
        owns_at=None,
        owns_teams_at=(),
        max_deletes=plain.max_deletes,
        approvals=plain.approvals,
        require_reviewed_plan=plain.require_reviewed_plan,
        assume=plain.assume,
        semantics=plain.semantics,
        table_order=plain.table_order,
    )


def _switched(now: Config, before: Config) -> Iterator[Loosened]:
    later = "This takes effect with the next change"
    if before.account and not now.account:
        sentence = f"apply may write to every account, not to {before.account} alone. {later}"
        yield Loosened("account", sentence, "")
    elif before.account and not same_account(now.account, before.account):
        sentence = f"the files belong to {now.account} instead of {before.account}"
        yield Loosened("account", sentence, now.account)
    if before.require_reviewed_plan and not now.require_reviewed_plan:
        sentence = f"apply may write a merge without a reviewed plan. {later}"
        yield Loosened("require_reviewed_plan", sentence, "false")
    yield from _pinned(now, before, later)
    if wider := _wider(now, before):
        yield wider
    if now.undeclared != "delete":
        return
    teams = ", ".join(sorted((*now.owns_teams, *now.owns_prefixes)))
    if before.undeclared != "delete":
        sentence = (
            f"apply may delete up to {now.max_deletes} live routes of {teams} that no file "
            f"declares. {later}"
        )
        content = json.dumps([sorted((*now.owns_teams, *now.owns_prefixes)), now.max_deletes])
        yield Loosened("undeclared", sentence, content)
        return
    if more := _owned_anew(now, before):
        sentence = f"apply may delete undeclared routes of {', '.join(more)}, too. {later}"
        yield Loosened("undeclared", sentence, json.dumps(more))
    if now.max_deletes > before.max_deletes:
        sentence = (
            f"apply may delete up to {now.max_deletes} undeclared routes at once instead of "
            f"{before.max_deletes}. {later}"
        )
        yield Loosened("max_deletes", sentence, str(now.max_deletes))


def _wider(now: Config, before: Config) -> Loosened | None:
    """What this repository may change from now on."""
    more = _owned_anew(now, before)
    if not more:
        return None
    sentence = f"apply may change routes of {', '.join(more)}, too"
    return Loosened("owns", sentence, json.dumps(more))


def _owned_anew(now: Config, before: Config) -> list[str]:
    """What this repository owns and did not own before: teams, beginnings of names, and what
    `elsewhere` left to other repositories.
    """
    if owns_all(before):
        return []
    rules = bool(now.owns_teams or now.owns_prefixes)
    had_rules = bool(before.owns_teams or before.owns_prefixes)
    more: set[str] = set()
    if rules and had_rules:
        more |= {*now.owns_teams} - {*before.owns_teams}
        more |= {
            prefix
            for prefix in now.owns_prefixes
            if not prefix.startswith(before.owns_prefixes or "\0")
        }
    elif had_rules:
        more.add("all other owners")
    left = {rule for elsewhere in now.elsewhere for rule in (*elsewhere.teams, *elsewhere.prefixes)}
    taken = {
        rule for elsewhere in before.elsewhere for rule in (*elsewhere.teams, *elsewhere.prefixes)
    } - left
    return sorted(more | taken)


def _pinned(now: Config, before: Config, later: str) -> Iterator[Loosened]:
    """Readings that a proof need not try any more: a lost page may be none by what they pin, or by
    what past alerts rule out.
    """
    known = {(pin.question, pin.answer) for pin in before.assume}
    pins = [pin for pin in now.assume if (pin.question, pin.answer) not in known]
    was = admissible(_of_this_account(now, before).assumed)
    seen = now.semantics.observations if now.semantics else ()
    new: list[Assumed] = [*pins, *(item for item in seen if not all(map(item.admits, was)))]
    if new:
        from reconciler.plan.paging.region_words import assumed_words

        for item in new:
            words = assumed_words(item)
            sentence = f"the proof of who is paged assumes that {words}. {later}"
            if isinstance(item, Observation):
                yield Loosened(SEMANTICS_FILE, sentence, json.dumps(item.never))
            else:
                yield Loosened("assume", sentence, json.dumps([item.question, item.answer]))


def _new(now: Config, before: Config) -> tuple[Approval, ...]:
    """The approvals that allow more than each one before; another reason allows nothing more."""
    return tuple(
        approval
        for approval in now.approvals
        if not any(
            (approval.route, approval.allow) == (was.route, was.allow)
            and approval.expires <= was.expires
            for was in before.approvals
        )
    )


def _approval(approval: Approval) -> Loosened:
    until = approval.expires.isoformat()
    allowed = _ALLOWED.get(approval.allow, approval.allow)
    sentence = f'"{approval.route}" may {allowed} until {until} ({approval.reason})'
    return Loosened(
        "approvals", sentence, json.dumps([approval.route, approval.allow, until]), approval.route
    )
