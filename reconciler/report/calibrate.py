"""What past alerts show of incident.io, for a terminal and for programs. No title of an alert."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from reconciler.model import (
    QUESTIONS,
    READINGS,
    SEMANTICS_FILE,
    Names,
    Observation,
    Question,
    Reading,
    Saw,
    Semantics,
)
from reconciler.past.calibrated import Calibration
from reconciler.plan.paging.region_words import READINGS as WORDS, assumed_words
from reconciler.plan.paging.who_words import things_words
from reconciler.report.explain_words import WHETHER
from reconciler.report.replay_words import held_words
from reconciler.routing.calibrate import Contradiction, Evidence
from reconciler.routing.past import By, Page
from reconciler.routing.ruled_out import Disagreement
from reconciler.text import Line, Span, counted, fitted, json_text, line, render

FORMAT = 1
MOST_LINKS = 3
MOST_SHOWN, MOST_LISTED = 3, 50  # alerts that fit no reading, in the text and in the document
_SAW: Mapping[Saw, str] = {
    "paged": "it paged, and the other answer does not explain it",
    "incident": "a route made an incident of it, and the other answer does not explain it",
    "not paged": "it did not page, and with the other answer it would have",
}
_BY: Mapping[By, str] = {
    "alert": "started by an alert",
    "user": "started by a person",
    "workflow": "started by a workflow",
    "unknown": "started by a call, or unknown",
}


def calibrate_text(
    calibration: Calibration,
    file: str,
    *,
    width: int = 80,
    colour: bool = False,
    unicode: bool = True,
) -> str:
    """The answer; `file` says in a sentence what became of the lock file."""
    lines = _lines(calibration, file, width)
    return render(lines, colour=colour, unicode=unicode)


def left_of(calibration: Calibration) -> tuple[Reading, ...]:
    """The readings that are left by the lock file and this comparison together; where they leave
    none together, by this comparison.
    """
    lock = calibration.lock
    if isinstance(lock, Semantics):
        return lock.left
    return calibration.found.left if isinstance(lock, Disagreement) else READINGS


def _lines(calibration: Calibration, file: str, width: int) -> Iterator[Line]:
    found = calibration.found
    alerts = f"{calibration.alerts:,} {'alert' if calibration.alerts == 1 else 'alerts'}"
    days = counted(calibration.days, "day")
    some = counted(found.evidence, "alert")
    contradict = "contradicts" if found.evidence == 1 else "contradict"
    did = f"with what incident.io did: {some} {contradict} an answer."
    summary = f"Compared {alerts} of {days} {did}"
    if not calibration.alerts:
        summary = f"There was no alert to compare in {days}."
    yield from fitted(line(Span(summary, "strong")), width, "  ")
    for question in QUESTIONS:
        yield from _question(calibration, question, width)
    for seen in _together(calibration):
        words = f"  ✓ {assumed_words(seen)}"
        yield from fitted(line(Span(words, "create")), width, "      ")
        yield line(f"      shown by {counted(seen.alerts, 'past alert')}")
    yield from _contradictions(calibration, width)
    for words in rest_words(calibration):
        yield from fitted(line(Span(words, "dim")), width, "  ")
    yield from fitted(line(file), width, "  ")


def _question(calibration: Calibration, question: Question, width: int) -> Iterator[Line]:
    answers = {reading.answer(question) for reading in left_of(calibration)}
    if len(answers) > 1:
        words = f"  ? open: the alerts do not settle {WHETHER[question]}"
        yield from fitted(line(Span(words, "warning")), width, "      ")
        return
    (answer,) = answers
    yield line(Span(f"  ✓ {WORDS[question, answer]}", "create"))
    evidence = _evidence(calibration, question)
    for words in _grounds(calibration, question, evidence):
        yield from fitted(line("      ", words), width, "      ")
    for link in _links(evidence):
        yield line("      ", Span(link, "dim"))


def _evidence(calibration: Calibration, question: Question) -> tuple[Evidence, ...]:
    """Of this comparison; a question that only the lock file settles has none."""
    settled = calibration.found.questions[question]
    return () if settled.open else settled.evidence


def _grounds(
    calibration: Calibration, question: Question, evidence: Sequence[Evidence]
) -> Iterator[str]:
    for saw, words in _SAW.items():
        count = len({seen.alert.id for seen in evidence if seen.kind == saw})
        if count:
            yield f"{counted(count, 'alert')}: {words}"
    if not evidence and calibration.known is not None:
        about = [seen for seen in calibration.known.observations if question in seen.questions]
        for seen in about:
            at = f":{seen.position.line}" if seen.position else ""
            alerts = counted(seen.alerts, "alert")
            yield f"as {SEMANTICS_FILE}{at} has it since {seen.since}, by {alerts}"


def _links(evidence: Sequence[Evidence]) -> list[str]:
    return list(dict.fromkeys(seen.alert.url for seen in evidence if seen.alert.url))[:MOST_LINKS]


def _together(calibration: Calibration) -> list[Observation]:
    """What is known of several questions at once, and of none of them alone."""
    lock = calibration.lock
    observations = lock.observations if isinstance(lock, Semantics) else ()
    return [seen for seen in observations if len(seen.never) > 1]


def _contradictions(calibration: Calibration, width: int) -> Iterator[Line]:
    found = calibration.found
    for contradictions, words in (
        (found.wrong, "The model is wrong here: no reading explains what happened to"),
        (found.disagreeing, "Alerts contradict each other, and settle nothing:"),
    ):
        if contradictions:
            alerts = len({wrong.evidence.alert.id for wrong in contradictions})
            head = f"  ✗ {words} {counted(alerts, 'alert')}."
            yield from fitted(line(Span(head, "error")), width, "      ")
        for wrong in contradictions[:MOST_SHOWN]:
            for words in _details(wrong, calibration.names):
                yield from fitted(line("      ", words), width, "        ")
        if len(contradictions) > MOST_SHOWN:
            yield line("      ", Span("more in --format json", "dim"))
    if found.wrong:
        words = "Report it as a bug, with --format json. Alerts of these sources are no evidence."
        yield from fitted(line("      ", words), width, "      ")


def _details(wrong: Contradiction, names: Names) -> Iterator[str]:
    """Everything that a report of it needs."""
    evidence, past = wrong.evidence, wrong.evidence.alert
    yield f"{past.url or past.id}, {_time(past.created_at)}, {names.get(past.source, past.source)}"
    who = things_words((evidence.thing,), names) if evidence.thing else ""
    yield _happened(evidence.kind, who)
    for page in wrong.observed.pages:
        by = _BY[page.by]
        yield f"page: {things_words(page.things, names) or 'of unknown target'}, {by}"
    for route, verdict in wrong.outcome.routes.items():
        changed = wrong.changed.get(route)
        when = f"changed {_time(changed)}" if changed else "changed at an unknown time"
        if verdict.answer != "no" or route in evidence.routes:
            takes = {"yes": "takes it", "no": "does not take it"}.get(verdict.answer, "may take it")
            yield f"route {names.get(route, route)}: {takes}, {when}"
    if not past.redacted:
        yield f"values: {held_words(tuple(wrong.values.items()), names) or 'no route looks at any'}"


def _happened(saw: Saw, who: str) -> str:
    if saw == "incident":
        return "a route that does not take it made an incident of it"
    if saw == "paged":
        return f"{who} was paged, but no route pages that target"
    return f"{who} was not paged, but a route surely pages that target"


def rest_words(calibration: Calibration) -> Iterator[str]:
    """What was no evidence, and what else is known."""
    open_ = len({*left_of(calibration)}) > 1
    if calibration.partly:
        listed = ", ".join(calibration.partly[:MOST_LINKS])
        yield f"Pages were no evidence: this version of reconciler does not know all of {listed}."
    elif calibration.whole_since is None and open_:
        yield (
            "Pages did not count: a route that was deleted since may have paged. Missing pages and "
            "incidents counted. If no route was deleted since a day that you know, add "
            "`--whole-since DAY`."
        )
    elif any(seen.kind == "paged" for seen in calibration.found.gathered):
        yield f"This rests on your word that no route was deleted since {calibration.whole_since}."
    if calibration.whole_since is not None and calibration.changed is not None:
        name, at = calibration.changed
        yield f"Pages count since the last change of a route: {name}, {_time(at)}."
    for label in calibration.labels:
        if label.operation.replace("_", " ") != label.label:
            routes = counted(label.routes, "route")
            yield (
                f"A hint, not evidence: on {routes} incident.io calls `{label.operation}` "
                f'"{label.label}".'
            )


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def calibrate_json(calibration: Calibration, lock: str) -> str:
    """The whole answer; `lock` is what became of the lock file, in a word."""
    found, names = calibration.found, calibration.names
    document: dict[str, Any] = {
        "format_version": FORMAT,
        "days": calibration.days,
        "alerts": calibration.alerts,
        "evidence": found.evidence,
        "whole_since": calibration.whole_since.isoformat() if calibration.whole_since else None,
        "left": [
            {question: reading.answer(question) for question in QUESTIONS}
            for reading in left_of(calibration)
        ],
        "questions": [_question_json(calibration, question) for question in QUESTIONS],
        "not_together": [dict(seen.never) for seen in _together(calibration)],
        "wrong_in_all": len(found.wrong),
        "wrong": [_contradiction_json(wrong, names) for wrong in found.wrong[:MOST_LISTED]],
        "disagreeing_in_all": len(found.disagreeing),
        "disagreeing": [
            _contradiction_json(wrong, names) for wrong in found.disagreeing[:MOST_LISTED]
        ],
        "labels": [
            {"operation": label.operation, "label": label.label, "routes": label.routes}
            for label in calibration.labels
        ],
        "notes": [*rest_words(calibration)],
        "lock": lock,
    }
    return json_text(document)


def _question_json(calibration: Calibration, question: Question) -> dict[str, Any]:
    answers = sorted({reading.answer(question) for reading in left_of(calibration)}, reverse=True)
    evidence = _evidence(calibration, question)
    return {
        "question": question,
        "answers": answers,
        "words": [WORDS[question, answer] for answer in answers],
        "alerts": {
            saw: len({seen.alert.id for seen in evidence if seen.kind == saw}) for saw in _SAW
        },
        "links": _links(evidence),
    }


def _contradiction_json(wrong: Contradiction, names: Names) -> dict[str, Any]:
    evidence, past = wrong.evidence, wrong.evidence.alert
    thing = evidence.thing
    return {
        "alert": past.id,
        "link": past.url,
        "at": past.created_at.isoformat(),
        "status": past.status,
        "source": {"id": past.source, "name": names.get(past.source, "")},
        "saw": evidence.kind,
        "thing": _thing(thing, names) if thing else None,
        "readings": len(evidence.against),
        "pages": [_page_json(page, names) for page in wrong.observed.pages],
        "incidents": [
            {"id": attached.incident, "route": attached.route}
            for attached in wrong.observed.incidents
        ],
        "routes": [
            {
                "id": route,
                "name": names.get(route, ""),
                "takes": verdict.answer,
                "depends_on": sorted(verdict.depends_on),
                "changed": changed.isoformat() if (changed := wrong.changed.get(route)) else None,
            }
            for route, verdict in wrong.outcome.routes.items()
        ],
        "values": None if past.redacted else {
            reference: None if held is None else list(held)
            for reference, held in wrong.values.items()
        },
    }  # fmt: skip


def _page_json(page: Page, names: Names) -> dict[str, Any]:
    things = [_thing(thing, names) for thing in page.things]
    at = page.at.isoformat()
    return {"id": page.id, "at": at, "by": page.by, "things": things, "status": page.status}


def _thing(thing: tuple[str, str], names: Names) -> dict[str, str]:
    return {"kind": thing[0], "id": thing[1], "name": names.get(thing[1], "")}
