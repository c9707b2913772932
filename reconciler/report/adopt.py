"""The results of `import`, `pull` and `migrate`, for people and for programs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.adopt.importing import Imported
from reconciler.adopt.migrate import Move, Point
from reconciler.adopt.pull import Pulled, Taken, shown_words
from reconciler.backup.routes import OTHER
from reconciler.model import ApiVersion, Declaration, Finding, Json, has_errors
from reconciler.plan.change import FieldChange
from reconciler.report.plan_words import fitting
from reconciler.text import (
    MOST,
    code,
    counted,
    json_text,
    plain_ascii,
    prose,
    sentence,
    size,
    visible,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that moved: the file's side and the live one, "" where there is none."""

    title: str
    before: str
    after: str
    line: int
    file: str

    def words(self) -> str:
        """`escalate: Engineering On-Call → Database On-Call`."""
        if not self.before:
            return f"{self.title}: added {self.after}"
        if not self.after:
            return f"{self.title}: removed {self.before}"
        return f"{self.title}: {self.before} → {self.after}"


MOST_NAME = 120  # characters in a title
_ACTING = re.compile(r"[@#]|GH-\d|://", re.IGNORECASE)
_INTRODUCTION = ("These edits were made in incident.io; merging keeps them in the files.", "")
_NONE = "incident.io has no live edits to pull into the files."
_TABLE = (
    "",
    "### Changes",
    "",
    "| file | setting | before | now (live) |",
    "|---|---|---|---|",
)
_SECTIONS = {("escalate", "to"): "escalate", ("sources",): "sources", ("notify",): "notify"}


def rows(pulled: Pulled) -> tuple[Row, ...]:
    """In the file's order. One that went where one came is one row, `escalate: A → B`."""
    changes = list(pulled.changes)
    for path, title in _SECTIONS.items():
        inside = [field_change for field_change in changes if field_change.path[:-1] == path]
        if len(inside) == 2 and {field_change.to is None for field_change in inside} == {
            True,
            False,
        }:
            came, went = sorted(inside, key=lambda field_change: field_change.to is None)
            joined = FieldChange(path, title, went.from_, came.to, went.position)
            if came.from_ is None and went.to is None:
                changes = [
                    joined if field_change is went else field_change
                    for field_change in changes
                    if field_change is not came
                ]
    made = (_row(change, pulled) for change in changes)
    return tuple(sorted(made, key=lambda row: row.line))


def _row(change: FieldChange, pulled: Pulled) -> Row:
    line = change.position.line if change.position else 1
    return Row(
        visible(change.title),
        shown_words(change.from_),
        shown_words(change.to),
        line,
        pulled.declaration.file,
    )


def pulled_lines(pulled: Pulled, *, unicode: bool = True) -> Iterator[str]:
    """`routes/x.yaml:7  escalate: A → B   (live v15)`, a line for each thing that moved."""
    for row in rows(pulled):
        text = f"{row.file}:{row.line}  {row.words()}   (live v{pulled.live.version})"
        yield text if unicode else plain_ascii(text)


def pulled_markdown(pulled: Sequence[Pulled], findings: Sequence[Finding]) -> str:
    """The body of a pull request: whom this pages, then what moved. At most `MOST` characters; the
    rest is counted, settings before risks.
    """
    written = [pull for pull in pulled if pull.text is not None]
    risks = [
        f"- **{prose(pull.live.route.name)}** {sentence(risk.sentence)}"
        for pull in written
        for risk in pull.risks
    ]
    moved = [_table_row(row) for pull in written for row in rows(pull)]
    left = [_left(finding) for finding in findings]
    person = ["### Your decision", ""] if left else []
    person += fitting(left, MOST // 8, "- and {0} more; `reconciler pull` lists them")
    if not written:
        none = "No live edit was pulled into the files." if left else _NONE
        return "\n".join([none, *(["", *person] if left else [])]) + "\n"
    paged = ["### Effect on paging", ""]
    paged += fitting(risks, MOST // 2, "- and {0} more") or ["Nobody is paged differently."]
    person = ["", *person] if left else []
    room = MOST - size("\n".join([*_INTRODUCTION, *paged, *_TABLE, *person])) - 1
    settings = fitting(moved, room, "\nand {0} more settings; the files show them all")
    return "\n".join([*_INTRODUCTION, *paged, *_TABLE, *settings, *person]) + "\n"


def _left(finding: Finding) -> str:
    at = finding.position
    route = f"**{prose(finding.route)}** " if finding.route else ""
    place = f" ({code(f'{at.file}:{at.line}')})" if at else ""
    return f"- {route}{prose(finding.message)}{place}"


def _table_row(row: Row) -> str:
    cells = (f"{row.file}:{row.line}", row.title, row.before or "-", row.after or "-")
    return f"| {' | '.join(code(cell, in_table=True) for cell in cells)} |"


def pulled_title(pulled: Sequence[Pulled]) -> str:
    """The title of that pull request. It becomes the subject of a commit, where `#12` would close
    an issue and `@name` notify a user: such a name, or a long one, is not in it.
    """
    names = [visible(pull.live.route.name) for pull in pulled if pull.text is not None]
    if len(names) == 1 and len(names[0]) <= MOST_NAME and not _ACTING.search(names[0]):
        return f"Adopt live edits of {names[0]}"
    return f"Adopt live edits of {len(names)} route{'' if len(names) == 1 else 's'}"


def pulled_count(taken: Taken, *, diff: bool) -> str:
    """`2 files changed, no conflicts`. Where a route was not compared, conflicts are unknown."""
    would = " would be" if diff else ""
    files = f"{counted(len(taken.written), 'file')}{would} changed"
    if taken.conflicts:
        return f"{files}, {counted(len(taken.conflicts), 'conflict')}"
    return files if has_errors(taken.findings) else f"{files}, no conflicts"


def pulled_json(taken: Taken) -> str:
    """For the workflow that opens a pull request."""
    return json_text(
        {
            "title": pulled_title(taken.pulled) if taken.written else "",
            "files": [_pulled_file(pulled) for pulled in taken.written],
            "conflicts": [
                {
                    "file": finding.position.file if finding.position else "",
                    "line": finding.position.line if finding.position else 0,
                    "name": finding.route,
                    "message": finding.message,
                }
                for finding in taken.conflicts
            ],
        }
    )


def _pulled_file(pulled: Pulled) -> dict[str, Json]:
    return {
        "file": pulled.declaration.file,
        "name": pulled.live.route.name,
        "id": pulled.live.id,
        "live_version": pulled.live.version,
        "changes": [
            {"line": row.line, "field": row.title, "from": row.before, "to": row.after}
            for row in rows(pulled)
        ],
        "risks": [{"label": risk.label, "sentence": risk.sentence} for risk in pulled.risks],
    }


def imported_text(imported: Imported, *, dry_run: bool) -> str:
    """`3 routes imported`, and how many were skipped."""
    routes = counted(len(imported.drafts), "route")
    verb = "would be imported" if dry_run else "imported"
    skipped = len(imported.skipped)
    others = f", {skipped} skipped (`reconciler pull` takes live edits)" if skipped else ""
    return f"{routes} {verb}{others}"


def skipped_text(declaration: Declaration) -> str:
    what = "has `state: absent`" if declaration.absent else "already declares it"
    return f'skipped "{visible(declaration.route.name)}": {declaration.file} {what}'


def bare_text(name: str) -> str:
    return (
        f'"{visible(name)}": the file keeps ids, because directory.lock.json does not contain '
        "all of them; `reconciler directory refresh` reads them from the account"
    )


def unnamed_text(lines: str) -> str:
    """`lines` of reconciler.yaml that would give names to ids."""
    return (
        "The API does not return the names of these channels and templates, so the files "
        "have ids. To use names, replace each id on the left with its name, add these lines to "
        f"reconciler.yaml, and import again with --force:\n{lines}"
    )


_POINTS = {
    "lost": "would be lost",
    "differs": "reads differently",
    "dormant": "is inactive, and the first write removes it",
    "unknown": "is unknown, and the first write removes it",
}


def moves_text(moves: Sequence[Move], target: ApiVersion, *, unicode: bool, compared: bool) -> str:
    """The routes that need attention, and their number. `compared`: through both versions."""
    lines: list[str] = []
    for move in (moved for moved in moves if moved.points):
        lines.append(f"{visible(move.name)}  {move.id}")
        lines += [*(f"  {_point(point)}" for point in move.points), ""]
    affected = sum(bool(move.points) for move in moves)
    checked = f"Checked for API {target}" if compared else f"Checked through {OTHER[target]} only"
    lines.append(f"{checked}: {affected} of {counted(len(moves), 'route')} need attention.")
    return "\n".join(lines if unicode else map(plain_ascii, lines))


def _point(point: Point) -> str:
    at = f"  {point.position.file}:{point.position.line}" if point.position else ""
    return f"{visible(point.title)} {_POINTS[point.kind]}: {visible(point.words)}{at}"


def moves_json(moves: Sequence[Move], target: ApiVersion, *, compared: bool) -> str:
    routes: list[Json] = [
        {
            "name": move.name,
            "id": move.id,
            "points": [
                {
                    "kind": point.kind,
                    "field": point.title,
                    "message": point.words,
                    "file": point.position.file if point.position else "",
                    "line": point.position.line if point.position else 0,
                }
                for point in move.points
            ],
        }
        for move in moves
    ]
    return json_text({"format_version": 1, "to": target, "compared": compared, "routes": routes})
