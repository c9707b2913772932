"""A repository of git, and git in it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Git = Callable[..., str]


def git_in(folder: Path) -> Git:
    def call(*arguments: str) -> str:
        identity = ("-c", "user.name=Team", "-c", "user.email=team@example.com")
        ended = subprocess.run(("git", *identity, "-C", str(folder), *arguments),
                               capture_output=True, text=True, check=True)  # fmt: skip
        return ended.stdout

    return call


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "team"
    folder.mkdir()
    git_in(folder)("init", "--quiet", "--initial-branch=main")
    return folder
