"""Parts of routes that are valid and probably not meant, each with its place.

What only a proof can tell (routes that never match, conditions that decide nothing) is in `cover`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.directory import Directory
from reconciler.model import (
    Condition,
    ConditionGroups,
    Config,
    Declaration,
    Destination,
    Finding,
    Names,
    Path,
    Route,
    groups_in,
)
from reconciler.plan.compare.words import reference_words
from reconciler.planning.text_parts import parts_of_others
from reconciler.routing.world import TITLE

NEVER_MISSING = (TITLE, "title", "input")
"""Every alert has a title (fact 7.7), and an element of a list is there."""
NEEDS_A_VALUE = frozenset({"is_set", "contains", "contains_one_of", "one_of", "name_contains"})
"""Operations that fail where the value is missing (fact 7.10)."""
SET = ("is_set", "is_not_set")


def lints(
    declarations: Sequence[Declaration], config: Config, names: Mapping[str, str]
) -> Iterator[Finding]:
    """Of all declarations together; `names` are for messages. Types of subjects, where they are
    known, decide which conditions are tests of texts.
    """
    for declaration in declarations:
        for finding in (*_effects(declaration), *_conditions(declaration.route, names)):
            yield declaration.positions.locate(replace(finding, route=declaration.route.name))
    yield from parts_of_others(declarations, config, names)


def _effects(declaration: Declaration) -> Iterator[Finding]:
    """What the route does. A setting that is left to the dashboard may do anything there."""
    route, elsewhere = declaration.route, declaration.ignore_changes
    if not route.enabled:
        return
    pages = any(target.binding.values for target in route.escalate.targets)
    tells = any(map(_posts, route.notify)) or route.incident is not None
    tells = tells or not {"notify", "incident"}.isdisjoint(elsewhere)
    if not (pages or tells or "escalate" in elsewhere):
        message = "the route does nothing with the alerts that it takes"
        hint = "write `escalate`, `notify` or `incident`; or `enabled: false`, if that is meant"
        yield Finding("warning", "no-effect", message, hint, path=("name",))
    if pages and not tells and "escalate" not in elsewhere:
        message = "the route pages, and posts to no channel"
        hint = "whoever is paged sees the alert in incident.io alone; add `notify`, if it helps"
        yield Finding("note", "page-without-message", message, hint, path=("escalate",))
    if route.private and route.group:
        message = "incident.io does not group the alerts of private routes"
        yield Finding("warning", "private-grouping", message, "remove `group`", path=("group",))


def _posts(destination: Destination) -> bool:
    return any(to and to.channel.values for to in (destination.slack, destination.ms_teams))


def _conditions(route: Route, names: Mapping[str, str]) -> Iterator[Finding]:
    for path, groups in groups_in(route):
        for number, group in enumerate(groups):
            if not group:
                message = "incident.io does not document which alerts an empty group matches"
                hint = "leave all conditions out to match every alert"
                yield Finding("warning", "empty-group", message, hint, path=(*path, number))
            for place, condition in enumerate(group):
                if _is_negative(condition) and not (
                    _is_settled(condition.subject, groups, number)
                    or _is_needed(condition.subject, route, path)
                ):
                    yield _negative(condition, (*path, number, place), names)


def _is_negative(condition: Condition) -> bool:
    operation = condition.operation
    return operation.startswith("not_") or operation in ("is_not", "is_false")


def _is_settled(subject: str, groups: ConditionGroups, number: int) -> bool:
    """Whether these groups say what happens to an alert without the value: this one fails beside a
    test that needs the value, and a group of its own takes all such alerts.
    """
    alone = {
        (condition.subject, condition.operation)
        for group in groups
        if len(group) == 1
        for condition in group
    }
    return (
        subject in NEVER_MISSING
        or _needs(groups[number], subject)
        or (subject, "is_not_set") in alone
    )


def _is_needed(subject: str, route: Route, path: Path) -> bool:
    """Whether the route takes no alert without the value, whatever the part at `path` says."""
    if path != ("when",) and _all_need(route.when, subject):
        return True
    own = path[0] == "sources"
    return (
        not own
        and bool(route.sources)
        and all(_all_need(source.when, subject) for source in route.sources)
    )


def _all_need(groups: ConditionGroups, subject: str) -> bool:
    return bool(groups) and all(_needs(group, subject) for group in groups)


def _needs(group: Sequence[Condition], subject: str) -> bool:
    return any(
        condition.subject == subject and condition.operation in NEEDS_A_VALUE for condition in group
    )


def _negative(condition: Condition, path: Path, names: Mapping[str, str]) -> Finding:
    subject = reference_words(condition.subject, names)
    whole = "an element" if condition.subject.startswith("input") else "an alert"
    message = (
        f"incident.io does not document whether `{condition.operation}` holds for {whole} "
        f"without {subject}"
    )
    set_, unset = (f"`{{{subject}: {{{operation}: true}}}}`" for operation in SET)
    hint = f"add {set_} beside it, or {unset} as a group of its own under `any`"
    return Finding("warning", "negative-on-missing", message, hint, path=path)


def private_sources(
    declarations: Sequence[Declaration], directory: Directory, names: Names
) -> Iterator[Finding]:
    """With ids: a private source in several routes, or in a route that is public (fact 1.26)."""
    private = directory.private_sources
    routes: dict[str, list[str]] = defaultdict(list)
    attached = [
        (declaration, place, source.source)
        for declaration in declarations
        for place, source in enumerate(declaration.route.sources)
        if source.source in private
    ]
    for declaration, _, source in attached:
        routes[source].append(declaration.route.name)
    for declaration, place, source in attached:
        name, path = names.get(source, source), ("sources", place)
        if len(routes[source]) > 1:
            all_of_them = ", ".join(sorted(routes[source]))
            message = f"the source {name} is private, and in several routes: {all_of_them}"
            hint = "incident.io lets a private source have one route; keep it in one of them"
            yield declaration.finding("warning", "private-source-shared", message, hint, path)
        if not declaration.route.private and "private" not in declaration.ignore_changes:
            message = f"the source {name} is private, and this route is not"
            hint = (
                "write `private: true`: alerts and what comes of them are all private, or none is"
            )
            yield declaration.finding("warning", "private-source", message, hint, path)
