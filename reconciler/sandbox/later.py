"""Fields of a later API, put into the seed's routes (`Settings.extra_fields`).

They are stored, read back, and lost by a PUT that does not send them: like the real thing.
"""

from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.shape_tables import CALLED_SECRET, LATER


def add_later(body: Body) -> None:
    """Add one field at every depth that a route has."""
    body[LATER["route"]] = {"managed_by": "dashboard", "source_url": None}
    body["grouping_config"]["default"][LATER["grouping"]] = True
    body["incident_config"][LATER["incident"]] = 30
    for source in body["alert_sources"]:
        source[LATER["source"]] = {"rate": 0.5}
        _add_to_groups(source["condition_groups"])
    _add_to_groups(body["condition_groups"])
    for target in body["escalation_config"]["escalation_targets"]:
        target[LATER["target"]] = "high"
    for destination in body["message_config"]["destinations"]:
        destination[LATER["destination"]] = True
        for name in ("slack_targets", "ms_teams_targets"):
            if name in destination:
                destination[name][LATER["channels"]] = ["@here"]
    for expression in body["expressions"]:
        expression[LATER["expression"]] = 60
    if body["incident_config"]["template"]:
        body["incident_config"]["template"][LATER["template"]] = {"scope": "team"}


def add_called_secret(body: Body) -> None:
    """Fields of names that sound like a secret, at every depth and inside of each other."""
    template = body["incident_config"]["template"]
    groups = [*body["condition_groups"]]
    for source in body["alert_sources"]:
        groups += source["condition_groups"]
    places = [
        body,
        *body["alert_sources"],
        *body["escalation_config"]["escalation_targets"],
        *body["message_config"]["destinations"],
        *body["expressions"],
        *(condition for group in groups for condition in group["conditions"]),
        *([template] if template else []),
    ]
    for place in places:
        for name in CALLED_SECRET:
            place[name] = {"token": name, "deep": [{"secret": name, "password": 1}]}


def _add_to_groups(groups: list[Body]) -> None:
    for group in groups:
        for condition in group["conditions"]:
            condition[LATER["condition"]] = {"since": "2026-09"}
