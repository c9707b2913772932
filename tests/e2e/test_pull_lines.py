"""A live edit comes into its file: the lines concerned and no others."""

import difflib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
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
    team.approve("Database Alerts", "paging-lost")
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
    dashboard.approve("Spelled", "paging-unknown")
    assert dashboard.run("apply", "--auto-approve").code == 0

    assert team.run("pull", "Spelled").code == 0

    pulled = team.read("routes/spelled.yaml")
    assert sorted(map(str.strip, moved(SPELLED, pulled)[0])) == sorted(
        map(str.strip, moved(SPELLED, wished)[0])
    )
    assert team.run("plan", "--detailed-exitcode", "Spelled").code == 0
