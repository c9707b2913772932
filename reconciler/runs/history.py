"""Earlier runs, from their journals."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.model import text_at, whole_at
from reconciler.runs.folder import Run, runs_in, runs_of
from reconciler.runs.journal import records

UNKNOWN = "unknown"
_COUNTED = ("written", "conflict", "failed", "unknown", "not sent")


@dataclass(frozen=True, slots=True)
class WriteRecord:
    """One write. `base` is the planned version, `version` the stored one, also of a failed write
    whose values incident.io stored differently.

    `outcome`: written, conflict, failed, not sent, or unknown. `settled`: what a later run saw
    (written, not written, unclear; of a create also renamed), with the id and version that it
    found.
    """

    number: int
    action: str
    name: str
    id: str = ""
    base: int | None = None
    digest: str = ""
    outcome: str = UNKNOWN
    version: int | None = None
    request_id: str = ""
    message: str = ""
    settled: str = ""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. `exit_code` None: it was killed, or still runs. `lost` counts results whose intent
    cannot be read: the journal is damaged.
    """

    run: Run
    command: str = ""  # "": killed before its first line
    started: str = ""
    account: str = ""
    api: str = ""
    of: str = ""  # the run that a rollback undid
    exit_code: int | None = None
    writes: tuple[WriteRecord, ...] = ()
    lost: int = 0
    never_sent: int = 0  # changes of the plan that the run did not come to
    known: frozenset[str] | None = None  # what was live before its first create; None: not noted
    last: str = ""  # when its last own line was written, a sign that it was still at work

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def interrupted(self) -> bool:
        """Whether its journal has no end."""
        return self.exit_code is None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many writes ended how."""
        counted = Counter(write.outcome for write in self.writes)
        counted["not sent"] += self.never_sent
        return {outcome: counted[outcome] for outcome in _COUNTED}

    @property
    def unsettled(self) -> tuple[WriteRecord, ...]:
        """Writes that no run has looked up yet, or that may still be carried out."""
        return tuple(
            write for write in self.writes if write.outcome == UNKNOWN and not write.settled
        )

    @property
    def lost_creates(self) -> tuple[WriteRecord, ...]:
        """Creates of unknown outcome that may stand in the way of another: unseen, or renamed."""
        lost = (
            write for write in self.writes if write.outcome == UNKNOWN and write.action == "create"
        )
        return tuple(write for write in lost if write.settled in ("", "renamed"))


def history(root: Path, folder: Path | None = None) -> tuple[RunRecord, ...]:
    """The runs of a project, or of another folder: of runs, or one run's own. The newest first."""
    runs = runs_of(root) if folder is None else runs_in(folder)
    if folder is not None and not runs and (folder / "journal.jsonl").is_file():
        runs = (Run(folder.resolve().name, folder),)
    read = [read_run(run) for run in runs]
    return tuple(sorted(read, key=lambda run: (run.started, run.id), reverse=True))


def chosen(runs: tuple[RunRecord, ...], name: str) -> tuple[RunRecord, ...]:
    """The runs that a whole id, or the beginning of one, means."""
    exact = tuple(run for run in runs if run.id == name)
    return exact or tuple(run for run in runs if name and run.id.startswith(name))


_SHOWN = 3  # runs of an ambiguous beginning; their number has no end


def run_named(runs: tuple[RunRecord, ...], name: str) -> RunRecord | str:
    """The only run that a word means; or why there is none."""
    found = chosen(runs, name)
    if len(found) == 1:
        return found[0]
    if not found:
        return f"run {name} not found; `reconciler history` lists the runs"
    ids = ", ".join(run.id for run in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{name} matches several runs: {ids}{more}"


def read_run(run: Run) -> RunRecord:
    """Read a journal, as far as it was written. Raises nothing."""
    read = RunRecord(run, started=_started(run.id))
    writes: dict[int, WriteRecord] = {}
    lost: set[str] = set()
    for record in records(run.journal):
        if record.get("event") != "settled":
            read = replace(read, last=text_at(record, "at") or read.last)
        match record:
            case {"event": "known", "ids": list(ids)}:
                read = replace(read, known=frozenset(map(str, ids)))
            case {"event": "run"}:
                read = replace(
                    read,
                    command=text_at(record, "command"),
                    started=text_at(record, "at"),
                    account=text_at(record, "account"),
                    api=text_at(record, "api"),
                    of=text_at(record, "of"),
                )
            case {"event": "intent", "write": int(number)}:
                writes[number] = WriteRecord(
                    number,
                    text_at(record, "action"),
                    text_at(record, "name"),
                    text_at(record, "id"),
                    whole_at(record, "version"),
                    text_at(record, "digest"),
                )
            case {"event": "result" | "settled", "write": int(number)} if number in writes:
                writes[number] = _ended(writes[number], record)
            case {"event": "result" | "settled"}:
                lost.add(str(record.get("write")))
            case {"event": "end", "exit_code": int(code)}:
                read = replace(read, exit_code=code, never_sent=whole_at(record, "not_sent") or 0)
    return replace(read, writes=tuple(writes.values()), lost=len(lost))


def _ended(write: WriteRecord, record: Mapping[str, object]) -> WriteRecord:
    known = replace(
        write,
        id=text_at(record, "id") or write.id,
        version=whole_at(record, "version"),
        message=text_at(record, "message") or write.message,
    )
    if record["event"] == "settled":
        return replace(known, settled=text_at(record, "outcome"))
    outcome = text_at(record, "outcome") or UNKNOWN
    return replace(known, outcome=outcome, request_id=text_at(record, "request_id"))


def _started(run: str) -> str:
    when = re.match(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", run)
    return "{}-{}-{}T{}:{}:{}+00:00".format(*when.groups()) if when else ""
