"""Parts of a route in words: `severity is one of critical`.

`names` maps an id, an API reference or an engine type to what the dashboard calls it. What has
no name is shown as it is. Nothing here is compared: two values of one wording may differ.
"""

import json
import re
from collections.abc import Mapping

from reconciler.model import (
    Again,
    Binding,
    Branches,
    Case,
    Cast,
    Channels,
    Concatenate,
    Condition,
    ConditionGroup,
    ConditionGroups,
    CustomField,
    Destination,
    Document,
    Filter,
    Json,
    Literal,
    Names,
    Navigate,
    Parse,
    Plain,
    RawStep,
    Returns,
    Severity,
    Step,
    Target,
    TextSetting,
    TextTemplate,
    Value,
    canonical_condition,
    format_duration,
    settings,
)

_OPERATIONS = {
    "one_of": "is one of",
    "contains_one_of": "is one of",  # how the server stores one_of on text (fact 3.6)
    "not_one_of": "is not one of",
    "not_contains_one_of": "contains none of",
    "not_contains": "does not contain",
    "not_all_of": "is not all of",
    "all_of": "is all of",
    "not_is": "is not",
}
_REFERENCE = re.compile(r"(?P<head>alert\.attributes\.[^.\[]+)(?P<rest>.*)", re.DOTALL)
_HOP = re.compile(r'\.(catalog_attribute\["[^"]*"\])')


def reference_words(path: str, names: Names) -> str:
    """An attribute by its name, a built-in without its `alert.`, hops as files spell them."""
    if path in names:
        return names[path]
    match = _REFERENCE.fullmatch(path)
    if match and match["head"] in names:
        return names[match["head"]] + _hop_words(match["rest"], names)
    return _hop_words(path.removeprefix("alert."), names)


def _hop_words(hops: str, names: Names) -> str:
    """`.catalog_attribute["01J…"]` as `.["Tier"]`; a hop without a name stays."""

    def spelled(hop: re.Match[str]) -> str:
        return f'.["{names[hop[1]]}"]' if hop[1] in names else hop[0]

    return _HOP.sub(spelled, hops)


def value_words(value: Value, names: Names) -> str:
    """A literal by its name, quoted where it would run into its neighbours."""
    if not isinstance(value, Literal):
        return f"{{{{ {reference_words(value.path, names)} }}}}"
    text = names.get(value.text, value.text)
    unclear = not text or text != text.strip() or ", " in text
    return json.dumps(text, ensure_ascii=False) if unclear else text


def binding_words(binding: Binding | None, names: Names) -> str:
    """All values; nothing at all is `none`."""
    if binding is None or not binding.values:
        return "none"
    return ", ".join(value_words(value, names) for value in binding.values)


def condition_words(condition: Condition, names: Names) -> str:
    """`subject operation operands`, without the empty operands that the server adds (fact 3.4)."""
    operation = _OPERATIONS.get(condition.operation, condition.operation.replace("_", " "))
    subject = reference_words(condition.subject, names)
    params = canonical_condition(condition).params
    operands = "; ".join(binding_words(binding, names) for binding in params)
    return f"{subject} {operation} {operands}".rstrip()


def groups_words(groups: ConditionGroups, names: Names) -> str:
    """Conditions of a group joined by `and`, groups by `or`; no group: `any alert`."""
    if not groups:
        return "any alert"
    several = len(groups) > 1
    written = []
    for group in groups:
        text = group_words(group, names)
        written.append(f"({text})" if several and len(group) > 1 else text)
    return " or ".join(written)


def group_words(group: ConditionGroup, names: Names) -> str:
    return (
        " and ".join(condition_words(condition, names) for condition in group) or "an empty group"
    )


def target_words(target: Target, names: Names) -> str:
    """Who is paged; users are marked, paths are the usual case."""
    who = binding_words(target.binding, names)
    return who if target.kind == "path" else f"user {who}"


def channel_words(destination: Destination, names: Names) -> str:
    places = (("", destination.slack), ("Teams ", destination.ms_teams))
    posts = [f"{prefix}{binding_words(c.channel, names)}" for prefix, c in places if c is not None]
    return " and ".join(posts) or "nobody"


def destination_words(destination: Destination, names: Names) -> str:
    """The channels, and the settings that are not at their default."""
    words = [channel_words(destination, names)]
    for channels in (destination.slack, destination.ms_teams):
        words += _unusual(channels)
    if destination.when:
        words.append(f"when {groups_words(destination.when, names)}")
    return ", ".join(words)


def _unusual(channels: Channels | None) -> list[str]:
    if channels is None:
        return []
    rows = (row for row in settings(Channels) if not row.is_key)
    return [
        row.shown or str(value)
        for row in rows
        if (value := getattr(channels, row.field)) != row.default
    ]


def again_words(again: Again) -> str:
    """`on_each_new_alert: 60s`, as in the file."""
    if again.grace_seconds:
        return f"{again.mode}: {format_duration(again.grace_seconds)}"
    return again.mode


def severity_words(severity: Severity, names: Names) -> str:
    """The severity and its merge strategy, if it is not the usual one."""
    value = "computed" if severity.binding is None else binding_words(severity.binding, names)
    return value if severity.merge == "first-wins" else f"{value}, merge {severity.merge}"


def field_words(field: CustomField, names: Names) -> str:
    """The value of a custom field and its merge strategy, if it is not the usual one."""
    value = content_words(field.value, names)
    return value if field.merge == "first-wins" else f"{value}, merge {field.merge}"


def setting_words(setting: TextSetting, names: Names) -> str:
    """A text, and whether incident.io may write its own."""
    text = "" if setting.content is None else content_words(setting.content, names)
    if not setting.autogenerated:
        return text or "empty"
    return f"autogenerated, else {text}" if text else "autogenerated"


def content_words(content: TextTemplate | Document | Binding, names: Names) -> str:
    """A text with its references in `{{ }}`; of a document the text alone."""
    match content:
        case TextTemplate(paragraphs):
            return "\n".join(
                "".join(
                    part
                    if isinstance(part, str)
                    else f"{{{{ {reference_words(part.path, names)} }}}}"
                    for part in line
                )
                for line in paragraphs
            )
        case Document(text):
            return f"document: {document_words(text, names)}"
        case Binding():
            return binding_words(content, names)


def document_words(text: str, names: Names) -> str:
    """The plain text of a rich document; its JSON where it cannot be read."""
    try:
        tree: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _node_words(tree, names).strip()


def _node_words(node: Json, names: Names) -> str:
    if not isinstance(node, Mapping):
        return ""
    if node.get("type") == "varSpec":
        attributes = node.get("attrs")
        name = attributes.get("name") if isinstance(attributes, Mapping) else ""
        return f"{{{{ {reference_words(str(name), names)} }}}}"
    inner = node.get("content")
    parts = inner if isinstance(inner, (list, tuple)) else ()
    text = node.get("text")
    words = (text if isinstance(text, str) else "") + "".join(_node_words(p, names) for p in parts)
    return words + "\n" if node.get("type") == "paragraph" else words


def returns_words(returns: Returns, names: Names) -> str:
    """A type; an array of it in brackets."""
    name = names.get(returns.type, returns.type)
    return f"[{name}]" if returns.array else name


def case_words(case: Case, names: Names) -> str:
    """`if … then …`."""
    return f"if {groups_words(case.when, names)} then {binding_words(case.result, names)}"


def steps_words(steps: tuple[Step, ...], names: Names) -> str:
    return " | ".join(step_words(step, names) for step in steps) or "no steps"


def step_words(step: Step, names: Names) -> str:
    match step:
        case Plain(operation):
            return operation
        case Navigate(reference):
            return f"navigate {names.get(reference, reference)}"
        case Filter(when):
            return f"filter {groups_words(when, names)}"
        case Concatenate(reference):
            with_ = "unknown" if reference is None else reference_words(reference, names)
            return f"concatenate {with_}"
        case Cast(returns):
            return f"cast {returns_words(returns, names)}"
        case Parse(source, returns):
            return f"parse {source} as {returns_words(returns, names)}"
        case Branches(returns, cases):
            listed = ", ".join(case_words(case, names) for case in cases)
            return f"branches ({returns_words(returns, names)}) {listed}"
        case RawStep(text):
            return text
