"""The lines of `reconciler doctor`: what was checked, how it is, and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from reconciler.directory import Directory
from reconciler.live.identity import Identity, OtherAccount
from reconciler.model import Config, same_account
from reconciler.text import folded, visible

WRITER = "can run `apply`; use a read-only key for plans"
READER = "can run `plan`; `apply` needs *Create and manage on-call resources*"
# Where the dashboard keeps them; the API tells the address of the dashboard alone.
PAGES = """\
keys: {account}/settings/api-keys
tokens of alert sources: {account}/settings/alert-sources
routes: {account}/alerts/configuration"""
State = Literal["ok", "note", "problem"]
SIGNS: Mapping[State, str] = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}
INDENT = " " * 9  # below the subject


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; `advice` says what to do."""

    state: State
    subject: str
    words: str
    advice: str = ""


def check_lines(check: Check, columns: int | None) -> Iterator[str]:
    """The check, and its advice below the subject."""
    words = f"{SIGNS[check.state]}  {check.subject}: {visible(check.words)}"
    yield folded(words, columns, INDENT)
    for row in check.advice.splitlines():
        yield folded(f"{INDENT}{visible(row)}", columns, INDENT)


def account_checks(config: Config, lock: Directory | None, identity: Identity) -> Iterator[Check]:
    """Whether the key, the files and the lock file belong to one account."""
    if config.account and not same_account(config.account, identity.account):
        other = OtherAccount(config, identity.account)
        yield Check("problem", "account", str(other), other.advice)
    elif identity.account:
        words = f"{identity.account}, key named {identity.name!r}"
        yield Check("ok", "account", words, PAGES.format(account=identity.account.rstrip("/")))
    else:
        yield Check("note", "account", "the API does not report the key's account")
    if lock and identity.account and lock.account != identity.account:
        yield Check(
            "note",
            "lock file",
            f"it belongs to another account, {lock.account}, and is not used",
            "`reconciler directory refresh` creates a lock file for this account",
        )


def writing_check(identity: Identity) -> Check:
    """Whether the key's roles allow `apply`."""
    roles = ", ".join((*identity.roles, *identity.team_roles)) or "the API reports none"
    if identity.may_write:
        return Check("ok", "writing routes", f"allowed by the key's roles ({roles})", WRITER)
    known = "not allowed by" if identity.may_write is False else "not known from"
    return Check("note", "writing routes", f"{known} the key's roles ({roles})", READER)
