"""The outcome of each write of an apply, and what is left, for people and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import assert_never

from reconciler.model import Json
from reconciler.plan.change import Update, live_id
from reconciler.plan.document import change_document, finding_document
from reconciler.plan.outcome import (
    ConflictOutcome,
    Doubled,
    Failed,
    NotSent,
    Outcome,
    Unresolved,
    Written,
    left_of,
)
from reconciler.plan.plan import Drift, Plan
from reconciler.plan.saved import digest_of_left
from reconciler.report.plan_words import capitalised, time_words
from reconciler.runs.history import WriteRecord
from reconciler.text import Line, Span, counted, fitted, json_text, line, prose, render, visible

_DONE = {"create": "created", "update": "updated", "delete": "deleted"}


def outcomes_text(
    outcomes: Sequence[Outcome], *, width: int = 80, colour: bool = False, unicode: bool = True
) -> str:
    """Every outcome in the order given, then the totals."""
    return render(_all(outcomes, width), colour=colour, unicode=unicode)


def outcome_text(
    outcome: Outcome, *, width: int = 80, colour: bool = False, unicode: bool = True
) -> str:
    """One outcome, shown as soon as it is known."""
    return render(outcome_lines(outcome, width), colour=colour, unicode=unicode)


def _all(outcomes: Sequence[Outcome], width: int) -> Iterator[Line]:
    for outcome in outcomes:
        yield from outcome_lines(outcome, width)
    yield from fitted(line(Span(outcome_totals(outcomes), "strong")), width, "")


def outcome_lines(outcome: Outcome, width: int) -> Iterator[Line]:
    """First what happened to which route, indented below it the evidence."""
    match outcome:
        case Doubled():
            head = line(
                f"{outcome.name}: ", Span("doubled", "error"), f". {doubled_words(outcome)}"
            )
            yield from fitted(head, width, "  ")
        case Written():
            version = f" v{outcome.version}" if outcome.version else ""
            yield line(f"{outcome.name}: ", Span(f"{_DONE[outcome.action]}{version}", "create"))
        case ConflictOutcome():
            yield from _conflict(outcome, width)
        case Failed():
            head = line(f"{outcome.name}: ", Span("failed", "error"), f". {outcome.message}")
            yield from fitted(head, width, "  ")
            if outcome.hint:
                yield from fitted(line("  ", outcome.hint), width, "  ")
            if outcome.request_id:
                yield line(Span(f"  request {outcome.request_id}", "dim"))
        case Unresolved():
            summary = f". The {outcome.action} was sent, but its outcome is unknown"
            head = line(
                f"{outcome.name}: ", Span("unknown", "warning"), f"{summary}: {outcome.why}"
            )
            yield from fitted(head, width, "  ")
        case NotSent(reason="sent before"):
            head = line(f"{outcome.name}: ", Span("not sent", "warning"), f". {outcome.why}")
            yield from fitted(head, width, "  ")
        case NotSent():
            why = f": {outcome.why}" if outcome.why else ""
            head = line(f"{outcome.name}: ", Span(f"not sent ({outcome.reason}{why})", "warning"))
            yield from fitted(head, width, "  ")
        case _:
            assert_never(outcome)


def doubled_words(outcome: Doubled) -> str:
    """Which routes are live twice, and what to do."""
    others = ", ".join(outcome.others)
    same = "name and content" if outcome.same else "name"
    left = "Both" if len(outcome.others) == 1 else "All"
    but = "one" if len(outcome.others) == 1 else "all but one"
    return (
        f"This run created it as {outcome.id}. At the same time another run, or a person in the "
        f"dashboard, created {others} with the same {same}. {left} are live, so an alert may page "
        f"twice: delete {but} of them in the dashboard."
    )


def _conflict(conflict: ConflictOutcome, width: int) -> Iterator[Line]:
    summary = line(
        f"{conflict.name}: ", Span("conflict", "warning"), f", not written. {_why(conflict)}"
    )
    yield from fitted(summary, width, "  ")
    for field in conflict.fields:
        moved = f"{field.title}: {field.base} → {field.live}"
        row = line("  ", " / ".join(moved.split("\n")), Span("  (live edit; not changed)", "dim"))
        yield from fitted(row, width, "    ")


def _why(conflict: ConflictOutcome) -> str:
    sentences = []
    if conflict.base_version is not None:
        planned = f"Planned from v{conflict.base_version}"
        if conflict.live_version in (None, conflict.base_version):
            sentences.append(f"{planned}.")
        else:
            edited = time_words(conflict.updated_at)
            when = f", edited {edited}" if edited else ""
            sentences.append(f"{planned}, but live is v{conflict.live_version}{when}.")
    if conflict.reason:
        sentences.append(f"{capitalised(conflict.reason)}.")
    return " ".join(sentences)


def outcome_totals(outcomes: Sequence[Outcome], look: str = "`reconciler plan`") -> str:
    """`3 written, 1 conflict. …` and who shows the rest."""
    counts = (
        (sum(isinstance(outcome, Written) for outcome in outcomes), "written"),
        (sum(isinstance(outcome, Doubled) for outcome in outcomes), "doubled"),
        (sum(isinstance(outcome, ConflictOutcome) for outcome in outcomes), "conflict"),
        (sum(isinstance(outcome, Failed) for outcome in outcomes), "failed"),
        (sum(isinstance(outcome, Unresolved) for outcome in outcomes), "unknown"),
        (sum(isinstance(outcome, NotSent) for outcome in outcomes), "not sent"),
    )
    summary = [
        counted(count, word) if word == "conflict" else f"{count} {word}"
        for count, word in counts
        if count
    ]
    if not summary:
        return "Nothing was written."
    left = len(outcomes) > counts[0][0]
    rest = f" {capitalised(look)} shows what is left." if left else ""
    return f"{', '.join(summary)}.{rest}"


def next_look(command: str, of: str = "") -> str:
    """The command that shows what is left of a run. `of` is the run that a rollback undoes."""
    match command:
        case "restore":
            return "the same restore with `--plan`"
        case "rollback":
            return f"`reconciler rollback {of} --plan`"
        case _:
            return "`reconciler plan`"


def settled_text(run: str, write: WriteRecord, words: str) -> str:
    """The later outcome of a write; `words` say what was found."""
    what = f'the {write.action} of "{write.name}"'
    return visible(f"run {run} left {what} with an unknown outcome: {words}")


def stopped_markdown(why: str) -> str:
    """Of an apply that ended before it had a plan."""
    return f"**Nothing was written:** {prose(why)}\n"


OUTCOME_VERSION = "1.0"
_WORDS: dict[type[Outcome], str] = {
    Written: "written",
    Doubled: "doubled",
    ConflictOutcome: "conflict",
    Failed: "failed",
    Unresolved: "unknown",
    NotSent: "not sent",
}


def outcomes_json(
    plan: Plan, outcomes: Sequence[Outcome], code: int, refusals: Sequence[Json] = ()
) -> str:
    """Every outcome. `left`: the changes that were not written, with their `digest` for a manual
    start. `drift`: routes left alone as live edits; `undeclared`: live and in no file.
    """
    left = left_of(plan.changes, outcomes)
    meant = {
        live_id(change) or change.name: change_document(change)["fields"] for change in plan.changes
    }
    findings = [finding_document(finding) for finding in (*plan.errors, *plan.guards)]
    return json_text(
        {
            "format_version": OUTCOME_VERSION,
            "exit_code": code,
            "digest": digest_of_left(plan, outcomes),
            "outcomes": [_document(outcome, meant) for outcome in outcomes],
            "left": [change_document(change) for change in left],
            "drift": [
                *(_drift(drift) for drift in plan.drift),
                *({"name": finding.route, "deleted": True} for finding in plan.deleted_by_hand),
                *({"name": finding.route, "created": True} for finding in plan.created_again),
                *({"name": finding.route, "left": True} for finding in plan.left_owns),
            ],
            "undeclared": [listed.name for listed in plan.undeclared or ()],
            "findings": [*findings, *refusals],
        }
    )


def stopped_json(why: str, code: int) -> str:
    """The same of an apply that ended before it had a plan. `stopped`: why, and what to do."""
    nothing: dict[str, Json] = {key: [] for key in ("outcomes", "left", "drift", "undeclared")}
    return json_text(
        {
            "format_version": OUTCOME_VERSION,
            "exit_code": code,
            "digest": "",
            **nothing,
            "findings": [],
            "stopped": why,
        }
    )


def _document(outcome: Outcome, meant: Mapping[str, Json]) -> dict[str, Json]:
    """`fields` are those of the change of this plan, none where the plan has none."""
    plain = {
        field.name: _plain(getattr(outcome, field.name))
        for field in fields(outcome)
        if field.name != "fields"
    }
    change = meant.get(outcome.id) or meant.get(outcome.name) or []
    return {"outcome": _WORDS[type(outcome)], **plain, "fields": change}


def _plain(value: Json | tuple[str, ...]) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _drift(drift: Drift) -> Json:
    """`fields` are those of the change that would write the file's values over the live edits."""
    over = Update(drift.declaration, drift.live, drift.declaration.route, drift.fields, 0)
    paths: list[Json] = [field.title for field in drift.fields]
    return {
        "name": drift.name,
        "id": drift.live.id,
        "fields": change_document(over)["fields"],
        "paths": paths,
    }
