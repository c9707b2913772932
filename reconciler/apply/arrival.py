"""How long a request whose answer was lost may still be carried out, and what waits for it. Pure.

No server keeps a request for long that nobody waits for any more; five minutes are ours to assume
(fact 1.16), and longer than any timeout between here and there.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reconciler.apply.history import RunRecord, WriteRecord
from reconciler.apply.write_digests import digest_under
from reconciler.plan.change import Create

LONGEST = timedelta(minutes=5)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A create that must not be sent again: it may still be carried out, or it was, and the route
    has another name by now. `why` in words, with what to do.
    """

    run: str
    write: WriteRecord
    why: str

    def is_the_same_as(self, create: Create, names: Collection[str]) -> bool:
        """By name, or by content under whatever name; not where `names`, of all creates of the
        plan, have its own name still: then this one is another route that says the same.
        """
        if create.after.name == self.write.name:
            return True
        if self.write.name in names:
            return False
        return digest_under(create, self.write.name) == self.write.digest


def awaited_as(
    create: Create, awaited: Iterable[Awaited], names: Collection[str]
) -> Awaited | None:
    """What stands in the way of this create, if anything; see `Awaited.is_the_same_as`."""
    return next((one for one in awaited if one.is_the_same_as(create, names)), None)


def arrives_until(record: RunRecord) -> datetime:
    """When a request of this run can arrive at the latest: counted from its last sign of life,
    since a write may have waited for its turn after its line in the journal.
    """
    for text in (record.last, record.started):
        try:
            seen = datetime.fromisoformat(text)
        except ValueError:
            continue
        return (seen if seen.tzinfo else seen.replace(tzinfo=UTC)) + LONGEST
    return NEVER  # nobody knows when it was sent, so a person has to say that it was not


def may_still_arrive(record: RunRecord, now: datetime) -> bool:
    """Whether a request of this run whose answer was lost may still be carried out."""
    return now < arrives_until(record)


def waits(record: RunRecord, now: datetime) -> str:
    """`until 09:17:03 UTC (for 4 min 12 s more)`."""
    until = arrives_until(record)
    if until == NEVER:
        return "at any time, as the journal does not say when the run sent it"
    left = int((until - now).total_seconds()) + 1
    when = f"{until.astimezone(UTC):%H:%M:%S} UTC"
    return f"until {when} (for {left // 60} min {left % 60} s more)"


def not_arrived(record: RunRecord, now: datetime) -> str:
    """Why a create is not sent now, and what to do."""
    return (
        f"The run {record.id} sent this create and got no answer. incident.io may still create the "
        f"route {waits(record, now)}. Run this again then. If you know that the route was not "
        "created, add `--assume-not-created`."
    )


def renamed(record: RunRecord, write: WriteRecord, identity: str, name: str) -> str:
    """The same where the route is live under another name."""
    return (
        f'The run {record.id} created "{write.name}" as {identity}. That route is named "{name}" '
        f"now. Write `id: {identity}` into the file, or delete that route. To create a second one, "
        "add `--assume-not-created`."
    )
