"""The record around a command: read before it plans, written after it wrote.

The entries that a run intends are kept in its folder before it begins (`record.meant`). If the run
is killed between a write and the record, the next command records that write.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from reconciler.directory import resolve
from reconciler.files import RouteFiles
from reconciler.git.base import read_base
from reconciler.git.commit import BaseRefused, HeadHistory
from reconciler.model import Config, Declaration, has_errors
from reconciler.plan.change import Change
from reconciler.planning.bases import declared_in_base
from reconciler.planning.planning import Planned
from reconciler.planning.recorded import remembered_of
from reconciler.planning.request import PlanRequest, Recorded, Remembered
from reconciler.record.exchange import is_newest
from reconciler.record.meant import (
    Applying,
    Meant,
    Sent,
    drop,
    keep,
    left_by,
    log_entry,
    meant_by_backup,
    meant_by_files,
    moved,
    of_base,
    of_equals,
    of_gone,
)
from reconciler.record.record import Entry, Record, Whole, following, with_entries
from reconciler.record.repository import RecordRefused
from reconciler.record.store import Store, store_of
from reconciler.runs.folder import Run, runs_of
from reconciler.runs.history import read_run
from reconciler.text import visible

Remember = Callable[[Run, Sequence[Change]], None]
"""Keeps in a run's folder what the record is to say of its changes. Raises FileRefused."""
Intended = Callable[[Applying, Record, Sequence[Change]], Iterable[Meant]]


@dataclass(frozen=True, slots=True)
class _Matching:
    """Live routes that match their files, and the commit of which nothing is left to do."""

    entries: tuple[Entry, ...] = ()
    whole: Whole | None = None


@dataclass(slots=True)
class Recorder:
    """The records of a folder. `exchanged`: with the remote, until that gives no answer. `warn` and
    `note` take a line for the user: a record that is out of reach never ends a command.
    """

    root: Path
    exchanged: bool
    now: Callable[[], datetime]
    warn: Callable[[str], None]
    note: Callable[[str], None]

    def has_newest(self) -> bool:
        """Whether the remote has nothing newer than this checkout; False where it may not ask."""
        return self.exchanged and is_newest(self.root)

    def recorded(self) -> Recorded:
        """The last apply to an account, read when needed. Without one a plan has two sides."""

        @cache
        def read(account: str) -> Remembered:
            if not account:
                return Remembered()
            store = store_of(self.root, account)
            self._fetch(store)
            record = self._read(store)
            waiting = left_by(runs_of(self.root), account)
            for sent in waiting:
                record = with_entries(record, moved(sent.meant, sent.stored))
            remembered = remembered_of(record, waiting)
            self._warn_unread(record, remembered)
            history = HeadHistory(self.root) if store.ref else None
            return replace(remembered, history=history)

        return read

    def record(self, account: str) -> Record:
        """What is recorded of an account: all entries, also those of deleted routes."""
        store = store_of(self.root, account)
        self._fetch(store)
        return self._read(store)

    def by_files(self, texts: Mapping[str, str], planned: Planned) -> Remember:
        known = planned.known

        def meant(run: Applying, before: Record, changes: Sequence[Change]) -> Iterable[Meant]:
            went = (
                [applied for applied in before.applied if applied.id not in known] if known else []
            )
            return meant_by_files(changes, run, went)

        return self._remembering(texts, planned, meant)

    def by_backup(self, files: RouteFiles, config: Config, planned: Planned) -> Remember:
        declared = {
            declaration.route.name: declaration for declaration in _resolved(files, config, planned)
        }

        def meant(run: Applying, before: Record, changes: Sequence[Change]) -> Iterable[Meant]:
            return meant_by_backup(changes, run, before, declared)

        return self._remembering(files.texts, planned, meant)

    def record_runs(
        self,
        planned: Planned,
        files: RouteFiles | None = None,
        config: Config | None = None,
        *,
        done: bool = False,
    ) -> bool:
        """Record the known writes of this run and of earlier ones. With the files also the live
        routes that match them, and, if `done`, that this commit is applied. Whether anything moved.
        """
        account = planned.plan.context.account
        if not account:
            return False
        store = store_of(self.root, account)
        matching = _Matching()
        if files is not None:
            whole = done and _is_committed(files, config, store)
            matching = self._matching(store, files.texts, planned, whole=whole)
        moved_any, left = self._record_left(store, matching)
        if not left:
            self._write(store, "apply", matching)
        self._push(store)
        return moved_any

    def record_killed(self) -> None:
        """Record the known writes of runs that were killed before they did so, on any account: the
        next job of a workflow has another folder.
        """
        for account in sorted({read_run(run).account for run in runs_of(self.root)} - {""}):
            self._record_left(store_of(self.root, account), _Matching())

    def record_base(self, planned: Planned, request: PlanRequest) -> None:
        """The record begins: the files of the base count as applied where their routes are live in
        another form than today's files say, or went, and no run wrote them.
        """
        account, base = planned.plan.context.account, request.base
        if not account or base is None or request.recorded(account).applied:
            return
        run = Applying("", self.now(), base.commit, {})
        declared = declared_in_base(request, planned.survey.directory)
        went = (*planned.plan.deleted_by_hand, *planned.plan.gone_on_one_side)
        live = {declaration.file for declaration, _ in planned.others}
        gone = {finding.position.file for finding in went if finding.position} - live
        entries = (*of_base(declared, planned.others, run), *of_gone(declared, sorted(gone), run))
        rows = "".join(f"  {visible(entry.name)}\n" for entry in entries)
        message = f"apply: begun with {base.commit}\n\nFrom its files:\n{rows}"
        if entries and self._store(store_of(self.root, account), entries, message):
            self.note(
                f"note: the record begins with {base.commit[:12]}: the plan treats its files as "
                "applied last"
            )

    def record_files(self, texts: Mapping[str, str], planned: Planned, command: str) -> None:
        """Record the files that `import` or `pull` made of live routes. A pull stays on this
        machine until it applies: in a checkout without these files the edit is still a live edit.
        """
        account = planned.plan.context.account
        if not account:
            return
        store = store_of(self.root, account)
        new = command == "import" and self._read(store, quiet=True) == Record(account)
        self._write(store, command, self._matching(store, texts, planned, whole=new))
        if command == "import":
            self._push(store)

    def _remembering(self, texts: Mapping[str, str], planned: Planned, meant: Intended) -> Remember:
        def remember(folder: Run, changes: Sequence[Change]) -> None:
            account = planned.plan.context.account
            if account:
                store = store_of(self.root, account)
                run = Applying(folder.id, self.now(), store.commit, texts)
                keep(folder, meant(run, self._read(store, quiet=True), changes))

        return remember

    def _record_left(self, store: Store, matching: _Matching) -> tuple[bool, bool]:
        """Whether anything moved, and whether there was any run whose record was open."""
        moved_any = False
        left = left_by(runs_of(self.root), store.account)
        for number, sent in enumerate(left, 1):
            entries = tuple(moved(sent.meant, sent.stored))
            beside = matching if number == len(left) else _Matching()  # one run is one commit
            if self._write(store, sent.command or "apply", beside, sent, entries):
                moved_any = moved_any or bool(entries)
                if not sent.unknown:
                    drop(sent.run)
        return moved_any, bool(left)

    def _matching(
        self, store: Store, texts: Mapping[str, str], planned: Planned, *, whole: bool
    ) -> _Matching:
        before = self._read(store, quiet=True)
        run = Applying("", self.now(), store.commit, texts)
        known, since = (before.whole.commit, before.whole.at) if before.whole else ("", None)
        new = None
        if whole and store.commit not in ("", known):
            new = Whole(store.commit, following(run.at, since))
        return _Matching(tuple(of_equals(planned.equals, run, before)), new)

    def _write(
        self,
        store: Store,
        command: str,
        matching: _Matching,
        sent: Sent | None = None,
        entries: Sequence[Entry] = (),
    ) -> bool:
        """One commit. Whether it is in the record now."""
        if not (entries or matching.entries or matching.whole):
            return True
        message = log_entry(command, sent, matching.entries, matching.whole)
        return self._store(store, (*entries, *matching.entries), message, matching.whole)

    def _read(self, store: Store, *, quiet: bool = False) -> Record:
        found = store.read()
        if store.trouble and not quiet:
            self.warn(
                f"warning: the record is kept in {store.words} on this machine only, because git "
                f"failed: {visible(store.trouble)}"
            )
        if found.damaged and not quiet:
            self.warn(
                f"warning: the record of what was applied last ({store.words}) cannot be read: "
                f"{visible(found.damaged)}. This plan cannot tell live edits from file changes; "
                "the next apply writes the record again."
            )
        return found.record

    def _store(
        self, store: Store, entries: Sequence[Entry], message: str, whole: Whole | None = None
    ) -> bool:
        """Whether they are in the record now."""
        try:
            store.write(entries, message, self.now(), whole)
        except RecordRefused as error:
            self.warn(
                f"warning: what was applied is not in the record ({store.words}): "
                f"{visible(str(error))}. The next apply writes it; until then a plan on "
                "another machine may show it as a live edit."
            )
            return False
        return True

    def _fetch(self, store: Store) -> None:
        failed = "what other machines applied is unknown, because the record could not be fetched"
        self._exchange(store.fetch, failed, "")

    def _push(self, store: Store) -> None:
        failed = "other machines do not see this apply yet, because the record could not be pushed"
        self._exchange(store.push, failed, ". The next apply sends it.")

    def _exchange(self, exchange: Callable[[datetime], None], failed: str, then: str) -> None:
        if not self.exchanged:
            return
        try:
            exchange(self.now())
        except RecordRefused as error:
            self.exchanged = False
            self.note(f"note: {failed}: {visible(str(error))}{then}")

    def _warn_unread(self, record: Record, remembered: Remembered) -> None:
        """Name the routes whose entry of the record this version cannot read."""
        read = {declaration.id for declaration, _ in remembered.applied}
        lost = [applied.name for applied in record.applied if applied.id not in read]
        if lost:
            self.warn(
                f"warning: what was applied last to {visible(', '.join(lost))} cannot be read in "
                "the record. This plan cannot tell whether the file or the live route changed."
            )


def _resolved(files: RouteFiles, config: Config, planned: Planned) -> Iterator[Declaration]:
    """The route files of what a backup's plan writes, with ids; without unknown names."""
    written = {prepared.change.name for prepared in planned.prepared}
    for declaration in files.declarations:
        if declaration.route.name in written and not declaration.absent:
            found, findings = resolve(declaration, planned.survey.directory, config)
            if not has_errors(findings):
                yield found


def _is_committed(files: RouteFiles, config: Config | None, store: Store) -> bool:
    """Whether the files are those of HEAD: what else a run applied is in no commit yet."""
    try:
        there = read_base(store.root, store.commit) if store.commit else None
    except BaseRefused:
        return False
    return there is not None and (there.declarations, there.config, there.broken) == (
        files.declarations,
        config,
        (),
    )
