"""`pull`: live edits into files, what it shows, and what it leaves to the user."""

import json
from pathlib import Path

import pytest

from reconciler.files import FileRefused, disk as work_tree, write_atomically
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team
from tests.e2e.test_pull_lines import disable


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


def test_without_a_record_an_edit_of_the_file_is_not_lost_silently(team: Team) -> None:
    team.edit(
        "routes/informational.yaml", "name: Informational", "name: Informational\nenabled: false"
    )

    ended = team.run("pull")

    assert ended.code == 0
    assert (
        'warning: the record lacks "Database Alerts", "Informational", so `pull` takes every '
        "difference, also over edits of the file [pull-unrecorded]"
    ) in ended.err.replace("\n  ", " ")
    assert "pull-unrecorded" not in team.run("pull").err


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
    assert "reconciler plan 'Database Alerts' --revert-drift --out plan.json" in ended.err
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
