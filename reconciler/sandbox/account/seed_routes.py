"""The six live routes, as v3 payloads with what the server owns beside them.

One of them drifted: during an incident a responder made *Database Alerts* page Database On-Call
instead of Engineering On-Call, in the dashboard.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.sandbox.account.account import base32
from reconciler.sandbox.account.seed import ALERTS_CHANNEL, ident
from reconciler.sandbox.jsontype import Body

IDS = "01J2WYM7C5QKF9T3B8D6RAXE0"  # and a digit


@dataclass(frozen=True, slots=True)
class SeedRoute:
    """A route that is live when the sandbox starts."""

    id: str
    version: int
    updated_at: str
    payload: Body


def seed_routes() -> list[SeedRoute]:
    """The six routes of the team's table, in the table's order."""
    production = "Alertmanager (Production)"
    critical, warning = _severity("critical"), _severity("warning")
    unlabelled = _condition("severity", "is_not_set")
    main = _condition("branch", "one_of", "main")
    others = ["Checkly (Production)", "sev0@", "Grafana Cloud"]
    page = "Engineering On-Call"
    alerts = _payload("Production Alerts", others, page=page)
    alerts["alert_sources"].insert(0, _source(production, critical))
    staging = ["Alertmanager (Staging)", "Checkly (Staging)"]
    database = _payload("Database Alerts", ["PlanetScale"], main, page="Database On-Call")
    lives = [
        (14, "2026-07-02T14:05:51.204Z", alerts),
        (7, "2026-06-11T16:20:13.009Z", _payload("Production Warnings", [production], warning)),
        (3, "2026-05-19T08:44:02.330Z", _payload("Unrouted Alerts", [production], unlabelled)),
        (5, "2026-08-21T03:12:40.871Z", database),
        (2, "2026-04-28T10:00:37.512Z", _payload("Staging Notifications", staging)),
        (9, "2026-07-30T11:31:25.148Z", _payload("Informational", ["Axiom", "Status Page Views"])),
    ]
    return [SeedRoute(f"{IDS}{number}", *live) for number, live in enumerate(lives, 1)]


def generated_routes(count: int) -> Iterator[SeedRoute]:
    """Routes for measuring: `Generated 00001`, …, each like a ten-line file."""
    for number in range(1, count + 1):
        condition = _severity(f"level-{number % 7}")
        page = "Platform On-Call" if number % 2 else None
        payload = _payload(f"Generated {number:05}", ["Grafana Cloud"], condition, page=page)
        yield SeedRoute(f"01K{base32(number, 23)}", 1, "2026-08-01T00:00:00.000Z", payload)


def _severity(value: str) -> Body:
    return _condition("severity", "one_of", value)


def _condition(attribute: str, operation: str, *values: str) -> Body:
    literals = [{"literal": value} for value in values]
    return {
        "subject": f"alert.attributes.{ident('attribute', attribute)}",
        "operation": operation,
        "param_bindings": [{"array_value": literals}] if literals else [],
    }


def _source(name: str, *conditions: Body) -> Body:
    groups = [{"conditions": list(conditions)}] if conditions else []
    return {"alert_source_id": ident("source", name), "condition_groups": groups}


def _payload(name: str, sources: list[str], *conditions: Body, page: str | None = None) -> Body:
    target = {
        "escalation_paths": {"array_value": [{"literal": ident("escalation path", page or "")}]}
    }
    channel = {
        "binding": {"array_value": [{"literal": ALERTS_CHANNEL}]},
        "channel_visibility": "public",
        "group_alerts_summary": False,
    }
    return {
        "name": name,
        "enabled": True,
        "is_private": False,
        "owning_team_ids": [],
        "alert_sources": [_source(source) for source in sources],
        "condition_groups": [{"conditions": list(conditions)}] if conditions else [],
        "expressions": [],
        "escalation_config": {
            "auto_cancel_escalations": True,
            "escalation_targets": [target] if page else [],
        },
        "grouping_config": {"default": {"enabled": False}},
        "incident_config": {"enabled": False},
        "message_config": {"destinations": [{"condition_groups": [], "slack_targets": channel}]},
    }
