"""git reads the repository around a folder, and starts nothing that a checkout names."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.git.git import NoGit, git

IDENTITY = ("-c", "user.name=n", "-c", "user.email=e@example.com")


def raw(folder: Path, *arguments: str) -> None:
    subprocess.run(("git", *IDENTITY, *arguments), cwd=folder, check=True, capture_output=True)


@pytest.fixture
def sprung(tmp_path: Path) -> Path:
    return tmp_path / "sprung"


@pytest.fixture
def checkout(tmp_path: Path, sprung: Path) -> Path:
    """With one commit, and settings whose programs write `sprung`."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    raw(folder, "init", "-q")
    (folder / "file").write_text("text\n", "utf-8")
    raw(folder, "add", "-A")
    raw(folder, "commit", "-q", "-m", "m")
    trap(folder / ".git" / "config", sprung)
    return folder


def trap(config: Path, sprung: Path) -> None:
    program = sprung.with_name("trap")
    program.write_text(f"#!/bin/sh\necho sprung >> '{sprung}'\n", "utf-8")
    program.chmod(0o755)
    with config.open("a", encoding="utf-8") as settings:
        settings.write(f"[core]\n\tfsmonitor = {program}\n\tpager = {program}\n")


def in_the_checkout(checkout: Path, _sprung: Path) -> Path:
    return checkout


def in_a_bare_repository(checkout: Path, sprung: Path) -> Path:
    """A folder of the checkout that holds what git takes for a repository."""
    bare = checkout / "alerts"
    raw(checkout, "init", "-q", "--bare", str(bare))
    (bare / "index").write_bytes((checkout / ".git" / "index").read_bytes())
    with (bare / "config").open("a", encoding="utf-8") as settings:
        settings.write("[core]\n\tbare = false\n\tworktree = ..\n")
    trap(bare / "config", sprung)
    return bare


@pytest.mark.parametrize("place", [in_the_checkout, in_a_bare_repository])
def test_no_program_of_a_setting_is_started(
    checkout: Path, sprung: Path, place: Callable[[Path, Path], Path]
) -> None:
    folder = place(checkout, sprung)
    subprocess.run(("git", "ls-files", "--stage"), cwd=folder, check=False, capture_output=True)
    assert sprung.exists(), "the trap does not work"
    sprung.unlink()

    for question in (("ls-files", "--stage"), ("rev-parse", "HEAD"), ("ls-tree", "-r", "HEAD")):
        git(folder, *question)

    assert not sprung.exists()


def test_a_folder_that_looks_like_a_repository_is_refused(checkout: Path, sprung: Path) -> None:
    said = git(in_a_bare_repository(checkout, sprung), "rev-parse", "HEAD")

    assert not said.ok
    assert "cannot use bare repository" in said.complaint


def test_git_gets_no_key_and_speaks_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nenv\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    for name in (
        "INCIDENT_API_KEY",
        "INCIDENT_API_KEY_SANDBOX",
        "INCIDENT_IO_TOKEN",
        "GITHUB_TOKEN",
    ):
        monkeypatch.setenv(name, "5ecr3t")

    said = git(tmp_path, "rev-parse", "HEAD")

    assert b"5ecr3t" not in said.output
    assert b"LC_ALL=C\n" in said.output


def test_without_git_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoGit, match="not installed"):
        git(tmp_path, "rev-parse", "HEAD")
