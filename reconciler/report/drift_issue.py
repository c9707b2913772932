"""Live edits, as an issue for the people who decide about them."""

import shlex
from collections.abc import Iterator

from reconciler.model import Finding
from reconciler.plan.change import Risk
from reconciler.plan.plan import Conflict, Drift, Plan
from reconciler.report.headline import BESIDE_PAGING
from reconciler.report.plan_markdown import field_block
from reconciler.report.plan_words import capitalised, fitting, side_sentence
from reconciler.report.who_markdown import summary_line, who_blocks
from reconciler.text import MOST, code, counted, fenced, prose, sentence, size

# To create a renamed route would make a second one; nothing here writes another repository's.
_HINTED = ("renamed-by-hand", "left-owns", "left-owns-and-changed")
_LIVE, _FILE = "--- live", "+++ file"


def drift_issue(plan: Plan) -> str:
    """GitHub's Markdown with a newline at the end, or "" when no route has a live edit."""
    if not (plan.drift or plan.conflicts or _named(plan)):
        return ""
    for lines in (_issue(plan, fields=True), _issue(plan, fields=False)):
        text = "\n".join(lines) + "\n"
        if size(text) <= MOST:
            return text
    more = "- and {0} more lines, in the run's summary"
    return "\n".join(fitting([*_brief(plan)], MOST, more)) + "\n"


def _issue(plan: Plan, *, fields: bool) -> Iterator[str]:
    base = plan.context.base[:12]
    yield from _head(plan)
    yield "Nothing was written. The live values stay until you decide. For each route, pull the"
    yield "live value into its file, or overwrite it with the file's value."
    for side in _sides(plan):
        yield from _route(side, base, fields=fields)
    for finding in _named(plan):
        yield from _gone(finding, base)


def _named(plan: Plan) -> tuple[Finding, ...]:
    """Routes that were deleted live, or created again."""
    gone = (*plan.deleted_by_hand, *plan.gone_on_one_side)
    return (*gone, *plan.created_again, *plan.left_owns)


def _sides(plan: Plan) -> tuple[Drift | Conflict, ...]:
    return (*plan.drift, *plan.conflicts)


def _unproved(side: Drift | Conflict, plan: Plan) -> Iterator[Risk]:
    """What the proof does not say better."""
    known = plan.edited is not None and plan.edited.who.complete
    return (risk for risk in side.risks if not known or risk.label in BESIDE_PAGING)


def _head(plan: Plan, most: int = 20) -> Iterator[str]:
    """First the routes whose live edit changed who is paged."""
    count = len(_sides(plan)) + len(_named(plan))
    base = plan.context.base[:12]
    has = "has" if count == 1 else "have"
    since = code(base) if base else "the last apply"
    yield f"**{counted(count, 'route')} {has} live edits in incident.io** since {since}."
    yield ""
    if plan.edited is not None:
        yield summary_line(plan.edited)
        yield from who_blocks(plan.edited, most)
        yield ""
    risks = [(side, risk) for side in _sides(plan) for risk in _unproved(side, plan)]
    for side, risk in risks:
        yield f"- ⚠️ {code(side.name)} **{risk.label}**: {prose(risk.sentence)}"
    for finding in _named(plan):
        yield f"- ⚠️ {sentence(finding.message)}"
    if not risks and not _named(plan) and plan.edited is None:
        yield "Nobody is paged differently."
    yield ""


def _brief(plan: Plan) -> Iterator[str]:
    """A line for each route, below both ways out."""
    base = plan.context.base[:12]
    since = f"--base {base} --revert-drift" if base else "--revert-drift"
    yield from _head(plan, 5)
    yield "Nothing was written. Pull the live values of a route into its file (for a conflict,"
    yield "write them there yourself):"
    yield from _command("reconciler pull NAME")
    yield ""
    conflict = f" (for a conflict, leave out `--base {base}`)" if base else ""
    yield f"Or overwrite it with the file's values{conflict}:"
    yield from _command(f"reconciler plan NAME {since} --out plan.json")
    yield from _command("reconciler apply plan.json")
    yield ""
    for side in _sides(plan):
        conflict = ", a conflict" if isinstance(side, Conflict) else ""
        guard = ", a guard refuses the file's values" if side.refused else ""
        file = code(side.declaration.file)
        yield f"- {code(side.name)} ({prose(side_sentence(side))}{conflict}{guard}) in {file}"


def _route(side: Drift | Conflict, base: str, *, fields: bool) -> Iterator[str]:
    yield from ("", f"### {code(side.name)}", "")
    yield f"{prose(side_sentence(side))}; declared in {code(side.declaration.file)}."
    if isinstance(side, Conflict):
        yield "The file changed too, so the next apply does not write this route."
    yield ""
    for field in side.fields if fields else ():
        yield from field_block(field, _LIVE, _FILE)
    if isinstance(side, Conflict):  # `pull` takes neither side of a conflict
        yield "To keep the live value, write it into the file."
    else:
        yield "Pull the live value into the file:"
        yield from _command(_for_route("reconciler pull", side.name))
    yield ""
    yield "Overwrite it with the file's value:"
    # Without a base the file wins; with one, a conflict stays a conflict whatever is asked.
    yield from _write_it(side.name, "" if isinstance(side, Conflict) else base)
    for guard in side.refused:
        yield ""
        yield f"🛑 A guard refuses to write the file's value: {sentence(guard.message)}."
        yield f"{sentence(capitalised(guard.hint))}."


def _gone(finding: Finding, base: str) -> Iterator[str]:
    yield from ("", f"### {code(finding.route)}", "", f"{sentence(finding.message)}.", "")
    if finding.code in _HINTED:
        yield f"{sentence(capitalised(finding.hint))}."
        return
    place = finding.position.file if finding.position else "its file"
    if finding.code in ("created-again", "edited-and-absent"):
        yield f"To keep it, describe it in {code(place)}. To delete it:"
        yield from _write_it(finding.route, base)
        return
    yield f"To leave it deleted, remove {code(place)}. To create it again:"
    yield from _write_it(finding.route, base)


def _write_it(name: str, base: str) -> Iterator[str]:
    since = f" --base {base} --revert-drift" if base else " --revert-drift"
    yield from _command(_for_route("reconciler plan", name, f"{since} --out plan.json"))
    yield from _command("reconciler apply plan.json")


def _command(line: str) -> Iterator[str]:
    """In a block, which GitHub copies with one click."""
    yield from ("", fenced(line, "sh"))


def _for_route(command: str, name: str, options: str = "") -> str:
    """The command for one route, whatever it is called: `-x` would be read as an option."""
    if name.startswith("-"):
        return f"{command}{options} -- {shlex.quote(name)}"
    return f"{command} {shlex.quote(name)}{options}"
