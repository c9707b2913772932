"""A live edit into the file that declares its route.

Without a base every difference is taken. With a base, only live
edits since: a field that the file changed stays the file's, and a field that both changed
is a conflict, which a person settles. What is written is read again and must mean what is live.
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from reconciler.adopt.align import aligned
from reconciler.adopt.draft import Names, meaning, with_shorthand
from reconciler.directory import resolve, resolve_owned, type_subjects, unresolve
from reconciler.files import RouteFiles
from reconciler.files.edit.route import edit_route
from reconciler.live.survey import Survey
from reconciler.model import (
    Declaration,
    Destination,
    Finding,
    Literal,
    Live,
    Route,
    Value,
    has_errors,
)
from reconciler.plan.change import FieldChange, Risk, Shown
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.effective import comparable, effective
from reconciler.plan.compare.places import placed
from reconciler.plan.compare.threeway import kinds, merge
from reconciler.plan.identify import identify
from reconciler.plan.owns import not_ours, not_pulled
from reconciler.plan.paging.paging import some
from reconciler.plan.paging.risks import update_risks
from reconciler.planning.bases import bases_of
from reconciler.planning.request import PlanRequest
from reconciler.text import visible

_SETTINGS = tuple(slot.name for slot in fields(Route))


@dataclass(frozen=True, slots=True)
class Pulled:
    """The result of pulling one route. `text` None: the file stays as it is. `changes` are from
    the file's value to the live one, `risks` what taking them means for paging.
    """

    declaration: Declaration
    live: Live
    text: str | None = None
    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[FieldChange, ...] = ()  # from the live value to the file's
    findings: tuple[Finding, ...] = ()
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Every route that was compared, and all findings."""

    pulled: tuple[Pulled, ...]
    conflicts: tuple[Finding, ...]
    findings: tuple[Finding, ...]

    @property
    def written(self) -> tuple[Pulled, ...]:
        """The routes whose files change."""
        return tuple(pulled for pulled in self.pulled if pulled.text is not None)


def pull_routes(request: PlanRequest, seen: Survey, files: RouteFiles, ref: str) -> Taken:
    """The live edits of the declared routes since `ref`, in words. `request` and `seen` are with
    the record, `files` as they are. Pure.
    """
    config, unknown = resolve_owned(request.config, seen.directory, request.lock)
    display = seen.directory.display(request.config)
    foreign = not_ours(seen.listed, seen.lives, config, display)
    identified = identify(request.declarations, seen.listed, complete=False, foreign=foreign)
    bases, base_findings = bases_of(request, seen.directory, seen.identity.account)
    if bases is not None:  # live may lag behind the base: what was applied last says who moved
        bases = replace(bases, routes={**bases.routes, **(bases.applied or {})})
    findings = [*seen.findings, *identified.findings, *base_findings, *unknown]
    findings += [
        _not_live(declaration) for declaration in identified.creates if not declaration.absent
    ]
    names = Names(seen.directory, request.config, display)
    pulled: list[Pulled] = []
    unrecorded: list[str] = []
    # Without the record's ids.
    written = {declaration.file: declaration for declaration in files.declarations}
    for pair in identified.pairs:
        live = seen.lives.get(pair.id)
        if live is None or pair.declaration.absent:
            continue
        if pair.id in foreign:
            findings.append(not_pulled(pair.declaration, live, config, display))
            continue
        file = pair.declaration.file
        base: Route | None = bases.of(file, live) if bases is not None else None
        if request.base is not None and base is None:
            continue  # new since the base: the file wins as a whole
        pulled.append(pull_route(files.texts[file], written[file], live, base, names))
        findings += pulled[-1].findings
        if base is None and pulled[-1].text is not None:
            unrecorded.append(pair.declaration.route.name)
    if unrecorded:
        findings.append(_unrecorded(unrecorded))
    conflicts = (finding for pull in pulled for finding in conflict_findings(pull, ref))
    return Taken(tuple(pulled), tuple(conflicts), tuple(findings))


def _unrecorded(names: Sequence[str]) -> Finding:
    """Without a record nothing tells an edit of the file from a live one."""
    listed = ", ".join(some([f'"{name}"' for name in names]))
    message = (
        f"the record lacks {listed}, so `pull` takes every difference, also over edits of the file"
    )
    hint = "`git diff` shows what it wrote; `reconciler pull --diff` shows it before"
    return Finding("warning", "pull-unrecorded", message, hint)


def _not_live(declaration: Declaration) -> Finding:
    name = declaration.route.name
    message = f'no live route is named "{name}", so there is nothing to pull'
    hint = (
        "if it was deleted in the dashboard, remove this file; if it was renamed there, add its "
        "`id`, or its new name with `previously`"
    )
    finding = Finding("warning", "not-live", message, hint, path=("name",), route=name)
    return declaration.positions.locate(finding)


def conflict_findings(pulled: Pulled, ref: str) -> Iterator[Finding]:
    """Changes of both sides since `ref`; nothing is written for them."""
    name = pulled.declaration.route.name
    quoted = shlex.quote(name) if name.isprintable() else "NAME"
    way_out = (
        "to keep the live value, write it here; to overwrite it with the file, "
        f"`reconciler plan {quoted} --revert-drift --out plan.json`, then "
        "`reconciler apply plan.json`"
    )
    for change in pulled.conflicts:
        live = shown_words(change.from_) or "nothing"
        in_file = shown_words(change.to) or "nothing"
        yield Finding(
            "error",
            "pull-conflict",
            f"{change.title} changed here and in incident.io since {ref}: "
            f"the file has {in_file}, incident.io has {live}",
            way_out,
            change.position,
            path=change.path,
            route=pulled.declaration.route.name,
        )


def shown_words(side: Shown | None) -> str:
    """A side of a difference, "" where there is none."""
    return "" if side is None else visible(side.words) or '""'


def pull_route(
    text: str, declaration: Declaration, live: Live, base: Route | None, names: Names
) -> Pulled:
    """`text` is the file's, `base` the route of the file in the base commit, with ids. Pure."""
    resolved, findings = resolve(declaration, names.directory, names.config)
    if has_errors(findings):
        return Pulled(declaration, live, findings=findings)
    head = resolved.route
    there = _kept_back(declaration, head, names.typed(live))
    shown = {**live.labels, **names.display}
    target, moved = _target(base, head, there, names)
    conflicts = tuple(placed(change, resolved, shown) for change in moved)
    found = differences(target, head, shown)
    if not found:
        return Pulled(declaration, live, conflicts=conflicts)
    wanted = replace(declaration, route=_in_words(declaration, head, target, names))
    edited = edit_route(text, declaration, wanted)
    read = edited and meaning(edited, declaration.file, names.directory, names.config)
    if not read or differences(read.route, target):
        return Pulled(
            declaration, live, conflicts=conflicts, findings=(_impossible(declaration, found),)
        )
    return Pulled(
        declaration,
        live,
        edited,
        tuple(placed(change, resolved, shown) for change in found),
        conflicts,
        risks=update_risks(head, target, shown),
    )


def _kept_back(declaration: Declaration, head: Route, live: Live) -> Route:
    """The live route, with what the file decides alone: keys that it leaves to the dashboard, the
    new name of a route that it renames, and content that the read hides.
    """
    there = _spelled_alike(comparable(live, head), head)
    ignored = {key: getattr(head, key) for key in declaration.ignore_changes if key in _SETTINGS}
    if declaration.previously == there.name and not declaration.id:
        ignored["name"] = head.name
    if not ignored:
        return there
    there = Route(**{**{key: getattr(there, key) for key in _SETTINGS}, **ignored})
    completed = effective(head, live.route, declaration.ignore_changes).expressions
    borrowed = {each.reference for each in completed} - {
        expression.reference for expression in head.expressions
    }
    kept = tuple(
        expression for expression in there.expressions if expression.reference not in borrowed
    )
    return replace(there, expressions=kept)


def _target(
    base: Route | None, head: Route, live: Route, names: Names
) -> tuple[Route, tuple[FieldChange, ...]]:
    """The wanted meaning of the file, and the fields that moved on both sides."""
    if base is None or not differences(head, base):
        return live, ()  # only incident.io moved it, so nothing is to be separated
    found = kinds(differences(head, live, names.display), base, head, live)
    conflicts = tuple(change for change in found if change.kind == "conflict")
    target = merge(base, live, head)  # the file's route, with the live edits on it
    taken = {change.path for change in differences(target, head)}
    if taken != {change.path for change in found if change.kind == "drift"}:
        # The merge cannot separate these edits, so a person has to.
        return head, tuple(change for change in found if change.kind != "change") or found
    return type_subjects(target, names.directory), conflicts


def _in_words(declaration: Declaration, head: Route, target: Route, names: Names) -> Route:
    """The target with names. A setting that cannot keep the file's words gets others."""
    spelled = unresolve(with_shorthand(target), names.lasting, names.config)
    wanted = aligned((declaration.route, head), (spelled, with_shorthand(target)))
    ids = resolve(replace(declaration, route=wanted), names.directory, names.config)[0].route
    wrong = {str(change.path[0]) for change in differences(ids, target)}
    return replace(wanted, **{key: getattr(spelled, key) for key in wrong & {*_SETTINGS}})


def _impossible(declaration: Declaration, found: Sequence[FieldChange]) -> Finding:
    titles = ", ".join(change.title for change in found)
    return declaration.positions.locate(
        Finding(
            "error",
            "not-pullable",
            f"{declaration.file} cannot be updated to match the live route: {titles}",
            "edit the file yourself, or rewrite it: `reconciler import --force NAME`",
            path=("name",),
            route=declaration.route.name,
        )
    )


def _spelled_alike(live: Route, head: Route) -> Route:
    """The live route with Slack's channels as the file spells them: one side may lack the team."""
    channels = [place.slack.channel.values for place in head.notify if place.slack]
    literals = [value.text for values in channels for value in values if isinstance(value, Literal)]
    ours = {text.rpartition("/")[2]: text for text in literals}

    def spelled(value: Value) -> Value:
        if not isinstance(value, Literal):
            return value
        other = ours.get(value.text.rpartition("/")[2], value.text)
        return Literal(other) if ("/" in other) != ("/" in value.text) else value

    def respelled(place: Destination) -> Destination:
        if place.slack is None:
            return place
        channel = place.slack.channel
        channel = replace(channel, values=tuple(map(spelled, channel.values)))
        return replace(place, slack=replace(place.slack, channel=channel))

    return replace(live, notify=tuple(map(respelled, live.notify)))
