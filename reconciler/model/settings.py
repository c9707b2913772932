"""The table of a route's settings: one row for each, in the order of a file.

A row says what kind of setting a field of the model is, where each version of the API has it, and
what it does, in the words of the reference page. All code that treats settings alike follows this
table and asks a row for its kind: the canonical form, differences, merges, names, reading and
writing files, places in payloads, the schema. So a setting of a known kind is a field in
`model.route`, a row here, and its lines in the codecs (`wire.v2`, `wire.v3`). A new kind is one
more entry in each mapping by kind (`tests/model/test_settings.py` lists them).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any, Literal, TypeVar

from reconciler.model.declaration import ApiVersion
from reconciler.model.expression import Binding
from reconciler.model.finding import Path
from reconciler.model.route import (
    VISIBILITIES,
    WINDOW_TYPES,
    Again,
    Channels,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Route,
    RouteSource,
)

Kind = Literal[
    "flag",  # true or false
    "word",  # a word of incident.io, `words` are those that we know
    "duration",  # whole seconds
    "text",  # a text, taken as it is
    "name",  # one thing by its name or id
    "names",  # a set of things by their names or ids
    "references",  # a set of values of the alert
    "conditions",  # groups of conditions, `model.condition`
    "value",  # a binding; the order of several values is meaning
    "values",  # a binding whose values are a set
    "flag or value",  # a binding that a file may say with true or false
    "template",  # a text with values of the alert in it, `model.text`
    "section",  # settings of their own, which have a table of their own below
    # Sets of parts, each known by something that it has:
    "sources",  # its source
    "targets",  # its kind and who is paged
    "destinations",  # its channels
    "fields",  # its custom field
    "expressions",  # its reference
    # With rules of their own:
    "again",
    "severity",
]
BINDINGS = frozenset({"value", "values", "flag or value"})
"""Kinds that are a binding."""
SETS = frozenset({"names", "references", "sources", "targets", "destinations"})
"""Kinds that are lists in a file and in the API."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A row. Places are steps into a body joined by `/`, from the body itself, or from the list
    element that the table is about; "" where that version of the API has no such field, and None
    where it is the same as in v2.
    """

    field: str  # of the model
    kind: Kind
    v2: str
    v3: str | None = None
    about: str = ""  # what it does, in the words of the reference page
    also_v2: tuple[str, ...] = ()  # further places of v2 that say it
    key: str = ""  # in a file; "" is the field's name
    names: str = ""  # what kind of thing a name in it is, of `directory.directory`
    words: tuple[str, ...] = ()  # the known ones
    is_key: bool = False  # what the part that holds it is known by
    is_always_written: bool = False  # in a file, even at its default
    pages: bool = True  # it may decide who is paged
    shown: str = ""  # in words: a section that comes or goes, a flag of channels that is unusual
    of: type | None = None  # of a section: whose table has its settings
    lacks: str = ""  # in words, what a version without it has no field for; `{}` is the value
    default: object = None  # what a file means that leaves it out; the model's, if it has one

    def place(self, api: ApiVersion) -> tuple[str, ...]:
        """The steps into a body of this version; () where it has no such field."""
        steps = self.v2 if api == "v2" or self.v3 is None else self.v3
        return tuple(steps.split("/")) if steps else ()


# fmt: off
ROUTE = (
    Setting("name", "text", "name", pages=False,
            about="The route's name in incident.io. To change it give `previously` or `id` as "
                  "well."),
    Setting("enabled", "flag", "enabled",
            about="Whether the route is on; left out: true."),
    Setting("private", "flag", "is_private",
            about="Whether only those with the right see it and what it creates; left out: false."),
    Setting("owners", "names", "owning_team_ids", names="team", pages=False,
            about="The teams that own the route, by name or id."),
    Setting("sources", "sources", "alert_sources", is_always_written=True,
            about="The alert sources whose alerts the route sees, by name or id. Always written."),
    Setting("when", "conditions", "condition_groups",
            about="Which of these alerts the route takes; left out: all of them."),
    Setting("group", "section", "", "grouping_config", of=Grouping, shown="on",
            about="Which alerts belong together; left out: grouping is off."),
    Setting("escalate", "section", "escalation_config", of=Escalation,
            about="Who is paged: a list of targets, or the long form. Left out: nobody."),
    Setting("notify", "destinations", "channel_config", "message_config/destinations", pages=False,
            about="Which channels the route posts to; left out: none."),
    Setting("message_template", "value", "message_template", "message_config/template",
            names="message-template", pages=False,
            about="How messages in channels look: a name from reconciler.yaml, or an id."),
    Setting("incident", "section", "incident_config", of=Incident, shown="creates an incident",
            pages=False,
            about="The incident that the route creates; left out: none."),
    Setting("expressions", "expressions", "expressions",
            about="Named computations on the alert."),
)
SOURCE = (
    Setting("source", "name", "alert_source_id", names="source", is_key=True,
            about="The alert source, by name or id."),
    Setting("when", "conditions", "condition_groups",
            about="Which alerts of this source the route takes; left out: all of them."),
)
GROUPING = (
    Setting("by", "references",
            "incident_config/grouping_keys", "grouping_config/default/grouping_keys",
            about="Alerts that agree in all of these belong together; left out: all alerts of the "
                  "route."),
    Setting("window_seconds", "duration",
            "incident_config/grouping_window_seconds", "grouping_config/default/window_seconds",
            key="window",
            about="How long a group takes new alerts, 60s to 48h."),
    Setting("extend", "word", "", "grouping_config/default/window_type", words=WINDOW_TYPES,
            lacks="`{}` windows",
            about="Whether a new alert extends the window; left out: rolling. Version 2 of the API "
                  "cannot say fixed."),
)
ESCALATION = (
    Setting("targets", "targets", "escalation_config/escalation_targets", key="to",
            about="Who is paged."),
    Setting("cancel_when_resolved", "flag", "escalation_config/auto_cancel_escalations",
            about="Stop paging when the alerts resolve; left out: true."),
    Setting("again", "again", "incident_config/auto_relate_grouped_alerts",
            "escalation_config/when_alert_joins_group",
            also_v2=("incident_config/defer_time_seconds",), default=Again(),
            about="Page again when another alert joins a group? Left out: on_priority_increase."),
)
DESTINATION = (
    Setting("slack", "section", "slack_targets", names="channel", of=Channels,
            about="A Slack channel, by a name from reconciler.yaml, or by id."),
    Setting("ms_teams", "section", "ms_teams_targets", names="ms-teams-channel", of=Channels,
            about="A Microsoft Teams channel, by a name from reconciler.yaml, or by id."),
    Setting("when", "conditions", "condition_groups",
            about="Which alerts are posted here; left out: all of the route."),
)
CHANNELS = (
    Setting("channel", "values", "binding", is_key=True,
            about="The channel, several of them, or a reference."),
    Setting("visibility", "word", "channel_visibility", words=VISIBILITIES,
            about="What kind of channel it is; left out: public."),
    Setting("summarise_groups", "flag", "", "group_alerts_summary", lacks="summaries of groups",
            shown="summarises groups",
            about="Post a summary of grouped alerts; left out: false. Version 2 of the API cannot "
                  "say true."),
)


def _template(field: str, kind: Kind, slot: str, about: str, names: str = "") -> Setting:
    """A setting of the incident's template, which both versions have in a place of their own."""
    there = f"incident_config/template/{slot}"
    return Setting(field, kind, f"incident_template/{slot}", there, names=names, about=about)


INCIDENT = (
    Setting("when", "conditions", "incident_config/condition_groups",
            about="Which alerts create an incident; left out: all of the route."),
    Setting("decline_when_resolved", "flag", "incident_config/auto_decline_enabled",
            about="Decline an incident in triage when its alerts resolve; left out: true."),
    _template("name", "template", "name",
              "The name of the incident. Every other setting of the template needs it."),
    _template("summary", "template", "summary",
              "The summary of the incident."),
    _template("severity", "severity", "severity",
              "The severity of the incident; left out: computed by incident.io.", names="severity"),
    _template("type", "value", "incident_type",
              "The incident type, by name or id.", names="incident-type"),
    _template("mode", "value", "incident_mode",
              "The mode of the incident, such as standard.", names="text"),
    _template("triage", "flag or value", "start_in_triage",
              "Start in triage: true, false, or a reference.", names="text"),
    _template("members", "values", "membership_teams",
              "The teams whose members belong to a private incident.", names="team"),
    _template("custom_fields", "fields", "custom_fields",
              "Custom fields of the incident, by name or id.", names="custom-field"),
    Setting("workspace", "value", "incident_template/workspace", "", names="text",
            lacks="a workspace for incidents",
            about="The Slack workspace of the incident's channel; version 2 of the API alone has "
                  "it."),
)
# fmt: on
TABLES: Mapping[type, tuple[Setting, ...]] = {
    Route: ROUTE,
    RouteSource: SOURCE,
    Grouping: GROUPING,
    Escalation: ESCALATION,
    Destination: DESTINATION,
    Channels: CHANNELS,
    Incident: INCIDENT,
}


def _filled(of: type, row: Setting) -> Setting:
    given = next(field.default for field in fields(of) if field.name == row.field)
    default = row.default if given in (None, MISSING) else given
    return replace(row, key=row.key or row.field, default=default)


_TABLES: Mapping[type, tuple[Setting, ...]] = {
    of: tuple(_filled(of, row) for row in rows) for of, rows in TABLES.items()
}
_BY_KEY = {of: {row.key: row for row in rows} for of, rows in _TABLES.items()}
_BY_FIELD = {of: {row.field: row for row in rows} for of, rows in _TABLES.items()}
_FIELDS = {of: tuple(rows[field.name] for field in fields(of)) for of, rows in _BY_FIELD.items()}


def settings(of: type) -> tuple[Setting, ...]:
    """The table of a part of a route, in the order of a file, with keys and defaults."""
    return _TABLES[of]


def setting(of: type, key: str) -> Setting | None:
    """The row of a file's key; None where the part has no such setting, or no table."""
    return _BY_KEY.get(of, {}).get(key)


def keys(of: type) -> tuple[str, ...]:
    """The keys in a file, in its order."""
    return tuple(row.key for row in _TABLES[of])


def in_order_of_fields(of: type) -> tuple[Setting, ...]:
    """The table in the order of the model's fields, to make a part anew."""
    return _FIELDS[of]


TEMPLATE = tuple(row for row in settings(Incident) if row.place("v2")[:1] == ("incident_template",))
"""The settings of the incident's template, which goes and comes as a whole."""


T = TypeVar("T")


def with_settings(part: T, change: Callable[[Setting, Any], Any]) -> T:
    """The part made anew, with each of its settings changed. A change keeps the type."""
    made: Callable[..., T] = type(part)
    return made(*[change(row, getattr(part, row.field)) for row in in_order_of_fields(type(part))])


def bindings(part: object, names: str = "") -> Iterator[tuple[str, Binding]]:
    """Each binding that is a setting, with the kind of thing that a name in it is. Bindings inside
    conditions, targets, custom fields, severities and expressions are none.
    """
    for row in settings(type(part)):
        value = getattr(part, row.field)
        if isinstance(value, Binding):
            yield row.names or names, value
        elif row.kind == "section" and value is not None:
            yield from bindings(value, row.names)
        elif row.kind == "destinations":
            for place in value:
                yield from bindings(place)


def every_setting(of: type = Route, path: Path = ()) -> Iterator[tuple[Path, Setting]]:
    """The rows of a part and of the sections in it, each with its path in a file."""
    for row in settings(of):
        yield (*path, row.key), row
        if row.of is not None:
            yield from every_setting(row.of, (*path, row.key))


def beyond(part: object, api: ApiVersion, path: Path = ()) -> Iterator[tuple[Path, Setting, Any]]:
    """The settings of a part that this version of the API has no field for: path, row and
    value. Sections count by what is in them.
    """
    for row in settings(type(part)):
        value, at = getattr(part, row.field), (*path, row.key)
        if row.kind == "destinations":
            for number, place in enumerate(value):
                yield from beyond(place, api, (*at, number))
        elif row.kind == "section":
            yield from beyond(value, api, at) if value is not None else ()
        elif not row.place(api) and value != row.default:
            yield at, row, value


def without(part: T, path: Path) -> T:
    """The part with the default in one place; unchanged where it has no such place."""
    key, *inside = path
    row = setting(type(part), str(key))
    value = None if row is None else getattr(part, row.field)
    if row is None or value is None:
        return part
    if not inside:
        value = row.default
    elif row.kind == "section":
        value = without(value, tuple(inside))
    elif row.kind == "destinations":
        number, *rest = inside
        value = tuple(
            without(place, tuple(rest)) if at == number else place for at, place in enumerate(value)
        )
    return with_settings(part, lambda other, was: value if other is row else was)
