"""A plan, and below it an apply, for a pull request or the summary of a run.

Totals and risks come first and are never folded.
"""

from collections.abc import Iterator, Sequence

from reconciler.model import Finding
from reconciler.past.replayed import Replay
from reconciler.plan.change import (
    Change,
    Elements,
    FieldChange,
    Shown,
    Update,
    fields_of,
    live_id,
)
from reconciler.plan.outcome import Outcome, left_of
from reconciler.plan.plan import Plan
from reconciler.plan.saved import digest_of_left
from reconciler.report.headline import explained_below, headline, risk_lines, risks_of
from reconciler.report.outcomes_text import outcomes_text
from reconciler.report.plan_words import (
    EDITED_HEADING,
    SideGroup,
    capitalised,
    place_words,
    revert_words,
    side_groups,
    side_sentence,
    totals,
    unknown_groups,
    updated_words,
    version_words,
    where_words,
)
from reconciler.report.replay import replay_section
from reconciler.report.who_markdown import summary_line, who_blocks
from reconciler.text import code, counted, cut, fenced, html, joined, prose, sentence, visible

MOST_ROWS = 40  # of a proof, of each kind
WIDEST = 100  # columns of what stays around an element
_SIGNS = {"Create": "➕", "Update": "✏️", "Delete": "🗑️"}


def plan_markdown(plan: Plan, replay: Replay | None = None) -> str:
    """GitHub's Markdown; ends with a newline."""
    return joined(_blocks(plan, replay))


def _blocks(plan: Plan, replay: Replay | None) -> Iterator[str]:
    first = headline(plan)
    rest = f" {prose(first.rest)}" if first.rest else ""
    yield f"**{prose(first.strong)}**{rest} {totals(plan)}"
    yield ""
    yield from state_lines(plan)
    yield from proof_blocks(plan)
    yield from replay_blocks(replay)
    yield from markdown_risks(plan)
    yield from plan_body(plan)


def proof_blocks(plan: Plan, most: int = MOST_ROWS) -> Iterator[str]:
    """Who is paged differently, below the line that counts it."""
    if plan.who is not None:
        yield from who_blocks(plan.who, most)
        yield ""


def replay_blocks(replay: Replay | None, most: int = MOST_ROWS) -> Iterator[str]:
    """What would have happened, below the proof; nothing where it was not asked for."""
    if replay is not None:
        yield from replay_section(replay, most)
        yield ""


def markdown_risks(plan: Plan) -> Iterator[str]:
    """One line for each thing that happens, the first routes by name."""
    for risk in risk_lines(plan):
        listed = risk.listed(code)
        after = prose(risk.after_label)
        if risk.who:
            yield f"- ⚠️ **{risk.label}**, {risk.who}{after} ({listed})"
        else:
            yield f"- ⚠️ {listed} **{risk.label}**{after}"


def plan_body(plan: Plan) -> Iterator[str]:
    """Lines of everything that stands below the totals and the risks."""
    below = explained_below(risk_lines(plan))
    for change in plan.changes:
        yield ""
        labels = [risk.label for risk in risks_of(change, plan)] if change.name in below else []
        yield from change_block(change, labels)
    yield from edited_blocks(plan)
    for group in side_groups(plan):
        yield from _sides(group)
    yield from finding_lines(plan.findings)
    yield from revert_lines(plan)
    yield from undeclared_lines(plan)
    yield from unknown_lines(plan)


def edited_blocks(plan: Plan) -> Iterator[str]:
    """Who is paged differently because of live edits."""
    if plan.edited is not None:
        yield from ("", f"### {EDITED_HEADING}", "", summary_line(plan.edited))
        yield from who_blocks(plan.edited, MOST_ROWS)


def state_lines(plan: Plan) -> Iterator[str]:
    """The settings that allow more, and why the plan cannot be applied."""
    for loosened in plan.loosened:
        place = code(loosened.setting)
        yield f"🔓 **`reconciler.yaml` allows more** ({place}): {prose(loosened.sentence)}."
    if plan.guards:
        yield f"🛑 **Refused: {counted(len(plan.guards), 'guard')}, see the findings.**"
    for note in plan.approved:
        at = note.position
        place = f" ({code(f'{at.file}:{at.line}')})" if at else ""
        yield f"☑️ **Approved**{place}: {sentence(note.message)}; {sentence(note.hint)}."
    if plan.errors:
        yield f"❌ **{counted(len(plan.errors), 'error')}, see the findings.**"


def change_line(change: Change, risks: Sequence[str] = ()) -> str:
    """Sign, name, place, id, versions and labels of risks, where Markdown is not read."""
    identity = live_id(change)
    where = html(where_words(change))
    about = [where, *([html(identity)] if identity else []), version_words(change)]
    if risks:
        about.append(", ".join(risks))
    sign = _SIGNS[type(change).__name__]
    return f"{sign} {html(change.name)} {' · '.join(about)}"


def change_block(change: Change, risks: Sequence[str]) -> Iterator[str]:
    """One change, its fields folded."""
    yield "<details>"
    yield f"<summary>{change_line(change, risks)}</summary>"
    yield ""
    for field in fields_of(change):
        yield from field_block(field)
    if isinstance(change, Update) and change.same:
        yield f"{counted(change.same, 'other field')} unchanged"
        yield ""
    yield "</details>"


def field_block(field: FieldChange, *sides: str) -> Iterator[str]:
    """One field: its title, its place, a fence with both values; `sides` are lines above them."""
    kind = "" if field.kind in (None, "change") else f" **{field.kind}**"
    place = place_words(field)
    yield f"{code(field.title)}{kind}{f' · {code(place)}' if place else ''}"
    yield ""
    inside = field.elements
    values = [*_value("- ", field.from_), *_value("+ ", field.to)]
    lines = [*sides, *(values if inside is None else _elements(inside))]
    yield fenced("\n".join(lines), "diff")
    yield ""


def _elements(inside: Elements) -> Iterator[str]:
    """Groups, conditions and branches one by one, below what stays around them."""
    around = ""
    for element in inside.changed:
        if element.within != around:
            around = element.within
            yield f"  {cut(visible(around), WIDEST)}:"
        yield from ([f"- {visible(element.from_)}"] if element.from_ else [])
        yield from ([f"+ {visible(element.to)}"] if element.to else [])
    if inside.same:
        yield f"  {counted(inside.same, f'other {inside.noun}')} unchanged"


def _value(sign: str, shown: Shown | None) -> list[str]:
    if shown is None:
        return []
    identity = f"  ({shown.id})" if shown.id and shown.name else ""
    return [f"{sign}{text}" for text in (shown.words + identity).split("\n")]


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Under a heading of their own, one line each."""
    if not findings:
        return
    yield from ("", "### Findings", "")
    for finding in findings:
        position = finding.position
        place = f"{code(f'{position.file}:{position.line}')} " if position else ""
        hint = f" ({sentence(finding.hint)})" if finding.hint else ""
        message = sentence(finding.message)
        yield f"- **{finding.level}** {place}{message} {code(finding.code)}{hint}"


def revert_lines(plan: Plan) -> Iterator[str]:
    if not plan.reverts:
        return
    why = revert_words(plan)
    yield from ("", "### Reverts live edits", "", f"{capitalised(why)}.", "")
    for revert in plan.reverts:
        edited = updated_words(revert.updated_at)
        titles = ", ".join(code(field.title) for field in revert.fields)
        yield f"- {code(revert.route)} (live v{revert.version}{prose(edited)}): {titles}"


def _sides(group: SideGroup) -> Iterator[str]:
    yield from ("", f"### {group.heading}", "", f"{capitalised(group.words)}.", "")
    for side in group.sides:
        yield from (f"**{code(side.name)}** ({prose(side_sentence(side))})", "")
        for field in side.fields:
            yield from field_block(field)
    for what, command in group.ways:
        yield from (f"{capitalised(what)}:", "", fenced(command, "sh"), "")


def undeclared_lines(plan: Plan) -> Iterator[str]:
    if plan.undeclared is None and plan.context.scope != "changed":
        yield from ("", "Undeclared routes are not listed.")
    if plan.undeclared:
        yield from ("", "### Undeclared", "", "Live and in no file; left as they are.", "")
        for route in plan.undeclared:
            yield f"- {code(route.name)} {code(route.id)}{'' if route.enabled else ' (disabled)'}"
    if plan.not_ours:
        yield from ("", f"Not ours: {counted(len(plan.not_ours), 'live route')} of other owners.")


def unknown_lines(plan: Plan) -> Iterator[str]:
    """Unknown parts, and whether a write keeps them."""
    for heading, parts in unknown_groups(plan):
        yield from ("", f"### {heading}", "")
        for part in parts:
            pointer = f" {code(part.pointer)}" if part.pointer else ""
            yield f"- {code(part.route)}: {code(part.title)}{pointer}"


_WIDTH = 100  # columns of a block in a summary


def apply_markdown(
    plan: Plan, outcomes: Sequence[Outcome] | None, refusals: Sequence[Finding] = ()
) -> str:
    """`outcomes` None: the run has not ended; a summary that stays like this was cut off."""
    return plan_markdown(plan) + "\n".join(_below(plan, outcomes, refusals)) + "\n"


def _below(
    plan: Plan, outcomes: Sequence[Outcome] | None, refusals: Sequence[Finding]
) -> Iterator[str]:
    yield from finding_lines(refusals)
    yield from ("", "### What was done", "")
    if outcomes is None:
        yield "The run was cut off before it reported. Its journal lists what was sent."
        return
    yield fenced(outcomes_text(outcomes, width=_WIDTH).rstrip("\n"))
    if left_of(plan.changes, outcomes) and plan.applyable:
        digest = code(digest_of_left(plan, outcomes))
        yield from (
            "",
            f"After review, start the apply with the digest of what is left: {digest}",
        )
