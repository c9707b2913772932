"""Since when merged requests count: by the records of this checkout and the forge's history."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.forge.since import Since, since_applied
from reconciler.forge.words import GITHUB, GITLAB, Words, words_of
from reconciler.record.record import Applied, Whole
from reconciler.record.repository import ref_of, write_ref

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
FIRST = datetime(2026, 11, 27, 12, tzinfo=UTC)


@dataclass
class Line:
    """A history that is one line of commits; those of `gone` the forge does not know."""

    commits: list[str]
    words: Words = GITLAB
    gone: set[str] = field(default_factory=set)

    def since(self, base: str, head: str) -> Since | None:
        if base in self.gone or base not in self.commits:
            return None
        start, end = self.commits.index(base), self.commits.index(head)
        return Since(base, tuple(self.commits[start + 1 : end + 1]), behind=start > end)

    def after(self, head: str) -> tuple[str, ...]:
        return tuple(self.commits[self.commits.index(head) + 1 :])


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    ended = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return ended.stdout.strip()


@pytest.fixture
def line(tmp_path: Path) -> Line:
    git(tmp_path, "init", "-q", "-b", "main")
    for number in range(4):
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", f"{number}")
    return Line(git(tmp_path, "rev-list", "--reverse", "main").split())


def record(
    folder: Path, whole: str, account: str = "one", entries: Mapping[str, str] | None = None
) -> None:
    """What was applied last: the commit of which nothing is left, and routes by their commit."""
    url = f"https://app.incident.io/{account}"
    rows = [
        Applied(name, name, 1, f"routes/{name}.yaml", "r", AT, sha)
        for name, sha in (entries or {}).items()
    ]
    ref = f"refs/reconciler/{ref_of(url, '')}"
    write_ref(folder, url, ref, rows, "apply\n", AT, Whole(whole, FIRST) if whole else None)


def test_it_counts_from_the_record_and_from_the_account_that_is_furthest_back(
    tmp_path: Path, line: Line
) -> None:
    head = line.commits[3]
    record(tmp_path, line.commits[2])
    record(tmp_path, line.commits[1], "two")

    since = since_applied(line, tmp_path, head)

    assert isinstance(since, Since)
    assert since.commits == tuple(line.commits[2:])


@pytest.mark.parametrize("words", [GITHUB, GITLAB], ids=lambda words: words.name)
def test_a_head_that_is_older_than_the_last_apply_is_refused(
    tmp_path: Path, line: Line, words: Words
) -> None:
    line.words = words
    record(tmp_path, line.commits[2])

    refused = since_applied(line, tmp_path, line.commits[1])

    assert isinstance(refused, str)
    assert refused.endswith(f"which was applied; {words.newest}")


def test_a_route_that_was_applied_from_a_later_commit_refuses_an_older_one(
    tmp_path: Path, line: Line
) -> None:
    record(tmp_path, line.commits[0], entries={"a": line.commits[2]})
    git(tmp_path, "checkout", "-q", "--detach", line.commits[1])

    refused = since_applied(line, tmp_path, line.commits[1])

    assert isinstance(refused, str)
    assert f"is older than {line.commits[2][:12]}" in refused


def test_without_a_record_a_person_names_a_base(tmp_path: Path, line: Line) -> None:
    head = line.commits[3]

    refused = since_applied(line, tmp_path, head)
    named = since_applied(line, tmp_path, head, line.commits[1])
    unknown = since_applied(line, tmp_path, head, "f" * 40)
    later = since_applied(line, tmp_path, line.commits[1], head)

    assert refused == f"the record has no commit that was applied completely. {GITLAB.by_hand}"
    assert isinstance(named, Since)
    assert named.commits == tuple(line.commits[2:])
    assert unknown == f"GitLab does not know the commit {'f' * 40}, which is the base"
    assert isinstance(later, str)
    assert "is older than" in later


def test_a_commit_that_the_forge_has_lost_is_named(tmp_path: Path, line: Line) -> None:
    record(tmp_path, line.commits[1])
    line.gone = {line.commits[1]}

    refused = since_applied(line, tmp_path, line.commits[3])

    assert isinstance(refused, str)
    assert refused.startswith(f"GitLab does not know {line.commits[1][:12]}, which was applied")


def test_a_record_that_began_before_the_first_commit_counts_the_whole_history(
    tmp_path: Path, line: Line
) -> None:
    record(tmp_path, "", entries={"a": ""})

    since = since_applied(line, tmp_path, line.commits[3])

    assert isinstance(since, Since)
    assert since.base == line.commits[0]


def test_the_words_are_those_of_the_forge_whose_job_it_is() -> None:
    assert words_of({"GITLAB_CI": "true"}) is GITLAB
    assert words_of({"GITHUB_ACTIONS": "true"}) is words_of({}) is GITHUB
    assert GITLAB.most > GITHUB.most
