"""`expressions`: named computations on the alert. A reference to one that is not there is an error,
an unused one a warning.
"""

import re

import yaml

from reconciler.files.read.bindings import read_binding, read_json, read_returns
from reconciler.files.read.settings import read_conditions
from reconciler.files.yaml.reading import Entry, Reading, near
from reconciler.model import (
    PLAIN_STEPS,
    ROOT_OF_ALERT,
    Binding,
    Branches,
    Case,
    Cast,
    Concatenate,
    ConditionGroups,
    Document,
    Expression,
    Filter,
    Incident,
    Literal,
    Navigate,
    Parse,
    Path,
    Plain,
    RawStep,
    Route,
    Step,
    settings,
)

EXPRESSION_KEYS = ("label", "from", "steps", "branches", "else")
STEP_KEYS = ("navigate", "filter", "concatenate", "cast", "parse", "branches", "raw")
REFERENCE = re.compile(r"[a-zA-Z0-9_-]+")


def read_expressions(reading: Reading, node: yaml.Node, path: Path) -> tuple[Expression, ...]:
    """All expressions of the route, in the order of the file."""
    entries = reading.free_mapping(node, path, "a mapping of expressions")
    read: list[Expression] = []
    for name, (key, value) in (entries or {}).items():
        if not REFERENCE.fullmatch(name):
            message = f"an expression cannot be called `{name}`"
            hint = "letters, digits, `-` and `_` only; `label` may be any text"
            reading.error("expression-name", message, key, (*path, name), hint)
            continue
        expression = _read_expression(reading, name, value, (*path, name))
        if expression is not None:
            read.append(expression)
    return tuple(read)


def _read_expression(reading: Reading, name: str, node: yaml.Node, path: Path) -> Expression | None:
    entries = reading.mapping(node, path, EXPRESSION_KEYS)
    if entries is None:
        return None
    label: str | None = name
    if "label" in entries:
        label = reading.within(entries, path, "label", Reading.text)
    otherwise = reading.within(entries, path, "else", _read_result)
    root: str | None = ROOT_OF_ALERT
    steps: tuple[Step, ...] = ()
    if "branches" in entries:
        for key in ("from", "steps"):
            if key in entries:
                message = f"`branches` here replaces `{key}`"
                hint = "to branch on a value, write `{branches: …}` as a step"
                reading.error("expression-shape", message, entries[key][0], (*path, key), hint)
        branches = reading.within(entries, path, "branches", _read_branches)
        steps = () if branches is None else (branches,)
    elif "from" in entries:
        root = reading.within(entries, path, "from", Reading.reference)
    elif len(entries) == len(node.value):
        hint = "write `from: ATTRIBUTE` and `steps`, or `branches`"
        reading.missing(node, path, "from", hint)
    if "steps" in entries and "branches" not in entries:
        where = (*path, "steps")
        steps = reading.each(entries["steps"][1], where, "steps: [first]", _read_step)
    if label is None or root is None:
        return None
    return Expression(name, label, root, steps, otherwise)


def _read_step(reading: Reading, node: yaml.Node, path: Path) -> Step | None:
    reading.place(path, node)
    if isinstance(node, yaml.ScalarNode):
        return _read_plain(reading, node, path)
    entries = reading.mapping(node, path, STEP_KEYS)
    if entries is None or len(entries) != len(node.value):
        return None
    if len(entries) != 1:
        message = f"a step has one operation; this one has {len(entries)}"
        reading.error("step-shape", message, node, path, "start each step with a dash of its own")
        return None
    ((kind, (_, value)),) = entries.items()
    inner = (*path, kind)
    match kind:
        case "navigate":
            name = reading.words(value, inner)
            return None if name is None else Navigate(name)
        case "filter":
            return Filter(_read_filter(reading, value, inner))
        case "concatenate":
            return _read_concatenate(reading, value, inner)
        case "cast":
            returns = read_returns(reading, value, inner)
            return None if returns is None else Cast(returns)
        case "parse":
            return _read_parse(reading, value, inner)
        case "branches":
            return _read_branches(reading, value, inner)
        case _:
            raw = read_json(reading, value, inner)
            return None if raw is None else RawStep(raw)


def _read_plain(reading: Reading, node: yaml.ScalarNode, path: Path) -> Plain | None:
    word = reading.text(node, path)
    if word is None:
        return None
    if word in PLAIN_STEPS:
        return Plain(word)
    known = (*PLAIN_STEPS, *STEP_KEYS)
    hint = near(word, known) or f"one of {', '.join(known)}"
    if word in STEP_KEYS:
        hint = f"it needs a value: `{{{word}: …}}`"
    reading.error("unknown-step", f"unknown step `{word}`", node, path, hint)
    return None


def _read_filter(reading: Reading, node: yaml.Node, path: Path) -> ConditionGroups:
    """As `when`; `{}` says that the filter has no groups at all."""
    if isinstance(node, yaml.MappingNode) and not node.value:
        return ()
    return read_conditions(reading, node, path)


def _read_concatenate(reading: Reading, node: yaml.Node, path: Path) -> Concatenate | None:
    """A reference; `{hidden: true}` for a step whose content the API did not show."""
    if isinstance(node, yaml.MappingNode):
        entries = reading.mapping(node, path, ("hidden",)) or {}
        hint = "write `{concatenate: REFERENCE}`"
        if "hidden" not in entries:
            if not node.value:
                reading.error("empty-value", "the value is missing", node, path, hint)
            return None
        hidden = reading.flag(entries["hidden"][1], path)
        if hidden is False:
            reading.error("not-true-or-false", "`hidden: false`", node, path, hint)
        return Concatenate(None) if hidden else None
    name = reading.reference(node, path)
    return None if name is None else Concatenate(name)


def _read_parse(reading: Reading, node: yaml.Node, path: Path) -> Parse | None:
    entries = reading.mapping(node, path, ("source", "returns"))
    if entries is None:
        return None
    for key in ("source", "returns"):
        if key not in entries:
            reading.missing(node, path, key, "write `{parse: {source: …, returns: String}}`")
            return None
    source = reading.within(entries, path, "source", Reading.text)
    returns = reading.within(entries, path, "returns", read_returns)
    return None if source is None or returns is None else Parse(source, returns)


def _read_branches(reading: Reading, node: yaml.Node, path: Path) -> Branches | None:
    entries = reading.mapping(node, path, ("returns", "cases"))
    if entries is None:
        return None
    hint = "write `returns: TYPE` and `cases: [{when: …, then: …}]`"
    reading.needs(node, path, entries, ("returns", "cases"), hint)
    returns = reading.within(entries, path, "returns", read_returns)
    cases: tuple[Case, ...] = ()
    if "cases" in entries:
        node, where = entries["cases"][1], (*path, "cases")
        cases = reading.each(node, where, "[{when: …, then: …}]", _read_case)
    return None if returns is None else Branches(returns, cases)


def _read_case(reading: Reading, node: yaml.Node, path: Path) -> Case | None:
    reading.place(path, node)
    entries = reading.mapping(node, path, ("when", "then"))
    if entries is None:
        return None
    when = reading.within(entries, path, "when", read_conditions) or ()
    if "then" not in entries:
        if len(entries) == len(node.value):
            reading.missing(node, path, "then", "write the case's result: `then: VALUE`")
        return None
    result = reading.within(entries, path, "then", _read_result)
    return None if result is None else Case(when, result)


def _read_result(reading: Reading, node: yaml.Node, path: Path) -> Binding | None:
    return read_binding(reading, node, path, many=False)


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
