"""The plan as the comment of a pull request, within what GitHub takes.

GitHub refuses a body of more than 65,536 characters, so detail goes in tiers: first the picture,
then the fields, then the lines of single routes. Totals, risks and deletions never do.
"""

from collections.abc import Callable, Iterable, Iterator

from reconciler.plan.change import Change, Delete
from reconciler.plan.plan import Plan, is_guard
from reconciler.plan.words import Names
from reconciler.report.markdown import code, prose, sentence
from reconciler.report.picture import picture
from reconciler.report.plan_markdown import (
    change_line,
    is_empty,
    plan_body,
    state_lines,
)
from reconciler.report.plan_words import (
    CONFLICT_HEADING,
    DRIFT_HEADING,
    MERGED_HEADING,
    nothing_to_do,
    risk_lines,
    side_sentence,
    totals,
)
from reconciler.report.plural import counted

MOST = 60_000  # of GitHub's 65,536: an outcome and the marker are still to come
_WORST = ("deletes", "paging removed")  # of three hundred risks, those are to be read first
_MOST_NAMES = 20_000  # characters of the names of one kind of risk, where nothing else fits
SHORTENED = "The comment leaves out detail; the summary and the artifact of the run have it all."


def plan_comment(plan: Plan, names: Names) -> str:
    """GitHub's Markdown, of at most MOST characters; ends with a newline."""
    tiers: tuple[Callable[[Plan, Names], Iterator[str]], ...] = (
        _everything,
        _without_picture,
        _without_fields,
        _every_route_once,
        _without_routes,
        _names_alone,
    )
    text = ""
    for tier in tiers:
        text = "\n".join(tier(plan, names)) + "\n"
        if size(text) <= MOST:
            return text
    return text[:MOST]  # a count of risks by label and names: cut only far beyond any account


def size(text: str) -> int:
    """The length as GitHub counts it: an emoji may be two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


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
    yield from _lines(plan.changes)
    yield from _beside(plan)


def _every_route_once(plan: Plan, _names: Names) -> Iterator[str]:
    """A route whose risks are told has its line there already."""
    yield from _head(plan)
    yield from ("", SHORTENED)
    yield from _lines(one for one in plan.changes if isinstance(one, Delete) or not one.risks)
    yield from _beside(plan)


def _without_routes(plan: Plan, _names: Names) -> Iterator[str]:
    yield from _head(plan)
    yield from ("", SHORTENED)
    yield from _lines(change for change in plan.changes if isinstance(change, Delete))


def _names_alone(plan: Plan, _names: Names) -> Iterator[str]:
    yield from _first_lines(plan)
    labels = dict.fromkeys(label for _, label, _ in risk_lines(plan))
    deleted = [change.name for change in plan.changes if isinstance(change, Delete)]
    groups = {label: [n for n, one, _ in risk_lines(plan) if one == label] for label in labels}
    groups["deletes"] = deleted
    for label, routes in groups.items():
        if routes:
            yield f"- ⚠️ **{label}** ({len(routes)}): {_some(routes, _MOST_NAMES // len(groups))}"
    yield from ("", SHORTENED)


def _some(names: list[str], room: int) -> str:
    kept: list[str] = []
    for name in names:
        room -= size(code(name)) + 2
        if room < 0:
            break
        kept.append(code(name))
    left = len(names) - len(kept)
    return ", ".join(kept) + (f" and {left} more" if left else "")


def _first_lines(plan: Plan) -> Iterator[str]:
    yield f"**{totals(plan)}** {_risks_in_a_word(plan)}"
    yield ""
    yield from state_lines(plan)


def _risks_in_a_word(plan: Plan) -> str:
    """A file with an error is not planned, so what it does to paging is unknown, not safe."""
    if risks := risk_lines(plan):
        return f"⚠️ **{counted(len(risks), 'risk')}**"
    return "❓ **Risk unknown.**" if plan.errors else "No risk."


def _head(plan: Plan) -> Iterator[str]:
    yield from _first_lines(plan)
    for name, label, said in sorted(risk_lines(plan), key=lambda one: one[1] not in _WORST):
        yield f"- ⚠️ {code(name)} **{label}**: {prose(said)}"
    if is_empty(plan):
        yield nothing_to_do(plan)
    yield from _scope(plan)


def _scope(plan: Plan) -> Iterator[str]:
    about = plan.circumstances
    if about.base:
        scope = (
            "Only the routes whose files say something else were looked at"
            if about.scope == "changed"
            else "All routes were looked at"
        )
        yield from ("", f"{scope}; changes are counted from {code(about.base[:12])}.")


def _lines(changes: Iterable[Change]) -> Iterator[str]:
    yield ""
    for change in changes:
        yield f"- {change_line(change)}"


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
