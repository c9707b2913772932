"""Who is paged differently by files: those of a commit next to today's, by the lock file.

No request is made, so what is live does not count: no route without a file, and no live edit. To
remove a file deletes no route, unless `undeclared: delete` does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.directory import LATER, Directory, resolve
from reconciler.directory.former import as_it_was
from reconciler.model import Config, Declaration, Finding, Names, Route, has_errors
from reconciler.plan.paging.proof import Proof
from reconciler.planning.bases import declared_in_base, read_earlier
from reconciler.planning.likeness import past_of
from reconciler.planning.proved import Question, proof_of
from reconciler.planning.request import PlanRequest
from reconciler.planning.world import world_of
from reconciler.routing.telling import Tell, silent
from reconciler.routing.who import Region, Unproven
from reconciler.routing.world import World
from reconciler.text import counted

NOT_IN_LOCK = "not-in-lock"
_ROUTING = frozenset({"enabled", "sources", "when", "escalate", "notify", "incident"})


@dataclass(frozen=True, slots=True)
class FilesCompared:
    """The proof, None where a file of today has an error, which the findings say."""

    proof: Proof | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class FilesSides:
    """What the files of the base say, and today's: `question`, None where a file of today has an
    error, which the findings say; `others` are as they are on both sides.
    """

    question: Question | None
    others: Mapping[str, Route]
    world: World
    unknown: tuple[Unproven, ...]
    findings: tuple[Finding, ...] = ()


def who_of_files(request: PlanRequest, directory: Directory, tell: Tell = silent) -> FilesCompared:
    """From the files of the request's base to today's, each with the names of its own lock file.
    The files of `beside` count as they are on both sides. Pure.
    """
    found = sides_of_files(request, directory)
    if found.question is None:
        return FilesCompared(None, found.findings)
    proof = proof_of(found.question, found.others, found.world, request.config, found.unknown, tell)
    return FilesCompared(proof, found.findings)


def sides_of_files(request: PlanRequest, directory: Directory) -> FilesSides:
    """What `who_of_files` compares. Pure."""
    config, base = request.config, request.base
    then = _then(request, directory)
    of_base = declared_in_base(request, then)
    before: dict[str, Route] = {file: with_ids.route for file, (_, with_ids) in of_base.items()}
    after: dict[str, Route] = {}
    findings: list[Finding] = [*request.findings]
    for declaration in request.declarations:
        if not declaration.absent:
            resolved, found = resolve(declaration, directory, config)
            findings += found
            after[declaration.file] = resolved.route
    if has_errors(findings):
        return FilesSides(None, {}, World(), (), tuple(findings))
    if base is not None:
        findings += read_earlier(request.declarations, base)
    others = dict(_unchanged(request, directory))
    if base is not None and config.undeclared == "delete" and request.complete:
        before |= dict(_removed(request, then))
    question = Question(before, after)
    names = _names(then, directory, config, question, others)
    unknown = [*_unsaid(request, question), *_broken(request, question)]
    unknown += _unnamed(request, directory, question)
    world = world_of(directory, config, names)
    return FilesSides(question, others, world, tuple(unknown), tuple(findings))


def _then(request: PlanRequest, directory: Directory) -> Directory:
    """What names meant in the files of the base: what its own lock file says."""
    return as_it_was(directory, request.base.lock if request.base else None)


def _names(
    then: Directory,
    directory: Directory,
    config: Config,
    question: Question,
    others: dict[str, Route],
) -> Names:
    """What everything is called. What had a name that another thing has now says so."""
    routes = {**others, **question.before, **question.after}
    now = directory.display(config)
    taken = {*now.values()}
    gone = {key: name for key, name in then.display(config).items() if key not in now}
    gone = {key: f"{name} (before)" if name in taken else name for key, name in gone.items()}
    return {**gone, **now, **{key: route.name for key, route in routes.items()}}


def _unchanged(request: PlanRequest, directory: Directory) -> Iterator[tuple[str, Route]]:
    for declaration in request.beside:
        resolved, found = resolve(declaration, directory, request.config)
        if not declaration.absent and not has_errors(found):
            yield declaration.file, resolved.route


def _removed(request: PlanRequest, then: Directory) -> Iterator[tuple[str, Route]]:
    """Routes of the base whose files are gone."""
    base = request.base
    if base is None:
        return
    kept = {id(declaration) for declaration in past_of(request, base.declarations).values()}
    for was in base.declarations:
        if id(was) not in kept and not was.absent:
            yield f"{was.file} (removed)", resolve(was, then, request.config)[0].route


def _unsaid(request: PlanRequest, question: Question) -> Iterator[Unproven]:
    """Files that leave to the dashboard what decides about paging."""
    for declaration in (*request.declarations, *request.beside):
        left = sorted(_ROUTING & {*declaration.ignore_changes})
        sources = _concerned(declaration, question)
        if left and sources:
            name = declaration.route.name
            why = f'the file of "{name}" leaves {", ".join(left)} to the dashboard'
            yield Unproven(Region(sources), why)


def _unnamed(request: PlanRequest, directory: Directory, question: Question) -> Iterator[Unproven]:
    """Files with a name that the lock file does not have: what it means is unknown."""
    base = request.base
    then = _then(request, directory)
    past = base.declarations if base else ()
    today = ((other, directory) for other in (*request.declarations, *request.beside))
    for declaration, known in (*today, *((other, then) for other in past)):
        found = resolve(declaration, known, request.config)[1]
        missing = [finding for finding in found if finding.code == NOT_IN_LOCK]
        sources = _concerned(declaration, question)
        if missing and sources:
            what = missing[0].message.removesuffix(LATER)
            more = f"and {counted(len(missing) - 1, 'other name')}, " if missing[1:] else ""
            why = f'{what} ({more}in the file of "{declaration.route.name}")'
            yield Unproven(Region(sources), why)


def _concerned(declaration: Declaration, question: Question) -> tuple[str, ...]:
    """The sources of the question that the file's route has, as far as files tell."""
    sides = [side.get(declaration.file) for side in (question.before, question.after)]
    own = {source.source for route in sides if route is not None for source in route.sources}
    return tuple(sorted(own & {*question.sources})) or (question.sources if not own else ())


def _broken(request: PlanRequest, question: Question) -> Iterator[Unproven]:
    """Files of the base that nobody can read: what they said is unknown."""
    base = request.base
    if base is not None and base.broken and question.sources:
        why = f"{base.broken[0]} of {base.commit[:12]} has an error, so it was not read"
        yield Unproven(Region(question.sources), why)
