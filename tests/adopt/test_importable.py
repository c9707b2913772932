"""Which routes of a backup are imported, through which version, and by whose names."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.adopt.importable import drafts_of, of_folder, routes_of
from reconciler.backup.read import Backup, Entry
from reconciler.directory import Directory
from reconciler.directory.directory import Named, whole
from reconciler.files import read_routes
from reconciler.model import ApiChoice, Config, Finding
from tests.wire.corpus import body_of

TWO, THREE = (
    body_of("v2", "grouped"),
    {**body_of("v3", "grouped"), "id": body_of("v2", "grouped")["id"]},
)
BACKUP = Backup(Path("x"), (Entry("a.v3.json", "v3", THREE), Entry("a.v2.json", "v2", TWO)))
NAME = str(TWO["name"])


@pytest.mark.parametrize(("api", "taken"), [("auto", "v3"), ("v3", "v3"), ("v2", "v2")])
def test_a_backup_of_both_versions_is_read_as_plans_will_read(api: ApiChoice, taken: str) -> None:
    folder = routes_of(BACKUP, Path("x"), Config(api=api))

    assert [live.api for live in folder.lives] == [taken]


def test_what_is_wrong_with_a_backup_comes_first() -> None:
    wrong = Finding("error", "backup-digest", "changed")
    backup = replace(BACKUP, findings=(wrong,), entries=(Entry("b.json", "v3", {"id": "1"}),))

    found = routes_of(backup, Path("x"), Config()).findings

    assert [finding.code for finding in found] == ["backup-digest", "unreadable-route"]


def test_names_choose_and_an_unknown_one_is_found() -> None:
    folder = routes_of(BACKUP, Path("x"), Config())

    every, named = of_folder(folder, (), None), of_folder(folder, (NAME,), None)
    unknown = of_folder(folder, ("nothing like it",), None)

    assert every.lives == named.lives == folder.lives
    assert (unknown.lives, [row.name for row in unknown.listed]) == ((), [NAME])
    assert [finding.level for finding in unknown.findings] == ["error"]


def test_without_an_account_names_are_those_of_the_lock_file(tmp_path: Path) -> None:
    source = str(TWO["alert_sources"][0]["alert_source_id"])
    lock = Directory(sources=whole([Named(source, "Grafana")]))
    folder = routes_of(BACKUP, Path("x"), Config())
    importable = of_folder(folder, (), lock)

    files = read_routes(tmp_path)
    (draft,) = drafts_of(tmp_path, files, Config(), importable, force=False).drafts

    assert (importable.old, importable.live, importable.directory) == (True, False, lock)
    assert "Grafana" in draft.text
    assert source not in draft.text
