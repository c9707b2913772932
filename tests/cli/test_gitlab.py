"""`reconciler gitlab`: what it refuses, and in which words."""

from pathlib import Path

import pytest

from tests.e2e.team import Team
from tests.gitlab.fake import NOTES, PATH, PROJECT, FakeGitLab, running

SHA = "a" * 40


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def environment(gitlab: FakeGitLab) -> dict[str, str]:
    return {
        "CI_API_V4_URL": f"{gitlab.url}/api/v4",
        "CI_SERVER_URL": gitlab.url,
        "CI_PROJECT_ID": str(PROJECT),
        "CI_PROJECT_PATH": PATH,
        "GITLAB_TOKEN": NOTES,
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("note", "--request", "0"), "0 is not in the range"),
        (("note", "--request", "3", "--plan", "p.json"), "use --plan and --body together"),
        (("note", "--request", "3", "--sha", SHA), "GITLAB_TOKEN is not set"),
        (("reviewed", "--out", "r"), "GITLAB_TOKEN is not set"),
        (("folder", "../x"), "leads out of the checkout"),
        (("record", "fetch"), "neither GITLAB_TOKEN nor CI_JOB_TOKEN"),
        (("outcome", "--reviewed", "r", "--outcome", "o"), "GITLAB_TOKEN is not set"),
        (("drift", "--body", "none.md"), "none.md"),
        (("adopt", "--pulled", "none.json", "--body", "b"), "none.json"),
    ],
)
def test_what_is_missing_is_said(team: Team, arguments: tuple[str, ...], words: str) -> None:
    ended = team.run("gitlab", *arguments)

    assert ended.code in (1, 64)
    assert words in " ".join(ended.err.split())


def test_a_note_says_what_was_done(team: Team) -> None:
    with running(FakeGitLab()) as gitlab:
        gitlab.request(3, SHA, "one")
        ended = [
            team.run("gitlab", "note", "--request", "3", "--sha", SHA, **environment(gitlab))
            for _ in range(2)
        ]

    assert [one.err for one in ended] == ["note of !3 created\n", "note of !3 unchanged\n"]


def test_a_later_run_s_issue_is_left(team: Team) -> None:
    team.write("drift.md", "one\n")
    with running(FakeGitLab()) as gitlab:
        run = {"CI_PIPELINE_URL": f"{gitlab.url}/x/-/pipelines/8"}
        opened = team.run("gitlab", "drift", "--body", "drift.md", **environment(gitlab), **run)
        run = {"CI_PIPELINE_URL": f"{gitlab.url}/x/-/pipelines/7"}
        older = team.run("gitlab", "drift", "--body", "drift.md", **environment(gitlab), **run)

    assert opened.err == "drift issue opened\n"
    assert older.err == "drift issue left unchanged: a later run wrote it\n"


def test_validate_writes_the_reports_from_the_root_of_the_checkout(team: Team) -> None:
    team.write("alerts/reconciler.yaml", "")
    team.write("alerts/routes/one.yaml", "name: One\nunknown: 1\n")
    inside = Team(team.folder / "alerts")

    quality = inside.run("validate", "--format", "codequality", CI_PROJECT_DIR=str(team.folder))
    junit = inside.run("validate", "--format", "junit", CI_PROJECT_DIR=str(team.folder))

    assert (quality.code, junit.code) == (1, 1)
    assert '"path": "alerts/routes/one.yaml"' in quality.out
    assert '<testcase name="alerts/routes/one.yaml"' in junit.out
