"""What an explanation says: of values, of conditions, and of what is not known."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from reconciler.model import Assumed, Names, Position, Question
from reconciler.plan.compare.words import condition_words, reference_words
from reconciler.plan.paging.region_words import assumed_words
from reconciler.routing.conditions import Unclear
from reconciler.routing.outcome import Answer, Stop, Tested, Verdict, Why
from reconciler.routing.reading import QUESTIONS
from reconciler.routing.values import Reason, Unknown, Value
from reconciler.routing.world import TITLE, Alert

MOST_NAMED = 4  # of values that are not given
WHETHER: Mapping[Question, str] = {
    "text_case": "whether case counts",
    "text_one_of": "whether `one_of` compares whole texts",
    "empty_text_is_set": "whether an empty text is set",
    "empty_group": "whether an empty group matches",
}
STOPS: Mapping[Stop, str] = {
    "": "",
    "disabled": "disabled",
    "no source": "without a source",
    "other source": "not attached to this source",
}
_HOLDS: Mapping[Answer, str] = {"yes": "holds", "no": "does not hold", "unknown": "is unknown"}
_REASONS: Mapping[Reason, str] = {
    "not given": "{} is not given",
    "blank": "{} is empty or missing, which incident.io shows alike",
    "no value of alerts": "incident.io does not document {} as a value of alerts",
    "unread": "the catalog entry {} was not read",
    "computed": "only incident.io computes {}",
    "several": "{} has several values, and incident.io chooses between them",
    "case": "which branch of {} counts is unknown",
    "empty case": "the branch of {} that counts gives no value",
    "circle": "{} refers to itself",
    "doubled": "two expressions are named {}",
    "absent": "there is no {}",
}
_UNCLEAR: Mapping[Unclear, str] = {
    "": "",
    "operation": "incident.io does not document this operation",
    "operand": "it compares two values of the alert",
    "type": "the attribute's type was not read",
    "entry": "a catalog entry was not read",
}


def value_words(value: Value, names: Names) -> str:
    """`missing`, `not known`, `"critical"`, an entry's name."""
    if isinstance(value, Unknown):
        return "not known"
    return ", ".join(quoted(text, names) for text in value) or "missing"


def quoted(text: str, names: Names) -> str:
    """An entry by its name; a text in quotes."""
    return names[text] if text in names else json.dumps(text, ensure_ascii=False)


def unknown_words(value: Unknown, names: Names) -> str:
    """Why a value is not known, in one clause."""
    about = names.get(value.about) or reference_words(value.about, names) or "a value"
    return _REASONS[value.reason].format(about)


def condition_result(tested: Tested, names: Names) -> str:
    """`severity is one of warning does not hold: it is "critical"`."""
    words = condition_words(tested.condition, names)
    if tested.verdict.answer != "unknown":
        return f"{words}: {_HOLDS[tested.verdict.answer]}, it is {value_words(tested.value, names)}"
    return f"{words}: unknown, {why_unknown(tested, names)}"


def why_words(why: Why, names: Names) -> str:
    """Why a route takes an alert or not, in one line: the deciding conditions."""
    if why.stop:
        return STOPS[why.stop]
    groups = [
        " and ".join(condition_result(tested, names) for tested in group) for group in why.groups
    ]
    return "; ".join(group or "a group without conditions" for group in groups) or "no conditions"


def why_unknown(tested: Tested, names: Names) -> str:
    """What would settle a condition."""
    if tested.verdict.depends_on:
        it_is = f"it is {value_words(tested.value, names)}, and " if tested.value else ""
        return f"{it_is}incident.io does not document {whether(tested.verdict.depends_on)}"
    if isinstance(tested.value, Unknown):
        return unknown_words(tested.value, names)
    return _UNCLEAR[tested.unclear] or "it depends on an unknown value"


def whether(questions: Collection[Question]) -> str:
    """The questions, in their order."""
    return " and ".join(WHETHER[question] for question in QUESTIONS if question in questions)


def assuming(verdicts: Collection[Verdict], assumed: Sequence[Assumed]) -> str:
    """`assuming that case counts (reconciler.yaml:12)`; "" where nothing rests on a pin."""
    rests = {question for verdict in verdicts for question in verdict.rests_on}
    pins = [item for item in assumed if not item.questions.isdisjoint(rests)]
    words = [f"{assumed_words(item)}{_at(item.position)}" for item in pins]
    return f"assuming that {' and '.join(words)}" if words else ""


def _at(position: Position | None) -> str:
    return f" ({place_of(position)})" if position else ""


def place_of(position: Position) -> str:
    """As an editor opens it."""
    return f"{position.file}:{position.line}"


def alert_words(alert: Alert, names: Names) -> str:
    """The source, and what the alert has; what is not known of it last."""
    parts = [names.get(alert.source, alert.source), *_values(alert, names)]
    unknown = {*alert.unknown, *({TITLE} - alert.values.keys())}
    if unknown:
        listed = sorted(reference_words(reference, names) for reference in unknown)
        more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
        parts.append(f"not given: {', '.join(listed[:MOST_NAMED])}{more}")
    return "; ".join(parts)


def _values(alert: Alert, names: Names) -> Iterator[str]:
    for reference, value in alert.values.items():
        if value and reference not in alert.unknown:
            yield f"{reference_words(reference, names)} {value_words(value, names)}"
