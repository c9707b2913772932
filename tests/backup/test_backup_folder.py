"""A backup is complete or not made, says what moved, and leaves nothing out."""

import fcntl
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.backup.read import read_backup
from reconciler.backup.write import BackupFailed, entry_of, write_backup
from reconciler.model import Json
from tests.apply import kill_writes
from tests.apply.bodies import ACCOUNT, LATER, NOW, body, contents, entries, keep

NAMES = st.text() | st.sampled_from(
    ["token", "secret_token", "password", "api_key", "client_secret"]
)
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "incident.io"


def test_a_backup_says_what_is_new_changed_unchanged_and_gone(folder: Path) -> None:
    first = keep(folder, body(1), body(2), body(3))
    then = keep(folder, body(1), body(2, enabled=False), body(4))

    assert first.new == ("route-1-01A01.json", "route-2-01A02.json", "route-3-01A03.json")
    assert then.new == ("route-4-01A04.json",)
    assert then.changed == ("route-2-01A02.json",)
    assert then.same == ("route-1-01A01.json",)
    assert then.gone == ("route-3-01A03.json",)
    assert sorted(contents(folder)) == [
        "manifest.json",
        *sorted(then.new + then.changed + then.same),
    ]


def test_a_backup_of_the_same_routes_changes_no_byte_and_writes_nothing(folder: Path) -> None:
    keep(folder, body(1))
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}

    write_backup(folder, entries(body(1)), ACCOUNT, LATER)

    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert json.loads((folder / "manifest.json").read_text())["written_at"].startswith("2026-08-21")


def test_a_change_moves_the_time_of_the_manifest(folder: Path) -> None:
    keep(folder, body(1))

    write_backup(folder, entries(body(1, enabled=False)), ACCOUNT, LATER)

    assert json.loads((folder / "manifest.json").read_text())["written_at"].startswith("2026-08-22")


def test_a_manifest_that_is_not_json_is_written_anew(folder: Path) -> None:
    keep(folder, body(1))
    (folder / "manifest.json").write_text("<<<<<<< HEAD\n")

    keep(folder, body(1))

    assert read_backup(folder).manifest is not None
    (folder / "manifest.json").write_text("[]")
    keep(folder, body(1))
    assert read_backup(folder).manifest is not None


def test_a_damaged_file_is_written_anew(folder: Path) -> None:
    keep(folder, body(1))
    (folder / "route-1-01A01.json").write_text("{")

    assert keep(folder, body(1)).changed == ("route-1-01A01.json",)
    assert not read_backup(folder).findings


def test_a_rename_moves_the_file(folder: Path) -> None:
    keep(folder, body(1, "Old name"))

    moved = keep(folder, body(1, "New name"))

    assert (moved.new, moved.gone) == (("new-name-01A01.json",), ("old-name-01A01.json",))


def test_dumps_of_another_script_are_replaced(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "first.json").write_text(json.dumps({"alert_route": body(1)}))
    (folder / "second.json").write_text(json.dumps(body(2)))
    (folder / "README.md").write_text("ours")

    moved = keep(folder, body(1), body(2))

    assert moved.gone == ("first.json", "second.json")
    assert (folder / "README.md").read_text() == "ours"


@pytest.mark.parametrize(
    "text",
    ['{"name": "package"}', "{", json.dumps({"alert_route": body(9)}), "[1]", '{"alert_route": 1}'],
)
def test_json_that_is_no_live_route_is_never_deleted(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "strange.json").write_text(text)

    with pytest.raises(BackupFailed, match=r"strange\.json, which is not a route that is live now"):
        keep(folder, body(1))
    assert list(contents(folder)) == ["strange.json"]


def test_files_that_are_no_routes_are_all_named(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in ("a.json", "b.json"):
        (folder / name).write_text("{}")

    with pytest.raises(
        BackupFailed, match=r"a\.json, b\.json, which are not routes that are live now"
    ):
        keep(folder, body(1))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("ours")

    with pytest.raises(BackupFailed, match=r"File exists\. Name another folder\."):
        keep(tmp_path / "taken", body(1))


def test_no_route_at_all_never_replaces_some(folder: Path) -> None:
    keep(folder, body(1))

    with pytest.raises(BackupFailed, match="returned no alert routes"):
        keep(folder)
    assert len(read_backup(folder).entries) == 1


def test_another_accounts_backup_is_not_written_over(folder: Path) -> None:
    keep(folder, body(1))

    with pytest.raises(BackupFailed, match=r"is a backup of https://app\.incident\.io/acme"):
        write_backup(folder, entries(body(1)), "https://app.incident.io/other", NOW)


def test_an_empty_account_has_an_empty_backup(folder: Path) -> None:
    keep(folder)

    backup = read_backup(folder)
    assert backup.manifest is not None
    assert (backup.entries, backup.findings) == ((), ())


def test_two_bodies_of_one_file_are_refused(folder: Path) -> None:
    with pytest.raises(BackupFailed, match="two routes have the same id"):
        keep(folder, body(1), body(1))


def test_ids_and_names_never_leave_the_folder() -> None:
    entry = entry_of(body(1, "../../etc/passwd") | {"id": "../x"}, "v3")

    assert entry.file == "etc-passwd-___x.json"
    assert entry_of(body(1), "v2", beside=True).file == "route-1-01A01.v2.json"


def test_a_symbolic_link_is_replaced_and_never_written_through(
    folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text("precious")
    keep(folder, body(1))
    file = folder / "route-1-01A01.json"
    file.unlink()
    file.symlink_to(outside)

    keep(folder, body(1))

    assert not file.is_symlink()
    assert outside.read_text() == "precious"
    assert not read_backup(folder).findings


@pytest.mark.parametrize(
    "gone",
    ['["../../precious.txt"]', '["precious.txt"]', '["manifest.json"]', '["', "7", "[7]", None],
)
def test_a_backup_on_its_way_that_lies_is_never_carried_out(
    folder: Path, tmp_path: Path, gone: str | None
) -> None:
    keep(folder, body(1))
    for place in (tmp_path, folder):
        (place / "precious.txt").write_text("precious")
    (folder / ".next").mkdir()
    (folder / ".next/manifest.json").write_bytes((folder / "manifest.json").read_bytes())
    if gone is not None:
        (folder / ".next/gone").write_text(gone)
    before = contents(tmp_path)

    with pytest.raises(BackupFailed, match=r"\.next was changed by another program.*move it away"):
        keep(folder, body(1), body(2))

    assert contents(tmp_path) == before


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_link_or_a_file_is_no_backup_on_its_way(folder: Path, tmp_path: Path, kind: str) -> None:
    keep(folder, body(1))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "manifest.json").write_text("precious")
    (elsewhere / "gone").write_text("[]")
    if kind == "link":
        (folder / ".next").symlink_to(elsewhere)
    else:
        (folder / ".next").write_text("a file")

    with pytest.raises(BackupFailed, match=r"\.next was changed by another program"):
        keep(folder, body(1), body(2))

    assert (elsewhere / "manifest.json").read_text() == "precious"


def test_a_manifest_that_names_a_file_of_somebody_else_has_it_kept(folder: Path) -> None:
    keep(folder, body(1))
    (folder / "README.md").write_text("ours")
    manifest = json.loads((folder / "manifest.json").read_text())
    row = manifest["routes"][0] | {"file": "README.md", "id": "01A09"}
    manifest |= {"route_count": 2, "routes": [*manifest["routes"], row]}
    (folder / "manifest.json").write_text(json.dumps(manifest))

    keep(folder, body(1))

    assert (folder / "README.md").read_text() == "ours"


def test_a_route_is_kept_whole_whatever_its_fields_are_called(folder: Path) -> None:
    source: Json = {"alert_source_id": "01S", "token": "t", "deep": [{"passwords": [1]}]}
    later = body(1) | {"alert_sources": [source], "api_key": {"client_secret": "s"}}

    keep(folder, later)

    (entry,) = read_backup(folder).entries
    assert entry.body == later


LATER_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=20,
)


@settings(max_examples=30)  # each of them is on the disk before it counts
@given(st.dictionaries(NAMES, LATER_JSON))
def test_whatever_a_later_api_puts_into_a_route_comes_back(
    tmp_path_factory: pytest.TempPathFactory, later: dict[str, Json]
) -> None:
    folder = tmp_path_factory.mktemp("backups")

    keep(folder, later | body(1))

    (entry,) = read_backup(folder).entries
    assert entry.body == later | body(1)


def test_a_manifest_says_that_nothing_is_left_out(folder: Path) -> None:
    keep(folder, body(1))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["complete"] is True

    del manifest["complete"]  # as versions wrote it that left fields out
    (folder / "manifest.json").write_text(json.dumps(manifest))

    older = read_backup(folder).manifest
    assert older is not None
    assert not older.complete


def test_half_a_surrogate_pair_survives(folder: Path) -> None:
    keep(folder, body(1, "broken \ud83d"))

    (entry,) = read_backup(folder).entries
    assert entry.name == "broken \ud83d"


def test_a_folder_that_is_a_file_is_refused(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file")

    with pytest.raises(BackupFailed, match="File exists"):
        keep(folder, body(1))
    assert folder.read_text() == "a file"


def test_a_folder_in_the_place_of_a_file_is_refused(folder: Path) -> None:
    (folder / "route-1-01A01.json").mkdir(parents=True)

    with pytest.raises(BackupFailed, match="Is a directory"):
        keep(folder, body(1))


def test_a_second_writer_waits_for_nobody(folder: Path) -> None:
    folder.mkdir(parents=True)
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(BackupFailed, match="another process is writing a backup"):
            keep(folder, body(1))
    finally:
        os.close(handle)


def test_a_full_disk_leaves_the_earlier_backup_as_it_was(folder: Path) -> None:
    keep(folder, body(1))
    before = contents(folder)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(BackupFailed, match="File too large"):
            keep(folder, body(1, note="x" * 10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert contents(folder) == before


def test_a_kill_at_any_moment_leaves_a_whole_backup(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.apply.kill_writes", str(tmp_path)],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    left = [json.loads(line) for line in ran.stdout.splitlines()]

    assert len(left) > 20
    for one in left:
        assert one["errors"] == []
        assert one["bodies"] in (kill_writes.OLD, kill_writes.NEW)
        assert one["plain"] in ("complete", "absent")
        assert one["next"]
    bodies = [one["bodies"] == kill_writes.NEW for one in left]
    assert bodies == sorted(bodies)  # once the new one counts it never goes back
    assert {True, False} == set(bodies)
