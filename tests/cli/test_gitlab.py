"""`reconciler gitlab`: what it refuses, and in which words."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.record.record import Applied
from reconciler.record.repository import ref_of, write_ref
from reconciler.report.plan_json import plan_json
from tests.e2e.team import Team
from tests.gitlab.fake import NOTES, PATH, PROJECT, PUSH, FakeGitLab
from tests.gitlab.served import running
from tests.report.plans import full_plan

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
    ("arguments", "code", "words"),
    [
        (("note", "--request", "0"), 64, "0 is not in the range"),
        (("note", "--request", "3", "--plan", "p.json"), 64, "use --plan and --body together"),
        (("note", "--request", "3", "--sha", SHA), 1, "GITLAB_TOKEN is not set"),
        (("reviewed", "--out", "r"), 1, "GITLAB_TOKEN is not set"),
        (("folder", "../x"), 1, "leads out of the checkout"),
        (("record", "fetch"), 1, "neither GITLAB_TOKEN nor CI_JOB_TOKEN"),
        (("outcome", "--reviewed", "r", "--outcome", "o"), 1, "GITLAB_TOKEN is not set"),
        (("drift", "--body", "none.md"), 1, "none.md"),
        (("adopt", "--pulled", "none.json", "--body", "b"), 1, "none.json"),
    ],
)
def test_what_is_missing_is_said(
    team: Team, arguments: tuple[str, ...], code: int, words: str
) -> None:
    ended = team.run("gitlab", *arguments)

    assert ended.code == code
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


@pytest.fixture
def checkout(tmp_path: Path) -> Team:
    """A clone of a project with one route and the record of its apply."""
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    (origin / "routes").mkdir()
    (origin / "routes" / "one.yaml").write_text("name: One\n")
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", "main")
    subprocess.run(["git", "clone", "-q", str(origin), str(tmp_path / "checkout")], check=True)
    return Team(tmp_path / "checkout")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    ended = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return ended.stdout.strip()


def test_the_record_is_exchanged_and_the_merge_request_of_live_edits_is_opened(
    checkout: Team,
) -> None:
    origin = checkout.folder.parent / "origin"
    url = "https://app.incident.io/acme"
    entry = Applied("01A", "One", 1, "routes/one.yaml", "r", datetime(2026, 11, 28, tzinfo=UTC))
    write_ref(checkout.folder, url, f"refs/reconciler/{ref_of(url, '')}", [entry], "a\n", entry.at)
    checkout.write("routes/one.yaml", "name: One\nenabled: false\n")
    checkout.write("pull.json", '{"title": "Adopt it", "files": [{"file": "routes/one.yaml"}]}')
    checkout.write("pull.md", "what moved\n")
    with running(FakeGitLab(origin)) as gitlab:
        given = {**environment(gitlab), "GITLAB_TOKEN": PUSH, "CI_DEFAULT_BRANCH": "main"}
        pushed = checkout.run("gitlab", "record", "push", **given)
        fetched = checkout.run("gitlab", "record", "fetch", **given, GITLAB_CI="true")
        files = ("--pulled", "pull.json", "--body", "pull.md")
        adopted = checkout.run("gitlab", "adopt", *files, **given)
        wrong = checkout.run("gitlab", "adopt", *files, "--branch", "a..b", **given)

    ref = f"refs/reconciler/{ref_of(url, '')}"
    assert (pushed.code, pushed.err) == (0, f"{ref} pushed\n")
    assert (fetched.code, fetched.err) == (0, f"{ref} fetched\n")
    assert adopted.err == "merge request of reconciler/live-edits opened\n"
    assert "enabled: false" in git(origin, "show", "reconciler/live-edits:routes/one.yaml")
    assert wrong.code == 64
    assert "a..b is not a valid branch name" in wrong.err


def test_reviewed_plans_are_written_and_their_outcome_is_said(checkout: Team) -> None:
    origin = checkout.folder.parent / "origin"
    base = git(checkout.folder, "rev-parse", "HEAD")
    git(origin, "commit", "-q", "--allow-empty", "-m", "change")
    git(origin, "commit", "-q", "--allow-empty", "-m", "alone")
    head, alone = git(origin, "rev-parse", "HEAD~1", "HEAD").split()
    git(checkout.folder, "pull", "-q")
    with running(FakeGitLab(origin)) as gitlab:
        given = {**environment(gitlab), "CI_DEFAULT_BRANCH": "main"}
        gitlab.request(3, head, "one").update(state="merged", commits=[head])
        plan = {"reconciler-artifacts/plan.json": plan_json(full_plan()).encode()}
        gitlab.job(gitlab.pipeline(head, "merge_request_event", 3)["id"], "reconciler-plan", plan)
        refused = checkout.run("gitlab", "reviewed", "--out", "r", **given)
        written = checkout.run("gitlab", "reviewed", "--out", "r", "--base", base, **given)
        files = ("--reviewed", "r", "--outcome", "none.json")
        said = checkout.run("gitlab", "outcome", *files, **given)
        gitlab.requests_to_merge.clear()
        gone = checkout.run("gitlab", "outcome", *files, **given)

    assert refused.code == 3
    assert "run a new pipeline with the input `base`" in " ".join(refused.err.split())
    assert written.code == 0, written.err
    assert "!3: its plan was reviewed" in written.err
    assert f"{alone[:12]}: no merge request, so its changes have no review" in written.err
    assert checkout.read("r/plans/3.json").startswith("{")
    assert (said.code, said.err) == (0, "!3: not applied\n")
    assert "🛑 **Not applied**" in gitlab.notes_of(3)[0]
    assert gone.code == 1
    assert "the comment of !3 was not changed: GitLab answered 404" in " ".join(gone.err.split())


def test_a_folder_of_the_checkout_is_printed(team: Team) -> None:
    (team.folder / "alerts").mkdir()

    assert team.run("gitlab", "folder", "alerts").out == f"{team.folder.resolve()}/alerts\n"


@pytest.mark.parametrize("suffix", ["sandbox", "-a b", "-a\nB=1", "-", "-é"])
def test_a_suffix_that_makes_no_name_of_a_variable_is_refused(team: Team, suffix: str) -> None:
    ended = team.run("gitlab", "outputs", "plan.json", "--suffix", suffix)

    assert (ended.code, ended.out) == (64, "")
    assert "write `-` and a word of letters, digits, - and _" in ended.err


@pytest.mark.parametrize(("suffix", "end"), [("", ""), ("-sandbox-2", "_SANDBOX_2")])
def test_outputs_are_variables_of_later_jobs(team: Team, suffix: str, end: str) -> None:
    team.write("plan.json", plan_json(full_plan()))

    ended = team.run("gitlab", "outputs", "plan.json", "--suffix", suffix)

    assert ended.out.splitlines() == [
        f"RECONCILER_PLAN_CHANGES{end}=true",
        f"RECONCILER_PLAN_DIGEST{end}={full_plan().digest}",
        f"RECONCILER_PLAN_CREATES{end}=1",
        f"RECONCILER_PLAN_UPDATES{end}=1",
        f"RECONCILER_PLAN_DELETES{end}=1",
    ]
