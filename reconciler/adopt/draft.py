"""A live route as the text of a file, checked before anybody writes it.

The text is read again and resolved again, and must then mean what is live. So a draft that exists
plans to no changes, whatever names the account has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.adopt.sugar import in_order, sweetened
from reconciler.directory import Directory, part, resolve, type_subjects, unresolve
from reconciler.files import parse_route
from reconciler.files.emit import emit_route
from reconciler.model.config import Config
from reconciler.model.declaration import Declaration, Live
from reconciler.model.finding import Finding, Position, Positions
from reconciler.plan.differences import differences
from reconciler.plan.effective import comparable
from reconciler.wire.codec import codec


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be written. `live` has its subjects typed."""

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
    """What names are made of: the account's directory, and what reconciler.yaml names."""

    directory: Directory
    config: Config
    display: Mapping[str, str]  # for findings: id or reference -> name

    @property
    def lasting(self) -> Directory:
        """The directory without the names that only labels of live routes tell: they go when a
        route goes, and a file that uses one can then not be planned any more.
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
    route = in_order(unresolve(sweetened(live.route), names.lasting, names.config))
    said = Declaration(route, Positions(file), id=live.id if pin else None, previously=previously)
    text = emit_route(said)
    declaration, findings = parse_route(text, file)
    if declaration is None:
        return _refused(live, file, _first_error(findings))
    return _checked(Draft(live, file, text, declaration), names)


def _checked(draft: Draft, names: Names) -> Draft | Finding:
    resolved, findings = resolve(draft.declaration, names.lasting, names.config)
    unsure = tuple(one for one in findings if one.code == "not-in-lock")
    wrong = _first_error((*findings, *codec(draft.live.api).expressible(resolved.route)))
    wrong = wrong or next((one.message for one in unsure), "")
    if wrong:
        return _refused(draft.live, draft.file, wrong)
    shown = {**draft.live.labels, **names.display}
    live = comparable(draft.live, resolved.route)
    different = differences(resolved.route, live, shown)
    if different:
        titles = ", ".join(change.title for change in different)
        return _refused(draft.live, draft.file, f"a file would change {titles}")
    return draft


def _first_error(findings: tuple[Finding, ...]) -> str:
    return next((finding.message for finding in findings if finding.level == "error"), "")


def _refused(live: Live, file: str, why: str) -> Finding:
    name = live.route.name
    return Finding(
        "error",
        "not-importable",
        f'"{name}" ({live.id}) cannot be said in a file: {why}',
        "it was not written and stays as it is in incident.io",
        Position(file, 1, 1),
        route=name,
    )
