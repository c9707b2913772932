"""Today's files next to those of the base commit: which file was which, and what it said."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconciler.apply.asked import Asked, Base
from reconciler.directory import Directory, resolve
from reconciler.model.canonical import canonical
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding, has_errors
from reconciler.model.route import Route
from reconciler.plan.make import Bases
from reconciler.plan.renamed import renamed_in_file


def bases_of(asked: Asked, directory: Directory) -> tuple[Bases | None, tuple[Finding, ...]]:
    """The base routes with ids, by today's paths, and what is wrong with comparing them.

    A base route whose names nobody knows any more keeps them as they are: in whatever slot that
    was, the file changed, or else today's file has the same error.
    """
    base = asked.base
    if base is None:
        return None, ()
    routes = {}
    findings: list[Finding] = []
    for declaration in asked.declarations:
        was = _twin(declaration, base.declarations)
        findings += _concerns(declaration, was, base)
        if was is not None and not was.absent:
            routes[declaration.file] = resolve(was, directory, base.config)[0].route
    findings += _unknown_applied(asked)
    tried = tuple(_tried(asked, one, directory) for one in asked.tried)
    bases = Bases(routes, base.revert_drift, _applied(asked, directory), tried)
    return bases, tuple(findings)


def _tried(asked: Asked, tried: Base, directory: Directory) -> dict[str, Declaration]:
    """What an apply that failed meant to write, by today's paths; files that the base has alike
    are not among them.
    """
    twins = ((one.file, _twin(one, tried.declarations)) for one in asked.declarations)
    return {
        file: resolve(was, directory, tried.config)[0] for file, was in twins if was is not None
    }


def _applied(asked: Asked, directory: Directory) -> dict[str, Route] | None:
    """What was applied last, by today's paths. None where that is not wholly known."""
    applied = asked.applied
    if applied is None or applied.broken:
        return None
    twins = [(one.file, _twin(one, applied.declarations)) for one in asked.declarations]
    return {
        file: resolve(was, directory, applied.config)[0].route
        for file, was in twins
        if was is not None and not was.absent
    }


def _unknown_applied(asked: Asked) -> Iterator[Finding]:
    if asked.applied is not None and asked.applied.broken:
        files, commit = ", ".join(asked.applied.broken), asked.applied.commit[:12]
        message = (
            f"what was applied last cannot be read whole ({files} in {commit}): what another merge "
            "changed counts as edited by hand"
        )
        hint = "read drift and conflicts with that in mind; the next apply that ends well mends it"
        yield Finding("warning", "applied-unreadable", message, hint)


def _twin(declaration: Declaration, declarations: Sequence[Declaration]) -> Declaration | None:
    """The base's declaration of the same route: by id, by name or former name, else by path."""
    names = {declaration.route.name, declaration.previously or declaration.route.name}
    by_id = [one for one in declarations if declaration.id and one.id == declaration.id]
    by_name = [one for one in declarations if one.route.name in names]
    by_path = [one for one in declarations if one.file == declaration.file]
    found = by_id or by_name or by_path
    return found[0] if found else None


def _concerns(declaration: Declaration, was: Declaration | None, base: Base) -> Iterator[Finding]:
    if declaration.file in base.broken:
        yield declaration.positions.locate(
            Finding(
                "error",
                "base-unreadable",
                f"nobody can read what this file said in {base.commit[:12]}, so nobody knows what "
                "changed",
                "plan without --base, or from a commit in which the file has no error",
                path=("name",),
                route=declaration.route.name,
            )
        )
    renamed = was is not None and was.route.name != declaration.route.name
    if renamed and was is not None and not declaration.id and declaration.previously is None:
        former = was.route.name
        said = f'this file said "{former}" in {base.commit[:12]}'
        yield renamed_in_file(declaration, former, said)


def changed_since(asked: Asked) -> tuple[Declaration, ...]:
    """The declarations that say something else than in the base, all of them without one.

    Comments and spelling are no change. Settings that translate names may change what any file
    means, so with other settings every file counts. Files that nobody could read in the base do
    too: the plan has to refuse them. A file that says again what it said in the base counts where
    an apply that failed meant something else by it, which may be live.
    """
    base = asked.base
    if base is None or asked.config != replace(base.config, approvals=asked.config.approvals):
        return asked.declarations
    return tuple(
        one
        for one in asked.declarations
        if one.file in base.broken
        or _said(one) != _said(_twin(one, base.declarations))
        or any(_twin(one, tried.declarations) for tried in asked.tried)
    )


def twins_of(asked: Asked, declarations: Sequence[Declaration]) -> tuple[Declaration, ...]:
    """What the base, and the applies that failed since, said of these."""
    sides = (*([asked.base] if asked.base else []), *asked.tried)
    twins = (_twin(one, side.declarations) for side in sides for one in declarations)
    return tuple(one for one in twins if one is not None)


def _said(declaration: Declaration | None) -> object:
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
    """The files that have an error among the findings."""
    return frozenset(
        finding.position.file
        for finding in findings
        if finding.position is not None and has_errors([finding])
    )


def removed(asked: Asked) -> Iterator[Finding]:
    """A note for each file of the base that is gone: its route stays live, in no file."""
    if asked.base is None or not asked.complete:
        return
    twins = [_twin(one, asked.base.declarations) for one in asked.declarations]
    kept = {was.route.name for was in twins if was is not None}
    for was in asked.base.declarations:
        if was.route.name not in kept and not was.absent:
            name = was.route.name
            yield Finding(
                "warning",
                "file-removed",
                f'the file of "{name}" ({was.file}) is gone; the route stays live, and still pages',
                "to delete the route, keep its file and write `state: absent`",
                route=name,
            )
