"""Whether the first source of a pair may be taken out of the files. Pure.

Only a source that nothing feeds any more may go: alerts of a sender that was not switched would
reach no route. What no file answers is unknown, never safe.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reconciler.model import Declaration, Live, canonical_groups
from reconciler.sources.senders.feeds import Feed
from reconciler.sources.senders.verify import Verified
from reconciler.sources.tokens.twins import Pair, unequal


@dataclass(frozen=True, slots=True)
class StillFed:
    """Whether the first may still have a sender, by the inventory's files: `reason` says that it
    has one, or that a file cannot be read; `unknown` is what no file answers.
    """

    reason: str = ""
    unknown: tuple[str, ...] = ()


def still_fed(pair: Pair, ids: tuple[str, str], verified: Sequence[Verified]) -> StillFed:
    """`ids` are those of the first and the second source; `verified` of every environment: the
    sender of another one may feed the first as well, if only by mistake.
    """
    first = pair.first
    fed = {name: feed.at for one in verified for feed in one.feeds for name in _names(feed)}
    for name, at in fed.items():
        if name == ids[0] or pair.is_first(name):
            return StillFed(f"{at.file}:{at.line} still sends to {first.name}")
    unknown = []
    for finding in (finding for one in verified for finding in one.findings):
        where = finding.position
        place = f"{where.file}:{where.line}" if where else "senders"
        if finding.code == "sender-unreadable":
            return unreadable(f"{place}: {finding.message}", pair)
        if finding.code == "url-elsewhere":
            unknown.append(f"{place}: {finding.message}")
    if not (first.senders or pair.second.senders):
        unknown.append(
            f"the inventory has no `senders:` for {first.name}, so it may still have a sender"
        )
    elif ids[1] not in fed and not any(map(pair.is_second, fed)):
        unknown.append(
            f"no file in `senders:` sends to {pair.second.name}, so its sender is unknown"
        )
    return StillFed(unknown=tuple(unknown))


def unreadable(why: str, pair: Pair) -> StillFed:
    """Of a sender's file that cannot be read: it may hold the first source."""
    return StillFed(f"{why}, so {pair.first.name} may still have a sender")


def _names(feed: Feed) -> tuple[str, ...]:
    """A source that the inventory does not have yet is known by its id."""
    return (feed.address.id, *((feed.source.name,) if feed.source else ()))


def treated_differently(
    declarations: Sequence[Declaration],
    lives: Iterable[Live],
    unread: Collection[str],
    pair: Pair,
    ids: tuple[str, str],
) -> str:
    """Why the second may not get all of the first's alerts yet, in the files or in incident.io; ""
    when it does. `unread` are the ids of live routes that cannot be read.
    """
    if unread:
        return "a live route cannot be read, so it may miss the second source's alerts"
    alike, different = set[str](), set[str]()
    for live in lives:
        conditions = [
            [canonical_groups(one.when) for one in live.route.sources if one.source == identity]
            for identity in ids
        ]
        if conditions[0]:
            (alike if conditions[0] == conditions[1] else different).add(live.route.name)
    in_files = unequal(declarations, pair, alike - different)
    if in_files:
        return f"{', '.join(in_files)} treat the two sources differently"
    names = ", ".join(sorted(different))
    words = (
        "treat the two sources differently in incident.io: apply first, or edit the routes there"
    )
    return f"{names} {words}" if names else ""
