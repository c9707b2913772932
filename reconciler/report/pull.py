"""The result of a pull, line by line, and as the text of a pull request."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.adopt.pull import Pulled
from reconciler.model import Finding
from reconciler.plan.change import FieldChange, Shown
from reconciler.text import MOST, code, plain_ascii, prose, sentence, size, visible


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
        inside = [one for one in changes if one.path[:-1] == path]
        if len(inside) == 2 and {one.to is None for one in inside} == {True, False}:
            came, went = sorted(inside, key=lambda one: one.to is None)
            joined = FieldChange(path, title, went.from_, came.to, went.position)
            if came.from_ is None and went.to is None:
                changes = [joined if one is went else one for one in changes if one is not came]
    made = (_row(change, pulled) for change in changes)
    return tuple(sorted(made, key=lambda row: row.line))


def _row(change: FieldChange, pulled: Pulled) -> Row:
    line = change.position.line if change.position else 1
    return Row(
        visible(change.title),
        _shown(change.from_),
        _shown(change.to),
        line,
        pulled.declaration.file,
    )


def _shown(side: Shown | None) -> str:
    return "" if side is None else visible(side.words) or '""'


def pulled_lines(pulled: Pulled, *, unicode: bool = True) -> Iterator[str]:
    """`routes/x.yaml:7  escalate: A → B   (live v15)`, a line for each thing that moved."""
    for row in rows(pulled):
        text = f"{row.file}:{row.line}  {row.words()}   (live v{pulled.live.version})"
        yield text if unicode else plain_ascii(text)


def conflict_findings(pulled: Pulled, ref: str) -> Iterator[Finding]:
    """What both sides changed since `ref`; nothing is written for it."""
    way_out = (
        "to keep the live value, write it here; to overwrite it with the file, "
        "`reconciler apply --revert-drift`"
    )
    for change in pulled.conflicts:
        live = _shown(change.from_) or "nothing"
        in_file = _shown(change.to) or "nothing"
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


def pulled_markdown(pulled: Sequence[Pulled], findings: Sequence[Finding]) -> str:
    """The body of a pull request: first whom this pages, then what moved in which file.

    At most `MOST` characters; what does not fit is counted, the settings before the risks.
    """
    written = [one for one in pulled if one.text is not None]
    risks = [
        f"- **{prose(one.live.route.name)}** {sentence(risk.sentence)}"
        for one in written
        for risk in one.risks
    ]
    moved = [_table_row(row) for one in written for row in rows(one)]
    left = [_left(finding) for finding in findings]
    person = ["### Your decision", ""] if left else []
    person += _fitting(left, MOST // 8, "- and {0} more; `reconciler pull` lists them")
    if not written:
        none = "No live edit was pulled into the files." if left else _NONE
        return "\n".join([none, *(["", *person] if left else [])]) + "\n"
    paged = ["### Effect on paging", ""]
    paged += _fitting(risks, MOST // 2, "- and {0} more") or ["Nobody is paged differently."]
    person = ["", *person] if left else []
    room = MOST - _length([*_INTRODUCTION, *paged, *_TABLE, *person])
    settings = _fitting(moved, room, "\nand {0} more settings; the files show them all")
    return "\n".join([*_INTRODUCTION, *paged, *_TABLE, *settings, *person]) + "\n"


def _left(finding: Finding) -> str:
    at = finding.position
    route = f"**{prose(finding.route)}** " if finding.route else ""
    place = f" ({code(f'{at.file}:{at.line}')})" if at else ""
    return f"- {route}{prose(finding.message)}{place}"


def _table_row(row: Row) -> str:
    cells = (f"{row.file}:{row.line}", row.title, row.before or "-", row.after or "-")
    return f"| {' | '.join(code(cell, in_table=True) for cell in cells)} |"


def _length(lines: Sequence[str]) -> int:
    return size("\n".join(lines)) + 1


def _fitting(lines: Sequence[str], room: int, more: str) -> list[str]:
    """As many lines as there is room for, and how many there are beyond."""
    if _length(lines) <= room:
        return list(lines)
    room -= len(more) + 10
    kept: list[str] = []
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            break
        kept.append(line)
    return [*kept, more.format(len(lines) - len(kept))]


def pulled_title(pulled: Sequence[Pulled]) -> str:
    """The title of that pull request.

    It becomes the subject of a commit, where `#12` would close an issue and `@name` notify a user:
    such a name, and one that is too long, is not in it.
    """
    names = [visible(one.live.route.name) for one in pulled if one.text is not None]
    if len(names) == 1 and len(names[0]) <= MOST_NAME and not _ACTING.search(names[0]):
        return f"Adopt live edits of {names[0]}"
    return f"Adopt live edits of {len(names)} route{'' if len(names) == 1 else 's'}"
