"""Backups, and earlier runs, as text and as JSON."""

from collections.abc import Iterable, Sequence

from reconciler.backup.read import Entry
from reconciler.backup.routes import OTHER
from reconciler.backup.write import Moved
from reconciler.model import ApiVersion, Json
from reconciler.report.plan_words import time_words
from reconciler.runs.history import UNKNOWN, RunRecord, WriteRecord
from reconciler.text import aligned, counted, json_text, visible

MOST_NAMES = 3  # of the routes of one run


def history_text(
    runs: Sequence[RunRecord], *, width: int | None = None, unicode: bool = True
) -> str:
    """A row a run, with the account if there are several. Wrapped for a terminal of `width`
    columns.
    """
    if not runs:
        return "No run has written anything here.\n"
    rows = [(run.id, time_words(run.started), _command(run), _counts(run), _routes(run))
            for run in runs]  # fmt: skip
    accounts = {run.account for run in runs}
    if len(accounts) > 1:
        return aligned([(*row, run.account) for row, run in zip(rows, runs, strict=True)],
                       width=width, unicode=unicode)  # fmt: skip
    return aligned(rows, width=width, unicode=unicode)


def _routes(run: RunRecord) -> str:
    names = list(dict.fromkeys(write.name for write in run.writes))
    more = f", {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def run_text(run: RunRecord) -> str:
    """One run, with one or two lines for each write."""
    about = (
        f"{run.id}  {_command(run)}  {time_words(run.started)}  API {run.api or 'unknown'}",
        f"account: {run.account or 'unknown'}",
        f"ended: {_end(run)}",
        f"folder: {run.run.folder}",
    )
    lines = [*map(visible, about), ""]
    for write in run.writes:
        lines.append(f"  {visible(f'{write.name}: {write.action} {_outcome(write)}')}")
        lines += [f"    {visible(text)}" for text in _evidence(write)]
    if run.never_sent:
        lines.append(f"  {counted(run.never_sent, 'more change')} never sent.")
    if run.lost:
        lines.append(f"  The journal is damaged: {counted(run.lost, 'more write')} cannot be read.")
    if not (run.writes or run.lost or run.never_sent):
        lines.append("  It wrote nothing.")
    return "".join(f"{text}\n" for text in lines)


def history_json(runs: Sequence[RunRecord]) -> str:
    """Every run, without its writes."""
    return json_text([_document(run) for run in runs])


def run_json(run: RunRecord) -> str:
    """One run with its writes."""
    writes: list[Json] = [
        {
            "write": write.number,
            "action": write.action,
            "name": write.name,
            "id": write.id or None,
            "base_version": write.base,
            "version": write.version,
            "outcome": write.outcome,
            "settled": write.settled or None,
            "request_id": write.request_id or None,
            "message": write.message or None,
        }
        for write in run.writes
    ]
    return json_text({**_document(run), "writes": writes})


def _document(run: RunRecord) -> dict[str, Json]:
    counts: dict[str, Json] = {name.replace(" ", "_"): n for name, n in run.counts.items()}
    return {
        "id": run.id,
        "started": run.started,
        "command": run.command or None,
        "of": run.of or None,
        "account": run.account or None,
        "api": run.api or None,
        "exit_code": run.exit_code,
        "interrupted": run.interrupted,
        "counts": counts,
        "unsettled": len(run.unsettled),
        "unreadable": run.lost,
        "folder": str(run.run.folder),
    }


def _command(run: RunRecord) -> str:
    command = run.command or "unknown"
    return f"{command} of {run.of}" if run.of else command


def _counts(run: RunRecord) -> str:
    parts = []
    for outcome, count in run.counts.items():
        settled = count - len(run.unsettled) if outcome == UNKNOWN else 0
        if count > settled:
            parts.append(f"{count - settled} {outcome}")
        if settled:
            parts.append(f"{settled} unknown at first, found later")
    parts += [f"{run.lost} unreadable"] if run.lost else []
    if run.interrupted:
        parts.append("interrupted")
    return ", ".join(parts) or "nothing written"


def _end(run: RunRecord) -> str:
    if run.exit_code is None:
        return "not recorded: the run was killed, or it is still running"
    return f"with exit code {run.exit_code}"


def _outcome(write: WriteRecord) -> str:
    version = f" v{write.version}" if write.version else ""
    if write.settled:
        return f"{write.outcome}, found later: {write.settled}{version}"
    return f"{write.outcome}{version}"


def _evidence(write: WriteRecord) -> Iterable[str]:
    base = f"planned from v{write.base}" if write.base is not None else ""
    request = f"request {write.request_id}" if write.request_id else ""
    first = "  ".join(part for part in (write.id, base, request) if part)
    return [part for part in (first, write.message) if part]


def backup_text(folder: str, api: ApiVersion, entries: Sequence[Entry], moved: Moved) -> str:
    """A backup: how many routes of which version, and the files that changed."""
    counts = ", ".join(
        f"{len(files)} {word}"
        for files, word in (
            (moved.new, "new"),
            (moved.changed, "changed"),
            (moved.same, "unchanged"),
            (moved.gone, "removed"),
        )
        if files
    )
    beside = sum(entry.api != api for entry in entries)
    routes = len(entries) - beside
    apis = f"API {api} and {OTHER[api]}" if beside == routes > 0 else f"API {api}"
    if 0 < beside < routes:
        apis += f", and {OTHER[api]} where it shows more: {beside}"
    lines = [f"{folder}: {counted(routes, 'route')} ({apis})."]
    for sign, files in (("+", moved.new), ("~", moved.changed), ("-", moved.gone)):
        lines += [f"  {sign} {name}" for name in files]
    return "\n".join([*lines, f"{counts}." if counts else "No routes to back up.", ""])
