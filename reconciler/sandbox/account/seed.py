"""The account that the sandbox starts with: sources, attributes, people, catalog, incidents."""

from collections.abc import Mapping

from reconciler.sandbox.account.account import Account, named_ulid
from reconciler.sandbox.jsontype import Body

MADE = "2025-03-11T09:30:00.000Z"
DASHBOARD = "https://sandbox.invalid/acme"  # reserved (RFC 2606), so no real account's

ALERTMANAGER_PRODUCTION = "01KHSNW67SZJ1KGWEMA9C0GPT7"
ALERTMANAGER_STAGING = "01KH7FNXWPMH6KPCQTYJJY947G"
CHECKLY_PRODUCTION = "01HZ7GE7CASMF15RWV1QFCMKTQ"
CHECKLY_STAGING = "01KKZJERF1HQFJRE3XWFZ0NV19"
ALERTS_CHANNEL = "C06E4KQ7R2N"  # #alerts

SOURCES = {  # name: (id, type); an id that is None is of the seed's making
    "Alertmanager (Production)": (ALERTMANAGER_PRODUCTION, "alertmanager"),
    "Alertmanager (Staging)": (ALERTMANAGER_STAGING, "alertmanager"),
    "Axiom": (None, "http"),
    "Checkly (Production)": (CHECKLY_PRODUCTION, "checkly"),
    "Checkly (Staging)": (CHECKLY_STAGING, "checkly"),
    "Grafana Cloud": (None, "grafana"),
    "PlanetScale": (None, "http"),
    "Status Page Views": (None, "status_page_views"),
    "sev0@": (None, "email"),
}
CATALOG = {  # name: (type name, kind, ranked, {attribute: (type, array)}, entries)
    "Alert Priority": ("AlertPriority", "internal", True, {}, ["P1", "P2", "P3", "P4", "P5"]),
    "Environment": ('Custom["Environment"]', "", False, {}, ["production", "staging", "preview"]),
    "Escalation Path": ("EscalationPath", "internal", False, {}, []),
    "Service": (
        'Custom["Service"]',
        "",
        False,
        {
            "Owner": ("Team", False),
            "Tier": ("Tier", False),
            "Runbook": ("Link", False),
            "Depends on": ("Service", True),
        },
        ["api", "dashboard", "gateway", "ledger", "search", "vault"],
    ),
    "Team": (
        "Team",
        "internal",
        False,
        {"Escalation path": ("Escalation Path", False), "Lead": ("User", False)},
        [],
    ),
    "Tier": ('Custom["Tier"]', "", True, {}, ["Tier 1", "Tier 2", "Tier 3"]),
    "User": ("User", "internal", False, {}, []),
}
HOLDS: dict[tuple[str, str], Body] = {  # by catalog type and entry; entries by their names
    ("Service", "api"): {"Owner": "Engineering", "Tier": "Tier 1", "Depends on": ["ledger"]},
    ("Service", "dashboard"): {"Owner": "Platform", "Tier": "Tier 2", "Depends on": ["api"]},
    ("Service", "gateway"): {"Owner": "Platform", "Tier": "Tier 1", "Depends on": ["api", "vault"]},
    ("Service", "ledger"): {"Owner": "Database", "Tier": "Tier 1"},
    ("Service", "search"): {"Runbook": "https://runbooks.example.com/search"},
    ("Service", "vault"): {"Owner": "Platform", "Tier": "Tier 3"},
    ("Team", "Database"): {"Escalation path": "Database On-Call"},
    ("Team", "Engineering"): {"Escalation path": "Engineering On-Call", "Lead": "Engineering Lead"},
    ("Team", "Platform"): {"Escalation path": "Platform On-Call", "Lead": "Platform Engineer"},
}
ATTRIBUTES = {  # name: (type, array)
    "branch": ("String", False),
    "customers": ("String", True),
    "environment": ("Environment", False),
    "Escalation path": ("Escalation Path", False),
    "runbook": ("Link", False),
    "service": ("Service", False),
    "severity": ("String", False),
    "silenced": ("Bool", False),
    "team": ("Team", False),
}
ESCALATION_PATHS = {  # name: team
    "Database On-Call": "Database",
    "Engineering On-Call": "Engineering",
    "Platform On-Call": "Platform",
}
SCHEDULES = {"Engineering On-Call": "engineer@example.com", "Platform On-Call": ""}
"""By path: who is on call now; "" is nobody."""
ALERTS = [("PodNotRunning", "Alertmanager (Production)", {"severity": "critical"}, "Platform")]
TEAMS = ["Database", "Engineering", "Platform"]
USERS = {  # e-mail: name
    "engineer@example.com": "On-call Engineer",
    "lead@example.com": "Engineering Lead",
    "platform@example.com": "Platform Engineer",
}
SEVERITIES = ["Minor", "Major", "Critical"]
INCIDENT_TYPES = ["Default", "Security"]
CUSTOM_FIELDS = {  # name: (field type, options, catalog type)
    "Affected service": ("single_select", [], "Service"),
    "Affected teams": ("multi_select", [], "Team"),
    "Customers affected": ("numeric", [], None),
    "Impact": ("text", [], None),
    "Region": ("multi_select", ["eu-central-1", "us-east-1"], None),
    "Root cause": ("single_select", ["Deploy", "Capacity", "Third party"], None),
    "Ticket": ("link", [], None),
}


def ident(kind: str, name: str) -> str:
    """The id of a thing of the seed, e.g. `ident("attribute", "severity")`."""
    if kind == "source" and SOURCES.get(name, (None, ""))[0]:
        return str(SOURCES[name][0])
    return named_ulid(f"{kind} {name}")


def engine_type(name: str) -> str:
    """`Service` as the engine spells it, `CatalogEntry["<id>"]`; a primitive stays."""
    return f'CatalogEntry["{ident("catalog type", name)}"]' if name in CATALOG else name


def account() -> Account:
    """A fresh account; two of them share nothing."""
    return Account(
        name="Acme",
        dashboard_url=DASHBOARD,
        sources=[_source(name, kind) for name, (_, kind) in SOURCES.items()],
        attributes=[_attribute(name, kind, array) for name, (kind, array) in ATTRIBUTES.items()],
        escalation_paths=[_path(name, team) for name, team in ESCALATION_PATHS.items()],
        schedules=[_schedule(name, email) for name, email in SCHEDULES.items()],
        alerts=[
            _alert(
                "PodNotRunning", "Alertmanager (Production)", {"severity": "critical"}, "Platform"
            )
        ],
        users=[_user(email, name) for email, name in USERS.items()],
        teams=[_team(name) for name in TEAMS],
        severities=[
            {**_described("severity", name), "rank": rank} for rank, name in enumerate(SEVERITIES)
        ],
        incident_types=[
            {
                **_described("incident type", name),
                "is_default": name == "Default",
                "create_in_triage": "optional",
                "private_incidents_only": False,
            }
            for name in INCIDENT_TYPES
        ],
        custom_fields=[
            _custom_field(name, kind, of) for name, (kind, _, of) in CUSTOM_FIELDS.items()
        ],
        custom_field_options=[
            {
                "id": ident("option", f"{name} {value}"),
                "custom_field_id": ident("custom field", name),
                "value": value,
                "sort_key": 10 * (place + 1),
            }
            for name, (_, options, _of) in CUSTOM_FIELDS.items()
            for place, value in enumerate(options)
        ],
        catalog_types=[_catalog_type(name) for name in CATALOG],
        catalog_entries=_entries(),
        channels={
            ALERTS_CHANNEL: "#alerts",
            "C06E4L0P3TB": "#database",
            "C06E4M9H1QX": "#platform",
        },
        secrets={
            ident("source", name): f"sandbox-secret-{place}" for place, name in enumerate(SOURCES)
        },
    )


def _attribute(name: str, kind: str, array: bool) -> Body:
    return {
        "id": ident("attribute", name),
        "name": name,
        "type": engine_type(kind),
        "array": array,
        "required": False,
    }


def _described(kind: str, name: str) -> Body:
    times = {"created_at": MADE, "updated_at": MADE}
    return {"id": ident(kind, name), "name": name, "description": f"{name} ({kind})", **times}


def _source(name: str, kind: str) -> Body:
    source: Body = {
        "id": ident("source", name),
        "name": name,
        "source_type": kind,
        "template": {
            "title": {"reference": 'payload["title"]', "label": "Payload → Title"},
            "description": {
                "reference": 'payload["description"]',
                "label": "Payload → Description",
            },
            "attributes": [],
            "expressions": [],
            "is_private": False,
        },
        "owning_team_ids": [],
    }
    if kind == "email":
        source["email_options"] = {"email_address": "sev0@alerts.example.com", "redactions": []}
    return source


def _path(name: str, team: str) -> Body:
    """The schedule of the path first, where it has one; then the lead."""
    lead = {"id": ident("user", "lead@example.com"), "type": "user", "urgency": "high"}
    targets = [lead]
    if name in SCHEDULES:
        shift = {"id": ident("schedule", name), "type": "schedule", "urgency": "high",
                 "schedule_mode": "currently_on_call"}  # fmt: skip
        targets = [shift, lead] if SCHEDULES[name] else [shift]
    return {
        "id": ident("escalation path", name),
        "name": name,
        "kind": "standalone",
        "path": [
            {
                "id": ident("node", f"{name} {number}"),
                "type": "level",
                "level": {"targets": [target], "time_to_ack_seconds": 300},
            }
            for number, target in enumerate(targets)
        ],
        "team_ids": [ident("team", team)],
    }


def _schedule(name: str, email: str) -> Body:
    """Who is on call now; nobody without an e-mail."""
    now = {"start_at": "2020-01-01T00:00:00Z", "end_at": "2099-01-01T00:00:00Z"}
    shifts = (
        [{**now, "user": {**_person(email, USERS[email]), "role": "responder"}}] if email else []
    )
    return {
        "id": ident("schedule", name),
        "name": f"{name} rota",
        "annotations": {},
        "created_at": MADE,
        "updated_at": MADE,
        "permalink": f"{DASHBOARD}/on-call/schedules/{ident('schedule', name)}",
        "team_ids": [],
        "timezone": "Europe/London",
        "current_shifts": shifts,
    }


def _alert(name: str, source: str, texts: Mapping[str, str], team: str) -> Body:
    """A past alert; an attribute that it lacks has no value."""
    entry = {"id": ident("entry", f"Team {team}"), "name": team}
    entry["catalog_type_id"] = ident("catalog type", "Team")
    held: dict[str, Body] = {key: {"literal": text, "label": text} for key, text in texts.items()}
    held["team"] = {"catalog_entry": entry, "label": team}
    return {
        "id": ident("alert", name),
        "title": name,
        "alert_source_id": ident("source", source),
        "deduplication_key": name,
        "status": "firing",
        "created_at": MADE,
        "updated_at": MADE,
        "attributes": [
            {
                "attribute": {
                    "id": ident("attribute", key),
                    "name": key,
                    "type": engine_type(kind),
                    "array": array,
                    "required": False,
                }
            }
            | ({"value": held[key]} if key in held else {})
            for key, (kind, array) in ATTRIBUTES.items()
        ],
    }


def _person(email: str, name: str) -> Body:
    return {"id": ident("user", email), "name": name, "email": email}


def _user(email: str, name: str) -> Body:
    role = {"id": ident("role", "responder"), "name": "Responder", "slug": "responder"}
    return {
        **_person(email, name),
        "role": "responder",
        "base_role": role,
        "custom_roles": [],
        "is_active": True,
        "seats": {"on_call": "full_access", "response": "full_access"},
    }


def _team(name: str) -> Body:
    return {
        "id": ident("team", name),
        "name": name,
        "members": [_person("lead@example.com", USERS["lead@example.com"])],
        "catalog_entry": {"id": ident("entry", f"Team {name}"), "name": name},
    }


def _custom_field(name: str, kind: str, catalog_type: str | None) -> Body:
    field = {**_described("custom field", name), "field_type": kind}
    if catalog_type is not None:
        field["catalog_type_id"] = ident("catalog type", catalog_type)
    return field


def _catalog_type(name: str) -> Body:
    type_name, kind, ranked, attributes, _ = CATALOG[name]
    return {
        **_described("catalog type", name),
        "type_name": type_name,
        "engine_resource_type": engine_type(name),
        "annotations": {},
        "categories": [],
        "color": "blue",
        "icon": "box",
        "is_editable": kind != "internal",
        "ranked": ranked,
        "use_name_as_identifier": True,
        "schema": {
            "version": 1,
            "attributes": [
                {
                    "id": ident("catalog attribute", f"{name} {attribute}"),
                    "name": attribute,
                    "type": engine_type(of),
                    "array": array,
                    "mode": "dashboard",
                }
                for attribute, (of, array) in attributes.items()
            ],
        },
    }


def _entries() -> list[Body]:
    made = []
    for name, (_, _, _, _, entries) in CATALOG.items():
        made += [_entry(name, entry, entry, rank) for rank, entry in enumerate(entries)]
    made += [_entry("Team", name, ident("team", name), 0) for name in TEAMS]
    made += [
        _entry("Escalation Path", name, ident("escalation path", name), 0)
        for name in ESCALATION_PATHS
    ]
    made += [_entry("User", name, ident("user", email), 0) for email, name in USERS.items()]
    return made


def _entry(catalog_type: str, name: str, external_id: str, rank: int) -> Body:
    return {
        "id": ident("entry", f"{catalog_type} {name}"),
        "name": name,
        "external_id": external_id,
        "aliases": [],
        "rank": rank,
        "catalog_type_id": ident("catalog type", catalog_type),
        "attribute_values": {
            ident("catalog attribute", f"{catalog_type} {attribute}"): _value(
                of, HOLDS.get((catalog_type, name), {}).get(attribute, [])
            )
            for attribute, (of, _) in CATALOG[catalog_type][3].items()
        },
        "created_at": MADE,
        "updated_at": MADE,
    }


def _value(of: str, value: str | list[str]) -> Body:
    """Without labels, which are of the moment of the read (API fact 1.19)."""

    def literal(value: str) -> Body:
        return {"literal": ident("entry", f"{of} {value}") if of in CATALOG else value}

    if isinstance(value, str):
        return {"value": literal(value)}
    return {"array_value": [literal(each) for each in value]} if value else {}
