"""A file is written whole, or is as it was and nothing else is there."""

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from reconciler.files.disk import FileRefused, write_atomically


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fail(code: int) -> object:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8")))
def test_what_is_written_is_what_is_there(tmp_path: Path, text: str) -> None:
    write_atomically(tmp_path / "a.yaml", text)

    assert (tmp_path / "a.yaml").read_bytes() == text.encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_rights(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    path.chmod(mode)

    write_atomically(path, "new")

    assert path.read_text() == "new"
    assert rights(path) == mode


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("")

    write_atomically(tmp_path / "a.yaml", "new")

    assert rights(tmp_path / "a.yaml") == rights(tmp_path / "other")


@pytest.mark.parametrize("target", ["there", "nothing"])
def test_a_link_is_not_written_through(tmp_path: Path, target: str) -> None:
    (tmp_path / "there").write_text("old")
    link = tmp_path / "a.yaml"
    link.symlink_to(tmp_path / target)

    with pytest.raises(FileRefused, match="not written: it is a link"):
        write_atomically(link, "new")

    assert link.is_symlink()
    assert (tmp_path / "there").read_text() == "old"
    assert not (tmp_path / "nothing").exists()


def test_content_and_name_are_on_the_disk_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    write_atomically(tmp_path / "a.yaml", "new")

    assert synced == [False, True]


def test_a_file_system_that_cannot_sync_folders_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    write_atomically(tmp_path / "a.yaml", "new")

    assert (tmp_path / "a.yaml").read_text() == "new"


@pytest.mark.parametrize(
    ("where", "code", "advice"),
    [
        ("fsync", errno.ENOSPC, "free some space"),
        ("fsync", errno.EDQUOT, "free some space"),
        ("open", errno.EACCES, "not allowed to write"),
        ("open", errno.EROFS, "another folder"),
    ],
)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, code: int, advice: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    with monkeypatch.context() as patched:
        patched.setattr(os, where, fail(code))
        with pytest.raises(FileRefused, match=advice) as refused:
            write_atomically(path, "new")

    assert str(path) in str(refused.value)
    assert os.strerror(code) in str(refused.value)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.yaml"]


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.yaml", "new")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_that_name_stays(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()

    with pytest.raises(FileRefused, match="a folder has this name"):
        write_atomically(tmp_path / "a.yaml", "new")

    assert [entry.name for entry in tmp_path.iterdir()] == ["a.yaml"]


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="create its folder first"):
        write_atomically(tmp_path / "reports" / "plan.json", "{}")

    assert list(tmp_path.iterdir()) == []


def test_a_path_with_a_nul_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="not a file path"):
        write_atomically(tmp_path / "a\0b", "new")


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"U\+D800 cannot be saved"):
        write_atomically(tmp_path / "a.yaml", "a\ud800")

    assert list(tmp_path.iterdir()) == []


def test_a_pipe_gets_the_text_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_atomically(pipe, "name: A\n")

    assert os.read(reader, 100) == b"name: A\n"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)
