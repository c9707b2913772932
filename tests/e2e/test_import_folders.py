"""Dumps, backups and a Terraform state become files, with a key and without."""

import json
import shutil

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.adopt.terraform_state import new_form, old_form, resource, shown
from tests.e2e.team import Team


def backup_of(team: Team, running: RunningSandbox, name: str, *, bare: bool = False) -> None:
    for version in ("v2", "v3"):
        body = running.state.read(name, version)
        document = body if bare else {"alert_route": body}
        slug = f"{name.lower().replace(' ', '-')}-{version}"
        team.write(f"old/{version}/{slug}.json", json.dumps(document))


def test_a_dump_of_an_old_script_is_imported_with_no_key(
    empty: Team, incident_io: RunningSandbox
) -> None:
    for name in incident_io.state.names():
        backup_of(empty, incident_io, name)

    ended = empty.run("import", "--from-backup", "old/v2", INCIDENT_API_KEY="")

    assert ended.code == 0, ended.err
    assert "keep ids" in ended.err
    assert len(empty.route_files()) == 6
    assert ident("escalation path", "Database On-Call") in empty.read("routes/database-alerts.yaml")
    assert '"#alerts": C06E4KQ7R2N' in empty.read("reconciler.yaml")
    assert empty.run("plan", "--detailed-exitcode").code == 0


def test_a_dump_takes_its_names_from_the_lock_file(team: Team, incident_io: RunningSandbox) -> None:
    backup_of(team, incident_io, "Database Alerts", bare=True)
    assert team.run("directory", "refresh").code == 0
    shutil.rmtree(team.folder / "routes")

    ended = team.run("import", "--from-backup", "old/v3", INCIDENT_API_KEY="")

    assert ended.code == 0, ended.err
    assert "path: Database On-Call" in team.read("routes/database-alerts.yaml")


def test_what_an_old_lock_file_does_not_know_stays_an_id(team: Team) -> None:
    team.run("backup", "dump")
    lock = json.loads(team.read("directory.lock.json"))
    lock["paths"] = [one for one in lock["paths"] if one["name"] != "Database On-Call"]
    team.write("directory.lock.json", json.dumps(lock))
    shutil.rmtree(team.folder / "routes")

    ended = team.run("import", "--from-backup", "dump", INCIDENT_API_KEY="")

    assert ended.code == 0, ended.err
    assert (
        '"Database Alerts": the file keeps ids, because directory.lock.json does not contain all'
        in ended.err
    )
    unknown = ident("escalation path", "Database On-Call")
    assert f"path: {unknown}" in team.read("routes/database-alerts.yaml")
    assert "path: Engineering On-Call" in team.read("routes/production-alerts.yaml")
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_a_dump_takes_its_names_from_the_account_where_there_is_a_key(
    empty: Team, incident_io: RunningSandbox
) -> None:
    backup_of(empty, incident_io, "Database Alerts")

    assert empty.run("import", "--from-backup", "old/v3").code == 0

    assert "path: Database On-Call" in empty.read("routes/database-alerts.yaml")


def test_a_backup_of_this_tool_is_imported(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("backup", "saved").code == 0
    shutil.rmtree(team.folder / "routes")

    ended = team.run("import", "--from-backup", "saved", "Informational")

    assert ended.code == 0, ended.err
    assert team.route_files() == ["informational.yaml"]


def test_a_folder_that_is_not_there_is_an_error(empty: Team) -> None:
    ended = empty.run("import", "--from-backup", "nowhere", INCIDENT_API_KEY="")

    assert ended.code == 1
    assert "[backup-missing]" in ended.err


def test_routes_of_terraform_are_imported_with_no_key(empty: Team) -> None:
    state = shown(resource(old_form()), inner=(resource(new_form()),))
    empty.write("state.json", json.dumps(state))

    ended = empty.run("import", "--from-terraform", "state.json", INCIDENT_API_KEY="")

    assert ended.code == 0, ended.err
    assert empty.route_files() == ["new-form.yaml", "old-form.yaml"]
    assert empty.run("validate", INCIDENT_API_KEY="").code == 0
    assert empty.run("fmt", "--check").code == 0


def test_what_terraform_knows_and_files_do_not_is_a_finding(empty: Team) -> None:
    values = new_form(newer="x")
    empty.write("state.json", json.dumps(shown(resource(values), resource({"name": "x"}))))

    ended = empty.run("import", "--from-terraform", "state.json", INCIDENT_API_KEY="")

    assert ended.code == 1
    assert "[unknown-field]" in ended.err
    assert "[terraform-file]" in ended.err
    assert empty.route_files() == ["new-form.yaml"]
