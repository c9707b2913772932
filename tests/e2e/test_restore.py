"""`reconciler restore`: a backup is a plan like any other, and everything comes back."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.model import Route, canonical_pair
from reconciler.sandbox import Settings
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.wire.codec import codec
from tests.e2e.conftest import Open
from tests.e2e.corpus_account import load
from tests.e2e.team import Team

FOLDER = "backups/incident.io"
NOTHING = "\nPlan: {0} unchanged.\n"
SERVER_OWNED = ("id", "version", "created_at", "updated_at")


def writes(incident_io: RunningSandbox) -> int:
    return sum(request.method != "GET" for request in incident_io.requests)


def stripped(body: dict[str, object]) -> str:
    return json.dumps({k: v for k, v in body.items() if k not in SERVER_OWNED}, sort_keys=True)


def old_dump(team: Team, api: str = "v3", *, envelope: bool = True) -> None:
    """The folder as the team's own script left it: no manifest, any file names."""
    team.run("backup", "--api", api)
    folder = team.folder / FOLDER
    (folder / "manifest.json").unlink()
    for number, path in enumerate(sorted(folder.iterdir())):
        answer = json.loads(path.read_text())
        path.unlink()
        (folder / f"{number}.json").write_text(
            json.dumps(answer if envelope else answer["alert_route"])
        )


@pytest.mark.parametrize("api", ["v2", "v3", "both"])
def test_restoring_right_after_a_backup_changes_nothing(
    team: Team, incident_io: RunningSandbox, api: str
) -> None:
    team.run("backup", "--api", api)

    ended = team.run("restore", "--auto-approve")

    assert ended.code == 0
    assert NOTHING.format(6) in ended.out
    assert writes(incident_io) == 0


@pytest.mark.parametrize("envelope", [True, False])
@pytest.mark.parametrize("api", ["v2", "v3"])
def test_an_old_dump_restores_to_nothing_right_away(team: Team, api: str, envelope: bool) -> None:
    old_dump(team, api, envelope=envelope)

    assert NOTHING.format(6) in team.run("restore", "--auto-approve").out


@pytest.mark.parametrize(("keep", "through"), [("v3", "v3"), ("v2", "v2"), ("both", "v3")])
def test_the_corpus_comes_back_equal_after_everything_was_deleted(
    open_account: Open, keep: str, through: str
) -> None:
    team, running = open_account(
        Settings(seeded=False, hidden_bodies=True, shuffle_seed=None, rate_limit=False)
    )
    names = load(running)
    assert len(names) > 80
    before = {name: running.state.read(name, through) for name in names}
    team.run("backup", "--api", keep)
    for name in names:
        running.state.delete(name)

    ended = team.run("restore", "--auto-approve", "--api", through)

    assert (ended.code, f"{len(names)} written." in ended.out) == (0, True)
    after = {name: running.state.read(name, through) for name in names}
    for name in names:
        assert (
            canonical_pair(route_of(before[name], through), route_of(after[name], through))[0]
            == (canonical_pair(route_of(after[name], through), route_of(before[name], through))[0])
        ), name
    # Byte for byte, but for the template that v2 makes up for a route that v3 wrote without one.
    exact = [name for name in names if through == "v3" or name.endswith("of v2")]
    assert [name for name in exact if stripped(before[name]) != stripped(after[name])] == []
    assert NOTHING.format(len(names)) in team.run("restore", "--api", through).out


def route_of(body: dict[str, object], api: str) -> Route:
    return codec("v2" if api == "v2" else "v3").decode(body).route


def test_what_a_read_hides_cannot_come_back_and_holds_nothing_else_up(open_account: Open) -> None:
    team, running = open_account(Settings(seeded=False, rate_limit=False))
    names = load(running)
    team.run("backup")
    assert NOTHING.format(len(names)) in team.run("restore").out
    for name in names:
        running.state.delete(name)

    ended = team.run("restore", "--auto-approve")

    missing = set(names) - set(running.state.names())
    assert missing == {"expression-shown-bodies of v2", "expression-shown-bodies of v3"}
    assert ended.code == 5
    assert f"{len(names) - 2} written, 2 failed." in ended.out
    assert "cannot be written back: the API does not return this step's settings" in ended.out
    assert team.run("restore", "--auto-approve").code == 1


def test_an_edit_since_the_backup_is_shown_and_undone(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    incident_io.state.edit("Informational", lambda route: route.update(is_private=True))

    looked = team.run("restore", "--plan")
    assert looked.code == 0
    assert "1 to update" in looked.out
    assert f"{FOLDER}/informational-01J2WYM7C5QKF9T3B8D6RAXE06.json" in looked.out
    assert writes(incident_io) == 0
    assert json.loads(team.run("restore", "--dry-run", "--format", "json").out)["summary"] == {
        "create": 0,
        "update": 1,
        "delete": 0,
        "unchanged": 5,
        "undeclared": 0,
    }

    ended = team.run("restore", "--auto-approve")

    assert "Informational: updated v11" in ended.out
    assert incident_io.state.read("Informational")["is_private"] is False
    assert writes(incident_io) == 1
    (run,) = (team.folder / ".reconciler" / "runs").iterdir()
    assert len(list((run / "backup").iterdir())) == 2  # the route as it was, and the manifest
    assert '"command": "restore"' in (run / "journal.jsonl").read_text()


def test_a_deleted_route_is_created_again_and_its_new_id_reported(
    team: Team, incident_io: RunningSandbox
) -> None:
    old = incident_io.state.find("Database Alerts").id
    team.edit("routes/database-alerts.yaml", "name: Database", f"id: {old}  # ours\nname: Database")
    text = team.read("routes/database-alerts.yaml")
    team.run("backup")
    incident_io.state.delete("Database Alerts")

    ended = team.run("restore", "--auto-approve", "--update-ids")

    new = incident_io.state.find("Database Alerts").id
    assert f"Database Alerts: created again, with the new id {new} (was {old})" in ended.out
    assert "routes/database-alerts.yaml: `id` updated" in ended.out
    assert team.read("routes/database-alerts.yaml") == text.replace(old, new)
    assert team.run("plan").code == 0
    again = team.run("restore", "--auto-approve")  # by name: a second one would page twice
    assert NOTHING.format(6) in again.out
    assert "[restored-by-name]" in again.out


def test_without_being_asked_no_file_is_touched(team: Team, incident_io: RunningSandbox) -> None:
    old = incident_io.state.find("Database Alerts").id
    team.edit("routes/database-alerts.yaml", "name: Database", f"id: {old}\nname: Database")
    team.run("backup")
    incident_io.state.delete("Database Alerts")

    ended = team.run("restore", "--auto-approve")

    new = incident_io.state.find("Database Alerts").id
    assert old in team.read("routes/database-alerts.yaml")
    said = f"warning: routes/database-alerts.yaml still has the id {old}: replace it with {new}"
    assert said in ended.err


@pytest.mark.parametrize(
    "head", ["id: {0}\nnobody_knows: this\n", "id: >-\n  {0}\n"], ids=["broken", "folded"]
)
def test_a_file_that_keeps_its_old_id_is_named(
    team: Team, incident_io: RunningSandbox, head: str
) -> None:
    old = incident_io.state.find("Database Alerts").id
    path = "routes/database-alerts.yaml"
    team.write(path, head.format(old) + team.read(path))
    text = team.read(path)
    team.run("backup")
    incident_io.state.delete("Database Alerts")

    ended = team.run("restore", "--auto-approve", "--update-ids")

    assert team.read(path) == text
    assert f"{path} still has the id {old}: replace it with " in ended.err


def test_a_lost_answer_to_a_create_makes_no_second_route(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    incident_io.state.delete("Database Alerts")
    incident_io.fault("lose", method="POST", path="/alert_routes$")

    assert team.run("restore", "--auto-approve").code == 0
    assert incident_io.state.names().count("Database Alerts") == 1


def test_routes_that_the_backup_lacks_are_reported_and_never_deleted(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.owned_by("Database", incident_io)
    team.run("backup")
    team.write("reconciler.yaml", "undeclared: delete\nowns: {teams: [Database]}\nmax_deletes: 9\n")
    body = codec("v3").encode(route_of(incident_io.state.read("Informational"), "v3"))
    incident_io.state.create({**body, "name": "Made since"})

    ended = team.run("restore", "--auto-approve")

    assert "1 undeclared" in ended.out
    assert "Made since" in ended.out
    assert "Made since" in incident_io.state.names()


def test_only_restores_what_is_named_by_name_id_or_file(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    for name in incident_io.state.names():
        incident_io.state.edit(name, lambda route: route.update(is_private=True))
    by_id = incident_io.state.find("Informational").id
    by_file = f"production-warnings-{incident_io.state.find('Production Warnings').id}.json"

    team.run("restore", "--auto-approve",
             "--only", "Database Alerts", "--only", by_id, "--only", by_file)  # fmt: skip

    assert {
        n for n in incident_io.state.names() if not incident_io.state.read(n)["is_private"]
    } == {
        "Database Alerts",
        "Informational",
        "Production Warnings",
    }
    unknown = team.run("restore", "--only", "Nope")
    assert unknown.code == 1
    assert 'the backup has no route "Nope"' in unknown.err


def test_a_route_of_an_id_that_another_file_has_is_never_taken_by_name(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    incident_io.state.delete("Database Alerts")
    incident_io.state.edit("Informational", lambda route: route.update(name="Database Alerts"))

    ended = team.run("restore", "--auto-approve", "--only", "Database Alerts")

    assert "Database Alerts: created v1" in ended.out
    assert incident_io.state.names().count("Database Alerts") == 2


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: first(f).write_text("{"), "its checksum differs from the manifest"),
        (lambda f: first(f).unlink(), "is in the manifest, but missing"),
        (lambda f: (f / "x.json").write_text("{}"), "is not in the manifest"),
        (
            lambda f: (f / "manifest.json").write_text("{}"),
            "is not a manifest that reconciler wrote",
        ),
        (shutil.rmtree, "is not there"),
    ],
)
def test_a_damaged_backup_is_one_clear_error_and_nothing_is_written(
    team: Team, incident_io: RunningSandbox, damage: Callable[[Path], object], message: str
) -> None:
    team.run("backup")
    incident_io.state.delete("Informational")
    damage(team.folder / FOLDER)
    incident_io.requests.clear()

    ended = team.run("restore", "--auto-approve")

    assert ended.code == 1
    assert message in ended.err
    assert "error: " in ended.err
    assert "Traceback" not in ended.err
    assert ended.err.endswith("nothing was written to incident.io\n")
    assert "nothing was written" not in team.run("restore", "--plan").err
    assert incident_io.requests == []


def first(folder: Path) -> Path:
    return sorted(folder.glob("*.json"))[0]


def silence(incident_io: RunningSandbox) -> None:
    """Make going back to now a step that silences: the route pages more than the backup does."""
    path = incident_io.state.read("Database Alerts")["escalation_config"]

    def page(route: dict[str, object]) -> None:
        route["escalation_config"] = path

    incident_io.state.edit("Informational", page)


def test_our_own_backup_asks_where_an_old_dump_needs_an_approval(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    silence(incident_io)
    old = team.folder / "old"
    shutil.copytree(team.folder / FOLDER, old)
    (old / "manifest.json").unlink()

    refused = team.run("restore", "old", "--auto-approve")
    assert refused.code == 3
    assert "[guard-pages-nobody]" in refused.out
    assert writes(incident_io) == 0

    declined = team.process("restore", stdin="no\n")
    assert declined.code == 1
    assert "declined; nothing was written" in declined.err
    agreed = team.process("restore", stdin="yes\n")
    assert agreed.code == 0
    assert "warning: " in agreed.out
    assert "1 written." in agreed.out


def test_a_backup_of_another_account_is_refused(team: Team, incident_io: RunningSandbox) -> None:
    team.name_no_account()
    team.run("backup")
    incident_io.state.account.dashboard_url = "https://app.incident.io/other"
    incident_io.state.delete("Informational")

    ended = team.run("restore", "--auto-approve")

    assert ended.code == 3
    assert "[guard-other-account]" in ended.out
    assert writes(incident_io) == 0


def test_a_conflict_while_restoring_is_not_written(team: Team, incident_io: RunningSandbox) -> None:
    team.run("backup")
    for name in ("Informational", "Database Alerts"):
        incident_io.state.edit(name, lambda route: route.update(is_private=True))
    incident_io.fault("status", method="PUT", path="RAXE06", status=409, times=1)

    ended = team.run("restore", "--auto-approve")

    assert ended.code == 4
    assert "1 written, 1 conflict." in ended.out


def test_fields_of_a_later_api_come_back_too(open_account: Open) -> None:
    team, running = open_account(Settings(extra_fields=True, shuffle_seed=None))
    before = running.state.read("Database Alerts")
    team.run("backup")
    running.state.delete("Database Alerts")

    assert team.run("restore", "--auto-approve").code == 0

    assert stripped(running.state.read("Database Alerts")) == stripped(before)


def test_a_format_is_for_looking(team: Team) -> None:
    assert team.run("restore", "--format", "json").code == 64


def test_a_config_with_errors_stops_before_anything_is_read(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    incident_io.requests.clear()
    team.write("reconciler.yaml", "undeclared: perhaps\n")

    assert team.run("restore", "--auto-approve").code == 1
    assert incident_io.requests == []


def test_a_body_that_is_no_route_of_ours_is_named(team: Team, incident_io: RunningSandbox) -> None:
    old_dump(team)
    path = team.folder / FOLDER / "0.json"
    body = json.loads(path.read_text())
    body["alert_route"]["alert_sources"] = "all of them"
    path.write_text(json.dumps(body))

    ended = team.run("restore", "--auto-approve")

    assert ended.code == 1
    assert f"{FOLDER}/0.json cannot be restored" in ended.out
    assert team.run("restore", "--only", "Informational").code == 0
