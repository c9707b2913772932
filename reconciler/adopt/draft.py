"""A live route as the text of a file, as a person would have written it, and checked.

The text is read again and resolved again, and must then mean what is live. So a draft that exists
plans to no changes, whatever names the account has.

The server stores `one_of` on text under another name (fact 3.6) and returns sets in any order
(fact 3.8). A file has the short name, and one order, so that importing twice gives one text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from reconciler.directory import Directory, part, resolve, type_subjects, unresolve
from reconciler.files import parse_route
from reconciler.files.write.route import emit_route
from reconciler.model import (
    TEXT_STORED_AS,
    TEXT_TYPES,
    Branches,
    Case,
    Condition,
    ConditionGroups,
    Config,
    Declaration,
    Filter,
    Finding,
    Kind,
    Live,
    Position,
    Positions,
    Route,
    Setting,
    Step,
    has_errors,
    with_settings,
)
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.effective import comparable
from reconciler.wire.codec import codec

T = TypeVar("T")

_WRITTEN_AS = {stored: written for written, stored in TEXT_STORED_AS.items()}


def with_shorthand(route: Route) -> Route:
    """The typed route with the operations of text under the names that have a short form, and
    without the empty operands that the server appends (fact 3.4).
    """
    return with_settings(route, _with_short)


def _short(condition: Condition) -> Condition:
    params = condition.params
    while params and not params[-1].values:
        params = params[:-1]
    operation = condition.operation
    if condition.subject_type in TEXT_TYPES:
        operation = _WRITTEN_AS.get(operation, operation)
    return replace(condition, operation=operation, params=params)


def in_order(route: Route) -> Route:
    """The route with its sets in the order of their names."""
    return with_settings(route, _sorted)


def _sorted(row: Setting, value: Any) -> Any:
    if row.kind == "section":
        return value and with_settings(value, _sorted)
    return tuple(sorted(value, key=_ORDERS[row.kind])) if row.kind in _ORDERS else value


def _folded(name: str) -> tuple[str, str]:
    return name.casefold(), name


_ORDERS: Mapping[Kind, Callable[[Any], Any]] = {
    "names": _folded,
    "references": _folded,
    "sources": lambda source: _folded(source.source),
    "targets": lambda target: (target.kind, repr(target)),
    "destinations": repr,
    "fields": lambda custom: _folded(custom.field),
    "expressions": lambda expression: _folded(expression.reference),
}


def _with_short(row: Setting, value: Any) -> Any:
    """A setting with every condition shortened, wherever it stands."""
    match row.kind:
        case "conditions":
            return _groups(value)
        case "section":
            return value and with_settings(value, _with_short)
        case "sources" | "destinations":
            return tuple(with_settings(each, _with_short) for each in value)
        case "expressions":
            return tuple(replace(each, steps=tuple(map(_step, each.steps))) for each in value)
        case _:
            return value


def _groups(groups: ConditionGroups) -> ConditionGroups:
    return tuple(tuple(map(_short, group)) for group in groups)


def _step(step: Step) -> Step:
    match step:
        case Filter(when):
            return Filter(_groups(when))
        case Branches(returns, cases):
            return Branches(returns, tuple(Case(_groups(c.when), c.result) for c in cases))
        case _:
            return step


@dataclass(frozen=True, slots=True)
class Draft:
    """A file to be written. `live` has its subjects typed."""

    live: Live
    file: str
    text: str
    declaration: Declaration

    @property
    def name(self) -> str:
        """The route's name."""
        return self.live.route.name


@dataclass(frozen=True, slots=True)
class Names:
    """Where names come from: the account's directory, and reconciler.yaml."""

    directory: Directory
    config: Config
    display: Mapping[str, str]  # for findings: id or reference -> name

    @property
    def lasting(self) -> Directory:
        """The directory without the names that come from labels of live routes alone: they go when
        a route goes, and a file that uses such a name can then not be planned any more.
        """
        return replace(self.directory, channels=part(()), message_templates=part(()))

    def typed(self, live: Live) -> Live:
        """The live route with the types of its subjects, which no read has."""
        return replace(live, route=type_subjects(live.route, self.directory))


def make_draft(
    live: Live, file: str, names: Names, *, pin: bool, previously: str | None = None
) -> Draft | Finding:
    """The draft, or why there is none. `pin`: write the `id`, as the name is not unique;
    `previously`: the name that the file had for the route.
    """
    live = names.typed(live)
    route = in_order(unresolve(with_shorthand(live.route), names.lasting, names.config))
    identity = live.id if pin else None
    text = emit_route(Declaration(route, Positions(file), id=identity, previously=previously))
    declaration, findings = parse_route(text, file)
    if declaration is None:
        return _refused(live, file, _first_error(findings))
    return _checked(Draft(live, file, text, declaration), names)


def _checked(draft: Draft, names: Names) -> Draft | Finding:
    resolved, findings = resolve(draft.declaration, names.lasting, names.config)
    unsure = tuple(finding for finding in findings if finding.code == "not-in-lock")
    wrong = _first_error((*findings, *codec(draft.live.api).expressible(resolved.route)))
    wrong = wrong or next((each.message for each in unsure), "")
    if wrong:
        return _refused(draft.live, draft.file, wrong)
    shown = {**draft.live.labels, **names.display}
    live = comparable(draft.live, resolved.route)
    different = differences(resolved.route, live, shown)
    if different:
        titles = ", ".join(change.title for change in different)
        return _refused(draft.live, draft.file, f"a file would change {titles}")
    return draft


def meaning(text: str, file: str, directory: Directory, config: Config) -> Declaration | None:
    """The text of a file, read and resolved to ids; None where it has a mistake."""
    read, _ = parse_route(text, file)
    if read is None:
        return None
    resolved, findings = resolve(read, directory, config)
    return None if has_errors(findings) else resolved


def _first_error(findings: tuple[Finding, ...]) -> str:
    return next((finding.message for finding in findings if finding.level == "error"), "")


def _refused(live: Live, file: str, why: str) -> Finding:
    name = live.route.name
    return Finding(
        "error",
        "not-importable",
        f'"{name}" ({live.id}) cannot be written as a file: {why}',
        "no file was written; the route is unchanged in incident.io",
        Position(file, 1, 1),
        route=name,
    )
