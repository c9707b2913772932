"""Live routes become files that plan to no changes, whatever they are and are called."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reconciler import sandbox
from reconciler.files import FileRefused, disk as work_tree, write_atomically
from reconciler.sandbox.account.seed import DASHBOARD
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.corpus_account import load
from tests.e2e.team import Team
from tests.sandbox.payloads import rich_v2, rich_v3

ACCOUNT = f"account: {DASHBOARD}\n"
NAMES = [
    "🚨 paging 🚨",
    "تنبيهات الإنتاج",
    "control \x07 and \x1b[31mred",
    "no",
    "- x",
    "# not a comment",
    "n" * 300,
    "Name: with, [brackets] {and} more",
    "  spaces around  ",
    "quotes \" and ' and \\",
    "line\nbreak",
    "con",
    "{{ alert.title }}",
]


def simple(name: str) -> dict[str, Any]:
    payload = rich_v3()
    payload["name"] = name
    payload["expressions"] = []
    payload["escalation_config"]["escalation_targets"] = []
    return payload


def test_the_account_becomes_files_that_plan_to_no_changes(empty: Team) -> None:
    ended = empty.run("import", "--all")

    assert ended.code == 0, ended.err
    assert "6 routes imported" in ended.err
    assert "no changes" in ended.err
    assert empty.run("plan", "--detailed-exitcode").code == 0
    assert empty.run("fmt", "--check").code == 0
    assert "  - path: Database On-Call\n" in empty.read("routes/database-alerts.yaml")
    assert "      - severity: critical\n" in empty.read("routes/production-alerts.yaml")


@pytest.mark.parametrize("v3", [True, False])
def test_the_corpus_comes_back_as_it_is(open_account: Open, v3: bool) -> None:
    team, running = open_account(sandbox.Settings(rate_limit=False))
    loaded = load(running)
    assert len(loaded) >= 40
    shutil.rmtree(team.folder / "routes")
    config = team.read("reconciler.yaml")
    team.write("reconciler.yaml", f"api: {'v3' if v3 else 'v2'}\n{config}")

    ended = team.run("import", "--all")

    refused = ended.err.count("[not-importable]")
    assert len(team.route_files()) == len(running.state.names()) - refused, ended.err
    assert "plan of these files: no changes" in ended.err
    assert team.run("fmt", "--check").code == 0
    assert ended.code == (1 if refused else 0)
    assert refused == ended.err.count("does not return this step's settings")


def test_names_as_people_give_them(empty: Team, incident_io: RunningSandbox) -> None:
    for name in NAMES:
        incident_io.state.create(simple(name), "v3")

    ended = empty.run("import", "--all")

    assert ended.code == 0, ended.err
    assert len(empty.route_files()) == len(NAMES) + 6
    assert empty.run("plan", "--detailed-exitcode").code == 0
    assert "con.yaml" not in empty.route_files()


def test_two_of_one_name_are_pinned_and_others_are_not(
    empty: Team, incident_io: RunningSandbox
) -> None:
    first = incident_io.state.create(simple("Twins"), "v3")
    second = incident_io.state.create(simple("Twins"), "v3")
    third = incident_io.state.create(simple("twins!"), "v3")

    assert empty.run("import", "--all").code == 0

    for live in (first, second, third):
        text = empty.read(f"routes/twins-{live.id[-6:].lower()}.yaml")
        assert (f"id: {live.id}" in text) == (live is not third)
    assert empty.run("plan", "--detailed-exitcode").code == 0


def test_a_name_that_steers_a_terminal_is_escaped(team: Team) -> None:
    team.write("routes/odd.yaml", 'name: "a\\u202e\\x9b31m"\nsources: [Axiom]\n')
    assert team.run("apply", "--auto-approve").code == 0

    ended = team.run("import", "--all")

    assert 'skipped "a\\u202e\\x9b31m": routes/odd.yaml' in ended.err


def test_a_declared_route_is_skipped_unless_forced(team: Team) -> None:
    before = team.read("routes/database-alerts.yaml")

    ended = team.run("import", "Database Alerts")

    assert ended.code == 0
    assert "already declares it" in ended.err
    assert team.read("routes/database-alerts.yaml") == before

    assert team.run("import", "Database Alerts", "--force").code == 0
    assert "Database On-Call" in team.read("routes/database-alerts.yaml")


def test_a_file_that_cannot_be_read_is_not_written_over(team: Team) -> None:
    team.write("routes/informational.yaml", "name: [\n")

    ended = team.run("import", "Informational")

    assert ended.code == 1
    assert "[file-exists]" in ended.err
    assert team.read("routes/informational.yaml") == "name: [\n"
    assert team.run("import", "Informational", "--force").code == 0
    assert team.run("plan", "routes/informational.yaml", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
@pytest.mark.parametrize("names", [("--all",), ("Informational",)])
@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("routes/other.yaml", "name: [\n"),
        ("routes/other.yaml", "name: Database Alerts\nsourcs: [PlanetScale]\n"),
        ("reconciler.yaml", "chanels: {}\n"),
    ],
)
def test_an_error_that_is_shown_is_the_exit_code_s_too(
    empty: Team, file: str, text: str, names: tuple[str, ...], dry: tuple[str, ...]
) -> None:
    empty.write(file, text)

    ended = empty.run("import", *names, *dry)

    assert "error: " in ended.err
    assert ended.code == 1


def test_another_route_of_the_same_slug_gets_a_file_of_its_own(
    team: Team, incident_io: RunningSandbox
) -> None:
    live = incident_io.state.create(simple("Informational!"), "v3")

    assert team.run("import", "Informational!").code == 0

    assert f"informational-{live.id[-6:].lower()}.yaml" in team.route_files()


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize("link", ["routes/informational.yaml", "routes"])
def test_nothing_is_written_through_a_link_that_leads_out(
    empty: Team, tmp_path: Path, link: str, force: tuple[str, ...]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "informational.yaml").write_text("somebody's")
    place = empty.folder / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(elsewhere if link == "routes" else elsewhere / "informational.yaml")

    ended = empty.run("import", "Informational", *force)

    assert (ended.code, ended.out) == (1, "")
    assert '"Informational" belongs in routes/informational.yaml' in ended.err
    assert (elsewhere / "informational.yaml").read_text() == "somebody's"


def test_a_link_to_nothing_is_in_the_way_too(empty: Team, tmp_path: Path) -> None:
    (empty.folder / "routes").mkdir()
    (empty.folder / "routes/informational.yaml").symlink_to(tmp_path / "nothing")

    assert empty.run("import", "--all").code == 1

    assert "database-alerts.yaml" in empty.route_files()
    assert not (tmp_path / "nothing").exists()


def test_a_route_to_be_absent_stays_so(team: Team) -> None:
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")

    ended = team.run("import", "Informational", "--force")

    assert "`state: absent`" in ended.err
    assert "state: absent" in team.read("routes/informational.yaml")


def test_a_dry_run_prints_and_writes_nothing(empty: Team) -> None:
    ended = empty.run("import", "Informational", "--dry-run")

    assert ended.code == 0
    assert ended.out.startswith(f"# reconciler.yaml\n{ACCOUNT}channels:\n")
    assert "# routes/informational.yaml\n" in ended.out
    assert not (empty.folder / "reconciler.yaml").exists()
    assert "name: Informational" in ended.out
    assert not (empty.folder / "routes").exists()


def test_an_id_names_a_route_too(empty: Team, incident_io: RunningSandbox) -> None:
    live = incident_io.state.find("Informational")

    assert empty.run("import", live.id).code == 0

    assert empty.route_files() == ["informational.yaml"]


def test_a_name_that_is_none_is_an_error_and_the_others_are_written(empty: Team) -> None:
    ended = empty.run("import", "Informational", "Data Alerts")

    assert ended.code == 1
    assert 'did you mean "Database Alerts"' in ended.err
    assert empty.route_files() == ["informational.yaml"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--all", "Informational"),
        ("--from-backup", "x", "--from-terraform", "y"),
        ("--all", "--from-backup", "x", "Informational"),
    ],
)
def test_an_unclear_wish_is_a_usage_error(empty: Team, arguments: tuple[str, ...]) -> None:
    assert empty.run("import", *arguments).code == 64


def test_a_file_that_is_not_what_was_meant_is_seen_by_the_plan(
    empty: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_text(path: Path, text: str) -> None:
        write_atomically(path, f"{text}enabled: false\n")

    monkeypatch.setattr(work_tree, "write_atomically", other_text)
    ended = empty.run("import", "Informational")

    assert ended.code == 1
    assert "the plan of the imported files has changes" in ended.err
    assert "enabled" in ended.out


def test_an_edit_in_between_is_the_next_plan_s(
    empty: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited_meanwhile(path: Path, text: str) -> None:
        write_atomically(path, text)
        incident_io.state.edit("Informational", lambda body: body.update(enabled=False))

    monkeypatch.setattr(work_tree, "write_atomically", edited_meanwhile)

    assert empty.run("import", "Informational").code == 0
    assert "enabled" in empty.run("plan").out


def test_a_folder_that_cannot_be_written_is_one_clear_error(empty: Team) -> None:
    (empty.folder / "routes").write_text("a file\n", encoding="utf-8")

    ended = empty.run("import", "Informational")

    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert "error: " in ended.err


def test_everything_in_both_versions(open_account: Open) -> None:
    for version, payload in (("v3", rich_v3()), ("v2", rich_v2())):
        team, running = open_account(sandbox.Settings(rate_limit=False, hidden_bodies=True))
        shutil.rmtree(team.folder / "routes")
        team.write("reconciler.yaml", f"api: {version}\n")
        running.state.create(payload, version)

        ended = team.run("import", "Everything")

        assert ended.code == 0, ended.err
        assert "no changes" in ended.err


def test_a_full_disk_is_one_clear_error(empty: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _text: str) -> None:
        raise FileRefused("routes/informational.yaml: no space left on device; free some space")

    monkeypatch.setattr(work_tree, "write_atomically", full)
    ended = empty.run("import", "Informational")

    assert ended.code == 1
    assert "no space left" in ended.err
    assert empty.route_files() == []


def renamed(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("import", "--all", "--force").code == 0
    incident_io.state.edit("Informational", lambda body: body.update(name="For info"))


def test_a_renamed_route_gets_no_second_file(team: Team, incident_io: RunningSandbox) -> None:
    renamed(team, incident_io)
    before = team.route_files()

    ended = team.run("import", "--all")

    assert ended.code == 1
    assert (
        '"For info" is the route of routes/informational.yaml, which names it "Informational"'
        in (ended.err)
    )
    assert "`--force` rewrites that file" in ended.err
    assert team.route_files() == before


def test_force_writes_the_file_of_a_renamed_route_anew(
    team: Team, incident_io: RunningSandbox
) -> None:
    renamed(team, incident_io)
    before = team.route_files()

    ended = team.run("import", "--all", "--force")

    assert ended.code == 0, ended.err
    assert team.route_files() == before
    assert "name: For info\npreviously: Informational\n" in team.read("routes/informational.yaml")
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_a_route_that_was_renamed_and_edited_is_a_person_s_to_name(
    team: Team, incident_io: RunningSandbox
) -> None:
    renamed(team, incident_io)
    incident_io.state.edit("For info", lambda body: body.update(enabled=False))
    text = team.read("routes/informational.yaml")

    ended = team.run("import", "--all", "--force")

    assert ended.code == 1
    assert "write `name: For info` and `previously: Informational` there" in " ".join(
        ended.err.split()
    )
    assert team.read("routes/informational.yaml") == text
    team.edit(
        "routes/informational.yaml",
        "name: Informational",
        "name: For info\npreviously: Informational",
    )
    assert team.run("import", "--all", "--force").code == 0
    assert "enabled: false" in team.read("routes/informational.yaml")


def test_every_file_leads_editors_to_the_schema(empty: Team) -> None:
    ended = empty.run("import", "--all")

    assert "wrote route.schema.json\n" in ended.out
    for file in empty.route_files():
        first, _, _ = empty.read(f"routes/{file}").partition("\n")
        assert first == "# yaml-language-server: $schema=../route.schema.json"
    assert json.loads(empty.read("route.schema.json")) == json.loads(empty.run("schema").out)
    assert empty.run("fmt", "--check").code == 0
    empty.write("route.schema.json", "{}")
    assert empty.run("import", "Informational", "--force").code == 0
    assert empty.read("route.schema.json") == "{}"
