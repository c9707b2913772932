"""Two folders of one repository, each with an account: nothing of one stands for the other."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.forge.folder import Folder
from reconciler.record.repository import records_of
from reconciler.sandbox.http.keys import FULL, READ_ONLY
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.github.story import DATABASE, WARNINGS, Story, disable
from tests.e2e.github.test_called import CALLERS
from tests.e2e.team import REPOSITORY as SOURCE, Team
from tests.e2e.two_folders import PRODUCTION, SANDBOX, WIDER, fill, two_accounts
from tests.github.fake import REPOSITORY, FakeGitHub
from tests.github.runner import Job, Runner
from tests.github.served import running

USES_OURS = """
      - uses: ./
        if: always()
        with: {{ mode: plan, path: "{path}", key: "${{{{ secrets.INCIDENT_API_KEY }}}}" }}
"""


@dataclass
class Two:
    """A story whose jobs are each of one folder."""

    story: Story
    accounts: Mapping[str, RunningSandbox]

    def of(self, folder: str) -> Story:
        """The story, whose next jobs are of this folder."""
        self.story.runner.endpoint = self.accounts[folder].url
        self.story.runner.callers = {
            name: f"{text.rstrip()}\n    with: {{ path: {folder} }}\n"
            for name, text in CALLERS.items()
        }
        return self.story

    def edit(self, folder: str, old: str, new: str, file: str = DATABASE) -> None:
        self.story.team.edit(f"{folder}/{file}", old, new)

    def share_an_account(self) -> None:
        """Both folders say the same to it, so that the digests of equal changes are equal."""
        same = self.accounts[PRODUCTION]
        self.accounts = {PRODUCTION: same, SANDBOX: same}
        self.edit(SANDBOX, "sandbox.invalid/other", "sandbox.invalid/acme", "reconciler.yaml")
        (self.story.team.folder / "reconciler.yaml").unlink()  # which would refuse it
        self.story.commit("main")

    def plan(self, number: int, head: str, *folders: str) -> None:
        for folder in folders or self.accounts:
            planned = self.of(folder).plan(number, head)
            assert planned.ok, planned.log

    def comment(self, number: int, folder: str) -> str:
        """The one that is of the folder."""
        marked = f" folder={Folder(folder).suffix[1:]} "
        (found,) = (
            body for body in self.story.github.comments_of(number) if marked in body.splitlines()[0]
        )
        return found

    def live(self, folder: str, route: str = "Database Alerts") -> str:
        return json.dumps(self.accounts[folder].state.find(route).body)

    def opened(self, number: int, branch: str, *folders: str) -> str:
        """A pull request that makes the same change in the folders, with their plans."""
        self.story.git("checkout", "-q", "main")
        for folder in folders:
            self.edit(folder, *WIDER)
        head = self.story.commit(branch)
        self.plan(number, head)
        return head


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with two_accounts() as accounts, running(FakeGitHub()) as github:
        first = accounts[PRODUCTION]
        github.folder = origin = tmp_path / "origin"
        runner = Runner(tmp_path, origin, github, {}, first.url)
        runner.environments = {
            "plan": {"INCIDENT_API_KEY": READ_ONLY.secret},
            "production": {"INCIDENT_API_KEY": FULL.secret},
        }
        story = Story(Team(origin), github, runner, first)
        fill(story, accounts)
        yield Two(story, accounts)
    assert github.leaks == []


def test_in_the_root_of_a_repository_all_names_are_as_ever(story: Story) -> None:
    story.team.edit(DATABASE, *WIDER)
    head = story.commit("wider")
    assert story.plan(7, head).ok
    (planned,) = story.github.comments_of(7)
    assert story.apply(story.merge(7, "wider")).ok
    (applied,) = story.github.comments_of(7)
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.drift().ok
    assert story.adopt().ok

    github = story.github
    marked = rf"<!-- reconciler:plan v1 sha={head} digest=[0-9a-f]{{64}} text=[0-9a-f]{{16}} run=1"
    assert re.fullmatch(rf"{marked} -->", planned.splitlines()[0])
    assert planned.splitlines()[1].endswith(f" *(plan of `{head[:7]}`)*")
    assert re.fullmatch(rf"{marked} state=applied -->", applied.splitlines()[0])
    assert applied.splitlines()[2].endswith("/actions/runs/2)).")
    assert [row["name"] for row in github.artifacts] == [
        f"plan-{head}", "page-plan-1", "run-2-1", "page-drift-3",
    ]  # fmt: skip
    assert github.issues[0]["title"] == "Alert routes have live edits in incident.io"
    assert re.fullmatch(
        r"<!-- reconciler:drift v1 text=[0-9a-f]{16} run=3 -->",
        github.issues[0]["body"].splitlines()[0],
    )
    assert github.opened[0]["title"] == "Adopt live edits of Database Alerts"
    assert github.opened[0]["head"]["ref"] == "reconciler/live-edits"
    assert "folder=" not in github.opened[0]["body"]


def test_a_pull_request_for_both_has_two_comments_artifacts_and_reviews(two: Two) -> None:
    github = two.story.github

    head = two.opened(7, "wider", PRODUCTION, SANDBOX)

    assert len(github.comments_of(7)) == 2
    for folder in two.accounts:
        assert f"*(plan of `{head[:7]}` in `{folder}`)*" in two.comment(7, folder)
    names = {f"plan-{head}{Folder(folder).suffix}" for folder in two.accounts}
    assert {row["name"] for row in github.artifacts if row["name"].startswith("plan-")} == names

    merged = two.story.merge(7, "wider")
    first = two.of(PRODUCTION).apply(merged)

    assert first.ok, first.log
    assert "master" in two.live(PRODUCTION)
    assert "master" not in two.live(SANDBOX)
    assert "✅ **Applied**" in two.comment(7, PRODUCTION)
    assert "*(the routes in `production`)*" in two.comment(7, PRODUCTION)
    assert "Applied" not in two.comment(7, SANDBOX)
    second = two.of(SANDBOX).apply(merged)
    assert second.ok, second.log
    assert "master" in two.live(SANDBOX)
    assert "✅ **Applied**" in two.comment(7, SANDBOX)
    runs = [row["name"] for row in github.artifacts if row["name"].startswith("run-")]
    assert [name.endswith(Folder(folder).suffix) for folder, name in
            zip(two.accounts, runs, strict=True)] == [True, True]  # fmt: skip


def test_the_workflow_of_the_page_plans_both_with_a_key_for_each(two: Two) -> None:
    page = (SOURCE / "docs" / "how-to" / "share-an-account.md").read_text("utf-8")
    text = re.search(r"```yaml\n(name: plan\n.*?)```", page, re.DOTALL)
    assert text
    runner, github = two.story.runner, two.story.github
    runner.environments = {
        "plan": {"INCIDENT_API_KEY": READ_ONLY.secret},
        "plan-sandbox": {"INCIDENT_API_KEY": READ_ONLY.secret},
    }
    two.edit(SANDBOX, *WIDER)
    head = two.story.commit("wider")
    base = two.story.git("rev-parse", "main")
    event = {"pull_request": {"number": 7, "head": {"sha": head, "repo": {"full_name": REPOSITORY}},
                              "base": {"sha": base}}}  # fmt: skip
    github.heads[7] = head

    for folder in two.accounts:
        two.of(folder)
        ended = runner.run_text(text[1], event, head, "refs/pull/7/merge", job=folder)
        assert ended.ok, ended.log

    assert "Merging this changes nothing in incident.io" in two.comment(7, PRODUCTION)
    assert "1 route changes" in two.comment(7, SANDBOX)


def test_a_review_of_one_folder_is_none_of_the_other(two: Two) -> None:
    two.share_an_account()
    for folder in two.accounts:
        two.edit(folder, *WIDER)
    head = two.story.commit("wider")
    two.plan(7, head, SANDBOX)
    reviewed = two.story.github.artifacts[0]["name"]

    ended = two.of(PRODUCTION).apply(two.story.merge(7, "wider"))

    assert not ended.ok
    assert "master" not in two.live(PRODUCTION)
    assert "no plan of a merged pull request contains these changes" in " ".join(ended.log.split())
    assert f"there is no plan artifact of {head[:12]} in" in two.comment(7, PRODUCTION)
    assert reviewed == f"plan-{head}{Folder(SANDBOX).suffix}"


def test_each_has_an_issue_and_a_pull_request_of_its_live_edits(two: Two) -> None:
    main = two.story.git("rev-parse", "main")
    for account in two.accounts.values():
        account.state.edit("Database Alerts", disable)
    for folder in two.accounts:
        for workflow in ("drift", "adopt"):
            ended = two.of(folder).runner.run(workflow, {}, main)
            assert ended.ok, ended.log

    issues, opened = two.story.github.issues, two.story.github.opened
    assert sorted(row["title"] for row in issues) == [
        f"Alert routes have live edits in incident.io in {folder}" for folder in two.accounts
    ]
    assert sorted(row["title"] for row in opened) == [
        f"Adopt live edits of Database Alerts in {folder}" for folder in two.accounts
    ]
    assert all("The routes in `" in row["body"] for row in issues)
    for folder in two.accounts:
        branch = f"reconciler/live-edits{Folder(folder).suffix}"
        changed = two.story.git("diff", "main", branch, "--name-only")
        assert changed == f"{folder}/{DATABASE}"

    two.accounts[SANDBOX].state.edit("Database Alerts", lambda body: body.update(enabled=True))
    for workflow in ("drift", "adopt"):
        assert two.of(SANDBOX).runner.run(workflow, {}, main).ok
    states = {row["title"].rpartition(" ")[2]: row["state"] for row in (*issues, *opened)}
    assert states == {PRODUCTION: "open", SANDBOX: "closed"}


def test_both_may_not_share_the_branch_that_one_of_them_names(two: Two) -> None:
    main = two.story.git("rev-parse", "main")
    ended: list[Job] = []
    for folder, account in two.accounts.items():
        account.state.edit("Database Alerts", disable)
        story = two.of(folder)
        text = story.runner.callers["adopt"].replace("with: {", "with: { branch: edits,")
        ended.append(story.runner.run_text(text, {}, main))

    assert [job.ok for job in ended] == [True, True]
    assert "another pull request is open" in " ".join(ended[1].log.split())
    assert two.story.git("diff", "main", "edits", "--name-only") == f"{PRODUCTION}/{DATABASE}"


def in_one_job(two: Two, *folders: str) -> str:
    """A workflow whose job uses the action once for each folder."""
    steps = "".join(USES_OURS.format(path=folder) for folder in folders)
    two.story.runner.secrets = {"INCIDENT_API_KEY": FULL.secret}
    two.story.runner.callers = {}
    checkout = "\n      - uses: actions/checkout@v6"
    return f"jobs:\n  both:\n    steps:{checkout}{steps}"


def test_what_the_first_use_in_a_job_left_is_not_taken_for_the_second_s(two: Two) -> None:
    two.edit(PRODUCTION, *WIDER)
    two.edit(SANDBOX, "name: Production Warnings", "name: [", WARNINGS)
    head = two.story.commit("broken")
    text = in_one_job(two, PRODUCTION, SANDBOX)

    ended = two.story.plan(7, head, text=text)

    assert not ended.ok
    github = two.story.github
    plans = [row["name"] for row in github.artifacts if row["name"].startswith("plan-")]
    assert plans == [f"plan-{head}{Folder(PRODUCTION).suffix}"]
    assert "Database Alerts" in two.comment(7, PRODUCTION)
    assert f"No plan of `{head[:12]}`" in two.comment(7, SANDBOX)
    assert "Database Alerts" not in two.comment(7, SANDBOX)


def test_reviews_that_one_folder_fetched_are_not_there_for_the_other(
    two: Two, tmp_path: Path
) -> None:
    two.edit(SANDBOX, *WIDER)
    two.plan(7, two.story.commit("wider"), SANDBOX)
    two.story.merge(7, "wider")
    plans: list[list[str]] = []
    for folder in (SANDBOX, PRODUCTION):
        team = Team(two.story.team.folder / folder, two.story.runner.as_github())
        assert team.run("github", "reviewed", "--out", str(tmp_path / "reviewed")).code == 0
        plans.append([file.name for file in (tmp_path / "reviewed" / "plans").iterdir()])

    assert plans == [["7.json"], []]
    (tmp_path / "reviewed/plans/7.json").write_text("{}")
    (tmp_path / "reviewed/plans/mine.json").write_text("{}")
    refused = team.run(
        "github", "reviewed", "--out", str(tmp_path / "reviewed"), "--base", "HEAD~9"
    )
    assert refused.code != 0
    assert [file.name for file in (tmp_path / "reviewed/plans").iterdir()] == ["mine.json"]


def gone(two: Two) -> str:
    two.story.git("rm", "-rq", SANDBOX)
    return "sandbox is not a folder of the checkout"


def linked(two: Two) -> str:
    two.story.git("mv", SANDBOX, "other")
    (two.story.team.folder / SANDBOX).symlink_to("other")
    return "sandbox is a link"


def like_a_repository(two: Two) -> str:
    for path in (f"{SANDBOX}/objects/x", f"{SANDBOX}/refs/x"):
        two.story.team.write(path, "")
    two.story.team.write(f"{SANDBOX}/HEAD", "ref: refs/heads/main\n")
    return "looks like a git repository of its own"


def above_both(two: Two) -> str:
    two.story.git("mv", f"{SANDBOX}/reconciler.yaml", f"{SANDBOX}/x.yaml")
    two.story.team.write(f"{SANDBOX}/reconciler.yaml", "folders: [routes]\n")
    return "lists several, and this command works in one folder"


@pytest.mark.parametrize("break_it", [gone, linked, like_a_repository, above_both])
def test_of_a_folder_that_cannot_be_used_its_own_comment_says_so(
    two: Two, break_it: Callable[[Two], str]
) -> None:
    two.plan(7, two.story.git("rev-parse", "main"), SANDBOX)
    words = break_it(two)
    head = two.story.commit("broken")

    ended = two.of(SANDBOX).plan(7, head)

    assert not ended.ok
    assert len(two.story.github.comments_of(7)) == 1
    comment = two.comment(7, SANDBOX)
    assert f"No plan of `{head[:12]}`" in comment
    assert words in comment
    assert "*(the routes in `sandbox`)*" in comment
    assert f"plan-{head}" not in str(two.story.github.artifacts)


def named(two: Two, name: str) -> None:
    """The second folder has another name since this commit of main."""
    two.story.git("mv", SANDBOX, "x")
    two.story.git("mv", "x", f"./{name}")
    listed = json.dumps([PRODUCTION, name], ensure_ascii=False)
    two.story.team.write("reconciler.yaml", f"folders: {listed}\n")
    two.accounts = {PRODUCTION: two.accounts[PRODUCTION], name: two.accounts[SANDBOX]}


@pytest.mark.parametrize("name", ["-x", "--help", ".x", "a b", "🚒 é", PRODUCTION + "-", "x" * 200])
def test_a_folder_of_any_name_is_planned_by_the_action(two: Two, name: str) -> None:
    named(two, name)
    two.story.commit("main")
    two.edit(name, *WIDER)

    text = in_one_job(two, name)
    two.story.runner.endpoint = two.accounts[name].url

    ended = two.story.plan(7, two.story.commit("wider"), text=text)

    assert ended.ok, ended.log
    assert "Database Alerts" in two.comment(7, name)


def test_in_a_renamed_folder_what_a_live_edit_says_is_named_before_it_is_overwritten(
    two: Two,
) -> None:
    """No record is of the new name, and the base has no file of it: nothing tells edits apart."""
    named(two, "lab")
    two.accounts["lab"].state.edit("Database Alerts", disable)
    head = two.story.commit("renamed")

    two.plan(7, head, "lab")

    assert "Reverts live edits" in two.comment(7, "lab")
    merged = two.story.merge(7, "renamed")
    ended = two.of("lab").apply(merged)
    assert not ended.ok
    assert "no record is of this folder" in ended.log
    assert '"enabled": false' in two.live("lab")
    ended = two.of("lab").apply(merged, base=two.story.git("rev-parse", f"{merged}^"))
    assert ended.ok, ended.log
    assert "Reverts live edits" in ended.log
    assert '"enabled": true' in two.live("lab")


def test_without_a_record_another_folder_s_deployment_is_no_base(two: Two) -> None:
    """The job of production deployed last, and sandbox has a merge that waits since before."""
    merged = ""
    for number, folder in ((7, SANDBOX), (8, PRODUCTION)):
        two.opened(number, folder, folder)
        merged = two.story.merge(number, folder)
    assert two.of(PRODUCTION).apply(merged).ok
    for ref in records_of(two.story.team.folder):
        if f"/{SANDBOX}-" in ref:
            two.story.git("update-ref", "-d", ref)
    github = two.story.github
    team = Team(two.story.team.folder / SANDBOX, two.story.runner.as_github())
    assert github.deployments

    ended = team.run("github", "base")

    assert ended.code == 3
    assert "no record is of this folder" in ended.err
    assert "start the workflow with `base`" in " ".join(ended.err.split())
    assert (
        Team(two.story.team.folder / PRODUCTION, team.environment).run("github", "base").out == ""
    )
