"""The outcome of a reviewed plan, for the head of its comment, and what to do about the rest."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.forge.words import GITHUB, Words
from reconciler.model import Json
from reconciler.plan.saved import SavedChange, SavedPlan, moves_of
from reconciler.text import code, prose, sentence, size

Row = Mapping[str, Json]
_OTHER_GUARDS = ("guard-not-reviewed", "guard-other-plan")  # of the start, not of the plan


def ways_on(
    document: Row, causes: Collection[str], shown: Sequence[Row], words: Words = GITHUB
) -> Iterator[str]:
    """Sentences; `causes` are those of the conflicts, `shown` the findings of this pull request."""
    digest = str(document.get("digest") or "")
    outcomes, left = rows(document, "outcomes"), rows(document, "left")
    codes = {str(row.get("code")) for row in rows(document, "findings")}
    unread = any(outcome.get("reason") == "not reviewed" for outcome in outcomes)
    if any(_is_guard(finding) for finding in shown):
        yield (
            f"To allow it, add an approval to `reconciler.yaml` in a separate {words.request}. Its "
            "comment shows what the merge will write. Otherwise revert the change."
        )
    elif digest and (unread or codes & {*_OTHER_GUARDS}):
        yield f"To apply it after review: {words.start}, `digest` = {code(digest)}"
    elif document.get("exit_code") == 1 and any(
        finding.get("level") == "error" for finding in shown
    ):
        yield (f"Correct the file in a separate {words.request}. Its merge writes this change too.")
    if left and any(_is_worth_another_try(outcome) for outcome in outcomes):
        yield "Re-run the job to retry what is left. Otherwise the next merge retries it."
    yield from _decisions(causes, words)


def _is_worth_another_try(outcome: Row) -> bool:
    again = ("interrupted", "stopped", "held back", "sent before")
    return outcome.get("outcome") == "failed" or outcome.get("reason") in again


def _is_guard(finding: Row) -> bool:
    code_of = str(finding.get("code"))
    return code_of.startswith("guard-") and code_of not in _OTHER_GUARDS


def _decisions(causes: Collection[str], words: Words) -> Iterator[str]:
    """With a base a conflict stays one, however often the workflow runs."""
    if "undecided" in causes:
        yield (
            "The live edit stays until you decide. `reconciler pull NAME` writes it into the file "
            f"for a {words.request}. To write the file's value instead: {words.start} with "
            "`revert-drift`, review what that run shows, then start it again with its digest."
        )
    elif "both sides" in causes:
        yield (
            "The file and a live edit changed the same field: you decide. To keep the live "
            f"value, write it into the file, in a {words.request}. To overwrite it with the file's "
            "value: `reconciler plan NAME --revert-drift --out plan.json`, then `reconciler apply "
            "plan.json`."
        )


def rows(document: Row, key: str) -> list[Row]:
    """The mappings of a list in the document, none where it has another shape."""
    found = document.get(key)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


State = Literal["applied", "partly-applied", "not-applied", "unknown"]
MOST = 4_000  # characters; the plan below takes up to 60,000 of GitHub's 65,536
_MOST_VALUE = 300  # characters of one value
_HEADS: Mapping[State, str] = {
    "applied": "✅ **Applied**",
    "partly-applied": "⚠️ **Partly applied**",
    "not-applied": "🛑 **Not applied**",
    "unknown": "❓ **Cut off**",
}
_REASONS = {
    "interrupted": "the run was interrupted before this write",
    "stopped": "the run stopped before this write",
    "held back": "deletes wait until all other writes succeed",
    "refused by a guard": "a guard refuses it, see above",
    "merged with what a guard refuses": "a guard refuses another change of the same plan",
    "sent before": "a create that was sent before may still arrive",
}
_BECAME = {"unknown": "may have been written, or not", "failed": "failed"}
_NO_PLAN = "it was not reviewed"
_OF_TWO = "another merge changed this route too, so the result below was not reviewed"
_OF_NOBODY = (
    "the route or its file changed after this plan was created, so the result below was not "
    "reviewed"
)
_NO_WORD = "the run ended before its first write. Read its log, then re-run the job."
_TAKEN_BACK = "- ↩️ {0}: a later merge reverted this change"


@dataclass(frozen=True, slots=True)
class Applied:
    """The state in a word, and the text that says it. `withheld`: a reviewed change was not
    written though nothing failed, because it looks like the end of a live edit.
    """

    state: State
    text: str
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """The outcome of one change. `live`: it is now; `idle`: this run had nothing to do for it.
    `cause`: of its conflict.
    """

    live: bool
    text: str
    idle: bool = False
    cause: str = ""


def outcome_markdown(
    document: Row | None,
    plan: SavedPlan | None,
    why: str = "",
    run_url: str = "",
    undone: Collection[str] = (),
    *,
    elsewhere: Collection[str] = (),
    written: Collection[str] = (),
    began: bool = False,
    words: Words = GITHUB,
) -> Applied:
    """`document`: of `apply --outcome`, None if apply ended early. `plan`: the reviewed one, None
    if there is none (`why`). `undone`: digests of changes that the files do not make any more.
    `elsewhere`: routes (id or name) of other pull requests in this run. `written`: routes that a
    run wrote since the base, so that a later edit is one. `began`: the run made ready to write.
    """
    run = f" ([run]({run_url}))" if run_url else ""
    if document is None and began:
        text = (
            "the run ended while it was writing, so some changes may be live. The journal in the "
            "run's artifact lists what was sent. The next apply reads the live routes to find out."
        )
        return Applied("unknown", f"{_HEADS['unknown']}{run}: {text}")
    stopped = _NO_WORD if document is None else document.get("stopped")
    if document is None or isinstance(stopped, str):
        text = f"{_HEADS['not-applied']}{run}. Nothing was written: {prose(str(stopped))}"
        return Applied("not-applied", text)
    document = _with_written(document, written)
    lines = [*_lines(document, plan, words, undone, elsewhere)]
    done = [line.live for line in lines]
    state: State = "applied" if all(done) else "partly-applied" if any(done) else "not-applied"
    if not lines and document.get("exit_code") != 0:
        state = "not-applied"  # nothing of its own, but a run that did not end well: say on what
        lines = [line for line in _lines(document, None, words) if not line.live]
    became = _HEADS[state]
    if lines and all(line.idle for line in lines):
        became = "✅ **Nothing left to write**"
    nothing = "" if lines else " There was nothing to write."
    head = f"{became}{run}.{nothing if state == 'applied' else ''}"
    more = [f"No plan of this {words.request} was reviewed: {prose(why)}."] if why else []
    shown = [*_own_findings(document, plan, elsewhere)] if state != "applied" else []
    text = _fitted([head, *more, *map(_finding, shown), "", *(line.text for line in lines)])
    if state == "applied":
        return Applied(state, text)
    ways = "\n\n".join(ways_on(document, {line.cause for line in lines}, shown, words))
    held = plan is not None and any(_is_withheld(document, change) for change in plan.changes)
    return Applied(state, f"{text}\n\n{ways}" if ways else text, held)


def _with_written(document: Row, written: Collection[str]) -> Row:
    """The document whose live edits say whether they came after a write of their route."""
    edits: list[Json] = [
        {**row, "written": not {row.get("id"), row.get("name")}.isdisjoint(written)}
        for row in rows(document, "drift")
    ]
    return {**document, "drift": edits}


def _lines(
    document: Row,
    plan: SavedPlan | None,
    words: Words,
    undone: Collection[str] = (),
    elsewhere: Collection[str] = (),
) -> Iterator[_Line]:
    """One for each change of this request."""
    outcomes, left = rows(document, "outcomes"), rows(document, "left")
    if plan is None:
        # What is written with no digest given is other pull requests', which have plans.
        unread = [entry for entry in outcomes if entry.get("reason") == "not reviewed"]
        for outcome in unread or outcomes:
            yield _line(outcome, left, _NO_PLAN)
        for row in () if outcomes else left:  # refused as a whole, so this is all to be read
            detail = f"- 🛑 {code(str(row.get('name')))} was not written"
            yield _Line(False, "\n".join([detail, *_difference(row)]))
        return
    for change in plan.changes:
        own = _own(outcomes, change)
        if own and _is_taken_back(own, change, undone):
            yield _Line(False, _TAKEN_BACK.format(code(change.name)))
        elif own and not _is_withheld(document, change):
            yield _line(own, left, _unread(change, elsewhere))
        elif any(_is_of(entry, change) for entry in left):
            yield _Line(False, f"- 🛑 {code(change.name)} was not written")
        elif document.get("exit_code") == 1:
            why = "was not planned again: the plan has errors"
            yield _Line(False, f"- 🛑 {code(change.name)} {why}")
        else:
            yield _unwritten(document, change, undone, words)


def _unread(change: SavedChange, elsewhere: Collection[str]) -> str:
    return _OF_TWO if {change.id, change.name} & {*elsewhere} else _OF_NOBODY


def _own(outcomes: Sequence[Row], change: SavedChange) -> Row | None:
    """The outcome of the change's route: of two, the one that does what the change does."""
    own = [outcome for outcome in outcomes if _is_of(outcome, change)]
    same = [outcome for outcome in own if change.moves and change.moves <= moves_of(outcome)]
    return next(iter((*same, *reversed(own))), None)


def _is_taken_back(own: Row, change: SavedChange, undone: Collection[str]) -> bool:
    """Whether the run was about what a later merge made of the route, not about this change."""
    if own.get("outcome") != "written":  # the later merge's change is not live either
        return False
    if (own.get("action") == "delete") != (change.action == "delete"):
        return True
    return change.digest in undone and not change.moves <= moves_of(own)


def _unwritten(document: Row, change: SavedChange, undone: Collection[str], words: Words) -> _Line:
    """A change that the new plan does not have: it is live, or something stands in its way."""
    name = code(change.name)
    if _is_withheld(document, change):
        return _Line(
            False,
            f"- 🛑 {name} was not written: no apply wrote the live value from a file, so it counts "
            f"as a live edit. To overwrite it with the file's value: {words.start} with "
            "`revert-drift`.",
        )
    undeclared = document.get("undeclared")
    there = isinstance(undeclared, list) and change.name in undeclared
    if change.action == "delete" and there:
        detail = "the setting that allows this deletion takes effect with the next change"
        return _Line(False, f"- 🛑 {name} was not deleted: {detail}")
    if change.action == "create" and there:
        still = "is live and still pages, although a later merge removed its file"
        return _Line(True, f"- ⚠️ {name} {still}")
    if change.digest in undone:
        return _Line(False, _TAKEN_BACK.format(name))
    for drift in (row for row in rows(document, "drift") if _is_of(row, change)):
        paths = drift.get("paths")
        where = ", ".join(code(str(path)) for path in paths) if isinstance(paths, list) else ""
        since = f"live edits since: {where}" if where else "deleted in incident.io since"
        detail = f"- ✅ {name} has nothing left to write; {since}"
        return _Line(True, detail)
    # Not "as planned": a later change of the file, a revert say, may have taken that one back.
    detail = f"- ✅ {name}: nothing left to write, the live route matches its file"
    return _Line(True, detail, idle=True)


def _is_withheld(document: Row, change: SavedChange) -> bool:
    """Whether a live edit that is kept has everything that the change would do."""
    for drift in (row for row in rows(document, "drift") if _is_of(row, change)):
        if drift.get("written"):
            continue
        if drift.get("deleted") and change.action == "create":
            return True
        if change.action == "update" and change.moves and change.moves <= moves_of(drift):
            return True
    return False


def _is_of(row: Row, change: SavedChange) -> bool:
    """By id where both have one: two routes may have one name."""
    if change.id and row.get("id"):
        return row.get("id") == change.id
    return row.get("name") == change.name


def _line(outcome: Row, left: Sequence[Row], unread: str) -> _Line:
    """`unread` is the reason why a change has no review."""
    name, word = code(str(outcome.get("name"))), str(outcome.get("outcome"))
    if word == "doubled":
        others = ", ".join(code(str(other)) for other in _texts(outcome, "others"))
        detail = f"was created as {code(str(outcome.get('id')))}, but {others} has the same name"
        return _Line(True, f"- ⚠️ {name} {detail}: delete one of them, or an alert may page twice")
    if word == "written":
        version = outcome.get("version")
        action = str(outcome.get("action")).removesuffix("e")
        return _Line(True, f"- ✅ {name} {action}ed{f' v{version}' if version else ''}")
    reason = str(outcome.get("message") or outcome.get("why") or outcome.get("reason") or word)
    detail = prose(unread if reason == "not reviewed" else _REASONS.get(reason, reason))
    key = "id" if outcome.get("id") else "name"
    now = [row for row in left if row.get(key) == outcome.get(key)]
    difference = list(_difference(now[0])) if now and reason == "not reviewed" else []
    became = _BECAME.get(word, "was not written")
    text = "\n".join([f"- 🛑 {name} {became}: {detail}", *difference])
    return _Line(False, text, cause=str(outcome.get("cause") or ""))


def _difference(change: Row) -> Iterator[str]:
    """The values that would be written now, to compare with the review."""
    for field in rows(change, "fields"):
        before, after = _value(field.get("from")), _value(field.get("to"))
        yield f"  - now {code(str(field.get('path')))}: {before} → {after}"


def _value(shown: Json) -> str:
    if not isinstance(shown, Mapping):
        return "nothing"
    return code(str(shown.get("value"))[:_MOST_VALUE])


def _own_findings(
    document: Row, plan: SavedPlan | None, elsewhere: Collection[str]
) -> Iterator[Row]:
    """Without findings about routes that only other pull requests of the run change."""
    own = {word for change in (plan.changes if plan else ()) for word in (change.id, change.name)}
    for finding in rows(document, "findings"):
        route = finding.get("route")
        if plan is None or route not in elsewhere or route in own:
            yield finding


def _finding(finding: Row) -> str:
    file, line = finding.get("file"), finding.get("line")
    place = f"{code(f'{file}:{line}' if line else str(file))} " if file else ""
    return f"- {place}{sentence(str(finding.get('message')))} {code(str(finding.get('code')))}"


def _texts(document: Row, key: str) -> list[Json]:
    texts = document.get(key)
    return list(texts) if isinstance(texts, list) else []


def _fitted(lines: Sequence[str]) -> str:
    """As many of the lines as fit, a large one without its difference; and how many do not."""
    kept: list[str] = []
    room = MOST
    for line in lines:
        fitting = [detail for detail in (line, line.partition("\n")[0]) if size(detail) < room]
        if not fitting:
            break
        room -= size(fitting[0]) + 1
        kept.append(fitting[0])
    left = len(lines) - len(kept)
    return "\n".join([*kept, *([f"- and {left} more, in the run's log"] if left else [])])
