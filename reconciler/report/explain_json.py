"""One alert explained, for programs: everything by id and by name."""

from collections.abc import Sequence
from typing import Any

from reconciler.model import Assumption, Position
from reconciler.plan.compare.words import condition_words, reference_words
from reconciler.planning.explained import Explained
from reconciler.report.explain_text import channel_words, thing_words
from reconciler.report.explain_words import STOPS, condition_result
from reconciler.routing.on_call import OnCall
from reconciler.routing.outcome import Effect, Tested, Verdict
from reconciler.routing.values import Unknown, Value
from reconciler.text import json_text

FORMAT = 1


def explain_json(
    one: Explained, before: Explained | None = None, on_call: Sequence[OnCall] = ()
) -> str:
    """The outcome; with `before`, the outcome of the other routes under "before"."""
    found = {"format": FORMAT, **document(one, before)}
    if on_call:
        found["on_call"] = [_on_call(path) for path in on_call]
    return json_text(found)


def document(one: Explained, before: Explained | None = None) -> dict[str, Any]:
    """The same, not yet text."""
    found = {"routes_of": one.of, "alert": _alert(one), **_outcome(one)}
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


def _alert(one: Explained) -> dict[str, Any]:
    names = one.names
    return {
        "source": {"id": one.alert.source, "name": names.get(one.alert.source, "")},
        "values": {
            reference_words(reference, names): [names.get(text, text) for text in value]
            for reference, value in one.alert.values.items()
        },
        "unknown": sorted(reference_words(reference, names) for reference in one.alert.unknown),
        "empty_or_missing": sorted(
            reference_words(reference, names) for reference in one.alert.blank
        ),
    }


def _outcome(one: Explained) -> dict[str, Any]:
    outcome = one.outcome
    return {
        "pages": [
            {"kind": kind, "id": identity, "name": thing_words((kind, identity), one)}
            | _effect(effect, one)
            for (kind, identity), effect in sorted(outcome.pages.items())
        ],
        "pages_nobody": outcome.nobody,
        "may_page_anybody": [_open(key, value, one) for key, value in outcome.anybody.items()],
        "channels": [
            {"id": channel, "name": channel_words(channel, one)} | _effect(effect, one)
            for channel, effect in sorted(outcome.channels.items())
        ],
        "may_post_anywhere": [_open(key, value, one) for key, value in outcome.anywhere.items()],
        "incident": _effect(outcome.incident, one) if outcome.incident else None,
        "unrouted": outcome.unrouted,
        "routes": [_route(one, key) for key in outcome.routes],
        "assumed": [_assumed(pin) for pin in one.assumed],
    }


def _assumed(pin: Assumption) -> dict[str, Any]:
    said = {"question": pin.question, "answer": pin.answer, "because": pin.reason}
    return {**said, "since": pin.since.isoformat(), **_place(pin.position)}


def _effect(effect: Effect, one: Explained) -> dict[str, Any]:
    return {
        **_verdict(effect.verdict),
        "routes": [
            {"name": one.routes[key].name, **_verdict(verdict)}
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


def _open(key: str, value: Value, one: Explained) -> dict[str, Any]:
    reason = value.reason if isinstance(value, Unknown) else ""
    about = reference_words(value.about, one.names) if isinstance(value, Unknown) else ""
    return {"route": one.routes[key].name, "reason": reason, "about": about}


def _route(one: Explained, key: str) -> dict[str, Any]:
    told, why = one.routes[key], one.outcome.why(key)
    return {
        "name": told.name,
        **_verdict(why.verdict),
        "because": STOPS[why.stop],
        "deciding": [[_tested(tested, key, one) for tested in group] for group in why.groups],
        **_place(told.at()),
    }


def _tested(tested: Tested, key: str, one: Explained) -> dict[str, Any]:
    value = tested.value
    return {
        "condition": condition_words(tested.condition, one.names),
        "value": None if isinstance(value, Unknown) else [one.names.get(v, v) for v in value],
        **_verdict(tested.verdict),
        "says": condition_result(tested, one.names),
        **_place(one.routes[key].at(tested.path)),
    }


def _place(position: Position | None) -> dict[str, Any]:
    return {"file": position.file, "line": position.line} if position else {}
