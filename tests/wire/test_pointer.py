"""From the API's words for a place to the file's."""

from typing import Any

import pytest

from reconciler.model import Path
from reconciler.wire.codec import codec
from reconciler.wire.pointer import path_of, tokens_of
from tests.wire.corpus import CORPUS, at, body_of, places, pointer

PAYLOAD: Any = {
    "expressions": [
        {"reference": "plain", "root_reference": "alert.title", "operations": [{}, {}]},
        {
            "reference": "tree",
            "root_reference": ".",
            "operations": [{"operation_type": "branches"}],
        },
        {"reference": 7},
    ],
    "incident_config": {"template": {"custom_fields": [{"custom_field_id": "01F"}, {}]}},
    "incident_template": {"custom_fields": [{"custom_field_id": "02F"}]},
}
CONDITION = "condition_groups/1/conditions/2"

PLACES: list[tuple[str, Path]] = [
    ("", ()),
    ("/name", ("name",)),
    ("/version", ()),
    ("/is_private", ("private",)),
    ("/owning_team_ids", ("owners",)),
    ("/owning_team_ids/1", ("owners", 1)),
    ("/alert_sources", ("sources",)),
    ("/alert_sources/0", ("sources", 0)),
    ("/alert_sources/0/alert_source_id", ("sources", 0)),
    (f"/alert_sources/0/{CONDITION}", ("sources", 0, "when", 1, 2)),
    (f"/alert_sources/0/{CONDITION}/subject", ("sources", 0, "when", 1, 2, "subject")),
    (f"/alert_sources/0/{CONDITION}/operation/value", ("sources", 0, "when", 1, 2, "operation")),
    (
        f"/alert_sources/0/{CONDITION}/param_bindings/0/value/literal",
        ("sources", 0, "when", 1, 2, "params", 0),
    ),
    (f"/alert_sources/0/{CONDITION}/param_bindings", ("sources", 0, "when", 1, 2)),
    (f"/alert_sources/0/{CONDITION}/newer", ("sources", 0, "when", 1, 2)),
    ("/alert_sources/0/condition_groups", ("sources", 0, "when")),
    ("/alert_sources/0/condition_groups/1", ("sources", 0, "when", 1)),
    ("/alert_sources/0/condition_groups/1/conditions", ("sources", 0, "when", 1)),
    (f"/{CONDITION}", ("when", 1, 2)),
    ("/grouping_config", ("group",)),
    ("/grouping_config/default/enabled", ("group",)),
    ("/grouping_config/default/window_seconds", ("group", "window")),
    ("/grouping_config/default/window_type", ("group", "extend")),
    ("/grouping_config/default/grouping_keys/1/reference", ("group", "by", 1)),
    ("/incident_config/grouping_keys/1", ("group", "by", 1)),
    ("/incident_config/grouping_window_seconds", ("group", "window")),
    ("/incident_config/defer_time_seconds", ("escalate", "again")),
    ("/escalation_config", ("escalate",)),
    ("/escalation_config/auto_cancel_escalations", ("escalate", "cancel_when_resolved")),
    ("/escalation_config/escalation_targets/2/users/array_value/0", ("escalate", "to", 2)),
    ("/escalation_config/when_alert_joins_group/mode", ("escalate", "again")),
    ("/message_config", ("notify",)),
    ("/message_config/template/value", ("message_template",)),
    ("/message_template/value", ("message_template",)),
    ("/message_config/destinations/1", ("notify", 1)),
    (f"/message_config/destinations/1/{CONDITION}", ("notify", 1, "when", 1, 2)),
    ("/message_config/destinations/1/slack_targets", ("notify", 1, "slack")),
    ("/channel_config/1/slack_targets/newer", ("notify", 1, "slack")),
    ("/channel_config/1/slack_targets/binding", ("notify", 1, "slack", "channel")),
    (
        "/channel_config/1/slack_targets/binding/array_value/2/literal",
        ("notify", 1, "slack", "channel", 2),
    ),
    ("/channel_config/1/slack_targets/channel_visibility", ("notify", 1, "slack", "visibility")),
    (
        "/channel_config/1/ms_teams_targets/group_alerts_summary",
        ("notify", 1, "ms_teams", "summarise_groups"),
    ),
    ("/incident_config", ("incident",)),
    ("/incident_config/template", ("incident",)),
    ("/incident_config/auto_decline_enabled", ("incident", "decline_when_resolved")),
    (f"/incident_config/{CONDITION}", ("incident", "when", 1, 2)),
    ("/incident_config/template/name/binding", ("incident", "name")),
    ("/incident_config/template/start_in_triage", ("incident", "triage")),
    ("/incident_template/workspace", ("incident", "workspace")),
    ("/incident_template/newer", ("incident",)),
    ("/incident_config/template/custom_fields", ("incident", "custom_fields")),
    ("/incident_config/template/custom_fields/0/binding", ("incident", "custom_fields", "01F")),
    ("/incident_config/template/custom_fields/1", ("incident", "custom_fields")),
    ("/incident_config/template/custom_fields/9", ("incident", "custom_fields")),
    ("/incident_template/custom_fields/0", ("incident", "custom_fields", "02F")),
    ("/expressions", ("expressions",)),
    ("/expressions/2", ("expressions",)),
    ("/expressions/0", ("expressions", "plain")),
    ("/expressions/0/label", ("expressions", "plain", "label")),
    ("/expressions/0/root_reference", ("expressions", "plain", "from")),
    ("/expressions/0/else_branch/result/value", ("expressions", "plain", "else")),
    ("/expressions/0/operations", ("expressions", "plain", "steps")),
    ("/expressions/0/operations/1/navigate/reference", ("expressions", "plain", "steps", 1)),
    (
        f"/expressions/0/operations/1/filter/{CONDITION}",
        ("expressions", "plain", "steps", 1, "filter", 1, 2),
    ),
    (
        f"/expressions/0/operations/1/branches/branches/0/{CONDITION}",
        ("expressions", "plain", "steps", 1, "branches", "cases", 0, "when", 1, 2),
    ),
    ("/expressions/1/operations/0/branches", ("expressions", "tree", "branches")),
    (
        "/expressions/1/operations/0/branches/returns/type",
        ("expressions", "tree", "branches", "returns"),
    ),
    (
        "/expressions/1/operations/0/branches/branches/1/result",
        ("expressions", "tree", "branches", "cases", 1, "then"),
    ),
    (
        "/expressions/1/operations/0/branches/branches/1/newer",
        ("expressions", "tree", "branches", "cases", 1),
    ),
    ("alert_route.name", ("name",)),
    ("/alert_route/name", ("name",)),
    ("alert_sources[0].condition_groups", ("sources", 0, "when")),
    ("alert_sources.0.alert_source_id", ("sources", 0)),
    ("/alert_sources/-1", ("sources",)),
    ("what is this", ()),
]


@pytest.mark.parametrize(("said", "path"), PLACES)
def test_a_place_of_the_payload_is_one_of_the_file(said: str, path: Path) -> None:
    assert path_of(said, PAYLOAD) == path
    assert codec("v3").path_of(said, PAYLOAD) == path


def test_escaped_tokens_are_read_back() -> None:
    assert tokens_of("/a~1b/c~0d") == ["a/b", "c~d"]


@pytest.mark.parametrize(("api", "slug"), CORPUS)
def test_every_place_of_a_body_has_a_path(api: Any, slug: str) -> None:
    body = body_of(api, slug)

    for tokens in places(body):
        path = path_of(pointer(tokens), body)
        assert path or tokens[:1] in ((), *((n,) for n in body if not path_of(f"/{n}", body)))
        assert at(body, tokens) is not None or path is not None


def test_a_body_of_another_structure_gives_the_nearest_place() -> None:
    assert path_of("/incident_template/custom_fields/0", {"incident_template": 7}) == (
        "incident",
        "custom_fields",
    )
    assert path_of("/expressions/0/operations/0", {"expressions": {"a": 1}}) == ("expressions",)
