"""The hooks of `.pre-commit-hooks.yaml`, tried with the real pre-commit, without a network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.team import REPOSITORY
from tests.wheels import index_of, needed

FILES = ("routes", "routing-tests", "reconciler.yaml", "directory.lock.json")
DATABASE = "routes/database-alerts.yaml"
_RESULT = re.compile(r"^(.+?)\.{3,}(Passed|Failed|\(no files to check\)Skipped)$", re.M)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with the demo's routes, which the hooks have nothing to say about."""
    target = tmp_path / "routes-of-a-team"
    for name in FILES:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy(source, target / name)
    (target / "docs").mkdir()
    shutil.copy(REPOSITORY / "docs" / "routes.md", target / "docs")
    subprocess.run(("git", "init", "-q"), cwd=target, check=True)
    return target


def tried(folder: Path, home: Path) -> tuple[dict[str, str], str]:
    """What each hook came to on all files of the folder, and all that was printed."""
    index = home / "index"
    subprocess.run(("git", "add", "-A"), cwd=folder, check=True)
    command = ("pre-commit", "try-repo", str(REPOSITORY), "--all-files", "--color=never")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "GIT_", "COVERAGE_"))}
    ended = subprocess.run(
        command,
        cwd=folder,
        env=kept
        | {
            "HOME": str(home),
            "PATH": f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": index_of(index, *needed()),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    return dict(_RESULT.findall(ended.stdout)), ended.stdout


def test_all_hooks_pass_on_sound_files_and_each_fails_on_its_own_matter(
    folder: Path, tmp_path: Path
) -> None:
    """One environment is made for all: so one run has what passes and what fails."""
    text = (folder / DATABASE).read_text("utf-8")
    (folder / DATABASE).write_text(text.replace("  - branch: main", "  - {branch: main}"), "utf-8")
    (folder / "docs/routes.md").write_text("# Routes\n", "utf-8")

    results, log = tried(folder, tmp_path)

    assert results == {
        "alert routes are valid": "Passed",
        "alert routes are in canonical spelling": "Failed",
        "the routing table is up to date": "Failed",
        "routing tests pass": "Passed",
    }, log
    assert (folder / DATABASE).read_text("utf-8") == text  # fmt wrote it
    assert "files were modified by this hook" in log
    assert "reconciler table --format markdown" in log
