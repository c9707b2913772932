"""What incident.io adds to a read is nothing, and what nobody changed stays as it is stored."""

import json
from typing import Any

import pytest

from reconciler import sandbox
from reconciler.sandbox.running import RunningSandbox
from reconciler.sandbox.seed import ident
from tests.e2e.conftest import Open
from tests.e2e.team import Team
from tests.sandbox.payloads import channels, literal, rich_v3

BOTH = pytest.mark.parametrize("api", ["v2", "v3"])
TEXTS = ("Runbook: see the wiki", "{{ .Labels.runbook }}", "{{ alert.attributes.01GONE }} a\nb")


def opened(open_account: Open, api: str, **settings: Any) -> tuple[Team, RunningSandbox]:
    """An account with no routes but what a test makes, and a folder without files."""
    team, running = open_account(
        sandbox.Settings(rate_limit=False, seeded=False, v3_available=api == "v3", **settings)
    )
    for file in team.route_files():
        (team.folder / "routes" / file).unlink()
    return team, running


def simple(**changes: Any) -> dict[str, Any]:
    """A v3 payload without expressions."""
    payload = rich_v3() | {"name": "Simple", "expressions": [], "condition_groups": [], **changes}
    payload["escalation_config"] = {
        "auto_cancel_escalations": True,
        "escalation_targets": payload["escalation_config"]["escalation_targets"][::2],
    }
    payload["grouping_config"] = {"default": {"enabled": False}}
    return payload


def imported(team: Team) -> str:
    """The only file after an import, which plans to nothing."""
    ended = team.run("import", "--all", "--force")
    assert ended.code == 0, ended.err
    assert team.run("plan", "--detailed-exitcode").code == 0
    (file,) = team.route_files()
    return team.read(f"routes/{file}")


def changed(team: Team, old: str, new: str) -> None:
    """One change of the only file, applied; then nothing is left to do."""
    (file,) = team.route_files()
    text = team.read(f"routes/{file}")
    assert old in text
    team.write(f"routes/{file}", text.replace(old, new))
    ended = team.run("apply", "--auto-approve")
    assert ended.code == 0, ended.err
    assert team.run("plan", "--detailed-exitcode").code == 0


@BOTH
@pytest.mark.parametrize("seed", range(4))
def test_an_incident_without_a_template(open_account: Open, api: str, seed: int) -> None:
    team, running = opened(open_account, api, shuffle_seed=seed)
    team.write("routes/a.yaml", "name: A\nprivate: true\nsources: [Axiom]\nincident: {}\n")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0, ended.err
    assert team.run("plan", "--detailed-exitcode").code == 0
    assert "\nincident: {}\n" in imported(team)
    changed(team, "private: true\n", "")
    if api == "v3":
        assert running.state.find("A").body["incident_config"]["template"] is None


@BOTH
@pytest.mark.parametrize("seed", range(4))
def test_a_target_of_nothing_beside_a_real_one(open_account: Open, api: str, seed: int) -> None:
    team, running = opened(open_account, api, shuffle_seed=seed)
    teams = {"binding": literal("19:a@thread.tacv2"), "channel_visibility": "public"}
    payload = simple()
    payload["message_config"] = {
        "destinations": [
            {"condition_groups": [], "slack_targets": channels()},
            {"condition_groups": [], "ms_teams_targets": teams},
        ]
    }
    made = running.state.create(payload, "v3")
    before = json.dumps(made.body["message_config"], sort_keys=True)

    text = imported(team)

    assert (text.count("slack:"), text.count("ms_teams:")) == (1, 1)
    changed(team, "private: true\n", "")
    stored = running.state.find("Simple").body["message_config"]
    assert sorted(map(repr, json.loads(before)["destinations"])) == sorted(
        map(repr, json.loads(json.dumps(stored, sort_keys=True))["destinations"])
    )


@BOTH
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_custom_field_stays_to_the_byte(open_account: Open, api: str, text: str) -> None:
    team, running = opened(open_account, api)
    running.state.create(with_field(text), "v3")

    said = imported(team)

    assert text.splitlines()[0].replace("{{", r"\{{") in said.replace("\\\\", "\\")
    changed(team, "private: true\n", "")
    assert field_of(running, "Simple") == text


def test_a_new_text_without_references_is_sent_plain(open_account: Open) -> None:
    team, running = opened(open_account, "v3")
    running.state.create(with_field("old"), "v3")
    imported(team)

    changed(team, "Impact: old", r"Impact: 'see \{{ .Labels.runbook }}'")

    assert field_of(running, "Simple") == "see {{ .Labels.runbook }}"


@BOTH
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("lost", ["edited", "deleted"])
def test_a_restore_sends_what_was_stored(
    open_account: Open, api: str, text: str, lost: str
) -> None:
    team, running = opened(open_account, api)
    running.state.create(with_field(text), "v3")
    assert team.run("backup").code == 0
    before = running.state.read("Simple", api)
    if lost == "deleted":
        running.state.delete("Simple")
    else:
        running.state.edit("Simple", lambda body: edit_field(body, "edited"))

    ended = team.run("restore", "--auto-approve")

    assert ended.code == 0, ended.err
    assert field_of(running, "Simple") == text
    names = [name_of(body, api) for body in (before, running.state.read("Simple", api))]
    assert names[0] == names[1]


@BOTH
def test_a_name_that_uses_what_is_gone(open_account: Open, api: str) -> None:
    team, running = opened(open_account, api)
    variable = {"type": "varSpec", "attrs": {"name": "alert.attributes.01GONE", "label": "Gone"}}
    paragraph = {"type": "paragraph", "content": [variable]}
    payload = simple()
    name = json.dumps({"type": "doc", "content": [paragraph]})
    payload["incident_config"]["template"]["name"] = {"binding": literal(name)}
    running.state.create(payload, "v3")
    before = name_of(running.state.read("Simple", api), api)

    assert "document:" in imported(team)
    changed(team, "private: true\n", "")

    assert name_of(running.state.read("Simple", api), api) == before


SLOTS: list[tuple[str, dict[str, Any]]] = [
    ("severity", {"merge_strategy": "max"}),
    ("incident_mode", {"binding": literal("test")}),
    ("start_in_triage", {"binding": literal("true")}),
    ("summary", {"autogenerated": True}),
    ("workspace", {"binding": literal("T1")}),
    ("membership_teams", {"binding": literal(ident("team", "Platform"))}),
]


@BOTH
@pytest.mark.parametrize(("slot", "value"), SLOTS, ids=lambda one: str(one)[:20])
def test_a_template_in_which_one_slot_is_set(
    open_account: Open, api: str, slot: str, value: dict[str, Any]
) -> None:
    team, running = opened(open_account, api)
    payload = simple()
    running.state.create(payload, "v3")
    running.state.edit(
        "Simple",
        lambda body: body["incident_config"].update(
            template={"name": {"autogenerated": False}, slot: value}
        ),
    )
    before = running.state.find("Simple").body["incident_config"]["template"]

    imported(team)
    changed(team, "private: true\n", "")

    after = running.state.find("Simple").body["incident_config"]["template"] or {}
    if api == "v2" or slot != "workspace":
        assert after[slot] == before[slot]


def test_how_alerts_join_counts_without_grouping(open_account: Open) -> None:
    """Fact 4.13."""
    team, running = opened(open_account, "v3")
    payload = simple()
    joins = {"mode": "on_each_new_alert", "grace_period_seconds": 120}
    payload["escalation_config"]["when_alert_joins_group"] = joins
    running.state.create(payload, "v3")

    assert "again: {on_each_new_alert: 2m}" in imported(team)
    assert team.run("backup").code == 0
    changed(team, "private: true\n", "")
    assert joins_of(running, "Simple") == joins

    running.state.edit(
        "Simple",
        lambda body: body["escalation_config"].update(
            when_alert_joins_group={"mode": "on_priority_increase", "grace_period_seconds": 0}
        ),
    )
    drifted = team.run("plan", "--detailed-exitcode")
    assert drifted.code == 2
    assert "escalate.again" in drifted.out
    assert team.run("restore", "--auto-approve").code == 0
    assert joins_of(running, "Simple") == joins

    assert team.run("import", "--all", "--force").code == 0
    changed(team, "  again: {on_each_new_alert: 2m}\n", "")
    assert joins_of(running, "Simple")["mode"] == "on_priority_increase"


def test_an_older_v3_is_never_told_how_alerts_join(open_account: Open) -> None:
    team, running = opened(open_account, "v3", joins_without_grouping=False)
    running.state.create(simple(), "v3")

    assert "again" not in imported(team)
    changed(team, "private: true\n", "")

    assert running.count("PUT", "/v3/alert_routes/") == 1


@BOTH
def test_a_route_with_a_concatenation_can_be_updated(open_account: Open, api: str) -> None:
    team, running = opened(open_account, api, hidden_bodies=True)
    running.state.create(rich_v3(), "v3")
    imported(team)

    changed(team, "private: true\n", "")


def test_a_standalone_template_stays_and_refuses_one_of_the_file(open_account: Open) -> None:
    team, running = opened(open_account, "v3")
    payload = simple()
    del payload["incident_config"]["template"]
    payload["incident_config"]["incident_template"] = literal("01KHJTJR4FZJJZQ6G02EBFJAAY")
    running.state.create(payload, "v3")
    text = imported(team)

    changed(team, "private: true\n", "")
    kept = running.state.find("Simple").body["incident_config"]
    assert kept["incident_template"] == literal("01KHJTJR4FZJJZQ6G02EBFJAAY")

    (file,) = team.route_files()
    text = team.read(f"routes/{file}")
    team.write(f"routes/{file}", text.replace("incident:", "incident:\n  name: Mine"))
    ended = team.run("apply", "--auto-approve")
    assert ended.code == 3, ended.err
    assert "guard-standalone-template" in ended.out
    assert running.state.find("Simple").body["incident_config"]["template"] is None


@pytest.mark.parametrize("kept", ["inline", "standalone"])
@pytest.mark.parametrize("lost", ["edited", "deleted"])
def test_a_restore_brings_back_the_template_that_was(
    open_account: Open, kept: str, lost: str
) -> None:
    team, running = opened(open_account, "v3")
    inline = simple()
    standalone = simple()
    del standalone["incident_config"]["template"]
    standalone["incident_config"]["incident_template"] = literal("01KHJTJR4FZJJZQ6G02EBFJAAY")
    then, now = (inline, standalone) if kept == "inline" else (standalone, inline)
    made = running.state.create(then, "v3")
    assert team.run("backup").code == 0
    before = running.state.find("Simple").body["incident_config"]
    if lost == "deleted":
        running.state.delete("Simple")
    else:
        running.state.update(made.id, {**now, "version": 2}, "v3")

    ended = team.run("restore", "--auto-approve")

    assert ended.code == 0, ended.out + ended.err
    after = running.state.find("Simple").body["incident_config"]
    assert after.get("incident_template") == before.get("incident_template")
    assert (after["template"] is None) == (before["template"] is None)


def with_field(text: str) -> dict[str, Any]:
    payload = simple()
    field_id = ident("custom field", "Impact")
    field = {"custom_field_id": field_id, "binding": literal(text), "merge_strategy": "first-wins"}
    payload["incident_config"]["template"]["custom_fields"] = [field]
    return payload


def edit_field(body: dict[str, Any], text: str) -> None:
    body["incident_config"]["template"]["custom_fields"][0]["binding"] = literal(text)


def field_of(running: RunningSandbox, name: str) -> str:
    (field,) = running.state.find(name).body["incident_config"]["template"]["custom_fields"]
    text: str = field["binding"]["value"]["literal"]
    return text


def name_of(body: dict[str, Any], api: str) -> Any:
    holder = body["incident_template"] if api == "v2" else body["incident_config"]["template"]
    return holder["name"]


def joins_of(running: RunningSandbox, name: str) -> Any:
    return running.state.find(name).body["escalation_config"]["when_alert_joins_group"]
