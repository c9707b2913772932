"""Two folders of one project, each with an account: one pipeline has the jobs of both."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from reconciler.forge.folder import Folder
from reconciler.sandbox.http.keys import FULL
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.gitlab.story import DATABASE, Story, disable
from tests.e2e.team import REPOSITORY as SOURCE, Team
from tests.e2e.two_folders import PRODUCTION, SANDBOX, WIDER, fill, two_accounts
from tests.gitlab.fake import NOTES, PUSH, FakeGitLab
from tests.gitlab.runner import Job, Runner, Variable, interpolated
from tests.gitlab.served import running

SUFFIXES = {PRODUCTION: "", SANDBOX: "-sandbox"}
BASE = {"program": "https://gitlab.example/tools/reconciler.git", "commit": "a" * 40}


def include(folder: str, account: RunningSandbox) -> dict[str, object]:
    return {**BASE, "path": folder, "suffix": SUFFIXES[folder], "endpoint": account.url}


@dataclass
class Two:
    """A story with the jobs of two folders."""

    story: Story
    accounts: Mapping[str, RunningSandbox]

    def plan(self, number: int, head: str, folder: str) -> Job:
        return self.story.plan(number, head, f"reconciler-plan{SUFFIXES[folder]}")

    def on_main(self, what: str, folder: str, source: str = "schedule", **inputs: object) -> Job:
        return self.story.on_main(f"reconciler-{what}{SUFFIXES[folder]}", source, "", **inputs)

    def edit(self, folder: str, old: str, new: str, file: str = DATABASE) -> None:
        self.story.team.edit(f"{folder}/{file}", old, new)

    def wider(self, *folders: str) -> str:
        """A branch that makes the same change in the folders."""
        for folder in folders:
            self.edit(folder, *WIDER)
        return self.story.commit("wider")

    def note(self, number: int, folder: str) -> str:
        """The one that is of the folder."""
        marked = f" folder={Folder(folder).suffix[1:]} "
        (found,) = (
            body for body in self.story.gitlab.notes_of(number) if marked in body.splitlines()[0]
        )
        return found

    def live(self, folder: str) -> str:
        return json.dumps(self.accounts[folder].state.find("Database Alerts").body)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with two_accounts() as accounts, running(FakeGitLab()) as gitlab:
        first, second = accounts[PRODUCTION], accounts[SANDBOX]
        gitlab.folder = origin = tmp_path / "origin"
        variables = [
            *(Variable("INCIDENT_API_KEY", FULL.secret, environment=f"plan{SUFFIXES[folder]}")
              for folder in accounts),
            *(Variable("INCIDENT_API_KEY", FULL.secret, True, f"production{SUFFIXES[folder]}")
              for folder in accounts),
            Variable("RECONCILER_TOKEN", NOTES),
            Variable("RECONCILER_PUSH_TOKEN", PUSH, protected=True),
        ]  # fmt: skip
        inputs = include(PRODUCTION, first)
        runner = Runner(tmp_path, origin, gitlab, variables, inputs, [include(SANDBOX, second)])
        story = Story(Team(origin), gitlab, runner, first)
        fill(story, accounts)
        yield Two(story, accounts)
    assert gitlab.leaks == []


def test_the_pipeline_of_the_page_has_the_jobs_of_both() -> None:
    page = (SOURCE / "docs" / "how-to" / "gitlab.md").read_text("utf-8").partition("## Several")[2]
    text = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert text
    head, body = yaml.safe_load_all(text[1])
    includes = [
        {name: value for name, value in one["inputs"].items() if "$[[" not in value}
        for one in body["include"]
    ]

    both = interpolated(*({**one, "commit": "a" * 40} for one in includes))

    assert set(head["spec"]["inputs"]) == {"digest", "digest-sandbox"}
    kinds = ("validate", "plan", "apply", "drift", "adopt")
    assert set(both) == {f"reconciler-{kind}{end}" for end in ("", "-sandbox") for kind in kinds}
    for name, job in both.items():
        is_second = name.endswith("-sandbox")
        assert job["variables"]["RECONCILER_PATH"] == ("sandbox" if is_second else "production")
        names = (job.get("environment", {}).get("name"), job.get("resource_group"))
        assert all(one is None or one.endswith("-sandbox") == is_second for one in names)


def test_for_one_folder_all_names_are_as_ever() -> None:
    jobs = interpolated({**BASE, "path": "."})

    assert {name: (job.get("environment", {}).get("name"), job.get("resource_group"))
            for name, job in jobs.items()} == {
        "reconciler-validate": (None, None),
        "reconciler-plan": ("plan", "reconciler-plan-$CI_MERGE_REQUEST_IID"),
        "reconciler-apply": ("production", "reconciler"),
        "reconciler-drift": ("plan", "reconciler-drift"),
        "reconciler-adopt": ("plan", "reconciler-adopt"),
    }  # fmt: skip


@pytest.mark.parametrize("suffix", ["production", "-", "-A", "-a b", "-$x"])
def test_a_suffix_that_makes_no_good_name_is_refused(suffix: str) -> None:
    with pytest.raises(ValueError, match="suffix"):
        interpolated({**BASE, "suffix": suffix})


def test_a_merge_request_for_both_has_two_notes_artifacts_and_reviews(two: Two) -> None:
    head = two.wider(PRODUCTION, SANDBOX)
    for folder in two.accounts:
        planned = two.plan(7, head, folder)
        assert planned.ok, planned.log
        assert f"reconciler-artifacts/plan{Folder(folder).suffix}.json" in planned.files
        assert f"*(plan of `{head[:7]}` in `{folder}`)*" in two.note(7, folder)
    assert len(two.story.gitlab.notes_of(7)) == 2
    two.story.merge(7, "wider")

    first = two.on_main("apply", PRODUCTION, "push")

    assert first.ok, first.log
    assert "master" in two.live(PRODUCTION)
    assert "master" not in two.live(SANDBOX)
    assert "✅ **Applied**" in two.note(7, PRODUCTION)
    assert "Applied" not in two.note(7, SANDBOX)
    second = two.on_main("apply", SANDBOX, "push")
    assert second.ok, second.log
    assert "master" in two.live(SANDBOX)
    assert "✅ **Applied**" in two.note(7, SANDBOX)


def other_job(two: Two, head: str) -> None:
    """Only the other folder's job made a plan."""
    assert two.plan(7, head, SANDBOX).ok


def swapped(two: Two, head: str) -> None:
    """The job had the name and planned the other folder: the two suffixes were swapped later."""
    runner = two.story.runner
    before = (runner.inputs, runner.others)
    runner.inputs = {**before[0], "path": SANDBOX}
    runner.others = [{**before[1][0], "path": PRODUCTION}]
    assert two.plan(7, head, PRODUCTION).ok
    runner.inputs, runner.others = before


@pytest.mark.parametrize("review", [other_job, swapped])
def test_a_review_of_one_folder_is_none_of_the_other(
    two: Two, review: Callable[[Two, str], None]
) -> None:
    """Both folders are of one account and say the same, so the digests of the changes are equal."""
    same = two.accounts[PRODUCTION]
    two.accounts = {PRODUCTION: same, SANDBOX: same}
    two.story.runner.others = [include(SANDBOX, same)]
    two.edit(SANDBOX, "sandbox.invalid/other", "sandbox.invalid/acme", "reconciler.yaml")
    (two.story.team.folder / "reconciler.yaml").unlink()  # which would refuse it
    two.story.commit("main")
    review(two, two.wider(PRODUCTION, SANDBOX))
    two.story.merge(7, "wider")

    ended = two.on_main("apply", PRODUCTION, "push")

    assert not ended.ok
    assert "master" not in two.live(PRODUCTION)
    assert "no plan of a merged pull request contains these changes" in " ".join(ended.log.split())


def test_each_has_an_issue_and_a_merge_request_of_its_live_edits(two: Two) -> None:
    for folder, account in two.accounts.items():
        account.state.edit("Database Alerts", disable)
        for what in ("drift", "adopt"):
            ended = two.on_main(what, folder, adopt=True)
            assert ended.ok, ended.log

    issues, opened = two.story.gitlab.issues, two.story.gitlab.requests_to_merge
    assert sorted(row["title"] for row in issues) == [
        f"Alert routes have live edits in incident.io in {folder}" for folder in two.accounts
    ]
    assert sorted(row["title"] for row in opened) == [
        f"Adopt live edits of Database Alerts in {folder}" for folder in two.accounts
    ]
    for folder in two.accounts:
        branch = f"reconciler/live-edits{Folder(folder).suffix}"
        changed = two.story.git("diff", "main", branch, "--name-only")
        assert changed == f"{folder}/{DATABASE}"

    two.accounts[SANDBOX].state.edit("Database Alerts", lambda body: body.update(enabled=True))
    assert two.on_main("drift", SANDBOX).ok
    states = {row["title"].rpartition(" ")[2]: row["state"] for row in issues}
    assert states == {PRODUCTION: "opened", SANDBOX: "closed"}


def test_of_a_folder_that_cannot_be_used_its_own_note_says_so(two: Two) -> None:
    assert two.plan(7, two.story.git("rev-parse", "main"), SANDBOX).ok
    two.story.git("rm", "-rq", SANDBOX)
    head = two.story.commit("gone")

    ended = two.plan(7, head, SANDBOX)

    assert not ended.ok
    assert "sandbox is not a folder of the checkout" in ended.log
    note = two.note(7, SANDBOX)
    assert f"No plan of `{head[:12]}`" in note
    assert "sandbox is not a folder of the checkout" in note
    assert len(two.story.gitlab.notes_of(7)) == 1
    assert ended.files == {}


def test_a_folder_that_begins_with_a_dash_is_planned(two: Two) -> None:
    two.story.git("mv", SANDBOX, "./-x")
    two.story.team.write("reconciler.yaml", f"folders: [{PRODUCTION}, -x]\n")
    two.story.commit("main")
    two.story.runner.others = [{**include(SANDBOX, two.accounts[SANDBOX]), "path": "-x"}]
    two.edit("-x", *WIDER)

    ended = two.plan(7, two.story.commit("wider"), SANDBOX)

    assert ended.ok, ended.log
    assert "Database Alerts" in two.note(7, "-x")
