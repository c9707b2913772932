"""The digest of a write, computed from live routes: so a later run recognises its own writes.

The journal keeps the digest of each change before it is sent. Where the answer was lost, what is
live now is compared with what was there before: the same digest means the same change.

A request whose answer was lost may still be carried out for five minutes: our assumption (fact
1.16), longer than any timeout between here and there.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from reconciler.directory import Directory, type_subjects
from reconciler.model import Declaration, Listed, Live, Positions, Route
from reconciler.plan.change import Create, Update
from reconciler.plan.compare.differences import creation, differences
from reconciler.plan.compare.effective import comparable
from reconciler.plan.plan import change_digest
from reconciler.runs.history import RunRecord, WriteRecord


def digest_of_update(before: Live, now: Live, directory: Directory) -> str:
    """The digest of the update that makes `now` of `before`."""
    old = replace(before, route=type_subjects(before.route, directory))
    after = type_subjects(now.route, directory)
    fields = differences(after, comparable(old, after))
    return change_digest(Update(Declaration(after, Positions("")), old, after, fields, 0))


def digest_of_create(now: Live, directory: Directory, name: str = "") -> str:
    """The digest of the create that makes `now`; under another name, if there is one."""
    return _creation(replace(type_subjects(now.route, directory), name=name or now.route.name))


def digest_under(change: Create, name: str) -> str:
    """The digest that a create would have with another name."""
    return _creation(replace(change.after, name=name))


def _creation(after: Route) -> str:
    return change_digest(Create(Declaration(after, Positions("")), after, creation(after)))


LONGEST = timedelta(minutes=5)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A create that must not be sent again: it may still arrive, or its route was renamed. `why`
    says what to do.
    """

    run: str
    write: WriteRecord
    why: str

    def is_the_same_as(self, create: Create, names: Collection[str]) -> bool:
        """By name, or by content under any name. Not by content if `names`, of all creates of the
        plan, still have its name: then the other is another route that says the same.
        """
        if create.after.name == self.write.name:
            return True
        if self.write.name in names:
            return False
        return digest_under(create, self.write.name) == self.write.digest


def awaited_as(
    create: Create, awaited: Iterable[Awaited], names: Collection[str]
) -> Awaited | None:
    """The create that this one must not repeat, if any; see `Awaited.is_the_same_as`."""
    return next((arrival for arrival in awaited if arrival.is_the_same_as(create, names)), None)


def arrives_until(record: RunRecord) -> datetime:
    """The latest arrival of a request of this run, from its last sign of life: a write may have
    waited for its turn after its line in the journal.
    """
    for text in (record.last, record.started):
        try:
            seen = datetime.fromisoformat(text)
        except ValueError:
            continue
        return (seen if seen.tzinfo else seen.replace(tzinfo=UTC)) + LONGEST
    return NEVER  # the time is unknown, so only --assume-not-created decides


def may_still_arrive(record: RunRecord, now: datetime) -> bool:
    """Whether a request of this run whose answer was lost may still be carried out."""
    return now < arrives_until(record)


def waits(record: RunRecord, now: datetime) -> str:
    """`until 09:17:03 UTC (for 4 min 12 s more)`."""
    until = arrives_until(record)
    if until == NEVER:
        return "at any time: the journal does not show when the run sent it"
    left = int((until - now).total_seconds()) + 1
    when = f"{until.astimezone(UTC):%H:%M:%S} UTC"
    return f"until {when} (for {left // 60} min {left % 60} s more)"


def not_arrived(record: RunRecord, now: datetime) -> str:
    """Why a create is not sent now, and what to do."""
    return (
        f"The run {record.id} sent this create and got no response. incident.io may still create "
        f"the route {waits(record, now)}. Run this again after that. If you know that the route "
        "was not created, add `--assume-not-created`."
    )


def renamed(record: RunRecord, write: WriteRecord, identity: str, name: str) -> str:
    """The same where the route is live under another name."""
    return (
        f'The run {record.id} created "{write.name}" as {identity}. That route is named "{name}" '
        f"now. Write `id: {identity}` into the file, or delete that route. To create a second one, "
        "add `--assume-not-created`."
    )


def may_be(row: Listed, record: RunRecord, write: WriteRecord) -> bool:
    """Whether this create may have made a live route: one that was not live before the run's first
    create, or, where the journal does not know, one of the name.
    """
    if record.known is None:
        return row.name == write.name
    return row.id not in record.known
