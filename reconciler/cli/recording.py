"""The record around a command: read before it plans, written after it wrote.

What a run means to write is kept in its folder before it begins (`outbox`), so that a run that was
killed between a write and the record is recorded by whoever comes next.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from reconciler.cli.keeping import (
    Keeping,
    fetch_record,
    push_record,
    read_record,
    store_entries,
    warn_unread,
)
from reconciler.cli.project import Project, read_project
from reconciler.cli.shell import Shell
from reconciler.directory import resolve
from reconciler.git.base import read_base
from reconciler.git.commit import BaseRefused
from reconciler.git.history import HeadHistory
from reconciler.model import Declaration, has_errors
from reconciler.plan.change import Change
from reconciler.planning.bases import declared_in_base
from reconciler.planning.planning import Planned
from reconciler.planning.recorded import remembered_of
from reconciler.planning.request import PlanRequest, Recorded, Remembered
from reconciler.record.meant import (
    Meant,
    Run,
    meant_by_backup,
    meant_by_files,
    moved,
    of_base,
    of_equals,
    of_gone,
)
from reconciler.record.outbox import Sent, drop, keep, left_by, log_entry
from reconciler.record.record import Entry, Record, Whole, following, with_entries
from reconciler.record.store import Store, store_of
from reconciler.runs.folder import Run as RunFolder, runs_of
from reconciler.runs.history import read_run
from reconciler.text import visible


def recorded_by(kept: Keeping) -> Recorded:
    """What was applied last to an account: read once, when a plan asks for it. What cannot be used
    is one line, and then nothing is recorded: the plan has two sides.
    """

    @cache
    def read(account: str) -> Remembered:
        if not account:
            return Remembered()
        store = kept.store(account)
        fetch_record(kept, store)
        record = read_record(kept.shell, store)
        waiting = left_by(runs_of(kept.shell.root), account)
        for one in waiting:
            record = with_entries(record, moved(one.meant, one.stored))
        remembered = remembered_of(record, waiting)
        warn_unread(kept.shell, record, {one.id for one, _ in remembered.applied})
        history = HeadHistory(kept.shell.root) if store.ref else None
        return replace(remembered, history=history)

    return read


def by_files(kept: Keeping, texts: Mapping[str, str], planned: Planned) -> "Remember":
    """What an apply is to move."""

    known = planned.known

    def meant(run: Run, before: Record, changes: Sequence[Change]) -> Iterable[Meant]:
        went = [one for one in before.applied if one.id not in known] if known else []
        return meant_by_files(changes, run, went)

    return _remembering(kept, texts, planned, meant)


def by_backup(kept: Keeping, planned: Planned) -> "Remember":
    """What a restore or a rollback is to move."""
    project = read_project(kept.shell)
    files = {one.route.name: one for one in _resolved(project, planned)}

    def meant(run: Run, before: Record, changes: Sequence[Change]) -> Iterable[Meant]:
        return meant_by_backup(changes, run, before, files)

    return _remembering(kept, project.files.texts, planned, meant)


Remember = Callable[[RunFolder, Sequence[Change]], None]


def _remembering(
    kept: Keeping,
    texts: Mapping[str, str],
    planned: Planned,
    meant: Callable[[Run, Record, Sequence[Change]], Iterable[Meant]],
) -> Remember:
    def remember(folder: RunFolder, changes: Sequence[Change]) -> None:
        account = planned.plan.circumstances.account
        if account:
            store = kept.store(account)
            run = Run(folder.id, kept.shell.now(), store.commit, texts)
            before = read_record(kept.shell, store, quiet=True)
            keep(folder, tuple(meant(run, before, changes)))

    return remember


def _resolved(project: Project, planned: Planned) -> Iterator[Declaration]:
    """The route files of what a way back writes, with ids; without unknown names."""
    written = {one.change.name for one in planned.prepared}
    for declaration in project.files.declarations:
        if declaration.route.name in written and not declaration.absent:
            found, findings = resolve(declaration, planned.survey.directory, project.config)
            if not has_errors(findings):
                yield found


def record_runs(
    kept: Keeping, planned: Planned, project: Project | None = None, *, done: bool = False
) -> bool:
    """Record what runs wrote, this one and those before it whose writes are known by now; with the
    project also what is live exactly as its file says, and, if the run is `done`, that it left
    nothing of this commit to do. Whether anything moved.
    """
    account = planned.plan.circumstances.account
    if not account:
        return False
    store = kept.store(account)
    equal = _Equal()
    if project is not None:
        whole = done and _is_committed(project, store)
        equal = _equal(kept, store, project.files.texts, planned, whole=whole)
    moved_any, left = _record_left(kept.shell, store, equal)
    if not left:
        _write(kept.shell, store, "apply", equal)
    push_record(kept, store)
    return moved_any


def record_killed(shell: Shell) -> None:
    """Record what is known of runs that were killed before they did so themselves, on whatever
    account: the next job of a workflow has another folder.
    """
    for account in sorted({read_run(run).account for run in runs_of(shell.root)} - {""}):
        _record_left(shell, store_of(shell.root, account), _Equal())


def _record_left(shell: Shell, store: Store, equal: "_Equal") -> tuple[bool, bool]:
    """Whether anything moved, and whether there was any run whose record was open."""
    moved_any = False
    left = left_by(runs_of(shell.root), store.account)
    for number, one in enumerate(left, 1):
        entries = tuple(moved(one.meant, one.stored))
        beside = equal if number == len(left) else _Equal()  # one run is one commit
        if _write(shell, store, one.command or "apply", beside, one, entries):
            moved_any = moved_any or bool(entries)
            if not one.unknown:
                drop(one.run)
    return moved_any, bool(left)


def _is_committed(project: Project, store: Store) -> bool:
    """Whether the files are those of HEAD: what else a run applied is in no commit yet."""
    try:
        there = read_base(store.root, store.commit) if store.commit else None
    except BaseRefused:
        return False
    return there is not None and (there.declarations, there.config, there.broken) == (
        project.files.declarations,
        project.config,
        (),
    )


def record_base(kept: Keeping, planned: Planned, asked: PlanRequest) -> None:
    """The record begins: what the files of the base said counts as applied, where it is live in
    another form than today's files say, or went, and no run wrote it.
    """
    account, base = planned.plan.circumstances.account, asked.base
    if not account or base is None or asked.recorded(account).applied:
        return
    store = kept.store(account)
    run = Run("", kept.shell.now(), base.commit, {})
    said = declared_in_base(asked, planned.survey.directory)
    went = (*planned.plan.deleted_by_hand, *planned.plan.gone_on_one_side)
    live = {one.file for one, _ in planned.others}
    gone = {one.position.file for one in went if one.position} - live
    entries = (*of_base(said, planned.others, run), *of_gone(said, sorted(gone), run))
    rows = "".join(f"  {visible(one.name)}\n" for one in entries)
    message = f"apply: begun with {base.commit}\n\nFrom its files:\n{rows}"
    if entries and store_entries(kept.shell, store, entries, message):
        kept.shell.note(
            f"note: the record begins with {base.commit[:12]}: the plan treats its files as "
            "applied last"
        )


def record_files(kept: Keeping, texts: Mapping[str, str], planned: Planned, command: str) -> None:
    """What files say that were made of live routes, by `import` or `pull`. What was pulled stays on
    this machine until it applies something: whether others get these files is not known yet. In
    a checkout without them the edit is still an edit, that no apply may take for a change.
    """
    account = planned.plan.circumstances.account
    if account:
        store = kept.store(account)
        new = command == "import" and read_record(kept.shell, store, quiet=True) == Record(account)
        _write(kept.shell, store, command, _equal(kept, store, texts, planned, whole=new))
        if command == "import":
            push_record(kept, store)


@dataclass(frozen=True, slots=True)
class _Equal:
    """What a command found to be live as its file says, and the commit of which nothing is left
    to do.
    """

    entries: tuple[Entry, ...] = ()
    whole: Whole | None = None


def _equal(
    kept: Keeping, store: Store, texts: Mapping[str, str], planned: Planned, *, whole: bool
) -> _Equal:
    before = read_record(kept.shell, store, quiet=True)
    run = Run("", kept.shell.now(), store.commit, texts)
    known, since = (before.whole.commit, before.whole.at) if before.whole else ("", None)
    new = None
    if whole and store.commit not in ("", known):
        new = Whole(store.commit, following(run.at, since))
    return _Equal(tuple(of_equals(planned.equals, run, before)), new)


def _write(
    shell: Shell,
    store: Store,
    command: str,
    equal: _Equal,
    sent: Sent | None = None,
    entries: Sequence[Entry] = (),
) -> bool:
    """One commit. Whether it is in the record now."""
    if not (entries or equal.entries or equal.whole):
        return True
    message = log_entry(command, sent, equal.entries, equal.whole)
    return store_entries(shell, store, (*entries, *equal.entries), message, equal.whole)
