"""`reconciler backup`: every route in full, stable files, and nothing at all when a read fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.backup.read import read_backup
from reconciler.client import ReadClient
from reconciler.model import ApiVersion, JsonObject
from reconciler.sandbox import Settings
from reconciler.sandbox.http.faults import Kind
from reconciler.sandbox.http.running import RunningSandbox
from tests.client.clocks import FakeTime
from tests.e2e.conftest import Open
from tests.e2e.corpus_account import load
from tests.e2e.team import Team
from tests.sandbox.payloads import rich_v2

FOLDER = "backups/incident.io"
DETAIL = r"/v3/alert_routes/01"
BackedUpRoute = dict[tuple[str, str], JsonObject]


def files(team: Team, folder: str = FOLDER) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (team.folder / folder).iterdir()}


def test_every_route_is_kept_as_the_api_returned_it(
    team: Team, incident_io: RunningSandbox
) -> None:
    ended = team.run("backup")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{FOLDER}: 6 routes (API v3).\n  + database-alerts-01")
    assert ended.out.endswith("6 new.\n")
    for name in incident_io.state.names():
        route = incident_io.state.read(name)
        (file,) = [text for file, text in files(team).items() if str(route["id"]) in file]
        assert json.loads(file) == {"alert_route": route}
        text = json.dumps(json.loads(file), indent=2, sort_keys=True, ensure_ascii=False)
        assert file.decode() == text + "\n"


def test_an_unchanged_route_leaves_its_file_and_nothing_else_moves(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    before = files(team)
    assert team.run("backup").out == f"{FOLDER}: 6 routes (API v3).\n6 unchanged.\n"
    assert files(team) == before

    incident_io.state.edit("Informational", lambda route: route.update(enabled=False))
    incident_io.state.delete("Unrouted Alerts")
    ended = team.run("backup")

    after = files(team)
    moved = {name for name in before if before[name] != after.get(name)}
    assert {name.rpartition("-")[0] for name in moved - {"manifest.json"}} == {
        "informational",
        "unrouted-alerts",
    }
    assert ended.out.endswith("1 changed, 4 unchanged, 1 removed.\n")


def test_a_backup_of_a_large_account_has_all_of_it(open_account: Open) -> None:
    team, _ = open_account(Settings(routes=120, rate_limit=False))

    assert team.run("backup", "elsewhere").out.startswith("elsewhere: 126 routes")
    assert len(read_backup(team.folder / "elsewhere").entries) == 126


def test_both_versions_are_kept_beside_each_other(team: Team) -> None:
    assert team.run("backup", "--api", "both").out.startswith(f"{FOLDER}: 6 routes (API v3 and v2)")

    backup = read_backup(team.folder / FOLDER)
    assert backup.findings == ()
    assert sorted(entry.api for entry in backup.entries) == ["v2"] * 6 + ["v3"] * 6
    assert json.loads(files(team)["manifest.json"])["route_count"] == 6


@pytest.mark.parametrize("api", ["v2", "v3", "both"])
def test_order_padding_and_labels_leave_every_byte(open_account: Open, api: str) -> None:
    team, running = open_account(Settings(restless=True, extra_fields=True, rate_limit=False))
    load(running)
    team.run("backup", "--api", api)
    before = files(team)
    source = running.state.read("Production Alerts")["alert_sources"][0]["alert_source_id"]
    running.state.rename(source, "Renamed")

    ended = team.run("backup", "--api", api)

    assert ended.out.endswith(f"\n{len(before) - 1} unchanged.\n")
    assert files(team) == before


def test_a_file_that_is_not_as_it_was_written_is_written_anew(open_account: Open) -> None:
    team, _ = open_account(Settings(restless=True, rate_limit=False))
    team.run("backup")
    (file,) = [name for name in files(team) if name.startswith("informational")]
    text = team.read(f"{FOLDER}/{file}")
    team.write(f"{FOLDER}/{file}", text.replace("  ", " "))

    assert f"~ {file}" in team.run("backup").out
    assert read_backup(team.folder / FOLDER).findings == ()


def with_workspace(running: RunningSandbox) -> str:
    """A route with a setting that v2 alone has, and one that v3 alone has."""
    body = rich_v2() | {"name": "Both worlds"}
    running.state.create(body, "v2")
    running.state.edit("Both worlds", of_v3)
    assert "workspace" in running.state.read("Both worlds", "v2")["incident_template"]
    return "Both worlds"


def of_v3(route: dict[str, Any]) -> None:
    route["grouping_config"]["default"]["window_type"] = "fixed"


@pytest.mark.parametrize("configured", ["auto", "v3", "v2"])
def test_what_only_the_other_version_shows_is_kept_too(open_account: Open, configured: str) -> None:
    team, incident_io = open_account(Settings(hidden_bodies=True, shuffle_seed=None))
    name = with_workspace(incident_io)
    team.write("reconciler.yaml", team.read("reconciler.yaml") + f"\napi: {configured}\n")

    ended = team.run("backup")

    main, other = ("v2", "v3") if configured == "v2" else ("v3", "v2")
    assert ended.code == 0
    said = f"7 routes (API {main}, and {other} where it shows more: 1)."
    assert ended.out.startswith(f"{FOLDER}: {said}")
    kept: BackedUpRoute = {
        (one.name, one.api): one.body for one in read_backup(team.folder / FOLDER).entries
    }
    assert len(kept) == 8
    for api in (main, other):
        assert kept[name, api] == incident_io.state.read(name, api)
    incident_io.state.delete(name)
    for api in (main, other):
        assert team.run("restore", "--api", api, "--auto-approve", "--only", name).code == 0
        assert kept[name, api].keys() == incident_io.state.read(name, api).keys()
        shown = incident_io.state.read(name, "v2")["incident_template"]
        assert ("workspace" in shown) == (api == "v2")
        incident_io.state.delete(name)


def test_the_backup_of_a_run_that_deletes_has_both(open_account: Open) -> None:
    team, incident_io = open_account(Settings(hidden_bodies=True, shuffle_seed=None))
    name = with_workspace(incident_io)
    before = {api: incident_io.state.read(name, api) for api in ("v2", "v3")}
    team.write("routes/both.yaml", f"name: {name}\nstate: absent\n")
    team.approve(name, "delete")
    team.approve(name, "pages-nobody")
    assert team.run("apply", "--auto-approve").code == 0
    (run,) = (team.folder / ".reconciler/runs").iterdir()

    kept: BackedUpRoute = {
        (one.name, one.api): one.body for one in read_backup(run / "backup").entries
    }
    looked = team.run("rollback", "--plan")
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "\napi: v2\n")
    ended = team.run("rollback", "--auto-approve")

    assert {api: kept[name, api] for api in before} == before
    assert "API v3 does not support a workspace for incidents" in looked.out
    assert "[not-restored]" in looked.out
    assert ended.code == 0
    assert "workspace" in incident_io.state.read(name, "v2")["incident_template"]


def test_a_version_that_is_asked_for_is_kept_alone(team: Team, incident_io: RunningSandbox) -> None:
    with_workspace(incident_io)

    assert "7 routes (API v3)." in team.run("backup", "--api", "v3").out
    assert incident_io.count("GET", "/v2/alert_routes") == 0


def test_only_routes_that_can_have_more_are_read_twice(
    team: Team, incident_io: RunningSandbox
) -> None:
    with_workspace(incident_io)
    starting = sum(
        incident_io.state.read(name)["incident_config"]["enabled"]
        for name in incident_io.state.names()
    )

    team.run("backup")

    assert 0 < incident_io.count("GET", "/v2/alert_routes/") == starting < 7


def test_a_route_that_the_other_version_does_not_show_makes_no_backup(
    team: Team, incident_io: RunningSandbox
) -> None:
    with_workspace(incident_io)
    incident_io.fault("status", method="GET", path="/v2/alert_routes/", status=404, times=99)

    ended = team.run("backup")

    assert ended.code == 1
    assert "or API v2 does not show it" in ended.err
    assert "--api v3" in ended.err
    assert not (team.folder / FOLDER).exists()


def test_a_v3_that_is_not_there_yet_is_asked_for_once(open_account: Open) -> None:
    team, running = open_account(Settings(v3_available=False))
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "\napi: v2\n")
    with_v2 = rich_v2()
    running.state.create(with_v2, "v2")

    assert "7 routes (API v2)" in team.run("backup").out


def test_an_account_without_v3_is_kept_as_v2(open_account: Open) -> None:
    team, _ = open_account(Settings(v3_available=False))

    assert "6 routes (API v2)" in team.run("backup").out
    refused = team.run("backup", "other", "--api", "both")
    assert refused.code == 1
    assert "no v3 of the API yet" in refused.err
    assert not (team.folder / "other").exists()


@pytest.mark.parametrize("kind", ["status", "drop", "truncate", "html"])
def test_a_read_that_fails_makes_no_backup_and_harms_none(
    team: Team, incident_io: RunningSandbox, no_waiting: FakeTime, kind: Kind
) -> None:
    incident_io.fault(kind, method="GET", path=DETAIL, skip=2, times=100)
    ended = team.run("backup")
    assert ended.code == 1
    assert ended.err.startswith("error: ")
    assert not (team.folder / FOLDER).exists()

    incident_io.clear_faults()
    team.run("backup")
    before = files(team)
    incident_io.state.edit("Informational", lambda route: route.update(enabled=False))
    incident_io.fault(kind, method="GET", path=DETAIL, skip=2, times=100)
    assert team.run("backup").code == 1
    assert files(team) == before


def test_a_key_without_rights_makes_no_backup(team: Team, incident_io: RunningSandbox) -> None:
    ended = team.run("backup", INCIDENT_API_KEY=incident_io.powerless_key)

    assert ended.code == 1
    assert not (team.folder / FOLDER).exists()


def test_a_reading_key_is_enough_and_nothing_is_written(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("backup", INCIDENT_API_KEY=incident_io.read_only_key).code == 0
    assert {request.method for request in incident_io.requests} == {"GET"}


def test_a_route_that_is_deleted_meanwhile_is_left_out(
    team: Team, incident_io: RunningSandbox
) -> None:
    gone = incident_io.state.find("Informational").id
    incident_io.fault("status", method="GET", path=gone, status=404, times=100)

    assert "5 routes" in team.run("backup").out


def test_what_the_read_hides_is_said(open_account: Open) -> None:
    team, running = open_account(Settings(seeded=False, rate_limit=False))
    load(running)

    ended = team.run("backup")

    assert ended.code == 0
    said = ended.err.splitlines()
    assert len(said) == 2
    for api, line in zip(("v2", "v3"), said, strict=True):
        assert f'a step of an expression of "expression-shown-bodies of {api}", so' in line
    assert team.run("-q", "backup").err == ""


def test_no_secret_of_the_account_is_in_a_backup(team: Team, incident_io: RunningSandbox) -> None:
    team.run("backup", "--api", "both")

    everything = b"".join(files(team).values())
    for secret in (incident_io.key, *incident_io.state.account.secrets.values()):
        assert secret.encode() not in everything
    for word in (b"secret", b"token", b"password"):
        assert word not in everything.lower()


def test_a_link_that_leads_out_of_the_checkout_is_refused(team: Team, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (team.folder / "backups").symlink_to(outside)

    ended = team.run("backup")

    assert ended.code == 1
    assert "this symbolic link leads out of the project" in ended.err
    assert list(outside.iterdir()) == []
    assert team.run("backup", str(outside)).code == 0
    (team.folder / "backups").unlink()
    (team.folder / "kept").mkdir()
    (team.folder / "backups").symlink_to("kept")
    assert team.run("backup").code == 0


def test_a_file_in_the_place_of_the_folder_is_refused(team: Team) -> None:
    team.write("backups", "a file")

    ended = team.run("backup")

    assert ended.code == 1
    assert ended.err.startswith("error: the backup failed: ")
    assert team.read("backups") == "a file"


def test_an_account_without_routes_has_an_empty_backup(open_account: Open) -> None:
    team, _ = open_account(Settings(seeded=False))

    assert team.run("backup").out == f"{FOLDER}: 0 routes (API v3).\nNo routes to back up.\n"


def test_a_route_that_moves_between_two_reads_is_read_again(
    team: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconciler.live import bodies

    read, edits = bodies._body, iter(range(100))

    def racing(client: ReadClient, api: ApiVersion, identity: str) -> JsonObject:
        body = read(client, api, identity)
        if api == "v3" and body["name"] == "Informational" and next(edits) < patience:
            incident_io.state.edit("Informational", lambda route: route.update(enabled=False))
        return body

    monkeypatch.setattr(bodies, "_body", racing)
    patience = 2
    assert team.run("backup", "--api", "both").code == 0
    patience = 99
    ended = team.run("backup", "--api", "both")
    assert ended.code == 1
    assert "changed during every read" in ended.err


def test_an_answer_that_is_another_route_is_no_backup(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconciler.live import bodies

    monkeypatch.setattr(bodies, "join", lambda *parts: "/v1/identity" if len(parts) > 2 else "/x")

    ended = team.run("backup")
    assert ended.code == 1
    assert "does not contain this route. No backup was made." in ended.err
