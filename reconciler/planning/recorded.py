"""Files and the record: their routes, the meaning of their names, later applies.

A route that a run deleted, as its file says, and that is live again, was created since. That is an
edit like any other: the next apply deletes nothing.

A file whose `id` is not live any more has a mistake, or its route was deleted in incident.io. A
route that was applied under this id was live.

Files may be older than the last apply: a change back to them is then no change of this checkout.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from reconciler.client import ReadClient
from reconciler.directory import Directory, resolve
from reconciler.directory.former import moved_since, spelled_names
from reconciler.files.read.route import parse_route
from reconciler.live.lists import read_applied_names
from reconciler.live.survey import Survey
from reconciler.model import Config, Declaration, Finding, Listed, Live, has_errors
from reconciler.plan.change import Change, Create, live_id
from reconciler.plan.identify import Identified
from reconciler.plan.make import Bases
from reconciler.planning.likeness import moved_files, past_of, recorded_twins, spelled
from reconciler.planning.request import History, PlanRequest, Remembered
from reconciler.record.meant import Sent, declarations_of, sent
from reconciler.record.record import Gone, Record


def remembered_of(record: Record, waiting: Sequence[Sent]) -> Remembered:
    """A record as a plan needs it. `waiting` are runs that it does not have yet, or whose outcome
    is unknown: what those meant may be live, and is then no live edit.
    """
    return Remembered(
        tuple(declarations_of(record)),
        tuple(declaration for run in waiting for declaration in sent(run.meant, run.unknown)),
        record.whole.commit if record.whole else "",
        {entry.id: entry.commit for entry in record.entries.values()},
        {entry.name: entry.commit for entry in record.entries.values() if isinstance(entry, Gone)},
        {applied.id: applied.text for applied in record.applied},
    )


def named_by_record(
    request: PlanRequest, account: str, listed: Sequence[Listed] | None
) -> PlanRequest:
    """With the ids of recorded live routes where a file has none: for renamed routes."""
    remembered = request.recorded(account)
    if not remembered.applied and not remembered.sent:
        return request
    live = {route.id for route in listed or ()}
    request = replace(request, listed=tuple(listed or ()))
    sent = past_of(request, remembered.sent)
    twins = {**sent, **recorded_twins(request, remembered)}

    def named(declaration: Declaration) -> Declaration:
        was = twins.get(declaration.file)
        known = was is not None and declaration.id is None and was.id in live
        return replace(declaration, id=was.id) if was is not None and known else declaration

    still = {file: was for file, was in twins.items() if was.id in live}
    notes = tuple(moved_files(request.declarations, still))
    declarations = tuple(map(named, request.declarations))
    return replace(request, declarations=declarations, findings=(*request.findings, *notes))


def with_applied_names(client: ReadClient | None, request: PlanRequest, seen: Survey) -> Survey:
    """With the record's names, where a file or its base has one that is unknown today. Without a
    client nothing more is read. Raises the client's ApiError.
    """
    remembered = request.recorded(seen.identity.account)
    named = (*request.declarations, *(request.base.declarations if request.base else ()))
    directory = read_names(client, seen.directory, remembered, named, request.config)
    return replace(seen, directory=directory)


def read_names(
    client: ReadClient | None,
    directory: Directory,
    remembered: Remembered,
    declarations: Sequence[Declaration],
    config: Config,
) -> Directory:
    """The directory with these names, if any of the declarations has one that is none today."""
    known = not remembered.texts or not any(
        has_errors(resolve(declaration, directory, config)[1]) for declaration in declarations
    )
    if known:
        return directory
    applied = tuple(spelled(remembered))
    return read_applied_names(client, directory, applied, declarations, config)


def moved_since_applied(
    request: PlanRequest,
    declaration: Declaration,
    with_ids: Declaration,
    bases: Bases | None,
    directory: Directory,
) -> Iterator[Finding]:
    """An error for each name that meant another object when the file was applied. A file that means
    the same as its recorded route in `bases` has no such name.
    """
    file = declaration.file
    recorded = (
        None
        if bases is None or file not in bases.untouched
        else (bases.routes if bases.applied is None else bases.applied)
    )
    if bases is None or recorded is None or recorded.get(file) in (None, with_ids.route):
        return
    remembered = request.recorded(directory.account)
    identity, _ = bases.untouched[file]
    for with_names, ids in spelled(remembered, identity):
        names = tuple(spelled_names(with_names.route, ids.route, directory, request.config))
        yield from moved_since(declaration, names, directory, request.lock, request.config)


def without_later_versions(
    bases: Bases | None, lives: Mapping[str, Live]
) -> tuple[Bases | None, tuple[Finding, ...]]:
    """A live version below the recorded one: another run was faster, or the record is of another
    account (a sandbox begins anew). Then an equal version is chance, and proves nothing.
    """
    if bases is None:
        return None, ()
    ahead = [
        (lives[identity], version)
        for identity, version in bases.untouched.values()
        if identity in lives and version > lives[identity].version
    ]
    if not ahead:
        return bases, ()
    live, version = ahead[0]
    count = len(ahead) - 1
    more = f" (so it is for {count} more {'route' if count == 1 else 'routes'})" if count else ""
    message = (
        f'the record has v{version} of "{live.route.name}", and incident.io only v{live.version}'
        f"{more}; the plan uses no version of the record"
    )
    hint = (
        "plan again: another run may have written the route a moment ago. If this warning stays, "
        "the record belongs to another account, or to an earlier sandbox; "
        "its page in the documentation says how to start a new one"
    )
    untouched = {file: (identity, 0) for file, (identity, _) in bases.untouched.items()}
    found = Finding("warning", "record-ahead", message, hint, route=live.route.name)
    return replace(bases, untouched=untouched), (found,)


def left_created_again(
    request: PlanRequest, identified: Identified, account: str
) -> tuple[Identified, tuple[Finding, ...]]:
    """Without deletes that the record already has, of a route that had another id, and a finding
    for each. An `id` in the file means just that route; --revert-drift, every route of the name.
    """
    if request.revert_drift:
        return identified, ()
    files = set(_created_again(request, identified, account))
    if not files:
        return identified, ()
    pairs = tuple(pair for pair in identified.pairs if pair.declaration.file not in files)
    found = (_created(pair.declaration) for pair in identified.pairs if pair not in pairs)
    return replace(identified, pairs=pairs), tuple(found)


def _created_again(request: PlanRequest, identified: Identified, account: str) -> Iterator[str]:
    remembered = request.recorded(account)
    applied = {declaration.id for declaration, _ in remembered.applied}
    named = {declaration.file for declaration in request.declarations if declaration.id}
    for pair in identified.pairs:
        declared = pair.declaration
        known = declared.file in named or pair.id in applied
        if declared.absent and not known and declared.route.name in remembered.gone:
            yield declared.file


def _created(declaration: Declaration) -> Finding:
    name = declaration.route.name
    message = (
        f'"{name}" was created again in incident.io after a run deleted it; it is left unchanged'
    )
    hint = (
        "to keep it, describe it in the file in place of `state: absent`; to delete it again, "
        "apply with --revert-drift"
    )
    return declaration.finding("warning", "created-again", message, hint)


def known_by_record(
    identified: Identified, declarations: Collection[Declaration], bases: Bases | None
) -> Identified:
    """With deleted routes among those that are not live, where the plan leaves them deleted. With
    --revert-drift they stay an error: to create one again takes a file without the `id`.
    """
    if bases is None or bases.revert_drift:
        return identified
    went = {declaration.file: declaration for declaration in _went(identified, declarations, bases)}
    left = tuple(
        finding
        for finding in identified.findings
        if finding.code != "id-not-live"
        or finding.position is None
        or finding.position.file not in went
    )
    creates = (*identified.creates, *went.values())
    return replace(identified, creates=creates, findings=left)


def _went(
    identified: Identified, declarations: Collection[Declaration], bases: Bases
) -> Iterator[Declaration]:
    known = {finding.position.file for finding in identified.findings
             if finding.code == "id-not-live" and finding.position}  # fmt: skip
    for declaration in declarations:
        recorded, _ = bases.untouched.get(declaration.file, ("", 0))
        if declaration.file in known and declaration.id and recorded == declaration.id:
            yield declaration


def behind(remembered: Remembered, changes: Sequence[Change]) -> Iterator[Finding]:
    """A warning for each change of a route whose last apply this checkout does not contain.

    A squash or a rebase renames a commit, so a text of the file in HEAD's history counts, too.
    """
    history = remembered.history
    if history is None:
        return
    files = {declaration.id: declaration.file for declaration, _ in remembered.applied}
    for change in changes:
        identity = live_id(change) or ""
        today = change.declaration.file if change.declaration else ""
        if isinstance(change, Create):
            commit = remembered.gone.get(change.name, "")
            contained = partial(_has_deletion, history, today)
        else:
            commit = remembered.commits.get(identity, "") if identity in files else ""
            paths = {files.get(identity, ""), today} - {""}
            contained = partial(_has_text, history, paths, remembered.texts.get(identity, ""))
        if commit and not history.has(commit) and (history.leads_to(commit) or not contained()):
            yield _behind(change, commit)


def _has_text(history: History, files: Collection[str], text: str) -> bool:
    return any(_lines(text) in map(_lines, history.texts(file)) for file in files)


def _has_deletion(history: History, file: str) -> bool:
    if history.removed(file):
        return True
    versions = (parse_route(text, file)[0] for text in history.texts(file))
    return any(version is not None and version.absent for version in versions)


def _lines(text: str) -> str:
    """git may change the ends of lines on the way into a checkout."""
    return text.replace("\r\n", "\n")


def _behind(change: Change, commit: str) -> Finding:
    what = "deletion" if isinstance(change, Create) else "last apply"
    message = (
        f'the record names {commit[:12]} for the {what} of "{change.name}", and this checkout does '
        "not contain that commit: this change may go back to an older file"
    )
    hint = "run `git pull` before you apply; in a shallow clone, run `git fetch --unshallow` first"
    if (file := change.declaration) is None:
        return Finding("warning", "checkout-behind", message, hint, route=change.name)
    return file.finding("warning", "checkout-behind", message, hint, route=change.name)
