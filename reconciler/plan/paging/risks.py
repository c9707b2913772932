"""The effects of a change on paging, as labels and sentences. Labels inform; guards refuse."""

from collections.abc import Iterator, Sequence

from reconciler.model import ConditionGroups, Live, Names, Route, canonical_pair
from reconciler.plan.change import Risk, RiskLabel
from reconciler.plan.compare.elements import groups_elements
from reconciler.plan.compare.words import groups_words
from reconciler.plan.paging.paging import (
    Paging,
    chosen,
    cut_short,
    doubts,
    paged,
    paging,
    paging_beside,
    same_sources,
    some,
    who,
    whom,
    why,
)
from reconciler.plan.paging.silence import decision, follow_renames, implies, may_fall_silent

LONGEST = 90  # characters of two filters that are shown whole: with the rest they fit two lines


def update_risks(before: Route, after: Route, names: Names) -> tuple[Risk, ...]:
    """Both routes with ids; the worst first."""
    new, old = canonical_pair(after, before)
    old = follow_renames(old, new)
    return (
        *_silenced(old, new, names),
        *_targets(old, new, names),
        *_switches(old, new),
        *_sources(old, new, names),
        *_filters(old, new, names),
    )


def delete_risks(route: Route, names: Names) -> tuple[Risk, ...]:
    """A deletion is a risk in itself, and silences whom the route paged."""
    deleted = Risk("deletes", "deletes the route", "the routes are deleted")
    if paging(route) is Paging.NOBODY:
        return (deleted,)
    return deleted, _pages("paging removed", who(paged(route, names), names), "no longer ")


def create_risks(
    route: Route, undeclared: Sequence[Live], unread: Sequence[str], names: Names
) -> tuple[Risk, ...]:
    """`unread` are undeclared routes with unknown sources, which count as a risk."""
    if paging(route) is Paging.NOBODY:
        return ()
    risks = [_pages("paging added", whom(route, names))]
    twins = paging_beside(route, undeclared)
    if twins:
        listed = ", ".join(some(sorted(f'"{live.route.name}"' for live in twins)))
        part = "" if all(same_sources(route, live.route) for live in twins) else "some of "
        sentence = f"undeclared {listed} has {part}the same sources and pages too"
        risks.append(Risk("may page twice", sentence))
    elif unread:
        listed = ", ".join(some([f'"{name}"' for name in sorted(unread)]))
        risks.append(Risk("may page twice", f"the sources of undeclared {listed} are unknown"))
    return tuple(risks)


def _silenced(old: Route, new: Route, names: Names) -> Iterator[Risk]:
    was = whom(old, names)
    if paging(new) is Paging.NOBODY and paging(old) is not Paging.NOBODY:
        yield _pages("pages nobody", f"nobody any more (was {was})")
    elif may_fall_silent(old, new, names):
        yield Risk("may page nobody", f"may page nobody: {why(doubts(new), names)}")


def _targets(old: Route, new: Route, names: Names) -> Iterator[Risk]:
    before, after = paged(old, names), paged(new, names)
    lost, won = before - after, after - before
    if before and after and _chosen_otherwise(old, new):
        yield _otherwise(old, new, names)
    elif lost and won:
        instead = f"{who(won, names)} instead of {who(lost, names)}"
        yield _pages("target changed", instead)
    elif lost:
        yield _pages("paging removed", who(lost, names), "no longer ")
    elif won:
        too = " too" if before else ""
        yield _pages("paging added", f"{who(won, names)}{too}", "now ")
    elif paging(old) is Paging.NOBODY < paging(new):
        yield _pages("paging added", whom(new, names), "now ")


def _pages(label: RiskLabel, whom: str, when: str = "") -> Risk:
    return Risk(label, f"{when}pages {whom}", f"{when}page {whom}")


def _chosen_otherwise(old: Route, new: Route) -> bool:
    """Whether expressions decide whom it pages, and they or their use changed."""
    if not (chosen(old) or chosen(new)):
        return False
    return decision(old) != decision(new)


def _otherwise(old: Route, new: Route, names: Names) -> Risk:
    """Who is among the possible ones says little of an expression: all of both sides are named."""
    before, after = paged(old, names), paged(new, names)
    was, now = whom(old, names, before - after), whom(new, names, after - before)
    how = f"by other conditions: {now}" if was == now else f"{now} instead of {was}"
    return _pages("target changed", how)


def _switches(old: Route, new: Route) -> Iterator[Risk]:
    if old.enabled and not new.enabled:
        yield Risk("disabled", "the route is switched off", "the routes are switched off")
    if new.enabled and not old.enabled:
        yield Risk("enabled", "the route is switched on", "the routes are switched on")
    if old.private and not new.private:
        yield Risk(
            "private to public",
            "its alerts become visible to everyone",
            "their alerts become visible to everyone",
        )
    if new.private and not old.private:
        yield Risk("public to private", "its alerts become private", "their alerts become private")


def _sources(old: Route, new: Route, names: Names) -> Iterator[Risk]:
    before = {source.source for source in old.sources}
    after = {source.source for source in new.sources}
    if lost := before - after:
        phrase = f"alerts from {_named(lost, names)}"
        yield Risk("source removed", f"no longer takes {phrase}", f"no longer take {phrase}")
    if won := after - before:
        phrase = f"alerts from {_named(won, names)} too"
        yield Risk("source added", f"takes {phrase}", f"take {phrase}")


def _named(ids: set[str], names: Names) -> str:
    return ", ".join(some(sorted(names.get(identity, identity) for identity in ids)))


def _filters(old: Route, new: Route, names: Names) -> Iterator[Risk]:
    yield from _filter("", old.when, new.when, names)
    before = {source.source: source.when for source in old.sources}
    for source in new.sources:
        if source.source in before:
            where = f"on {names.get(source.source, source.source)}: "
            yield from _filter(where, before[source.source], source.when, names)


def _filter(where: str, old: ConditionGroups, new: ConditionGroups, names: Names) -> Iterator[Risk]:
    wider, narrower = not implies(new, old), not implies(old, new)
    if not (wider or narrower):
        return
    sentence = f"{where}{_becomes(old, new, names)}"
    if wider:
        yield Risk("widened", sentence)
    if narrower:
        yield Risk("narrowed", sentence)


def _becomes(old: ConditionGroups, new: ConditionGroups, names: Names) -> str:
    """`severity is one of critical becomes any alert`; of many groups what changed in them."""
    was, now = groups_words(old, names), groups_words(new, names)
    inside = groups_elements(old, new, names)
    if len(was) + len(now) <= LONGEST or inside is None or not inside.changed:
        return f"{cut_short(was, LONGEST // 2)} becomes {cut_short(now, LONGEST // 2)}"
    first, more = inside.changed[0], len(inside.changed) - 1
    was, now = (cut_short(text, LONGEST // 2) for text in (first.from_, first.to))
    phrase = f"{was} becomes {now}" if was and now else f"without {was}" if was else f"with {now}"
    return f"{phrase}, and {more} more {'changes' if more > 1 else 'change'}" if more else phrase
