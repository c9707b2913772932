"""A backup is read as what it is: verified where a manifest vouches, tolerant where none does."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.backup.read import read_backup
from reconciler.model import ApiVersion, Position
from reconciler.wire.reading import api_of
from tests.apply.bodies import ACCOUNT, body, keep
from tests.wire.corpus import CORPUS, ROOT, body_of

FILE = "route-1-01A01.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keep(tmp_path / "backup", body(1), body(2))
    return tmp_path / "backup"


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in read_backup(folder).findings]


def manifest(folder: Path, **changes: object) -> None:
    document = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(document | changes))


def rows(folder: Path) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads((folder / "manifest.json").read_text())["routes"]
    return listed


def test_a_whole_backup_is_read_with_its_manifest(folder: Path) -> None:
    backup = read_backup(folder)

    assert [(entry.id, entry.name, entry.api) for entry in backup.entries] == [
        ("01A01", "Route 1", "v3"),
        ("01A02", "Route 2", "v3"),
    ]
    assert backup.findings == ()
    assert backup.manifest is not None
    assert (backup.manifest.account, backup.manifest.run) == (ACCOUNT, "")
    assert backup.manifest.written_at == "2026-08-21T09:12:00+00:00"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda f: (f / FILE).write_text("{"), "backup-checksum"),
        (lambda f: (f / FILE).write_bytes((f / FILE).read_bytes()[:-20]), "backup-checksum"),
        (lambda f: (f / FILE).unlink(), "backup-file-missing"),
        (lambda f: (f / "more.json").write_text(json.dumps(body(3))), "backup-unknown-file"),
        (lambda f: (f / "manifest.json").write_text("{"), "backup-manifest"),
        (lambda f: (f / "manifest.json").write_text("[]"), "backup-manifest"),
        (lambda f: manifest(f, manifest_version=2), "backup-manifest"),
        (lambda f: manifest(f, route_count=3), "backup-manifest"),
        (lambda f: manifest(f, routes=None), "backup-manifest"),
        (lambda f: manifest(f, routes=[*rows(f), rows(f)[0]]), "backup-manifest"),
        (lambda f: manifest(f, routes=[r | {"file": "../x"} for r in rows(f)]), "backup-manifest"),
        (lambda f: manifest(f, routes=[r | {"file": "a\0.json"} for r in rows(f)]),
         "backup-manifest"),
        (lambda f: manifest(f, routes=[r | {"file": "README.md"} for r in rows(f)]),
         "backup-manifest"),
        (lambda f: manifest(f, routes=[r | {"api": "v9"} for r in rows(f)]), "backup-manifest"),
        (lambda f: manifest(f, routes=[r | {"version": "1"} for r in rows(f)]), "backup-manifest"),
        (lambda f: manifest(f, routes=[r | {"sha256": 1} for r in rows(f)]), "backup-manifest"),
        (lambda f: manifest(f, routes=[r | {"id": str(r["file"])} for r in rows(f)]),
         "backup-manifest"),
    ],
)  # fmt: skip
def test_a_manifest_that_lies_is_an_error(
    folder: Path, damage: Callable[[Path], object], code: str
) -> None:
    damage(folder)

    found = read_backup(folder).findings
    assert {finding.code for finding in found} == {code}
    assert all(finding.level == "error" and finding.hint for finding in found)


def test_a_symbolic_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / FILE).rename(tmp_path / "elsewhere.json")
    (folder / FILE).symlink_to(tmp_path / "elsewhere.json")

    (finding,) = read_backup(folder).findings
    assert "symbolic link" in finding.message


def test_a_linked_folder_is_no_backup_on_its_way(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "manifest.json").write_text("{}")
    (folder / ".next").symlink_to(elsewhere)

    assert read_backup(folder).findings == ()


def test_a_pipe_and_a_folder_are_no_files(folder: Path) -> None:
    (folder / FILE).unlink()
    (folder / FILE).mkdir()

    (finding,) = read_backup(folder, "backups").findings
    assert finding.message == f"backups/{FILE} cannot be read: Is a directory"
    assert finding.position == Position(f"backups/{FILE}", 1, 1)


def test_a_file_that_is_far_too_large_is_not_read(folder: Path) -> None:
    with (folder / FILE).open("wb") as file:
        file.truncate(40_000_000)

    (finding,) = read_backup(folder).findings
    assert "too large" in finding.message


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_the_dumps_of_another_script_are_read_in_any_shape(tmp_path: Path, api: str) -> None:
    for number, path in enumerate(sorted((ROOT / api).glob("*.json"))):
        answer = json.loads(path.read_text(encoding="utf-8"))
        answer["alert_route"]["id"] = f"01A{number}"
        shapes = [answer, answer["alert_route"], [answer["alert_route"]]]
        (tmp_path / path.name).write_text(json.dumps(shapes[number % 3]), encoding="utf-8")

    backup = read_backup(tmp_path)

    assert backup.findings == ()
    assert backup.manifest is None
    assert {entry.api for entry in backup.entries} == {api}
    assert len(backup.entries) == len(list((ROOT / api).glob("*.json")))


def test_a_list_in_one_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(json.dumps({"alert_routes": [body(1), body(2)]}))

    assert [entry.id for entry in read_backup(tmp_path).entries] == ["01A01", "01A02"]


@pytest.mark.parametrize(
    "text",
    ['{"id": "01A", "name": "slim"}', '"text"', "null", '{"message_config": {}}', "[[1]]"],
)
def test_what_is_no_full_route_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "one.json").write_text(text)

    assert codes(tmp_path) == ["backup-no-route"]


def test_a_half_written_dump_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(body(1))[:-5])

    assert codes(tmp_path) == ["backup-unreadable"]


def test_one_route_in_two_files_is_an_error(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text(json.dumps(body(1)))

    assert codes(tmp_path) == ["backup-route-twice"]


def test_no_folder_a_file_and_nothing_at_all_are_errors(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()

    assert codes(tmp_path / "missing") == ["backup-missing"]
    assert codes(tmp_path / "file") == ["backup-missing"]
    assert codes(tmp_path / "empty") == ["backup-empty"]


def test_a_folder_that_cannot_be_listed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refused)

    assert codes(tmp_path) == ["backup-unreadable"]


@pytest.mark.parametrize(("api", "slug"), CORPUS)
def test_a_body_tells_its_version(api: ApiVersion, slug: str) -> None:
    assert api_of(body_of(api, slug)) == api


def test_a_list_row_has_no_version() -> None:
    assert api_of({"id": "01A", "name": "slim", "enabled": True}) is None
