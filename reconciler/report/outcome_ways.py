"""What to do about changes that an apply did not write: the way on, for the comment of a merge."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from reconciler.model.json import Json
from reconciler.report.markdown import code

Row = Mapping[str, Json]
_BY_HAND = "Actions → apply → Run workflow"
_OTHER_GUARDS = ("guard-not-reviewed", "guard-other-plan")  # of the start, not of the plan


def ways_on(document: Row, causes: Collection[str], shown: Sequence[Row]) -> Iterator[str]:
    """Sentences; `causes` are those of the conflicts, `shown` the findings of this pull request."""
    digest = str(document.get("digest") or "")
    outcomes, left = rows(document, "outcomes"), rows(document, "left")
    codes = {str(one.get("code")) for one in rows(document, "findings")}
    unread = any(one.get("reason") == "not reviewed" for one in outcomes)
    if any(_is_guard(one) for one in shown):
        yield (
            "To let it pass, approve it in `reconciler.yaml` in a pull request of its own; that "
            "comment says what its merge releases. Or take the change back."
        )
    elif digest and (unread or codes & {*_OTHER_GUARDS}):
        yield f"To apply it once you have read it: {_BY_HAND}, `digest` = {code(digest)}"
    elif document.get("exit_code") == 1 and any(one.get("level") == "error" for one in shown):
        yield "Correct the file in a pull request of its own; its merge writes this change, too."
    if left and any(_is_worth_another_try(one) for one in outcomes):
        yield "Re-run the job to try again what is left; otherwise the next merge tries it."
    yield from _decisions(causes)


def _is_worth_another_try(outcome: Row) -> bool:
    again = ("interrupted", "stopped", "held back", "sent before")
    return outcome.get("outcome") == "failed" or outcome.get("reason") in again


def _is_guard(finding: Row) -> bool:
    code_of = str(finding.get("code"))
    return code_of.startswith("guard-") and code_of not in _OTHER_GUARDS


def _decisions(causes: Collection[str]) -> Iterator[str]:
    """With a base a conflict stays one, however often the workflow runs."""
    if "undecided" in causes:
        yield (
            "The live edit stays until you decide. `reconciler pull NAME` takes it into the file, "
            f"for a pull request. To write the file's value instead: {_BY_HAND} with "
            "`revert-drift` shows what it changes; the same with that run's digest writes it."
        )
    elif "both sides" in causes:
        yield (
            "The file and a live edit changed the same field: you decide. To keep the live value, "
            "write it into the file, in a pull request. To write the file's value over it: "
            "`reconciler plan NAME --revert-drift --out plan.json`, then `reconciler apply "
            "plan.json`."
        )


def rows(document: Row, key: str) -> list[Row]:
    """The mappings of a list in the document, none where it has another shape."""
    found = document.get(key)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
