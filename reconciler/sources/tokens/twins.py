"""The safe way to another source: beside the first in every route, then alone. Pure.

While both are there, the routes must treat them alike: the sender is switched from the first to the
second, and no alert may be lost or page twice.

The first may go from the files when nothing feeds it any more: alerts of a sender that was not
switched would reach no route. What no file answers is unknown, never safe.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.model import Declaration, InventorySource, Live, RouteSource, canonical_groups
from reconciler.sources.live import LiveSource
from reconciler.sources.senders.feeds import Feed
from reconciler.sources.senders.verify import Verified
from reconciler.sources.tokens.check import quoted


@dataclass(frozen=True, slots=True)
class Pair:
    """The first source and the second, which takes its place."""

    first: InventorySource
    second: InventorySource

    def is_first(self, source: str) -> bool:
        """Whether a route file means the first."""
        return source in self.first.spellings

    def is_second(self, source: str) -> bool:
        """Whether a route file means the second."""
        return source in self.second.spellings


def no_pair(first: LiveSource, second: LiveSource) -> str:
    """Why a sender cannot be switched from the first to the second; "" when it can."""
    if first.type != second.type:
        return (
            f"{first.name} is of type {first.type}, {second.name} of {second.type}: "
            "a sender cannot move between these types"
        )
    return "name two different sources" if first.id == second.id else ""


def beside(declarations: Sequence[Declaration], pair: Pair) -> Iterator[Declaration]:
    """Each declaration that lacks the second, with it right after the first, under the same
    conditions; one that has it under others gets the first one's.
    """
    for declaration in _with_first(declarations, pair):
        sources: list[RouteSource] = []
        for source in declaration.route.sources:
            if pair.is_first(source.source):
                sources += [source, RouteSource(_name_of_second(declaration, pair), source.when)]
            elif not pair.is_second(source.source):
                sources.append(source)
        if not _alike(declaration, pair):
            yield replace(declaration, route=replace(declaration.route, sources=tuple(sources)))


def alone(declarations: Sequence[Declaration], pair: Pair) -> Iterator[Declaration]:
    """Each declaration that has the first, without it."""
    for declaration in _with_first(declarations, pair):
        kept = tuple(
            source for source in declaration.route.sources if not pair.is_first(source.source)
        )
        yield replace(declaration, route=replace(declaration.route, sources=kept))


def unequal(
    declarations: Sequence[Declaration], pair: Pair, alike: Collection[str] = ()
) -> tuple[str, ...]:
    """Routes that treat the two differently: their alerts would be lost, or doubled, or page
    others, once the sender is switched. `alike`: names of those that treat them alike in
    incident.io; a file that has the second alone then is one that an earlier run has edited.
    """
    with_first = {each.route.name for each in _with_first(declarations, pair)}
    return tuple(
        declaration.route.name
        for declaration in declarations
        if not declaration.absent
        and not _alike(declaration, pair)
        and (declaration.route.name in with_first or declaration.route.name not in alike)
    )


def _with_first(declarations: Sequence[Declaration], pair: Pair) -> Iterator[Declaration]:
    for declaration in declarations:
        attached = (source.source for source in declaration.route.sources)
        if not declaration.absent and any(map(pair.is_first, attached)):
            yield declaration


def _alike(declaration: Declaration, pair: Pair) -> bool:
    sources = declaration.route.sources
    first = [canonical_groups(source.when) for source in sources if pair.is_first(source.source)]
    second = [canonical_groups(source.when) for source in sources if pair.is_second(source.source)]
    return first == second


def _name_of_second(declaration: Declaration, pair: Pair) -> str:
    """As the file spells it already, else its name."""
    spelled = (
        source.source for source in declaration.route.sources if pair.is_second(source.source)
    )
    return next(spelled, pair.second.name)


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
    fed = {name: feed.at for each in verified for feed in each.feeds for name in _names(feed)}
    for name, at in fed.items():
        if name == ids[0] or pair.is_first(name):
            return StillFed(f"{at.file}:{at.line} still sends to {first.name}")
    unknown = []
    for finding in (finding for each in verified for finding in each.findings):
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
            [
                canonical_groups(source.when)
                for source in live.route.sources
                if source.source == identity
            ]
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


def next_steps(pair: Pair) -> str:
    """The next steps once the files have both."""
    first, second = pair.first.name, pair.second.name
    return (
        "The files treat both sources the same. Next steps, in this order:\n"
        "  1. run reconciler directory refresh, if you keep directory.lock.json; then reconciler\n"
        f"     plan and apply: incident.io then routes {second} like {first}\n"
        f"  2. list {second} in reconciler.yaml, with its own keys for its token (aws_key,\n"
        "     kubernetes_key): the first token stays valid\n"
        "  3. roll out the ExternalSecret of `reconciler sources render`: it copies both tokens,\n"
        "     and reports an error until AWS has the second token\n"
        "  4. push the second token:\n"
        f"     reconciler sources tokens --push {quoted(second)} --to aws --send-test-event\n"
        "  5. change the sender's URL and token file together; run\n"
        "     reconciler sources verify, then roll out the change\n"
        "  6. remove the first source from the files:\n"
        f"     reconciler sources tokens --blue-green --finish {quoted(first)} {quoted(second)}"
    )


def last_steps(pair: Pair) -> str:
    """The next steps once the files have the second alone."""
    return (
        f"Now `reconciler plan` and `apply`, then delete {pair.first.name} in incident.io and "
        "in reconciler.yaml."
    )
