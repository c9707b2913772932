"""`reconciler github`: what it refuses, and in which words."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.plan.plan import plan_digest
from reconciler.report.plan_json import plan_json
from reconciler.runs.folder import open_run
from tests.e2e.team import Ended, Team
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running
from tests.report.plans import full_plan

SHA = "a" * 40


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running(FakeGitHub()) as served:
        yield served


@pytest.fixture
def team(tmp_path: Path, fake: FakeGitHub) -> Team:
    made = Team(
        tmp_path,
        {
            "GITHUB_API_URL": fake.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": WRITER,
            "GITHUB_RUN_ID": "7",
        },
    )
    made.write("plan.json", plan_json(full_plan()))
    made.write("comment.md", "the plan\n")
    return made


def comment(team: Team, *more: str, **environment: str) -> Ended:
    files = ("--plan", "plan.json", "--body", "comment.md")
    return team.run("github", "comment", "--pull", "3", *files, *more, **environment)


def test_a_comment_is_put_and_its_marker_has_the_plan_s_digest(
    team: Team, fake: FakeGitHub
) -> None:
    ended = comment(team, "--sha", SHA)

    assert (ended.code, ended.err) == (0, "comment of #3 created\n")
    (body,) = fake.comments_of(3)
    assert f"sha={SHA} digest={plan_digest(full_plan().changes)}" in body


@pytest.mark.parametrize("page", ["routes.html", "https://x/a) [b](https://y", "javascript:x()"])
def test_a_page_without_an_address_that_can_be_linked_is_refused(
    team: Team, fake: FakeGitHub, page: str
) -> None:
    ended = comment(team, "--sha", SHA, "--page", page)

    assert ended.code == 64
    assert "is not an address that Markdown can link" in ended.err
    assert fake.comments == []


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("plan.json", "{", "is not JSON"),
        ("plan.json", None, "no such file"),
        ("comment.md", None, "no such file"),
    ],
)
def test_a_file_that_is_none_is_one_line(
    team: Team, fake: FakeGitHub, file: str, text: str | None, words: str
) -> None:
    (team.folder / file).unlink()
    if text is not None:
        team.write(file, text)

    ended = comment(team, "--sha", SHA)

    assert ended.code == 1
    assert words in ended.err
    assert fake.requests == []


def test_a_plan_comes_with_its_text_or_not_at_all(team: Team, fake: FakeGitHub) -> None:
    half = team.run("github", "comment", "--pull", "3", "--plan", "plan.json", "--sha", SHA)
    none = team.run("github", "comment", "--pull", "3", "--sha", SHA)

    assert half.code == 64
    assert "use --plan and --body together" in half.err
    assert none.code == 0
    assert [f"No plan of `{SHA[:12]}`" in body for body in fake.comments_of(3)] == [True]


def test_a_body_without_a_plan_says_why_there_is_none(team: Team, fake: FakeGitHub) -> None:
    team.write("why.md", "no key\n")

    ended = team.run("github", "comment", "--pull", "3", "--sha", SHA, "--body", "why.md")
    beside = team.run("github", "comment", "--pull", "3", "--body", "why.md", "--path", "x")

    assert ended.code == 0, ended.err
    (body,) = fake.comments_of(3)
    assert f"❓ **No plan of `{SHA[:12]}`** " in body
    assert "): no key.\n" in body
    assert (beside.code, len(fake.comments_of(3))) == (64, 1)


def test_without_a_token_or_a_commit_nothing_is_asked(team: Team, fake: FakeGitHub) -> None:
    assert "GITHUB_TOKEN is not set" in comment(team, "--sha", SHA, GITHUB_TOKEN="").err
    assert "git does not find the commit `HEAD`" in comment(team).err
    assert fake.requests == []


def test_a_wrong_token_is_one_line_without_it(team: Team) -> None:
    ended = comment(team, "--sha", SHA, GITHUB_TOKEN="not-a-token")

    assert ended.code == 1
    assert "401" in ended.err
    assert "not-a-token" not in ended.err


def test_outputs_are_lines_for_a_step(team: Team) -> None:
    ended = team.run("github", "outputs", "plan.json")

    assert ended.out.splitlines() == [
        "changes=true",
        f"digest={full_plan().digest}",
        'counts={"creates": 1, "updates": 1, "deletes": 1}',
    ]


def test_an_outcome_needs_its_index(team: Team, fake: FakeGitHub) -> None:
    outcome = ("github", "outcome", "--reviewed", "reviewed", "--outcome", "outcome.json")
    assert team.run(*outcome).code == 1
    team.write("reviewed/index.json", "[]")
    assert "not a file that reconciler wrote" in team.run(*outcome).err
    team.write("reviewed/index.json", "{")
    assert "not a file that reconciler wrote" in team.run(*outcome).err
    rows = [1, {"number": "x"}, {"number": 3, "head": SHA, "why": "it came from a fork"}]
    team.write("reviewed/index.json", json.dumps({"requests": rows}))

    ended = team.run(*outcome)

    assert (ended.code, ended.err) == (0, "#3: not applied\n")
    assert "Nothing was written: the run ended before its first write." in fake.comments_of(3)[0]


def test_a_run_that_was_killed_while_it_wrote_is_not_called_not_applied(
    team: Team, fake: FakeGitHub
) -> None:
    index = {"requests": [{"number": 3, "head": SHA, "why": "it came from a fork"}]}
    team.write("reviewed/index.json", json.dumps(index))
    open_run(team.folder, datetime(2026, 8, 21, tzinfo=UTC))

    ended = team.run("github", "outcome", "--reviewed", "reviewed", "--outcome", "outcome.json")

    assert (ended.code, ended.err) == (0, "#3: unknown\n")
    assert "❓ **Cut off**" in fake.comments_of(3)[0]
    assert "reads the live routes to find out" in fake.comments_of(3)[0]


def test_the_base_is_a_commit_or_a_refusal(team: Team, fake: FakeGitHub) -> None:
    assert team.run("github", "base").code == 3
    fake.deploy("not-a-commit", "success")
    assert team.run("github", "base").code == 3
    fake.deploy(SHA, "success")
    told = team.run("github", "base")
    assert told.out == f"{SHA}\n"
    assert "there is no record yet; this run counts from" in told.err


def test_drift_needs_a_file(team: Team, fake: FakeGitHub) -> None:
    assert team.run("github", "drift", "--body", "none.md").code == 1
    assert fake.requests == []
    team.write("drift.md", "edited\n")
    assert team.run("github", "drift", "--body", "drift.md").err == "drift issue opened\n"
