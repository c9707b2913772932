"""Hand edits since the base, as an issue for whoever has to decide about them."""

import shlex
from collections.abc import Iterator, Sequence

from reconciler.plan.plan import Contested, Drift, Plan
from reconciler.report.comment import size
from reconciler.report.markdown import code, fenced, prose, sentence
from reconciler.report.plan_markdown import field_block
from reconciler.report.plan_words import side_sentence
from reconciler.report.plural import counted

MOST = 60_000  # of the 65,536 characters that GitHub takes


def drift_issue(plan: Plan) -> str:
    """GitHub's Markdown with a newline at the end, or "" when no route was edited by hand."""
    if not (plan.drift or plan.contested or plan.deleted_by_hand):
        return ""
    for lines in (_issue(plan, fields=True), _issue(plan, fields=False)):
        text = "\n".join(lines) + "\n"
        if size(text) <= MOST:
            return text
    return "\n".join(_fitted([*_brief(plan)])) + "\n"


def _issue(plan: Plan, *, fields: bool) -> Iterator[str]:
    sides, base = _sides(plan), plan.circumstances.base[:12]
    yield from _head(plan)
    yield "Nothing was written. Live wins until somebody decides; for each route there are two ways"
    yield "out: adopt the live value into its file, or write the file's value over it."
    if len(plan.drift) > 1:
        yield ""
        yield "To write the files' values over all of them, conflicts excepted:"
        yield from ("", fenced(_revert(base), "sh"))
    for side in sides:
        yield from _route(side, base, fields=fields)
    for finding in plan.deleted_by_hand:
        yield from ("", f"### {code(finding.route)}", "", f"{sentence(finding.message)}.", "")
        if finding.code == "renamed-by-hand":  # to create it would make a second one
            yield f"{sentence(finding.hint[:1].upper() + finding.hint[1:])}."
            continue
        place = finding.position.file if finding.position else "its file"
        yield f"Agree: remove {code(place)}. Create it again:"
        yield from ("", fenced(_revert(base), "sh"))


def _sides(plan: Plan) -> tuple[Drift | Contested, ...]:
    return (*plan.drift, *plan.contested)


def _head(plan: Plan) -> Iterator[str]:
    count = len(_sides(plan)) + len(plan.deleted_by_hand)
    base = plan.circumstances.base[:12]
    yield f"**{counted(count, 'route')} edited by hand in incident.io** since {code(base)}."
    yield ""
    for drift in plan.drift:
        for risk in drift.risks:
            yield f"- ⚠️ {code(drift.name)} **{risk.label}**: {prose(risk.sentence)}"
    if any(drift.risks for drift in plan.drift):
        yield ""


def _brief(plan: Plan) -> Iterator[str]:
    """A line for each route, below both ways out."""
    yield from _head(plan)
    yield "Nothing was written. Adopt the live values of a route into its file, or write the files'"
    yield "values over all of them, conflicts excepted:"
    yield ""
    yield fenced(f"reconciler pull NAME\n{_revert(plan.circumstances.base[:12])}", "sh")
    yield ""
    for side in _sides(plan):
        conflict = ", a conflict" if isinstance(side, Contested) else ""
        file = code(side.declaration.file)
        yield f"- {code(side.name)} ({prose(side_sentence(side))}{conflict}) in {file}"
    for finding in plan.deleted_by_hand:
        yield f"- {code(finding.route)}: {sentence(finding.message)}"


def _fitted(lines: Sequence[str]) -> list[str]:
    """As many of the lines as fit, and how many do not."""
    kept: list[str] = []
    room = MOST - 100  # for the last line
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            break
        kept.append(line)
    left = len(lines) - len(kept)
    return [
        *kept,
        *([f"- and {counted(left, 'more line')}, in the run's summary"] if left else []),
    ]


def _route(side: Drift | Contested, base: str, *, fields: bool) -> Iterator[str]:
    yield from ("", f"### {code(side.name)}", "")
    yield f"{prose(side_sentence(side))}; declared in {code(side.declaration.file)}."
    if isinstance(side, Contested):
        yield "The file changed since the base, too, so the next apply does not write this route."
    yield ""
    if fields:
        yield "`-` is live, edited by hand; `+` is what the file says."
        yield ""
        for field in side.fields:
            yield from field_block(field)
    yield "Adopt the live value into the file:"
    yield ""
    yield fenced(_of_one("reconciler pull", side.name), "sh")
    yield ""
    yield from _over_it(side, base)


def _over_it(side: Drift | Contested, base: str) -> Iterator[str]:
    """Without a base the file wins; with one, a conflict stays a conflict whatever is asked."""
    since = "" if isinstance(side, Contested) else f" --base {base} --revert-drift"
    yield "Write the file's value over it (of this route alone):"
    yield ""
    plan = _of_one("reconciler plan", side.name, f"{since} --out plan.json")
    yield fenced(f"{plan}\nreconciler apply plan.json", "sh")


def _of_one(command: str, name: str, options: str = "") -> str:
    """The command for one route, whatever it is called: `-x` would be read as an option."""
    if name.startswith("-"):
        return f"{command}{options} -- {shlex.quote(name)}"
    return f"{command} {shlex.quote(name)}{options}"


def _revert(base: str) -> str:
    return f"reconciler apply --base {base} --revert-drift"
