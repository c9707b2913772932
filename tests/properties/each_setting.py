"""A route with every setting, and another value for each."""

from typing import Any

from reconciler.model import (
    Again,
    Channels,
    Condition,
    CustomField,
    Destination,
    Escalation,
    Expression,
    Grouping,
    Incident,
    Kind,
    Path,
    Plain,
    Route,
    RouteSource,
    Setting,
    Severity,
    Target,
    TextSetting,
    TextTemplate,
    every_setting,
    many,
    one,
    setting,
    with_settings,
)

WHEN = ((Condition("alert.title", "is_set"),),)
NAMED = TextSetting(TextTemplate((("named",),)))
FULL = Route(
    name="a",
    owners=("01TEAM",),
    sources=(RouteSource("01SOURCE", WHEN),),
    when=WHEN,
    group=Grouping(60, ("alert.title",), "fixed"),
    escalate=Escalation((Target("path", one("01PATH")),), again=Again("on_each_new_alert", 60)),
    notify=(Destination(Channels(many("C1")), Channels(many("19:a")), WHEN),),
    message_template=one("01MESSAGE"),
    incident=Incident(
        WHEN,
        name=NAMED,
        summary=NAMED,
        severity=Severity(one("01SEVERITY")),
        type=one("01TYPE"),
        mode=one("standard"),
        triage=one("true"),
        members=many("01TEAM"),
        custom_fields=(CustomField("01FIELD", one("x")),),
        workspace=one("T1"),
    ),
    expressions=(Expression("e", "e", "alert.title", (Plain("first"),)),),
)
OTHERS: dict[Kind, Any] = {
    "duration": 120,
    "text": "b",
    "names": ("01OTHER",),
    "references": ("alert.description",),
    "conditions": ((Condition("alert.title", "is_not_set"),),),
    "value": one("01OTHER"),
    "values": many("01OTHER", "01TEAM"),
    "flag or value": one("false"),
    "template": TextSetting(TextTemplate((("other",),))),
    "sources": (RouteSource("01OTHER", WHEN),),
    "targets": (Target("path", one("01OTHER")),),
    "destinations": (Destination(Channels(many("C2"))),),
    "fields": (CustomField("01FIELD", one("y")),),
    "expressions": (Expression("f", "f", "alert.title"),),
    "again": Again("on_priority_increase"),
    "severity": Severity(one("01OTHER")),
}


def other(row: Setting, value: Any) -> Any:
    """Another value of the same kind."""
    match row.kind:
        case "flag":
            return not value
        case "word":
            return next(word for word in row.words if word != value)
        case kind:
            return OTHERS[kind]


def changed(part: Any, path: Path) -> Any:
    """The part with another value in one place."""
    key, *inside = path
    row = setting(type(part), str(key))
    return with_settings(part, lambda one, value: _changed(one, value, inside, one is row))


def _changed(row: Setting, value: Any, inside: list[str | int], here: bool) -> Any:
    if not here:
        return value
    return changed(value, tuple(inside)) if inside else other(row, value)


def leaves(of: type = Route) -> list[tuple[Path, Setting]]:
    """The rows of a part, and of its sections in their place, with their paths."""
    return [(path, row) for path, row in every_setting(of) if row.kind != "section"]
