"""Whether the files are older than what was applied: a change back to them is then no change of
this checkout. Pure, over a history that is asked.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from reconciler.files.read.route import parse_route
from reconciler.model import Finding
from reconciler.plan.change import Change, Create, live_id
from reconciler.planning.request import History, Remembered


def behind(remembered: Remembered, changes: Sequence[Change]) -> Iterator[Finding]:
    """A warning for each route that changes and whose last apply this checkout does not contain.

    A squash or a rebase gives a commit another name. So a checkout also contains an apply whose
    text the file had in some commit of its history.
    """
    history = remembered.history
    if history is None:
        return
    files = {one.id: one.file for one, _ in remembered.applied}
    for change in changes:
        identity = live_id(change) or ""
        today = change.declaration.file if change.declaration else ""
        if isinstance(change, Create):
            commit = remembered.gone.get(change.name, "")
            contained = _deletion(history, today)
        else:
            commit = remembered.commits.get(identity, "") if identity in files else ""
            contained = _text(history, {files.get(identity, ""), today} - {""},
                              remembered.texts.get(identity, ""))  # fmt: skip
        if commit and not history.has(commit) and (history.leads_to(commit) or not contained()):
            yield _finding(change, commit)


def _text(history: History, files: Collection[str], text: str) -> Callable[[], bool]:
    def contained() -> bool:
        return any(_lines(text) in map(_lines, history.texts(file)) for file in files)

    return contained


def _deletion(history: History, file: str) -> Callable[[], bool]:
    def contained() -> bool:
        if history.removed(file):
            return True
        said = (parse_route(text, file)[0] for text in history.texts(file))
        return any(one is not None and one.absent for one in said)

    return contained


def _lines(text: str) -> str:
    """git may change the ends of lines on the way into a checkout."""
    return text.replace("\r\n", "\n")


def _finding(change: Change, commit: str) -> Finding:
    what = "deletion" if isinstance(change, Create) else "last apply"
    message = (
        f'the record names {commit[:12]} for the {what} of "{change.name}", and this checkout does '
        "not contain that commit: this change may go back to an older file"
    )
    hint = "run `git pull` before you apply; in a shallow clone, run `git fetch --unshallow` first"
    found = Finding("warning", "checkout-behind", message, hint, path=("name",), route=change.name)
    located = change.declaration.positions.locate(found) if change.declaration else found
    return replace(located, route=change.name)
