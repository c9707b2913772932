"""The table of a route's settings: one row for each, in the order of a file.

A row says what kind of setting a field of the model is, where each version of the API has it, and
what it does, in the words of the reference page. All that treats settings alike goes along this
table and asks a row for its kind: the canonical form, differences, merges, names, reading and
writing files, places in payloads, the schema. So a setting of a known kind is a field in
`model.route`, a row here, and its lines in the codecs (`wire.v2`, `wire.v3`). A new kind is one
more entry in each mapping by kind (`tests/model/test_settings.py` lists them).
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace

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
from reconciler.model.setting import Kind, Setting

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
            about="Which channels are told; left out: none."),
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
            lacks="workspace for incidents",
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
