"""The input of a plan, and what is known of files without an account.

Apart from `planning`, so that reading files needs no HTTP library.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from reconciler.directory import Directory, resolve
from reconciler.directory.directory import looks_like_id
from reconciler.git.base import Base
from reconciler.model import (
    ApiVersion,
    Config,
    Declaration,
    Finding,
    Listed,
    Names,
    has_errors,
)
from reconciler.plan.owns import declared_outside
from reconciler.plan.settings import Loosened
from reconciler.planning.lints import lints, private_sources
from reconciler.wire.expressible import expressible_v2, expressible_v3


class History(Protocol):
    """git's history of this checkout. What it cannot tell counts as not there."""

    def has(self, commit: str) -> bool:
        """Whether HEAD is the commit, or came after it."""

    def leads_to(self, commit: str) -> bool:
        """Whether the commit came after HEAD."""

    def texts(self, file: str) -> Collection[str]:
        """The texts of the file in HEAD and in the commits before."""

    def removed(self, file: str) -> bool:
        """Whether a commit of HEAD's history removed the file."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last apply to an account: declarations with ids, each with the version that is live
    without a later edit, 0 where unknown. `sent`: files whose writes have no known outcome; what is
    live exactly so was written by them. `commit`: the newest one that was applied completely.
    """

    applied: tuple[tuple[Declaration, int], ...] = ()
    sent: tuple[Declaration, ...] = ()
    commit: str = ""
    commits: Mapping[str, str] = field(default_factory=dict)  # that each was applied from, by id
    gone: Mapping[str, str] = field(default_factory=dict)  # names of deleted routes, likewise
    texts: Mapping[str, str] = field(default_factory=dict)  # each file as it was applied, by id
    history: History | None = None  # of the checkout, where the record has commits


Recorded = Callable[[str], Remembered]
"""By the account."""


def nothing_recorded(_account: str) -> Remembered:
    """For what needs no record, and where none is kept."""
    return Remembered()


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The input of a plan. `complete` False: some files are not among them. `beside` are the
    declarations of other files: a plan is not of these, but a base's declaration may be theirs.
    """

    declarations: tuple[Declaration, ...]
    config: Config
    files_digest: str
    today: date
    tool_version: str
    lock: Directory | None = None
    findings: tuple[Finding, ...] = ()
    complete: bool = True
    scope: str = "all"
    base: Base | None = None
    loosened: tuple[Loosened, ...] = ()  # by the config, since the base; `config` is what counts
    beside: tuple[Declaration, ...] = ()
    recorded: Recorded = nothing_recorded
    otherwise: Base | None = None  # what changes are counted from where nothing is recorded
    revert_drift: bool = False
    all_read: bool = False  # every route file of the folder could be read
    listed: tuple[Listed, ...] = ()  # the account's routes, once they are known
    deletes: tuple[Listed, ...] | None = None  # of a saved plan; None where there is none


def narrowed(request: PlanRequest, chosen: Sequence[Declaration]) -> PlanRequest:
    """The same plan, of these declarations alone."""
    files = {declaration.file for declaration in chosen}
    rest = tuple(
        declaration for declaration in request.declarations if declaration.file not in files
    )
    return replace(
        request, declarations=tuple(chosen), complete=False, beside=(*request.beside, *rest)
    )


BOTH: tuple[ApiVersion, ...] = ("v3", "v2")
EXPRESSIBLE = {"v2": expressible_v2, "v3": expressible_v3}  # the codecs take longer to load


def offline_findings(
    declarations: Sequence[Declaration], config: Config, lock: Directory | None
) -> tuple[Finding, ...]:
    """Names that the lock does not know, settings that the API version does not support (with
    `auto`: that neither version supports), and what is probably not meant.
    """
    findings: list[Finding] = []
    resolved: list[Declaration] = []
    for declaration in declarations:
        if declaration.absent:
            continue
        known, found = (declaration, ()) if lock is None else resolve(declaration, lock, config)
        findings += [*found, *inexpressible(known, config)]
        resolved.append(known)
    names = lock.display(config) if lock else {}
    findings += _outside(resolved, config, names)
    findings += private_sources(resolved, lock, names) if lock else ()
    return (*findings, *lints(resolved, config, names))


def _outside(
    declarations: Sequence[Declaration], config: Config, names: Names
) -> Iterator[Finding]:
    """Routes of other repositories, as far as names tell: an id that the lock does not know may be
    that of any team.
    """
    ours = {
        *config.owns_teams,
        *(team for elsewhere in config.elsewhere for team in elsewhere.teams),
    }
    for declaration in declarations:
        teams = {*ours, *declaration.route.owners} if ours else set()
        if not any(looks_like_id(team) and team not in names for team in teams):
            found = declared_outside(declaration, config, names)
            yield from (found,) if found else ()


def inexpressible(declaration: Declaration, config: Config) -> tuple[Finding, ...]:
    """Errors where no version that may be used supports a setting; those of the first version."""
    versions = BOTH if config.api == "auto" else (config.api,)
    by_version = [EXPRESSIBLE[api](declaration.route) for api in versions]
    if any(not has_errors(found) for found in by_version):
        found = min(by_version, key=len)
    else:
        found = by_version[0]
    name = declaration.route.name
    return tuple(declaration.positions.locate(replace(finding, route=name)) for finding in found)
