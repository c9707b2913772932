"""A plan for a terminal or a pipe."""

from collections.abc import Iterator, Sequence

from reconciler.plan.change import (
    Change,
    Create,
    Delete,
    Elements,
    FieldChange,
    Shown,
    Update,
    fields_of,
    live_id,
)
from reconciler.plan.paging.who_words import summary
from reconciler.plan.plan import Plan
from reconciler.report.findings import finding_lines
from reconciler.report.headline import (
    RiskLine,
    explained_below,
    headline,
    risk_lines,
    risks_of,
)
from reconciler.report.plan_words import (
    EDITED_HEADING,
    SideGroup,
    from_backup,
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
from reconciler.report.who_text import who_rest, who_rows
from reconciler.text import (
    Line,
    Span,
    Style,
    beside,
    counted,
    cut,
    fitted,
    line,
    plain_text,
    render,
    visible,
    wrapped,
)

MOST_LINES = 20  # of one value; the JSON document has it whole
NARROWEST = 40
_INDENT = "      "  # of a value


def plan_text(plan: Plan, *, width: int = 80, colour: bool = False, unicode: bool = True) -> str:
    """Totals and risks first, then the changes, what is beside them, the findings, totals."""
    return render(plan_lines(plan, max(width, NARROWEST)), colour=colour, unicode=unicode)


def plan_lines(plan: Plan, width: int) -> Iterator[Line]:
    """The same as lines. Findings alone may be wider: their first line is for editors too."""
    for spans in _until_findings(plan, width):
        yield from fitted(spans, width, "  ")
    for finding in plan.findings:
        yield ()
        yield from finding_lines(finding, width)
    if not (plan.changes or plan.findings or plan.drift or plan.conflicts or plan.merged):
        return  # the totals still stand in sight
    yield ()
    yield from fitted(line(Span(totals(plan), "strong")), width, "  ")


def _until_findings(plan: Plan, width: int) -> Iterator[Line]:
    first = headline(plan)
    yield line(Span(first.strong, "strong"), f" {first.rest}" if first.rest else "")
    if plan.who is not None:
        yield from who_rows(plan.who, width)
        yield from who_rest(plan.who, width)
    yield line(totals(plan))
    risks = risk_lines(plan)
    yield from _first_lines(plan, risks, width)
    below = explained_below(risks)
    for change in plan.changes:
        yield ()
        labels = [risk.label for risk in risks_of(change, plan)] if change.name in below else []
        yield from _change(change, width, labels)
    yield from _edited(plan, width)
    for group in side_groups(plan):
        yield from _sides(group, width)
    yield from _reverts(plan, width)
    yield from _undeclared(plan, width)
    yield from _unknown(plan, width)


def _first_lines(plan: Plan, risks: Sequence[RiskLine], width: int) -> Iterator[Line]:
    for loosened in plan.loosened:
        head = line(Span("Allows more: ", "warning"), f"{loosened.setting}: {loosened.sentence}")
        yield from fitted(head, width, "      ")
    if plan.guards:
        yield line(Span(f"Refused: {counted(len(plan.guards), 'guard')}, see below.", "error"))
    if plan.approved:
        words = f"Approved: {counted(len(plan.approved), 'guard')}, see below."
        yield line(Span(words, "warning"))
    if plan.errors:
        yield line(Span(f"{counted(len(plan.errors), 'error')}, see below.", "error"))
    for risk in risks:
        yield from _risk(risk, width)


def _risk(risk: RiskLine, width: int) -> Iterator[Line]:
    """At most two lines; the fields below say it all."""
    listed = risk.listed()
    label = Span(risk.label, "warning")
    parts: tuple[str | Span, ...] = (f"{listed}: ", label, risk.after_label)
    if risk.who:
        parts = (label, f", {risk.who}{risk.after_label} ({listed})")
    spans = line(Span("Risk: ", "warning"), *parts)
    first, *others = fitted(spans, width, "      ")
    yield first
    if len(others) > 1:
        yield (Span(cut(f"{plain_text(others[:1]).rstrip()} …", width)),)
    else:
        yield from others


def _change(change: Change, width: int, risks: Sequence[str]) -> Iterator[Line]:
    """`risks`: labels to say here, as a first line counts some of its routes."""
    sign, style = _sign(change)
    head = line(Span(f"{sign} ", style), Span(change.name, "strong"))
    parts = (where_words(change), live_id(change), version_words(change))
    about = line(Span("  ".join(part for part in parts if part), "dim"))
    yield from beside(head, about, width, "    ")
    if risks:
        labels = ", ".join(risks)
        yield from fitted(line(Span(f"    risks: {labels}", "warning")), width, "      ")
    for field in fields_of(change):
        yield from _field(field, width)
    if isinstance(change, Update) and change.same:
        yield line(Span(f"    {counted(change.same, 'other field')} unchanged", "dim"))


def _sign(change: Change) -> tuple[str, Style]:
    match change:
        case Create():
            return "+", "create"
        case Update():
            return "~", "update"
        case Delete():
            return "-", "delete"


def _field(field: FieldChange, width: int) -> Iterator[Line]:
    kind = "" if field.kind in (None, "change") else f"  [{field.kind}]"
    place = place_words(field)
    head = line(f"    {field.title}", Span(kind, "warning"))
    yield from beside(head, line(Span(place, "dim")) if place else (), width, "      ")
    if field.elements is not None:
        yield from _elements(field.elements, width)
        return
    if field.from_ is not None:
        yield from _value(field.from_, "- ", "delete", width)
    if field.to is not None:
        yield from _value(field.to, "+ ", "create", width)


def _elements(inside: Elements, width: int) -> Iterator[Line]:
    """Groups, conditions and branches one by one, below what stays around them."""
    around = ""
    for element in inside.changed[:MOST_LINES]:
        if element.within != around:
            around = element.within
            yield line(_INDENT, Span(cut(f"  {around}:", width - len(_INDENT)), "dim"))
        if element.from_:
            yield from _lines(element.from_, "- ", "delete", width)
        if element.to:
            yield from _lines(element.to, "+ ", "create", width)
    hidden = len(inside.changed) - MOST_LINES
    if hidden > 0:
        more = f"  … {counted(hidden, 'more change')} (all of it in --format json)"
        yield line(_INDENT, Span(more, "dim"))
    if inside.same:
        other = f"  {counted(inside.same, f'other {inside.noun}')} unchanged"
        yield line(_INDENT, Span(other, "dim"))


def _value(shown: Shown, sign: str, style: Style, width: int) -> Iterator[Line]:
    yield from _lines(shown.words, sign, style, width)
    if shown.name and shown.id and shown.id != shown.words:
        yield line(_INDENT, Span(f"  {shown.id}", "dim"))


def _lines(words: str, sign: str, style: Style, width: int) -> Iterator[Line]:
    indent = _INDENT
    room = width - len(indent) - len(sign)
    texts = [text for paragraph in words.split("\n") for text in wrapped(visible(paragraph), room)]
    hidden = len(texts) - MOST_LINES
    for text in texts[:MOST_LINES]:
        yield line(indent, Span(sign + text, style))
    if hidden > 0:
        yield line(
            indent, Span(f"  … {counted(hidden, 'more line')} (all of it in --format json)", "dim")
        )


def _reverts(plan: Plan, width: int) -> Iterator[Line]:
    if not plan.reverts:
        return
    yield ()
    yield line(Span("Reverts live edits", "strong"), f" ({revert_words(plan)})")
    for revert in plan.reverts:
        edited = updated_words(revert.updated_at)
        about = line(Span(f"live v{revert.version}{edited}", "dim"))
        yield from beside(line(f"  {revert.route}"), about, width, "    ")
        titles = ", ".join(field.title for field in revert.fields)
        yield from fitted(line("    ", titles), width, "    ")


def _sides(group: SideGroup, width: int) -> Iterator[Line]:
    """Routes with live edits, field by field, and what to do."""
    yield ()
    yield line(Span(group.heading, "strong"), f" ({group.words})")
    for side in group.sides:
        about = line(Span(side_sentence(side), "dim"))
        yield from beside(line("  ", Span(side.name, "strong")), about, width, "    ")
        for field in side.fields:
            yield from _field(field, width)
    for what, command in group.ways:
        yield line("  ", Span(f"{what}:", "dim"))
        yield line(f"    {command}")


def _edited(plan: Plan, width: int) -> Iterator[Line]:
    """Who is paged differently because of live edits."""
    if plan.edited is not None:
        yield ()
        yield line(Span(EDITED_HEADING, "strong"))
        yield line(f"  {summary(plan.edited)}")
        yield from who_rows(plan.edited, width)


def _undeclared(plan: Plan, width: int) -> Iterator[Line]:
    if plan.undeclared:
        yield ()
        where = "not in the backup" if from_backup(plan) else "in no file"
        yield line(Span("Undeclared", "strong"), f" (live and {where}; left as they are)")
        for route in plan.undeclared:
            switched = "" if route.enabled else "  disabled"
            about = line(Span(f"{route.id}{switched}", "dim"))
            yield from beside(line(f"  {route.name}"), about, width, "    ")
    if plan.not_ours:
        yield ()
        yield line(f"Not ours: {counted(len(plan.not_ours), 'live route')} of other owners.")
    if plan.undeclared is None and not from_backup(plan):
        yield ()
        yield line("Undeclared routes are not listed: this plan did not read all files or routes.")


def _unknown(plan: Plan, width: int) -> Iterator[Line]:
    for heading, parts in unknown_groups(plan):
        yield ()
        yield line(Span(heading, "strong"))
        for part in parts:
            about = line(Span(f"{part.title}  {part.pointer}".rstrip(), "dim"))
            yield from beside(line(f"  {part.route}"), about, width, "    ")
