"""One alert explained, for programs: everything by id and by name."""

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.model import Assumption, Observation, Position
from reconciler.plan.compare.words import condition_words, reference_words
from reconciler.planning.explained import Explained
from reconciler.report.explain_text import channel_words, thing_words
from reconciler.report.explain_words import STOPS, condition_result
from reconciler.routing.on_call import OnCall
from reconciler.routing.outcome import Effect, Tested, Verdict
from reconciler.routing.reading import Assumed
from reconciler.routing.values import Unknown, Value
from reconciler.text import json_text

FORMAT = 1


def explain_json(
    explanation: Explained, before: Explained | None = None, on_call: Sequence[OnCall] = ()
) -> str:
    """The outcome; with `before`, the outcome of the other routes under "before"."""
    found = {"format": FORMAT, **document(explanation, before)}
    if on_call:
        found["on_call"] = [_on_call(path) for path in on_call]
    return json_text(found)


def document(explanation: Explained, before: Explained | None = None) -> dict[str, Any]:
    """The same, not yet text."""
    found = {"routes_of": explanation.of, "alert": _alert(explanation), **_outcome(explanation)}
    if before is not None:
        found["before"] = {"routes_of": before.of, **_outcome(before)}
    return found


def _on_call(path: OnCall) -> dict[str, Any]:
    levels = [
        {
            "people": list(step.people),
            "schedules_without_anybody": list(step.empty),
            "unknown": list(step.unknown),
            "perhaps": step.perhaps,
        }
        for step in path.steps
    ]
    return {"id": path.path, "name": path.name, "reaches": path.reaches, "levels": levels}


def _alert(explanation: Explained) -> dict[str, Any]:
    names = explanation.names
    return {
        "source": {"id": explanation.alert.source, "name": names.get(explanation.alert.source, "")},
        "values": {
            reference_words(reference, names): [names.get(text, text) for text in value]
            for reference, value in explanation.alert.values.items()
        },
        "unknown": sorted(
            reference_words(reference, names) for reference in explanation.alert.unknown
        ),
        "empty_or_missing": sorted(
            reference_words(reference, names) for reference in explanation.alert.blank
        ),
    }


def _outcome(explanation: Explained) -> dict[str, Any]:
    outcome, assumed = explanation.outcome, explanation.assumed
    return {
        "pages": [
            {"kind": kind, "id": identity, "name": thing_words((kind, identity), explanation)}
            | _effect(effect, explanation)
            for (kind, identity), effect in sorted(outcome.pages.items())
        ],
        "pages_nobody": outcome.nobody,
        "may_page_anybody": [
            _open(key, value, explanation) for key, value in outcome.anybody.items()
        ],
        "channels": [
            {"id": channel, "name": channel_words(channel, explanation)}
            | _effect(effect, explanation)
            for channel, effect in sorted(outcome.channels.items())
        ],
        "may_post_anywhere": [
            _open(key, value, explanation) for key, value in outcome.anywhere.items()
        ],
        "incident": _effect(outcome.incident, explanation) if outcome.incident else None,
        "unrouted": outcome.unrouted,
        "routes": [_route(explanation, key) for key in outcome.routes],
        **assumed_document(assumed),
    }


def assumed_document(assumed: Iterable[Assumed]) -> dict[str, Any]:
    """What a verdict rests on: `assumed`, the pins, and `observed`, what past alerts show."""
    items = [*assumed]
    return {
        "assumed": [_assumed(item) for item in items if isinstance(item, Assumption)],
        "observed": [_observed(item) for item in items if isinstance(item, Observation)],
    }


def _observed(seen: Observation) -> dict[str, Any]:
    what = {"never": dict(seen.never), "alerts": seen.alerts, "since": seen.since.isoformat()}
    return {**what, **_place(seen.position)}


def _assumed(pin: Assumption) -> dict[str, Any]:
    assumed = {"question": pin.question, "answer": pin.answer, "because": pin.reason}
    return {**assumed, "since": pin.since.isoformat(), **_place(pin.position)}


def _effect(effect: Effect, explanation: Explained) -> dict[str, Any]:
    return {
        **_verdict(effect.verdict),
        "routes": [
            {"name": explanation.routes[key].name, **_verdict(verdict)}
            for key, verdict in effect.via.items()
        ],
        "twice": _verdict(effect.twice),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.answer,
        "depends_on": sorted(verdict.depends_on),
        "assuming": sorted(verdict.rests_on),
    }


def _open(key: str, value: Value, explanation: Explained) -> dict[str, Any]:
    reason = value.reason if isinstance(value, Unknown) else ""
    about = reference_words(value.about, explanation.names) if isinstance(value, Unknown) else ""
    return {"route": explanation.routes[key].name, "reason": reason, "about": about}


def _route(explanation: Explained, key: str) -> dict[str, Any]:
    named, why = explanation.routes[key], explanation.outcome.why(key)
    return {
        "name": named.name,
        **_verdict(why.verdict),
        "because": STOPS[why.stop],
        "deciding": [
            [_tested(tested, key, explanation) for tested in group] for group in why.groups
        ],
        **_place(named.at(("name",))),
    }


def _tested(tested: Tested, key: str, explanation: Explained) -> dict[str, Any]:
    value = tested.value
    return {
        "condition": condition_words(tested.condition, explanation.names),
        "value": None
        if isinstance(value, Unknown)
        else [explanation.names.get(v, v) for v in value],
        **_verdict(tested.verdict),
        "says": condition_result(tested, explanation.names),
        **_place(explanation.routes[key].at(tested.path)),
    }


def _place(position: Position | None) -> dict[str, Any]:
    return {"file": position.file, "line": position.line} if position else {}
