"""The canonical form: written, checked or shown, comments kept."""

from pathlib import Path

import pytest

from reconciler.files import FileRefused, disk as work_tree
from tests.e2e.team import Team

FILE = "routes/informational.yaml"
MESSY = """\
# ours
sources: [ "Axiom" , "Status Page Views" ]   # both
name:   'Informational'
notify:
    - slack: "#alerts"
"""


def test_the_files_of_the_repository_are_canonical(team: Team) -> None:
    ended = team.run("fmt")

    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "6 files in canonical form\n"


def test_a_file_is_rewritten_once_and_means_the_same(team: Team) -> None:
    team.write(FILE, MESSY)
    before = team.run("compile", FILE).out

    written = team.run("fmt")
    again = team.run("fmt")

    assert (written.code, written.out) == (0, f"wrote {FILE}\n")
    text = team.read(FILE)
    assert text != MESSY
    assert "# ours" in text
    assert "# both" in text
    assert text.index("name: Informational") < text.index("sources:")
    assert team.run("compile", FILE).out == before
    assert (again.code, again.out) == (0, "")


def test_check_writes_nothing_and_fails(team: Team) -> None:
    team.write(FILE, MESSY)

    ended = team.run("fmt", "--check")

    assert (ended.code, ended.out) == (1, f"would change {FILE}\n")
    assert "run `reconciler fmt`" in ended.err
    assert team.read(FILE) == MESSY


def test_diff_shows_the_lines_and_writes_nothing(team: Team) -> None:
    team.write(FILE, MESSY.rstrip("\n"))  # no line end at the end: the diff still has lines

    ended = team.run("fmt", "--diff")

    assert ended.code == 1
    assert f"--- {FILE} (current)\n+++ {FILE} (canonical)\n" in ended.out
    assert "-name:   'Informational'\n" in ended.out
    assert "+name: Informational\n" in ended.out
    assert team.read(FILE) == MESSY.rstrip("\n")


def test_only_the_files_that_are_named_are_rewritten(team: Team) -> None:
    team.write(FILE, MESSY)
    other = MESSY.replace("Informational", "Other")
    team.write("routes/other.yaml", other)

    ended = team.run("fmt", "routes/other.yaml")

    assert ended.out == "wrote routes/other.yaml\n"
    assert team.read(FILE) == MESSY


def test_one_file_is_one_file(team: Team) -> None:
    assert team.run("fmt", FILE).err == "1 file in canonical form\n"


def test_a_file_with_an_error_is_left_and_the_others_are_written(team: Team) -> None:
    broken = "name: [\n"
    team.write("routes/broken.yaml", broken)
    team.write(FILE, MESSY)

    ended = team.run("fmt")

    assert ended.code == 1
    assert ended.out == f"wrote {FILE}\n"
    assert "routes/broken.yaml:" in ended.err
    assert team.read("routes/broken.yaml") == broken


def test_a_file_that_is_no_text_is_an_error(team: Team) -> None:
    (team.folder / "routes/binary.yaml").write_bytes(b"\xff\xfe\x00")

    ended = team.run("fmt")

    assert ended.code == 1
    assert "routes/binary.yaml" in ended.err
    assert "Traceback" not in ended.err


def test_a_name_that_is_none_is_an_error(team: Team) -> None:
    ended = team.run("fmt", "routes/nowhere.yaml")

    assert ended.code == 1
    assert "routes/nowhere.yaml" in ended.err


def test_a_file_that_cannot_be_written_is_an_error(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _text: str) -> None:
        raise FileRefused(f"{path.name}: not written: the disk is full")

    monkeypatch.setattr(work_tree, "write_atomically", full)
    team.write(FILE, MESSY)

    ended = team.run("fmt")

    assert (ended.code, ended.out) == (1, "")
    assert "informational.yaml: not written: the disk is full [file-refused]" in ended.err
    assert team.read(FILE) == MESSY
