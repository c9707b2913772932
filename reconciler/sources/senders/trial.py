"""One test event that no route pages on: what it says, and who might be paged all the same. Pure.

The event says that it is resolved, and its severity is a word that no route tests for. A route that
pages without any condition that the event certainly fails is named, and then nothing is sent.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from reconciler.model import Condition, ConditionGroups, Literal, Live
from reconciler.plan.paging.paging import Paging, paging
from reconciler.sources.live import LiveSource

SEVERITY = "reconciler-test"
SEVERITY_NAME = "severity"
TITLE = "Test event of reconciler: no action is needed"
KEY = "reconciler-test-event"
_POSITIVE = ("one_of", "contains_one_of", "contains", "starts_with", "ends_with", "is")


def no_event(live: LiveSource) -> str:
    """Why a source can have no test event, whatever its routes are; "" when it can."""
    if event_for(live.type) is None:
        return f"this version cannot send a test event to a source of type {live.type}"
    if live.given is None:
        return f"incident.io does not show the template of {live.name}, which may set a severity"
    return ""


def might_page(
    live: LiveSource, routes: Iterable[Live], unread: Collection[str], names: Mapping[str, str]
) -> str:
    """Why a test event of the source might page; "" when no route pages on it. `unread` are the ids
    of live routes that cannot be read.
    """
    if unread:
        return "a live route cannot be read, and it might page"
    paged = pagers(routes, live.id, names, live.given or ())
    return f"{', '.join(paged)} might page on a test event of {live.name}" if paged else ""


def pagers(
    lives: Iterable[Live], source_id: str, names: Mapping[str, str], given: Sequence[str] = ()
) -> tuple[str, ...]:
    """Routes that might page on the event. `names`: ids and references to what people call it.
    `given`: what the source's template may say instead of the event.
    """
    return tuple(
        live.route.name
        for live in lives
        if paging(live.route) is not Paging.NOBODY
        for attached in live.route.sources
        if attached.source == source_id
        and not _surely_fails(attached.when, names, given)
        and not _surely_fails(live.route.when, names, given)
    )


def event_for(kind: str) -> Mapping[str, object] | None:
    """The event in the shape of a source's type; None for a type whose shape is not known."""
    if kind == "alertmanager":
        labels = {"alertname": "ReconcilerTestEvent", SEVERITY_NAME: SEVERITY}
        alert = {
            "status": "resolved",
            "labels": labels,
            "annotations": {"summary": TITLE},
            "startsAt": "2026-01-01T00:00:00Z",
            "endsAt": "2026-01-01T00:00:01Z",
            "generatorURL": "",
            "fingerprint": KEY,
        }
        return {
            "version": "1",
            "groupKey": KEY,
            "truncatedAlerts": 0,
            "receiver": "reconciler",
            "status": "resolved",
            "alerts": [alert],
            "groupLabels": labels,
            "commonLabels": labels,
            "commonAnnotations": {"summary": TITLE},
            "externalURL": "",
        }
    if kind == "http":
        return {
            "title": TITLE,
            "status": "resolved",
            "deduplication_key": KEY,
            "metadata": {SEVERITY_NAME: SEVERITY},
        }
    return None


def _surely_fails(groups: ConditionGroups, names: Mapping[str, str], given: Sequence[str]) -> bool:
    """Whether every alternative holds a condition that the event certainly does not meet."""
    return bool(groups) and all(
        any(_is_false(condition, names, given) for condition in group) for group in groups
    )


def _is_false(condition: Condition, names: Mapping[str, str], given: Sequence[str]) -> bool:
    """A positive test of the severity for other words than the event's."""
    if names.get(condition.subject, condition.subject) != SEVERITY_NAME:
        return False
    if condition.operation not in _POSITIVE:
        return False
    values = [value for binding in condition.params for value in binding.values]
    return bool(values) and all(
        isinstance(value, Literal)
        and not _alike(names.get(value.text, value.text))
        and not _is_given((value.text, names.get(value.text, value.text)), names, given)
        for value in values
    )


def _is_given(words: Sequence[str], names: Mapping[str, str], given: Sequence[str]) -> bool:
    """Whether the source's template may put one of the words there."""
    texts = [text.casefold() for each in given for text in (each, names.get(each, each))]
    return any(word.casefold() in text for word in words for text in texts)


def _alike(word: str) -> bool:
    """Whether a test for the word may meet the event's severity, however words are compared."""
    folded = word.casefold()
    return folded in SEVERITY or SEVERITY in folded
