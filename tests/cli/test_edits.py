"""Which files are watched, what counts as a change, and what a person types meanwhile."""

import os
import threading
from pathlib import Path

import pytest

from reconciler.cli import edits
from reconciler.cli.edits import Typed, changed, edit_words, settled, state_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("routes/team/a.yaml", "routing-tests/a.yaml", "reconciler.yaml", "notes.txt"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a: 1\n", encoding="utf-8")
    return tmp_path


def test_the_files_of_plans_and_tests_are_watched_and_no_others(root: Path) -> None:
    (root / "routes" / ".a.yaml.swp").write_text("", encoding="utf-8")
    (root / "routes" / "notes.txt").write_text("", encoding="utf-8")

    assert sorted(state_of(root)) == [
        "reconciler.yaml",
        "routes/team/a.yaml",
        "routing-tests/a.yaml",
    ]
    assert state_of(root / "routes" / "team") == {}


def test_a_file_that_is_written_new_gone_or_replaced_has_changed(root: Path) -> None:
    before = state_of(root)
    assert changed(before, state_of(root)) == []
    (root / "routes" / "b.yaml").write_text("", encoding="utf-8")
    (root / "directory.lock.json").write_text("", encoding="utf-8")
    (root / "routing-tests" / "a.yaml").unlink()
    with (root / "reconciler.yaml").open("a", encoding="utf-8") as file:
        file.write("b: 2\n")
    kept = (root / "routes/team/a.yaml").stat()
    other = root / "other"
    other.write_text("b: 1\n", encoding="utf-8")
    os.utime(other, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    other.replace(root / "routes/team/a.yaml")

    assert changed(before, state_of(root)) == [
        "directory.lock.json",
        "reconciler.yaml",
        "routes/b.yaml",
        "routes/team/a.yaml",
        "routing-tests/a.yaml",
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("a", "A", "a changed"),
        ("a", "ab", "b added"),
        ("ab", "a", "b removed"),
        ("", "ab", "2 files added"),
        ("ab", "", "2 files removed"),
        ("ab", "AB", "2 files changed"),
        ("ab", "ac", "2 files changed"),  # one is gone, and one is new
    ],
)
def test_an_edit_says_what_happened_to_the_files(before: str, after: str, words: str) -> None:
    old, new = (
        {letter.lower(): (int(letter.isupper()), 0, 0) for letter in letters}
        for letters in (before, after)
    )
    assert edit_words(old, new) == words


def test_a_link_that_is_refused_is_a_change_as_a_plan_says_so(root: Path) -> None:
    before = state_of(root)
    for name, target in (("nowhere", "no-file"), ("outside", "/etc/hostname")):
        (root / "routes" / f"{name}.yaml").symlink_to(target)
    now = state_of(root)

    assert changed(before, now) == ["routes/nowhere.yaml", "routes/outside.yaml"]
    assert changed(now, state_of(root)) == []


def test_files_count_once_they_have_settled(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes = iter(("x", "xx", "xxx"))

    def write(_seconds: float) -> None:
        text = next(writes, None)
        if text is not None:
            (root / "routes" / "b.yaml").write_text(text, encoding="utf-8")

    monkeypatch.setattr("reconciler.cli.edits.time.sleep", write)
    assert settled(root)["routes/b.yaml"][1] == 3
    assert settled(root) == state_of(root)


def test_files_that_never_settle_count_in_the_end(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def write(_seconds: float) -> None:
        looks.append(1)
        (root / "routes" / "b.yaml").write_text("x" * len(looks), encoding="utf-8")

    monkeypatch.setattr("reconciler.cli.edits.time.sleep", write)
    settled(root)
    assert len(looks) == edits.MOST_LOOKS


def test_lines_come_one_by_one_and_a_part_of_a_line_waits() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as stream:
        typed = Typed(stream)
        assert typed.line(0) is None
        os.write(writer, b"r\nx y\nr")
        assert typed.line(60) == "r"
        assert typed.line(0) == "x y"
        assert typed.line(0) is None
        os.write(writer, b"\n")
        assert typed.line(60) == "r"
        before = typed.ended
        os.close(writer)
        assert typed.line(60) is None
        assert (before, typed.ended) == (False, True)
        assert typed.line(0) is None


def test_a_line_ends_the_wait_for_it() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as stream, os.fdopen(writer, "wb", buffering=0) as input_:
        threading.Timer(0.01, lambda: input_.write(b"r\n")).start()
        assert Typed(stream).line(60) == "r"


def test_without_an_input_no_line_ever_comes() -> None:
    typed = Typed(None)
    assert typed.ended
    assert typed.line(0) is None
