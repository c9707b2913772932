"""What happened to the account's past alerts, compared with what each reading says: read, judged,
and joined with what the lock file knows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from reconciler.client import ReadClient, Step
from reconciler.directory import type_subjects
from reconciler.live.survey import Survey
from reconciler.model import Config, Live, Names, Semantics
from reconciler.past.cache import Cache
from reconciler.past.fetch import Tell, fetch
from reconciler.past.happened import fetch_incidents, fetch_pages
from reconciler.planning.proved import may_page
from reconciler.planning.reading import read_routing, to_route
from reconciler.planning.world import world_of
from reconciler.record.record import Entry, Gone
from reconciler.routing.calibrate import (
    CLOCKS,
    Calibrated,
    Dated,
    History,
    calibrate,
    incidents_that_tell,
)
from reconciler.routing.past import observed
from reconciler.routing.ruled_out import Disagreement, updated
from reconciler.wire.past import moment

OPERATIONS = ("contains_one_of", "contains", "name_contains", "is_set")
"""What the questions are about: their labels on live routes are shown as a hint."""


@dataclass(frozen=True, slots=True)
class Account:
    """All live routes of an account, as one reading of `at` shows them. `partly`: names of those
    that this version does not understand, which may page for anything.
    """

    address: str  # of its dashboard
    at: datetime
    seen: Survey
    partly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """`whole_since`: the day since when no route was deleted, as a person says. `anew`: forget what
    is kept.
    """

    root: Path
    days: int
    whole_since: date | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """What incident.io calls an operation, and on how many live routes."""

    operation: str
    label: str
    routes: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a report shows. `known`: the lock file as it is; `lock`: as it is to be. `alerts`: how
    many were compared. `changed`: the route that changed last, and when, if that was in these days.
    `names`: of everything, by id.
    """

    found: Calibrated
    lock: Semantics | Disagreement | None
    known: Semantics | None
    days: int
    alerts: int
    whole_since: date | None = None
    partly: tuple[str, ...] = ()
    changed: tuple[str, datetime] | None = None
    labels: tuple[Label, ...] = ()
    names: Names = field(default_factory=dict)


def read_account(client: ReadClient, config: Config, now: datetime) -> Account:
    """Raises the client's ApiError, also for a key of another account."""
    seen = to_route(client, read_routing(client, config))
    partly = [live.route.name for live in seen.lives.values() if any(map(may_page, live.unknown))]
    listed = {row.id: row.name for row in seen.listed or ()}
    partly += sorted(listed.get(identity) or identity for identity in seen.unreadable)
    return Account(seen.identity.account, now, seen, tuple(partly))


def deleted_since(entries: Iterable[Entry], live: Iterable[str], day: date) -> Iterator[str]:
    """Names of the routes that the record knows of, that are gone, and of which it is not known
    that they were gone before that day.
    """
    start, there = _start(day), {*live}
    for entry in entries:
        if entry.at >= start and (isinstance(entry, Gone) or entry.id not in there):
            yield entry.name


def calibrated(
    client: ReadClient,
    account: Account,
    config: Config,
    wanted: Wanted,
    tell: Tell = lambda _count: None,
    warn: Callable[[str], None] = lambda _words: None,
) -> Calibration:
    """Raises ApiError, FileRefused; what was read until then stays in the cache."""
    since = account.at - timedelta(days=wanted.days)
    routes = _dated(account)
    names = {
        **account.seen.directory.display(config),
        **{live.id: live.route.name for live in account.seen.lives.values()},
    }
    world = world_of(account.seen.directory, config, names)
    with Cache.open(wanted.root, account.address, anew=wanted.anew) as cache:
        if cache.renewed:
            warn(f"{cache.path}: {cache.renewed}; the past alerts are read again")
        fetch(client, cache, since, account.at, account.address, tell)
        fetch_pages(client, cache, since, account.at)
        # A route that changes while it is read has a later `updated_at`, but for the clocks.
        alerts = [past for past in cache.alerts(since) if past.created_at + CLOCKS < account.at]
        telling = incidents_that_tell(routes, reversed(alerts), world)
        fetch_incidents(client, cache, telling)
        client.tell(Step("comparing", "past alerts", 0, len(alerts)))
        happened = observed(
            [past.id for past in alerts],
            cache.pages(since),
            [incident for incidents in cache.incidents.values() for incident in incidents],
        )
        names = {**cache.names, **names}
    whole_since = wanted.whole_since if not account.partly else None
    history = History(alerts, happened, account.at, _start(whole_since) if whole_since else None)
    found = calibrate(routes, history, world)
    known = config.semantics
    return Calibration(
        found,
        updated(known, account.address, found, account.at.date(), whole_since),
        known,
        wanted.days,
        len(alerts),
        whole_since,
        account.partly,
        _last_change(routes, since),
        tuple(_labels(account.seen.lives)),
        names,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _dated(account: Account) -> dict[str, Dated]:
    """A route of which this version knows a part alone tells nothing."""
    directory = account.seen.directory
    return {
        live.id: Dated(
            type_subjects(live.route, directory),
            moment(live.updated_at) if not any(map(may_page, live.unknown)) else None,
        )
        for live in account.seen.lives.values()
    }


def _last_change(routes: Mapping[str, Dated], since: datetime) -> tuple[str, datetime] | None:
    changes = [(dated.changed, dated.route.name) for dated in routes.values() if dated.changed]
    last, name = max(changes, default=(since, ""))
    return (name, last) if last > since else None


def _labels(lives: Mapping[str, Live]) -> Iterator[Label]:
    for operation in OPERATIONS:
        found: dict[str, int] = {}
        for live in lives.values():
            if label := live.labels.get(operation):
                found[label] = found.get(label, 0) + 1
        for label, count in found.items():
            yield Label(operation, label, count)
