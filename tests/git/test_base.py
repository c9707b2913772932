"""The files of a commit are read as they were there, whatever the checkout says now."""

import re
import subprocess
from pathlib import Path

import pytest

from reconciler.git.base import Base, read_base, settings_of
from reconciler.git.commit import BaseRefused
from reconciler.model import Config, admissible

ROUTE = "name: A\nsources: [S]\n"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(folder: Path, files: dict[str, str]) -> str:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "m")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def test_the_commit_is_read_and_not_the_checkout(repository: Path) -> None:
    sha = commit(repository, {"routes/a.yaml": ROUTE, "reconciler.yaml": "api: v2\n"})
    commit(repository, {"routes/a.yaml": ROUTE.replace("A", "B")})
    (repository / "routes" / "a.yaml").unlink()

    base = read_base(repository, "HEAD~1")

    assert base.commit == sha
    assert [one.route.name for one in base.declarations] == ["A"]
    assert [one.file for one in base.declarations] == ["routes/a.yaml"]
    assert base.config.api == "v2"
    assert base.broken == ()


ACCOUNT = "https://app.incident.io/acme"
LOCK = f"""\
version: 1
account: {ACCOUNT}
left:
- text_case: counts
ruled_out:
- answers:
    text_case: ignored
  since: 2026-11-29
  alerts:
  - alert: 01A
    at: 2026-11-20T10:00:00Z
    saw: paged
"""


@pytest.mark.parametrize(
    ("config", "lock", "left"),
    [
        (f"account: {ACCOUNT}\n", LOCK, 8),
        ("api: v2\n", LOCK, 16),  # of which account it is, nothing says
        (f"account: {ACCOUNT}\n", LOCK.replace("counts", "loud"), 16),
        (f"account: {ACCOUNT}\n", "", 16),
    ],
)
def test_what_past_alerts_rule_out_is_as_the_commit_has_it(
    config: str, lock: str, left: int, repository: Path
) -> None:
    files = {"reconciler.yaml": config, "semantics.lock.yaml": lock}
    sha = commit(repository, {"routes/a.yaml": ROUTE, **files})
    commit(repository, {"semantics.lock.yaml": LOCK.replace("text_case", "text_one_of")})

    base = read_base(repository, sha)
    found = settings_of(repository, sha).config

    assert base.broken == ()
    assert base.config == base.guards == found
    assert len(admissible(base.config.assumed)) == left


@pytest.mark.parametrize(
    ("sha", "why"),
    [("", "the record names no commit"), ("b" * 40, "git does not have commit bbbbbbbbbbbb")],
)
def test_settings_of_an_unknown_commit_are_the_strictest(
    repository: Path, sha: str, why: str
) -> None:
    commit(repository, {"reconciler.yaml": "require_reviewed_plan: false\n"})

    found = settings_of(repository, sha)

    assert found.config == Config()
    assert found.unknown == why


def test_only_route_files_are_read(repository: Path) -> None:
    commit(
        repository,
        {
            "routes/team/a.yml": ROUTE,
            "routes/.hidden.yaml": ROUTE,
            "routes/readme.md": "x",
            "other.yaml": "x",
        },
    )

    assert [one.file for one in read_base(repository, "HEAD").declarations] == ["routes/team/a.yml"]


def test_a_commit_without_routes_declares_nothing(repository: Path) -> None:
    commit(repository, {"readme": "x"})

    assert read_base(repository, "HEAD").declarations == ()


def test_what_could_not_be_read_there_is_named(repository: Path) -> None:
    commit(
        repository,
        {"routes/a.yaml": "name: [", "routes/b.yaml": ROUTE, "reconciler.yaml": "api: v9\n"},
    )
    (repository / "routes" / "c.yaml").write_bytes(b"name: \xff\n")
    commit(repository, {})

    base = read_base(repository, "HEAD")

    assert set(base.broken) == {"routes/a.yaml", "routes/c.yaml", "reconciler.yaml"}
    assert [one.file for one in base.declarations] == ["routes/b.yaml"]


def test_a_folder_inside_the_repository_is_a_root_of_its_own(repository: Path) -> None:
    commit(repository, {"production/routes/a.yaml": ROUTE})

    base = read_base(repository / "production", "HEAD")

    assert [one.file for one in base.declarations] == ["routes/a.yaml"]


@pytest.mark.parametrize("ref", ["nosuch", "--help", ""])
def test_a_commit_that_is_not_there_is_refused(ref: str, repository: Path) -> None:
    commit(repository, {})

    with pytest.raises(BaseRefused, match="git does not find the commit"):
        read_base(repository, ref)


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BaseRefused, match=f"^{re.escape(str(tmp_path.resolve()))} is not in a git"):
        read_base(tmp_path, "HEAD")


def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BaseRefused, match="needs git, but git is not installed"):
        read_base(tmp_path, "HEAD")


def test_a_repository_that_git_cannot_read_is_refused(repository: Path) -> None:
    sha = commit(repository, {"routes/a.yaml": ROUTE})
    tree = git(repository, "rev-parse", "HEAD^{tree}")
    (repository / ".git" / "objects" / tree[:2] / tree[2:]).unlink()

    with pytest.raises(BaseRefused, match="git ls-tree failed"):
        read_base(repository, sha)


def test_a_file_is_unread_where_no_earlier_commit_has_it_without_an_error() -> None:
    base = Base(
        "c" * 40,
        broken=("routes/broken.yaml", "reconciler.yaml"),
        earlier={"routes/mended.yaml": "d" * 40, "routes/lost.yaml": "", "reconciler.yaml": ""},
    )

    assert base.unread == ("routes/broken.yaml", "routes/lost.yaml")
