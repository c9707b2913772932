"""The safe way to another source: a twin beside the first one in every route, then alone. Pure.

While both are there, the routes must treat them alike: the sender is switched from one to the
other, and no alert may be lost or page twice. Each function takes and gives declarations.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.model import Declaration, InventorySource, RouteSource, canonical_groups
from reconciler.sources.live import LiveSource
from reconciler.sources.tokens.chosen import quoted


@dataclass(frozen=True, slots=True)
class Pair:
    """The first source and the one that takes its place, by all their spellings."""

    first: InventorySource
    second: InventorySource

    def is_first(self, source: str) -> bool:
        """Whether a route file means the first."""
        return source in _spellings(self.first)

    def is_second(self, source: str) -> bool:
        """Whether a route file means the second."""
        return source in _spellings(self.second)


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
        for one in declaration.route.sources:
            if pair.is_first(one.source):
                sources += [one, RouteSource(_name_of_second(declaration, pair), one.when)]
            elif not pair.is_second(one.source):
                sources.append(one)
        if not _alike(declaration, pair):
            yield replace(declaration, route=replace(declaration.route, sources=tuple(sources)))


def alone(declarations: Sequence[Declaration], pair: Pair) -> Iterator[Declaration]:
    """Each declaration that has the first, without it."""
    for declaration in _with_first(declarations, pair):
        kept = tuple(one for one in declaration.route.sources if not pair.is_first(one.source))
        yield replace(declaration, route=replace(declaration.route, sources=kept))


def unequal(
    declarations: Sequence[Declaration], pair: Pair, alike: Collection[str] = ()
) -> tuple[str, ...]:
    """Routes that treat the two differently: their alerts would be lost, or doubled, or page
    others, once the sender is switched. `alike`: names of those that treat them alike in
    incident.io; a file that has the second alone then is one that an earlier run has edited.
    """
    with_first = {one.route.name for one in _with_first(declarations, pair)}
    return tuple(
        declaration.route.name
        for declaration in declarations
        if not declaration.absent
        and not _alike(declaration, pair)
        and (declaration.route.name in with_first or declaration.route.name not in alike)
    )


def _with_first(declarations: Sequence[Declaration], pair: Pair) -> Iterator[Declaration]:
    for declaration in declarations:
        attached = (one.source for one in declaration.route.sources)
        if not declaration.absent and any(map(pair.is_first, attached)):
            yield declaration


def _alike(declaration: Declaration, pair: Pair) -> bool:
    sources = declaration.route.sources
    first = [canonical_groups(one.when) for one in sources if pair.is_first(one.source)]
    second = [canonical_groups(one.when) for one in sources if pair.is_second(one.source)]
    return first == second


def _name_of_second(declaration: Declaration, pair: Pair) -> str:
    """As the file has it already, else its name."""
    held = (one.source for one in declaration.route.sources if pair.is_second(one.source))
    return next(held, pair.second.name)


def _spellings(source: InventorySource) -> set[str]:
    return {source.name, source.id, source.alias} - {""}


def next_steps(pair: Pair) -> str:
    """What to do once the files have both."""
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
    """What to do once the files have the second alone."""
    return (
        f"Now `reconciler plan` and `apply`, then delete {pair.first.name} in incident.io and "
        "in reconciler.yaml."
    )
