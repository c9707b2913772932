"""The plan as the comment of a pull request, within GitHub's limit.

GitHub refuses a body that is too long (`text.markdown`), so detail goes in tiers: first the
picture, then the fields, then the lines of single routes. Totals, risks and deletions always stay.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from reconciler.model import Names
from reconciler.plan.change import Change, Delete
from reconciler.plan.plan import Plan, is_guard
from reconciler.report.headline import explained_below, headline, risk_lines
from reconciler.report.picture import picture
from reconciler.report.plan_markdown import (
    change_line,
    markdown_risks,
    plan_body,
    state_lines,
)
from reconciler.report.plan_words import (
    CONFLICT_HEADING,
    DRIFT_HEADING,
    MERGED_HEADING,
    changes_words,
    fitting,
    side_sentence,
)
from reconciler.text import MOST, code, cut_to_size, prose, sentence, size

_MOST_NAMES = 20_000  # characters of the names of one kind of risk, where nothing else fits
SHORTENED = "This comment is shortened. The summary and the artifact of the run have all details."


def plan_comment(plan: Plan, names: Names) -> str:
    """GitHub's Markdown, of at most MOST characters; ends with a newline."""
    tiers: tuple[Callable[[Plan, Names], Iterator[str]], ...] = (
        _everything,
        _without_picture,
        _without_fields,
        _without_routes,
        _names_alone,
    )
    text = ""
    for tier in tiers:
        text = "\n".join(tier(plan, names)) + "\n"
        if size(text) <= MOST:
            return text
    return cut_to_size(
        text, MOST
    )  # a count of risks by label and names: cut only in an account of extreme size


def _everything(plan: Plan, names: Names) -> Iterator[str]:
    yield from _head(plan)
    drawn = picture(plan, names)
    if drawn:
        yield ""
        yield drawn.rstrip("\n")
    yield from plan_body(plan)


def _without_picture(plan: Plan, _names: Names) -> Iterator[str]:
    yield from _head(plan)
    yield from plan_body(plan)


def _without_fields(plan: Plan, _names: Names) -> Iterator[str]:
    yield from _head(plan)
    yield from ("", SHORTENED)
    yield from _lines(plan, plan.changes)
    yield from _beside(plan)


def _without_routes(plan: Plan, _names: Names) -> Iterator[str]:
    yield from _head(plan)
    yield from ("", SHORTENED)
    yield from _lines(plan, (one for one in plan.changes if isinstance(one, Delete)))


def _names_alone(plan: Plan, _names: Names) -> Iterator[str]:
    yield from _first_lines(plan)
    labels = dict.fromkeys(line.label for line in risk_lines(plan))
    groups = {
        label: [name for line in risk_lines(plan) if line.label == label for name in line.names]
        for label in labels
    }
    for label, routes in groups.items():
        names = fitting([*map(code, routes)], _MOST_NAMES // len(groups), "and {0} more")
        yield f"- ⚠️ **{label}** ({len(routes)}): {', '.join(names)}"
    yield from ("", SHORTENED)


def _first_lines(plan: Plan) -> Iterator[str]:
    first = headline(plan)
    if not plan.changes and plan.applyable and not plan.contested:
        first = replace(first, strong="Merging this changes nothing in incident.io.")
    sentences = [f"**{prose(first.strong)}**", prose(first.rest), changes_words(plan)]
    yield " ".join(filter(None, sentences))
    yield ""
    yield from state_lines(plan)


def _head(plan: Plan) -> Iterator[str]:
    yield from _first_lines(plan)
    risks = [*markdown_risks(plan)]
    yield from risks
    if risks or not plan.applyable:
        yield ""
    yield _compared(plan)


def _compared(plan: Plan) -> str:
    """Which routes were looked at, and from where changes are counted."""
    about = plan.circumstances
    seen = {*plan.unchanged, *(one.name for one in (*plan.changes, *plan.contested))}
    seen |= {one.name for one in (*plan.drift, *plan.merged)}
    base = f" Changes are counted from {code(about.base[:12])}." if about.base else ""
    if about.scope == "changed":
        those = "the 1 route" if len(seen) == 1 else f"the {len(seen)} routes"
        if not seen:
            return f"This pull request changes no route.{base}"
        return f"Compared {those} that this pull request changes with incident.io.{base}"
    those = "the 1 declared route" if len(seen) == 1 else f"all {len(seen)} declared routes"
    return f"Compared {those} with incident.io.{base}"


def _lines(plan: Plan, changes: Iterable[Change]) -> Iterator[str]:
    below = explained_below(risk_lines(plan))
    yield ""
    for change in changes:
        yield f"- {change_line(change, risks=change.name in below)}"


def _beside(plan: Plan) -> Iterator[str]:
    for heading, sides in (
        (CONFLICT_HEADING, plan.contested),
        (DRIFT_HEADING, plan.drift),
        (MERGED_HEADING, plan.merged),
    ):
        if sides:
            yield from ("", f"### {heading}", "")
        for side in sides:
            yield f"- {code(side.name)} ({prose(side_sentence(side))})"
    refused = [one for one in plan.findings if one.level == "error" or is_guard(one)]
    if refused:
        yield from ("", "### Findings", "")
    for finding in refused:
        yield f"- **{finding.level}** {sentence(finding.message)} {code(finding.code)}"
