"""Which expressions a route uses: a reference to none is an error, an unused one a warning."""

import re

import yaml

from reconciler.files.reading import Entry, Reading, near
from reconciler.model.binding import Binding, Literal
from reconciler.model.expression import Navigate, RawStep
from reconciler.model.route import Incident, Route
from reconciler.model.settings import settings
from reconciler.model.text import Document

_USE = re.compile(r'expressions\[\\?"([^"\\]*)\\?"\]')
_ROOT = re.compile(r'\s*expressions\["([^"]*)"\](?=\s*$|\.)')  # not in `attribute:…`, not in a hop


def check_expressions(reading: Reading, route: Route, entry: Entry | None) -> None:
    """Compare every `expressions["ref"]` that was read with the expressions of the file."""
    if entry is None and not reading.references:
        return
    keys = _names(entry[1]) if entry else {}
    used = _in_passed_on(route)
    for reference, position, path in reading.references:
        root = _ROOT.match(reference)
        if root is None:
            continue
        used.add(root[1])
        if root[1] not in keys:
            message = f"no expression of this file is called `{root[1]}`"
            alike = "" if reading.full else near(root[1], keys)
            hint = alike or "write it under `expressions`"
            reading.add("error", "unknown-expression", message, hint, position, path)
    for expression in route.expressions:
        name = expression.reference
        if name not in used:
            message = f"nothing in this file uses the expression `{name}`"
            hint = f"""use it as {{reference: 'expressions["{name}"]'}}, or delete it"""
            path = ("expressions", name)
            at = reading.position(keys[name])
            reading.add("warning", "unused-expression", message, hint, at, path)


def _names(node: yaml.Node) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value.strip(): key for key, _ in node.value if isinstance(key, yaml.ScalarNode)}


def _in_passed_on(route: Route) -> set[str]:
    """Uses inside what is passed on as it is, and where only the directory knows whether a text
    holds references: the values of custom fields, and what a step navigates to.
    """
    passed_on: list[str] = []
    for expression in route.expressions:
        for step in expression.steps:
            if isinstance(step, RawStep):
                passed_on.append(step.json)
            elif isinstance(step, Navigate):
                passed_on.append(step.reference)
    incident = route.incident
    if incident is not None:
        texts = (
            getattr(incident, row.field) for row in settings(Incident) if row.kind == "template"
        )
        contents = [text.content for text in texts if text is not None]
        values = [field.value for field in incident.custom_fields]
        for part in (*contents, *values):
            if isinstance(part, Document):
                passed_on.append(part.json)
            elif isinstance(part, Binding):
                passed_on += [value.text for value in part.values if isinstance(value, Literal)]
    return {name for text in passed_on for name in _USE.findall(text)}
