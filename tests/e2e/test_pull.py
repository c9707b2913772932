"""A live edit comes into its file: the lines concerned and no others."""

import difflib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.files import FileRefused, write_atomically
from reconciler.files import disk as work_tree
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team

Edit = Callable[[dict[str, Any]], None]

COMMENTED = """\
# Who is woken for the database.   (owner: platform)
name:   'Database Alerts'
sources:
- PlanetScale      # the only one

when:
    - branch: [ main ]   # not for previews
escalate:  # by day and by night
- path: Database On-Call    # paged first

# Tell everybody.
notify:
- slack: "#alerts"   # never mute
"""

PATH = ident("escalation path", "Platform On-Call")
BRANCH = f"alert.attributes.{ident('attribute', 'branch')}"
USER = ident("user", "lead@example.com")


def target(kind: str, identity: str) -> dict[str, Any]:
    return {kind: {"array_value": [{"literal": identity}]}}


def page_platform(body: dict[str, Any]) -> None:
    body["escalation_config"]["escalation_targets"] = [target("escalation_paths", PATH)]


def page_lead_too(body: dict[str, Any]) -> None:
    body["escalation_config"]["escalation_targets"].append(target("users", USER))


def page_nobody(body: dict[str, Any]) -> None:
    body["escalation_config"]["escalation_targets"] = []


def disable(body: dict[str, Any]) -> None:
    body["enabled"] = False


def other_branch(body: dict[str, Any]) -> None:
    condition = body["condition_groups"][0]["conditions"][0]
    condition["param_bindings"] = [{"array_value": [{"literal": "main"}, {"literal": "release"}]}]


def other_subject(body: dict[str, Any]) -> None:
    condition = body["condition_groups"][0]["conditions"][0]
    condition["subject"] = f"alert.attributes.{ident('attribute', 'environment')}"


def no_filter(body: dict[str, Any]) -> None:
    body["condition_groups"] = []


def hide_channel(body: dict[str, Any]) -> None:
    body["message_config"]["destinations"][0]["slack_targets"]["channel_visibility"] = "private"


def group(body: dict[str, Any]) -> None:
    settings = {
        "enabled": True,
        "grouping_keys": [{"reference": "alert.title"}],
        "window_seconds": 900,
        "window_type": "rolling",
    }
    body["grouping_config"] = {"default": settings}


EDITS: list[tuple[Edit, list[str], list[str]]] = [
    (
        page_platform,
        ["- path: Database On-Call    # paged first"],
        ["- path: Platform On-Call    # paged first"],
    ),
    (page_lead_too, [], ["- user: lead@example.com"]),
    (disable, [], ["enabled: false"]),
    (
        other_branch,
        ["    - branch: [ main ]   # not for previews"],
        ["    - branch: [main, release]   # not for previews"],
    ),
    (
        hide_channel,
        ['- slack: "#alerts"   # never mute'],
        ['- slack: {channel: "#alerts", visibility: private}   # never mute'],
    ),
    (
        other_subject,
        ["    - branch: [ main ]   # not for previews"],
        ["    - environment: {contains_one_of: main}   # not for previews"],
    ),
    (group, [], ["group:", "  by: [title]", "  window: 15m"]),
    (
        no_filter,
        ["when:", "    - branch: [ main ]   # not for previews"],
        [],
    ),
    (
        page_nobody,
        ["escalate:  # by day and by night", "- path: Database On-Call    # paged first"],
        [],
    ),
]


def test_comments_stay_above_their_targets_when_more_is_said_of_them(
    team: Team, incident_io: RunningSandbox
) -> None:
    """Grouping with a grace period makes a mapping of the list of targets."""
    before = (
        "name: Database Alerts\nsources:\n  - PlanetScale\nwhen:\n  # the shop only\n"
        "  - branch: main\nescalate:\n  # primary\n  - path: Database On-Call\n"
        "  # until the new team is staffed\n  - path: Platform On-Call\nnotify:\n"
        '  - slack: "#alerts"\n'
    )
    team.write("routes/database-alerts.yaml", before)
    assert team.run("apply", "--auto-approve").code == 0

    def again(body: dict[str, Any]) -> None:
        group(body)
        mode = {"mode": "on_each_new_alert", "grace_period_seconds": 60}
        body["escalation_config"]["when_alert_joins_group"] = mode

    incident_io.state.edit("Database Alerts", again)

    assert team.run("pull", "Database Alerts").code == 0

    text = team.read("routes/database-alerts.yaml")
    assert (
        "  # the shop only\n  - branch: main\ngroup:\n  by: [title]\n  window: 15m\nescalate:\n"
        "  to:\n    # primary\n    - path: Database On-Call\n"
        "    # until the new team is staffed\n    - path: Platform On-Call\n"
        "  again: {on_each_new_alert: 1m}\nnotify:\n"
    ) in text
    assert team.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_another_subject_of_a_condition_is_one_line(
    team: Team, incident_io: RunningSandbox, changed: int
) -> None:
    lines = ["  - branch: main  # b", "  - environment: production", "  - title: {contains: x}"]
    head, tail = "name: Database Alerts\nsources:\n  - PlanetScale\nwhen:\n", "\nescalate:\n"
    before = f"{head}{chr(10).join(lines)}{tail}  - path: Database On-Call\n"
    team.write("routes/database-alerts.yaml", before)
    assert team.run("apply", "--auto-approve").code == 0

    def edit(body: dict[str, Any]) -> None:
        conditions = body["condition_groups"][0]["conditions"]
        subjects = ["alert.title", "alert.description", "alert.description"]
        conditions[changed].update(
            subject=subjects[changed],
            operation="contains",
            param_bindings=[{"value": {"literal": "x"}}],
        )

    incident_io.state.edit("Database Alerts", edit)

    assert team.run("pull", "Database Alerts").code == 0

    gone, new = moved(before, team.read("routes/database-alerts.yaml"))
    assert gone == [lines[changed]]
    assert len(new) == 1
    after = team.read("routes/database-alerts.yaml").splitlines()
    assert after.index(new[0]) == 4 + changed


@pytest.fixture
def commented(team: Team) -> Team:
    """The checkout, with a file in somebody's own style that says what is live."""
    team.write("routes/database-alerts.yaml", COMMENTED)
    assert team.run("plan", "--detailed-exitcode").code == 0
    return team


def moved(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [x[2:] for x in lines if x[0] == "-"], [x[2:] for x in lines if x[0] == "+"]


@pytest.mark.parametrize(
    ("edit", "gone", "new"), EDITS, ids=lambda case: getattr(case, "__name__", "")
)
def test_an_edit_changes_exactly_the_lines_concerned(
    commented: Team, incident_io: RunningSandbox, edit: Edit, gone: list[str], new: list[str]
) -> None:
    incident_io.state.edit("Database Alerts", edit)

    ended = commented.run("pull", "Database Alerts")

    assert ended.code == 0, ended.err
    assert "1 file changed, no conflicts" in ended.out
    after = commented.read("routes/database-alerts.yaml")
    assert moved(COMMENTED, after) == (gone, new)
    assert commented.run("plan", "--detailed-exitcode").code == 0


SPELLED = """\
name: Spelled
sources:
  - source: Axiom
    when:
      - attribute:branch: main  # of the shop
when:
  any:
    - - priority: P1
      - attribute:branch: main  # not for previews
    - - title: {contains: latency}
escalate:
  - path: {reference: 'expressions["who"]'}  # by priority
notify:
  - slack: "#alerts"
    when:
      - attribute:branch: main  # releases
expressions:
  # who is woken
  who:  # by name
    label: Who
    branches:
      returns: {catalog: Escalation Path}
      cases:
        # the worst
        - when:
            - priority: P1
          then: Database On-Call  # at once
        - when:
            - attribute:branch: main  # the trunk
          then: {reference: "attribute:Escalation path"}  # as the alert says
    else: Engineering On-Call
"""
WORST = (
    "        # the worst\n        - when:\n            - priority: P1\n"
    "          then: Database On-Call  # at once\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (WORST, ""),
        (WORST, WORST + WORST.replace("P1", "P2").replace("  # at once", "")),
        ("    - - priority: P1\n", "    - - priority: P2\n"),
        ("Axiom", "PlanetScale"),
        ('slack: "#alerts"', "slack: C0000000AA1"),
        ("  who:  # by name", "  whom:  # by name"),
    ],
)
def test_an_edit_touches_no_other_line_however_that_is_spelled(
    team: Team, tmp_path: Path, old: str, new: str
) -> None:
    """The edit is applied from another folder, without comments: this one has no record of it, as
    of an edit in the dashboard.
    """
    team.write("routes/spelled.yaml", SPELLED)
    assert team.run("apply", "--auto-approve").code == 0
    wished = SPELLED.replace(old, new)
    if "whom" in new:
        wished = wished.replace('["who"]', '["whom"]')
    plain = "\n".join(line.partition("  # ")[0] for line in wished.splitlines())
    folder = shutil.copytree(team.folder, tmp_path / "dashboard")
    shutil.rmtree(folder / ".reconciler")
    dashboard = replace(team, folder=folder)
    dashboard.write("routes/spelled.yaml", f"{plain}\n".replace("attribute:branch", "branch"))
    dashboard.approve("Spelled", "pages-nobody")
    assert dashboard.run("apply", "--auto-approve").code == 0

    assert team.run("pull", "Spelled").code == 0

    pulled = team.read("routes/spelled.yaml")
    assert sorted(map(str.strip, moved(SPELLED, pulled)[0])) == sorted(
        map(str.strip, moved(SPELLED, wished)[0])
    )
    assert team.run("plan", "--detailed-exitcode", "Spelled").code == 0


def test_the_edit_is_shown_with_its_line_and_version(team: Team) -> None:
    ended = team.run("pull")

    assert ended.code == 0
    assert ended.out.splitlines() == [
        "routes/database-alerts.yaml:8  escalate: "
        "Engineering On-Call → Database On-Call   (live v5)",
        "1 file changed, no conflicts",
    ]
    assert team.run("plan", "--detailed-exitcode").code == 0
    assert team.run("fmt", "--check").code == 0
    assert team.run("pull").out == "0 files changed, no conflicts\n"


def test_diff_shows_the_lines_and_writes_nothing(team: Team) -> None:
    before = team.read("routes/database-alerts.yaml")

    ended = team.run("pull", "routes/database-alerts.yaml", "--diff")

    assert ended.code == 0
    assert "-  - path: Engineering On-Call\n+  - path: Database On-Call\n" in ended.out
    assert team.read("routes/database-alerts.yaml") == before


def test_ignored_keys_stay_the_dashboards(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.edit("Informational", disable)
    text = team.read("routes/informational.yaml")
    team.write("routes/informational.yaml", f"{text}ignore_changes: [enabled]\n")

    assert team.run("pull", "Informational").out == "0 files changed, no conflicts\n"


def test_a_route_of_another_name_is_pointed_out(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.edit("Informational", lambda body: body.update(name="For your information"))

    ended = team.run("pull", "routes/informational.yaml")

    assert ended.code == 0
    assert "[not-live]" in ended.err


def test_a_new_name_comes_into_a_file_with_an_id(team: Team, incident_io: RunningSandbox) -> None:
    live = incident_io.state.find("Informational")
    team.edit(
        "routes/informational.yaml", "name: Informational", f"name: Informational\nid: {live.id}"
    )
    incident_io.state.edit("Informational", lambda body: body.update(name="no"))

    assert team.run("pull", "Informational").code == 0

    assert 'name: "no"' in team.read("routes/informational.yaml")
    planned = team.run("plan", "routes/informational.yaml", "--detailed-exitcode")
    assert planned.code == 0


def test_a_rename_in_the_file_is_not_taken_back(team: Team) -> None:
    team.edit(
        "routes/informational.yaml", "name: Informational", "name: Info\npreviously: Informational"
    )

    assert team.run("pull", "Info").out == "0 files changed, no conflicts\n"


def test_a_file_that_is_wrong_is_an_error_and_the_others_are_pulled(team: Team) -> None:
    team.edit("routes/informational.yaml", "  - Axiom", "  - Axion")

    ended = team.run("pull")

    assert ended.code == 1
    assert 'did you mean "Axiom"' in ended.err
    assert "1 file changed" in ended.out


def test_with_a_base_only_hand_edits_are_taken(team: Team) -> None:
    commit(team)
    team.edit("routes/informational.yaml", "  - Axiom\n", "")
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, master]")

    ended = team.run("pull", "--base", "HEAD")

    assert ended.code == 0, ended.err
    text = team.read("routes/database-alerts.yaml")
    assert "branch: [main, master]" in text
    assert "path: Database On-Call" in text
    assert "Axiom" not in team.read("routes/informational.yaml")


def test_what_both_sides_changed_is_left_to_a_person(
    team: Team, incident_io: RunningSandbox
) -> None:
    commit(team)
    team.edit("routes/database-alerts.yaml", "Engineering On-Call", "Platform On-Call")
    incident_io.state.edit("Database Alerts", disable)

    ended = team.run("pull", "--base", "HEAD", "--markdown", "body.md")

    assert ended.code == 4
    assert "[pull-conflict]" in ended.err
    text = team.read("routes/database-alerts.yaml")
    assert "Platform On-Call" in text
    assert "enabled: false" in text
    assert "1 file changed, 2 conflicts" in ended.out
    assert "Your decision" in team.read("body.md")


def test_a_file_that_is_new_since_the_base_wins(team: Team) -> None:
    commit(team)
    text = team.read("routes/database-alerts.yaml")
    (team.folder / "routes/database-alerts.yaml").unlink()
    git(team.folder, "commit", "-q", "-a", "-m", "gone")
    team.write("routes/database-alerts.yaml", text)

    assert team.run("pull", "--base", "HEAD").out == "0 files changed, no conflicts\n"


def test_a_base_that_is_none_is_one_clear_error(team: Team) -> None:
    ended = team.run("pull", "--base", "HEAD")

    assert ended.code == 1
    assert "git" in ended.err


def test_the_pull_request_says_who_is_paged_differently(team: Team) -> None:
    ended = team.run("pull", "--markdown", "body.md", "--format", "json")

    document = json.loads(ended.out)
    assert document["title"] == "Adopt live edits of Database Alerts"
    assert document["files"][0]["changes"] == [
        {"line": 8, "field": "escalate", "from": "Engineering On-Call", "to": "Database On-Call"}
    ]
    body = team.read("body.md")
    assert "pages Database On-Call instead of Engineering On-Call" in body
    assert "| `routes/database-alerts.yaml:8` | `escalate` |" in body


def test_nothing_that_a_terminal_would_act_on_is_in_the_document(
    team: Team, incident_io: RunningSandbox
) -> None:
    name = "a\u202e\x9b31m"
    team.edit("routes/informational.yaml", "name: Informational", 'name: "a\\u202e\\x9b31m"')
    incident_io.state.edit("Informational", lambda body: body.update(name=name, is_private=True))

    ended = team.run("pull", "--format", "json")

    assert name in {file["name"] for file in json.loads(ended.out)["files"]}
    assert not {"\u202e", "\x9b"} & set(ended.out)


def test_a_name_that_no_route_has_is_no_word_about_conflicts(team: Team) -> None:
    ended = team.run("pull", "Databse Alerts")

    assert ended.code == 1
    assert "did you mean" in ended.err
    assert ended.out == "0 files changed\n"


def test_a_route_to_be_absent_is_left_alone(team: Team) -> None:
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")

    assert team.run("pull", "Informational").out == "0 files changed, no conflicts\n"


def commit(team: Team) -> None:
    git(team.folder, "init", "-q")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "m")


def test_a_disk_that_fills_up_leaves_no_change_unsaid(
    team: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        if path.name == "informational.yaml":
            raise FileRefused(f"{path}: not written: No space left on device")
        write_atomically(path, text)

    monkeypatch.setattr(work_tree, "write_atomically", full)
    incident_io.state.edit("Informational", disable)

    ended = team.run("pull")

    assert ended.code == 1
    assert "No space left on device. Changed before that: routes/database-alerts.yaml" in ended.err


@pytest.mark.parametrize("command", ["plan", "pull"])
def test_two_files_of_one_name_are_one_error_in_each(team: Team, command: str) -> None:
    team.write("routes/copy.yaml", team.read("routes/database-alerts.yaml"))

    ended = team.run(command)

    assert ended.code != 0
    assert (ended.out + ended.err).count("duplicate-name") == 2


@pytest.mark.parametrize("command", [("plan",), ("plan", "Database Alerts"), ("pull",)])
def test_two_files_of_one_id_are_one_error_in_each_and_write_nothing(
    team: Team, incident_io: RunningSandbox, command: tuple[str, ...]
) -> None:
    identity = incident_io.state.read("Database Alerts", "v3")["id"]
    text = f"id: {identity}\n{team.read('routes/database-alerts.yaml')}"
    team.write("routes/database-alerts.yaml", text)
    team.write("routes/copy.yaml", text.replace("name: Database Alerts", "name: Copy"))

    ended = team.run(*command)
    told = ended.out + ended.err

    assert ended.code != 0
    assert told.count("duplicate-id") == (1 if len(command) > 1 else 2)
    assert "one-route-two-files" not in told
    assert incident_io.count("PUT") == incident_io.count("POST") == 0
