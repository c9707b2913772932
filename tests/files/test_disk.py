"""Reading says what is wrong and what to do, and never reads without end."""

import os
from pathlib import Path

import pytest

from reconciler.files.disk import MAX_TEXT_BYTES, FileRefused, read_bytes, read_lock_text, read_text
from tests.files.folders import put


def test_a_text_is_read_as_it_stands(tmp_path: Path) -> None:
    text = "grün 🚨\r\n\n"

    assert read_text(put(tmp_path, "a.txt", text)) == text


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    put(tmp_path, "file", "")

    for name, why in {
        "missing": "no such file",
        ".": "this is a folder",
        "file/inside": "is a file, not a folder",
        "pipe": "not a regular file",
        "circle": "lead in a circle",
        "n" * 300: "the name is too long",
        "a\0b": "not a file path",
    }.items():
        with pytest.raises(FileRefused, match=why):
            read_text(tmp_path / name)


def test_a_refusal_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        read_text(tmp_path / "plan.json")

    assert str(refused.value) == f"{tmp_path / 'plan.json'}: no such file; check the path"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PermissionError(13, "Permission denied"), "you are not allowed to read it"),
        (OSError(5, "Input/output error"), "Input/output error; check it"),
        (OSError("odd"), "not readable; check it"),
    ],
)
def test_what_the_system_refuses_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, why: str
) -> None:
    path = put(tmp_path, "a.txt", "")

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(FileRefused, match=why):
        read_text(path)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", b"a\nb\xff\n")

    with pytest.raises(FileRefused, match=r"byte 4 is not UTF-8 \(0xff\), in line 2; save"):
        read_text(path)


@pytest.mark.parametrize("size", [300_000, 3_000_000])
def test_plans_payloads_and_lock_files_may_be_long(tmp_path: Path, size: int) -> None:
    text = "x" * size

    assert read_text(put(tmp_path, "plan.json", text)) == text
    assert read_lock_text(put(tmp_path, "directory.lock.json", text)) == (text, ())


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "")
    os.truncate(path, MAX_TEXT_BYTES + 1)

    with pytest.raises(FileRefused, match="larger than 32 MiB"):
        read_text(path)


def test_a_limit_holds_for_files_that_say_a_smaller_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "a.txt", "12345")
    empty = put(tmp_path, "empty", "").stat()
    monkeypatch.setattr(Path, "stat", lambda _: empty)

    assert read_bytes(path, 4) is None
    assert read_bytes(path, 5) == b"12345"


def test_a_missing_lock_file_is_nothing_to_tell(tmp_path: Path) -> None:
    assert read_lock_text(tmp_path / "directory.lock.json") == ("", ())


def test_a_lock_file_is_read(tmp_path: Path) -> None:
    assert read_lock_text(put(tmp_path, "directory.lock.json", "{}")) == ("{}", ())


@pytest.mark.parametrize("kind", ["folder", "broken link", "bytes"])
def test_a_lock_file_that_cannot_be_read_is_a_finding(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "directory.lock.json"
    if kind == "folder":
        path.mkdir()
    elif kind == "bytes":
        path.write_bytes(b"\xff")
    else:
        path.symlink_to("nowhere")

    text, (finding,) = read_lock_text(path)

    assert text == ""
    assert (finding.level, finding.code) == ("error", "unreadable")
    assert finding.position is not None
    assert finding.position.file == "directory.lock.json"
    assert "directory refresh" in finding.hint
