"""What Alertmanager sends, read as an alert: labels become attributes as reconciler.yaml says.

The paths are a part of JSONPath: `$.commonLabels.severity`, `$.alerts[0].labels["team"]`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model import Json, JsonObject, NotificationValues, did_you_mean
from reconciler.routing.case import Described, Given, Part, Word, part_named

KNOWN_VERSIONS = ("1", "4")
"""Of the notification for incident.io, and of that for any webhook."""
NO_VALUE = "no value"
_PATH = re.compile(r"\$((?:\.[A-Za-z_][\w-]*|\[\d+\]|\[\"[^\"]*\"\])+)")
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]|\[\"([^\"]*)\"\]")


def parse_path(text: str) -> tuple[str | int, ...] | None:
    """The steps of a path; None for a text that is none."""
    match = _PATH.fullmatch(text.strip())
    if match is None:
        return None
    return tuple(
        int(number) if number else word or quoted
        for word, number, quoted in _STEP.findall(match[1])
    )


@dataclass(frozen=True, slots=True)
class Vanished:
    """A label that differs inside the group, so that it is not in `commonLabels`. `values` ends
    with `NO_VALUE` where some alerts lack it.
    """

    label: str
    attribute: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        """What it means for the alert, and what to do."""
        return (
            f"the label `{self.label}` differs inside this group ({', '.join(self.values)}), so it "
            f"is not in commonLabels and the alert has no {self.attribute}: "
            f"add `{self.label}` to group_by"
        )


@dataclass(frozen=True, slots=True)
class Notified:
    """The alert that a notification becomes, and the labels that it lost."""

    alert: Described
    vanished: tuple[Vanished, ...]


def notified(
    payload: JsonObject,
    mappings: Mapping[str, NotificationValues],
    source: str,
    attributes: Iterable[str],
) -> Notified | str:
    """The alert by `alertmanager` of reconciler.yaml, whose only source counts where none is named
    (""); or what to write.
    """
    source = source or (next(iter(mappings)) if len(mappings) == 1 else "")
    if not source:
        return "add --source NAME, the source that receives the notification"
    mapping = mappings.get(source)
    if mapping is None:
        near = did_you_mean(source, mappings)
        example = f'alertmanager: {{"{source}": {{severity: "$.commonLabels.severity"}}}}'
        hint = near or f"write in reconciler.yaml: {example}"
        return f'reconciler.yaml maps no labels of "{source}"; {hint}'
    alert = described_by(payload, mapping, source, attributes)
    return Notified(alert, vanished(payload, mapping))


def read_notification(text: str) -> JsonObject | str:
    """The payload, or why the text is not a notification of Alertmanager."""
    try:
        payload: Json = json.loads(text)
    except json.JSONDecodeError as error:
        return f"it is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
    except (ValueError, RecursionError):
        return "it is not JSON that can be read"
    alerts = payload.get("alerts") if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or not isinstance(alerts, list):
        return "it has no `alerts`"
    if not alerts or not all(isinstance(alert, dict) for alert in alerts):
        return "its `alerts` are not a list of one or more alerts"
    if not isinstance(payload.get("commonLabels"), dict):
        payload["commonLabels"] = _common(payload["alerts"])
    return payload


def doubts(payload: JsonObject) -> tuple[str, ...]:
    """Why what routes do with a new, firing alert may not be what they do with this one."""
    found = []
    version = payload.get("version", KNOWN_VERSIONS[0])
    if version not in KNOWN_VERSIONS:
        known = " and ".join(KNOWN_VERSIONS)
        found.append(
            f"the notification is of version {json.dumps(version)}, and {known} are known: its "
            "fields may mean something else"
        )
    if payload.get("status") == "resolved":
        found.append("the notification is resolved: this is what happens while it fires")
    return tuple(found)


def described_by(
    payload: JsonObject, mapping: NotificationValues, source: str, attributes: Iterable[str]
) -> Described:
    """The alert. Of `attributes` that the mapping does not name, and of a title, nothing is known:
    the template of the source may fill them.
    """
    given: dict[Part, Given] = {
        ("attributes", name): Given(None) for name in attributes if name not in mapping
    }
    given["description",] = given["priority",] = Given(None)
    for name, path in mapping.items():
        part = part_named(name)
        given[part] = Given(tuple(Word(text) for text in _texts(_at(payload, path))))
    if ("title",) in given and not given["title",].words:
        del given["title",]
    return Described(source, given)


def vanished(payload: JsonObject, mapping: NotificationValues) -> tuple[Vanished, ...]:
    """Labels that the mapping reads from `commonLabels`, and that differ inside the group."""
    found = []
    for attribute, path in mapping.items():
        steps = parse_path(path) or ()
        if len(steps) != 2 or steps[0] != "commonLabels" or _texts(_follow(payload, steps)):
            continue
        label = str(steps[1])
        inside = [labels.get(label) for labels in _labels(_list(payload["alerts"]))]
        values = {text for value in inside for text in _texts(value)}
        if values:
            lacking = () if all(map(_texts, inside)) else (NO_VALUE,)
            found.append(Vanished(label, attribute, (*sorted(values), *lacking)))
    return tuple(found)


def _common(alerts: Sequence[Json]) -> dict[str, Json]:
    """What all alerts of the group have."""
    labels = list(_labels(alerts))
    first = labels[0] if labels else {}
    return {
        key: value
        for key, value in first.items()
        if all(label.get(key) == value for label in labels)
    }


def _labels(alerts: Sequence[Json]) -> Iterator[JsonObject]:
    """The labels of each alert that has some, or an empty set of them."""
    for alert in alerts:
        labels = _follow(alert, ("labels",))
        if isinstance(labels, dict):
            yield labels


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else ()


def _at(payload: JsonObject, path: str) -> Json:
    return _follow(payload, parse_path(path) or ("",))


def _follow(value: Json, steps: tuple[str | int, ...]) -> Json:
    for step in steps:
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _texts(value: Json) -> tuple[str, ...]:
    if value is None or isinstance(value, Mapping):
        return ()
    if isinstance(value, list):
        return tuple(text for item in value for text in _texts(item))
    return (value if isinstance(value, str) else json.dumps(value),)
