"""What a page says of a saved plan: the words of its JSON, and a mark on each route it writes."""

import json
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from reconciler.model import Finding
from reconciler.plan.paging.who_words import KINDS, Kind
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.planning.explained import Routes
from reconciler.report.page.changes import BAD, TITLE, Marks
from reconciler.report.page.model import AlertRow, Changes, FieldRow, Sign

FIRST = 3  # of the versions 1.x: who is paged differently has words since
SIGNS: dict[str, Sign] = {"create": "new", "update": "changed"}
NOTHING = "The plan changes nothing in incident.io."
UNKNOWN = "It is unknown who is paged: the plan has errors."


class _Shown(msgspec.Struct):
    value: bool | int | str


class _Field(msgspec.Struct):
    path: str
    from_: _Shown | None = msgspec.field(name="from")
    to: _Shown | None


class _Risk(msgspec.Struct):
    sentence: str


class _Change(msgspec.Struct):
    action: Literal["create", "update", "delete"]
    name: str
    file: str | None
    fields: list[_Field]
    risks: list[_Risk]


class _Words(msgspec.Struct):
    kind: Kind
    label: str
    where: str
    before: str
    after: str
    because: str = ""
    example: str = ""
    only_if: str = ""


class _Row(msgspec.Struct):
    words: _Words
    certain: bool


class _Unknown(msgspec.Struct):
    words: str
    why: str


class _Who(msgspec.Struct):
    summary: str
    rows: list[_Row]
    unknown: list[_Unknown]
    rest: list[str]


class _Finding(msgspec.Struct):
    level: str
    message: str


class SeenPlan(msgspec.Struct):
    """A plan document, as far as a page shows it."""

    changes: list[_Change]
    findings: list[_Finding]
    who: _Who | None
    who_edited: _Who | None
    base: str | None


def seen_plan(text: str, file: str) -> tuple[SavedPlan, SeenPlan] | Finding:
    """Read a plan document, or return a Finding with the reason. Raises nothing."""
    saved = parse_plan(text, file)
    if isinstance(saved, Finding):
        return saved
    document = json.loads(text)
    again = "plan again with this version: `reconciler plan --out plan.json`"
    version = str(document["format_version"])
    minor = version.partition(".")[2]
    if not minor.isdigit() or int(minor) < FIRST:
        why = f"has format_version {version}, which does not say in words who is paged differently"
        return Finding("error", "plan-unreadable", f"{file} {why}", again)
    try:
        return saved, msgspec.convert(document, SeenPlan)
    except msgspec.ValidationError as error:
        place = re.findall("`([^`]+)`", str(error))[-1].removeprefix("$.")
        return Finding("error", "plan-unreadable", f"{file} has no usable '{place}'", again)


def marks_of_plan(plan: SeenPlan, routes: Routes) -> Marks:
    """`routes`: of the files that the plan was made from."""
    signs = {
        change.file: SIGNS[change.action]
        for change in plan.changes
        if change.file and change.file in routes and change.action in SIGNS
    }
    since = f", counted from {plan.base[:12]}" if plan.base else ""
    errors = tuple(found.message for found in plan.findings if found.level == "error")
    empty = UNKNOWN if plan.changes or errors else NOTHING
    fields = tuple(row for change in plan.changes for row in _fields(change))
    writes = _changes("changes", TITLE, f"what was live with what the plan writes{since}",
                      plan.who, empty, fields, errors)  # fmt: skip
    if plan.who_edited is None:
        return Marks((writes,), signs)
    edits = _changes("edits", "What live edits changed", "what was applied last with what was live",
                     plan.who_edited)  # fmt: skip
    return Marks((writes, edits), signs)


def _changes(
    identity: str,
    title: str,
    since: str,
    who: _Who | None,
    empty: str = "",
    fields: tuple[FieldRow, ...] = (),
    errors: tuple[str, ...] = (),
) -> Changes:
    if who is None:
        return Changes(identity, title, since, empty, (), (), (), fields, errors)
    order = list(KINDS)
    rows = sorted(who.rows, key=lambda row: (not row.certain, order.index(row.words.kind)))
    unknown = tuple(f"{part.words}: {part.why}" for part in who.unknown)
    return Changes(
        identity,
        title,
        since,
        who.summary,
        tuple(_row(row.words) for row in rows),
        unknown,
        tuple(who.rest),
        fields,
        errors,
    )


def _row(words: _Words) -> AlertRow:
    return AlertRow(
        words.label,
        words.where,
        words.before,
        words.after,
        words.because,
        words.example,
        words.only_if,
        words.kind in BAD,
    )


def _fields(change: _Change) -> Iterator[FieldRow]:
    """A new route is in the table of routes, with all that it is."""
    if change.action == "create":
        yield FieldRow(change.name, "the whole route", "—", "new")
    elif change.action == "delete":
        risks = "; ".join(risk.sentence for risk in change.risks)
        yield FieldRow(change.name, "the whole route", "live", risks or "deletes the route")
    else:
        for setting in change.fields:
            yield FieldRow(change.name, setting.path, _value(setting.from_), _value(setting.to))


def _value(shown: _Shown | None) -> str:
    """As the file has it: `true`, not `True`."""
    if shown is None:
        return "—"
    return str(shown.value).lower() if isinstance(shown.value, bool) else str(shown.value)
