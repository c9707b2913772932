"""A replay of the account's past alerts: fetched, sent through both sides, and counted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from reconciler.client import ApiError, ReadClient, Step
from reconciler.files import FileRefused
from reconciler.model import Names
from reconciler.past.cache import Cache
from reconciler.past.fetch import Tell, fetch
from reconciler.planning.planning import Planned
from reconciler.planning.request import PlanRequest
from reconciler.planning.sides import Sides, of_account
from reconciler.routing.past import PastAlert
from reconciler.routing.reading import admissible
from reconciler.routing.replay import Replayed, replay
from reconciler.routing.world import World

_COUNTED_EACH = 100


@dataclass(frozen=True, slots=True)
class Replay:
    """What a report shows. `compared`: both sides in words. `names`: of everything, by id.
    `failed`: why no alert was replayed.
    """

    replayed: Replayed
    days: int
    sides: Sides
    compared: str
    names: Names = field(default_factory=dict)
    failed: str = ""


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """`source`: the id of the only source; "" for all. `anew`: forget what is kept."""

    root: Path
    account: str  # its address in the dashboard
    days: int
    now: datetime
    source: str = ""
    anew: bool = False


def replay_of_plan(
    client: ReadClient,
    wanted: ReplayRequest,
    planned: Planned,
    request: PlanRequest,
    warn: Callable[[str], None],
) -> Replay:
    """What stands below the proof of a plan. It fails no plan: it says why it is missing."""
    words = "live routes with what apply would write"
    try:
        sides = of_account(client, planned, request)
        return replayed_alerts(client, wanted, sides, words, warn=warn)
    except (ApiError, FileRefused) as error:
        advice = f". {error.advice}" if isinstance(error, ApiError) else ""
        empty = Sides({}, {}, (), World())
        return Replay(Replayed(), wanted.days, empty, words, failed=f"{error}{advice}")


def replayed_alerts(
    client: ReadClient,
    wanted: ReplayRequest,
    sides: Sides,
    compared: str,
    tell: Tell = lambda _count: None,
    warn: Callable[[str], None] = lambda _words: None,
) -> Replay:
    """No alert is read where no route changes. Raises ApiError, FileRefused."""
    if not sides.changed:
        return Replay(Replayed(), wanted.days, sides, compared, sides.names)
    since = wanted.now - timedelta(days=wanted.days)
    account = wanted.account or client.endpoint.url
    anew = wanted.anew or not wanted.account  # kept alerts may be of any account of this endpoint
    with Cache.open(wanted.root, account, anew=anew) as cache:
        if cache.renewed:
            warn(f"{cache.path}: {cache.renewed}; the past alerts are read again")
        fetch(client, cache, since, wanted.now, wanted.account, tell)
        found = replay(
            _counted(client, cache, since, wanted.source),
            sides.before,
            sides.after,
            sides.changed,
            sides.world,
            admissible(sides.assumed),
        )
        return Replay(found, wanted.days, sides, compared, {**cache.names, **sides.names})


def _counted(client: ReadClient, cache: Cache, since: datetime, source: str) -> Iterator[PastAlert]:
    """The kept alerts. Tells now and then how many are replayed."""
    total = cache.count(since, source)
    for done, past in enumerate(cache.alerts(since, source)):
        if done % _COUNTED_EACH == 0:
            client.tell(Step("replaying", "past alerts", done, total))
        yield past
