"""Parts of routes that are valid and probably not meant, each with its place.

What only a proof can tell (routes that never match, conditions that decide nothing) is in `cover`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model import (
    TEXT_TYPES,
    Condition,
    ConditionGroups,
    Config,
    Declaration,
    Finding,
    Literal,
    Path,
    Route,
    groups_in,
)
from reconciler.plan.compare.words import reference_words
from reconciler.routing.world import TITLE

MOST_TEXTS = 1_000  # that are compared on one attribute: each is compared with each
ONE_OF = ("one_of", "contains_one_of")
SET = ("is_set", "is_not_set")


def lints(
    declarations: Sequence[Declaration], config: Config, names: Mapping[str, str]
) -> Iterator[Finding]:
    """Of all declarations together; `names` are for messages. Types of subjects, where they are
    known, decide which conditions are tests of texts.
    """
    for declaration in declarations:
        for finding in (*_effects(declaration.route), *_conditions(declaration.route, names)):
            yield _placed(declaration, finding)
    yield from _parts(declarations, config, names)


def _placed(declaration: Declaration, finding: Finding) -> Finding:
    return declaration.positions.locate(replace(finding, route=declaration.route.name))


def _effects(route: Route) -> Iterator[Finding]:
    if not route.enabled:
        return
    pages, posts = bool(route.escalate.targets), bool(route.notify)
    if not (pages or posts or route.incident):
        message = "the route does nothing with the alerts that it takes"
        hint = "write `escalate`, `notify` or `incident`; or `enabled: false`, if that is meant"
        yield Finding("warning", "no-effect", message, hint, path=("name",))
    if pages and not posts and not route.incident:
        message = "the route pages, and posts to no channel"
        hint = "whoever is paged sees the alert in incident.io alone; add `notify`, if it helps"
        yield Finding("note", "page-without-message", message, hint, path=("escalate",))
    if route.private and route.group:
        message = "incident.io does not group the alerts of private routes"
        yield Finding("warning", "private-grouping", message, "remove `group`", path=("group",))


def _conditions(route: Route, names: Mapping[str, str]) -> Iterator[Finding]:
    for path, groups in groups_in(route):
        for number, group in enumerate(groups):
            if not group:
                message = "incident.io does not document which alerts an empty group matches"
                hint = "leave all conditions out to match every alert"
                yield Finding("warning", "empty-group", message, hint, path=(*path, number))
            for place, condition in enumerate(group):
                if _is_negative(condition) and not _is_settled(condition, groups, number):
                    yield _negative(condition, (*path, number, place), names)


def _is_negative(condition: Condition) -> bool:
    operation = condition.operation
    return operation.startswith("not_") or operation in ("is_not", "is_false")


def _is_settled(condition: Condition, groups: ConditionGroups, number: int) -> bool:
    """Whether the file says what happens to an alert without the value."""
    beside = {(held.subject, held.operation) for held in groups[number]}
    alone = {
        (test.subject, test.operation) for group in groups if len(group) == 1 for test in group
    }
    subject = condition.subject
    presence = {(subject, "is_set"), (subject, "is_not_set")} & beside
    return subject in (TITLE, "title") or bool(presence) or (subject, "is_not_set") in alone


def _negative(condition: Condition, path: Path, names: Mapping[str, str]) -> Finding:
    subject = reference_words(condition.subject, names)
    message = (
        f"incident.io does not document whether `{condition.operation}` holds for an alert "
        f"without {subject}"
    )
    set_, unset = (f"`{{{subject}: {{{operation}: true}}}}`" for operation in SET)
    hint = f"add {set_} beside it, or {unset} as a group of its own under `any`"
    return Finding("warning", "negative-on-missing", message, hint, path=path)


@dataclass(frozen=True, slots=True)
class _TextTest:
    """A test of a text, and where it stands."""

    declaration: Declaration
    path: Path
    condition: Condition
    texts: frozenset[str]


def _parts(
    declarations: Sequence[Declaration], config: Config, names: Mapping[str, str]
) -> Iterator[Finding]:
    """Texts that are a part of another route's text on the same attribute."""
    by_subject: dict[str, list[_TextTest]] = defaultdict(list)
    for declaration in declarations:
        for path, groups in groups_in(declaration.route):
            for number, group in enumerate(groups):
                for place, condition in enumerate(group):
                    if condition.subject_type in TEXT_TYPES:
                        test = _TextTest(
                            declaration, (*path, number, place), condition, _texts(condition)
                        )
                        by_subject[condition.subject].append(test)
    answers = {assumption.question: assumption.answer for assumption in config.assume}
    if answers.get("text_one_of") is True:
        return
    exact = answers.get("text_case") is True
    for subject, those in by_subject.items():
        if len(set().union(*(other.texts for other in those))) <= MOST_TEXTS:
            yield from _parts_of(those, reference_words(subject, names), exact)


def _parts_of(those: Sequence[_TextTest], subject: str, exact: bool) -> Iterator[Finding]:
    for test in those:
        if test.condition.operation not in ONE_OF:
            continue
        for text in sorted(test.texts):
            found = next(
                ((other, longer) for other in those for longer in sorted(other.texts - test.texts)
                 if _meet(test, other) and _is_part(text, longer, exact)),
                None,
            )  # fmt: skip
            if found is not None:
                yield _placed(test.declaration, _part(test, text, *found, subject))


def _meet(test: _TextTest, other: _TextTest) -> bool:
    """Whether two routes may take the same alert."""
    if test.declaration is other.declaration:
        return False
    here = {place.source for place in test.declaration.route.sources}
    return any(place.source in here for place in other.declaration.route.sources)


def _is_part(text: str, longer: str, exact: bool) -> bool:
    if not exact:
        text, longer = text.casefold(), longer.casefold()
    return bool(text) and text != longer and text in longer


def _part(test: _TextTest, text: str, other: _TextTest, longer: str, subject: str) -> Finding:
    route = other.declaration.route.name
    message = (
        f'"{text}" is a part of "{longer}", which {route} tests, and incident.io does not document '
        "whether `one_of` compares whole texts"
    )
    hint = (
        f"if it does not, this condition also holds where {subject} is {longer}; rename one of the "
        "values, or pin `text_one_of` with `assume` in reconciler.yaml once you know"
    )
    return Finding("warning", "part-of-another", message, hint, path=test.path)


def _texts(condition: Condition) -> frozenset[str]:
    return frozenset(
        value.text
        for binding in condition.params
        for value in binding.values
        if isinstance(value, Literal)
    )
