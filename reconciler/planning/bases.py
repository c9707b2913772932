"""Today's files next to those of the base commit: which file was which, and what it declared."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.directory import Directory, resolve, with_former_names
from reconciler.files.config import CONFIG_FILE
from reconciler.git.base import Base
from reconciler.model import Config, Declaration, Finding, Position, canonical, has_errors
from reconciler.plan.change import Change, Delete
from reconciler.plan.identify import renamed_in_file
from reconciler.plan.make import Bases
from reconciler.plan.paging.paging import Paging, paging
from reconciler.plan.settings import without_guards
from reconciler.planning.likeness import past_of, recorded_twins, spelled
from reconciler.planning.request import PlanRequest


def bases_of(
    request: PlanRequest, directory: Directory, account: str
) -> tuple[Bases | None, tuple[Finding, ...]]:
    """The base routes with ids, by today's paths, and findings. Without a base commit they are the
    routes of the last apply; with one, the record tells a merge that waits from a live edit.

    A base route keeps names that are unknown today: there the file changed, or it has the same
    error.
    """
    last = _recorded(request, directory, account)
    base = request.base or (request.otherwise if last is None else None)
    if base is None:
        return last, ()

    findings: list[Finding] = [*_settings_unreadable(base)]
    findings += [_nothing_recorded()] if base is request.otherwise else []
    declared = declared_in_base(replace(request, base=base), directory)
    routes = {file: with_ids.route for file, (_, with_ids) in declared.items()}
    twins = past_of(request, base.declarations)
    from_record = _counted_from_record(request, base, account)
    for declaration in request.declarations:
        if declaration.file in from_record:
            routes.pop(declaration.file, None)
        else:
            was = twins.get(declaration.file)
            findings += _concerns(
                declaration, was, _unreadable(request, base, declaration, was), base
            )
    last = last or Bases({}, request.revert_drift)
    ignored = {file: was.ignore_changes for file, (was, _) in declared.items()}
    bases = replace(
        last,
        routes={**last.routes, **routes},
        applied=last.routes or None,
        ignored={**last.ignored, **ignored},
        absent_before=frozenset(
            declaration.file
            for declaration in request.declarations
            if declaration.absent and declaration.file not in from_record
            if (was := twins.get(declaration.file)) is not None and was.absent
        ),
    )
    return bases, tuple(findings)


def _nothing_recorded() -> Finding:
    message = "no apply is recorded, so every difference counts as a live edit"
    return Finding("note", "nothing-recorded", message, "the next `apply` starts the record")


def declared_in_base(
    request: PlanRequest, directory: Directory
) -> dict[str, tuple[Declaration, Declaration]]:
    """The base's declarations of routes, by today's paths: with names, and with ids."""
    if (base := request.base) is None:
        return {}
    known, settings = with_former_names(directory, base.lock), _settings(request, base)
    return {
        file: (was, resolve(was, known, settings)[0])
        for file, was in past_of(request, base.declarations).items()
        if not was.absent
    }


def _recorded(request: PlanRequest, directory: Directory, account: str) -> Bases | None:
    remembered = request.recorded(account)
    rows = remembered.applied
    if not rows and not remembered.sent:
        return None
    versions = {declaration.id: (declaration.id or "", version) for declaration, version in rows}
    twins = recorded_twins(request, remembered)
    sent = past_of(request, remembered.sent)
    return Bases(
        {file: resolve(was, directory, request.config)[0].route for file, was in twins.items()},
        request.revert_drift,
        untouched={file: versions[was.id] for file, was in twins.items()},
        sent={file: resolve(was, directory, request.config)[0] for file, was in sent.items()},
        ignored={file: was.ignore_changes for file, was in twins.items()},
    )


def _counted_from_record(request: PlanRequest, base: Base, account: str) -> frozenset[str]:
    """The files that are counted from the last apply, not from the base: those applied, or deleted,
    from a commit after the base, since today's files went on from there; and those that a new
    approval names, since an earlier merge of such a route may wait for just that.
    """
    remembered = request.recorded(account)
    if not remembered.applied:
        return frozenset()
    twins = recorded_twins(request, remembered)
    commits = {file: remembered.commits.get(was.id or "") for file, was in twins.items()}
    return frozenset(
        declaration.file
        for declaration in request.declarations
        if commits.get(declaration.file) in base.after
        or remembered.gone.get(declaration.route.name) in base.after
        or _is_released(request, declaration)
    )


def as_it_was(request: PlanRequest, account: str, files: frozenset[str]) -> frozenset[str]:
    """The files that are, name for name, as they were where changes are counted from."""
    if request.base is not None:
        before = past_of(request, request.base.declarations)
    else:
        remembered = request.recorded(account)
        named = {ids.id: names for names, ids in spelled(remembered)}
        twins = recorded_twins(request, remembered)
        before = {file: named[was.id] for file, was in twins.items() if was.id in named}
    return frozenset(
        declaration.file
        for declaration in request.declarations
        if declaration.file in files and declaration.file in before
        if _content(replace(declaration, id=None))
        == _content(replace(before[declaration.file], id=None))
    )


def _is_released(request: PlanRequest, declaration: Declaration) -> bool:
    """Whether an approval that the base did not have names this route."""
    names = {declaration.route.name, declaration.previously, declaration.id}
    return any(
        loosened.route in names for loosened in request.loosened if loosened.setting == "approvals"
    )


def _settings(request: PlanRequest, base: Base) -> Config:
    """Where the base's are unreadable, today's: a name that differs is then a kept live edit."""
    return request.config if CONFIG_FILE in base.broken else base.config


def _settings_unreadable(base: Base) -> Iterator[Finding]:
    if CONFIG_FILE in base.broken:
        message = (
            f"{CONFIG_FILE} had an error in {base.commit[:12]}, so its names there are unknown; "
            "the plan uses today's names"
        )
        hint = "if a name had another meaning then, the plan shows a live edit"
        at = Position(CONFIG_FILE, 1, 1)
        yield Finding("warning", "base-settings-unreadable", message, hint, at)


def _unreadable(
    request: PlanRequest, base: Base, declaration: Declaration, was: Declaration | None
) -> str | None:
    """The unreadable file of the base that may have declared this route: that of its path, or, for
    a route that the base does not know, one that is gone today, too.
    """
    today = {other.file for other in (*request.declarations, *request.beside)}
    for broken in base.broken:
        if declaration.file == broken or declaration.file.startswith(f"{broken}/"):
            return broken
    if was is not None:
        return None
    today |= {CONFIG_FILE} | broken_by(request.findings)
    return next((file for file in base.broken if file not in today), None)


def _concerns(
    declaration: Declaration, was: Declaration | None, unreadable: str | None, base: Base
) -> Iterator[Finding]:
    if unreadable is not None:
        place = "this file" if unreadable == declaration.file else unreadable
        yield declaration.finding(
            "error",
            "base-unreadable",
            f"{place} cannot be read in {base.commit[:12]}, so the plan cannot tell what changed",
            "plan without --base, or from a commit in which the file has no error",
        )
    yield from _earlier(declaration, was.file if was else declaration.file, base)
    renamed = was is not None and was.route.name != declaration.route.name
    if renamed and was is not None and not declaration.id and declaration.previously is None:
        former = was.route.name
        place = "this file" if was.file == declaration.file else was.file
        before = f'{place} had the name "{former}" in {base.commit[:12]}'
        yield renamed_in_file(declaration, former, before)


def _earlier(declaration: Declaration, file: str, base: Base) -> Iterator[Finding]:
    if file not in base.earlier:
        return
    commit = base.earlier[file]
    counted = f"; its changes count from {commit[:12]}, the last commit without an error"
    never = " and in every commit before, so it counts as new"
    message = f"this file had an error in {base.commit[:12]}{counted if commit else never}"
    yield declaration.finding("note", "base-earlier", message)


def read_earlier(declarations: Iterable[Declaration], base: Base) -> Iterator[Finding]:
    """Notes of today's files that count as they stood before the base."""
    for declaration in declarations:
        yield from _earlier(declaration, declaration.file, base)


def changed_since(request: PlanRequest) -> tuple[Declaration, ...]:
    """The declarations that differ from the base, all of them without one. Comments are no change.

    Other settings that translate names may change what any file means, so then every file counts.
    So does a file that was unreadable in the base: the plan has to refuse it.
    """
    base = request.base
    if base is None or without_guards(request.config) != without_guards(base.config):
        return request.declarations
    twins = past_of(request, base.declarations)
    return tuple(
        declaration
        for declaration in request.declarations
        if _content(declaration) != _content(twins.get(declaration.file))
        or _unreadable(request, base, declaration, twins.get(declaration.file))
        or _is_released(request, declaration)
    )


def twins_of(request: PlanRequest, declarations: Sequence[Declaration]) -> tuple[Declaration, ...]:
    """The base's declarations of these."""
    files = {declaration.file for declaration in declarations}
    twins = past_of(request, request.base.declarations) if request.base else {}
    return tuple(was for file, was in twins.items() if file in files)


def _content(declaration: Declaration | None) -> object:
    """Everything that a file says, and not where it says it."""
    if declaration is None:
        return None
    route = canonical(declaration.route)
    return (
        route,
        declaration.id,
        declaration.previously,
        declaration.absent,
        frozenset(declaration.ignore_changes),
    )


def broken_by(findings: Sequence[Finding]) -> frozenset[str]:
    return frozenset(
        finding.position.file
        for finding in findings
        if finding.position is not None and has_errors([finding])
    )


def removed(request: PlanRequest, changes: Sequence[Change]) -> Iterator[Finding]:
    """A warning for each file of the base that is gone: its route stays live, in no file."""
    if request.base is None or not request.complete:
        return
    known = {was.route.name for was in past_of(request, request.base.declarations).values()}
    known |= {change.name for change in changes if isinstance(change, Delete)}
    for was in request.base.declarations:
        if was.route.name not in known and not was.absent:
            name = was.route.name
            still = "" if paging(was.route) is Paging.NOBODY else ", and still pages"
            yield Finding(
                "warning",
                "file-removed",
                f'the file of "{name}" ({was.file}) was removed; the route stays live{still}',
                "to delete the route, keep its file and write `state: absent`",
                route=name,
            )
