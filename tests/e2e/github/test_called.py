"""Another repository calls our workflows, with the few lines that the page shows."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from reconciler.sandbox.http.keys import FULL, READ_ONLY
from tests.e2e.github.story import DATABASE, THREE, Story, disable, opened
from tests.e2e.team import REPOSITORY
from tests.github.called import NoStart
from tests.github.traps import arm, plant

PAGE = REPOSITORY / "docs" / "how-to" / "pull-requests.md"
FOLDER = REPOSITORY / ".github" / "workflows"
CALLED = sorted(FOLDER.glob("*-routes.yml"))
NAMES = ("validate", "plan", "apply", "drift", "adopt")


def shown() -> Iterator[str]:
    """The workflows of the page that call one of ours."""
    for match in re.finditer(r"^( *)```yaml\n(.*?)^\1```", PAGE.read_text("utf-8"), re.M | re.S):
        text = "".join(line.removeprefix(match[1]) for line in match[2].splitlines(True))
        if "-routes.yml@" in text:
            yield text


CALLERS = {text.split()[1]: text for text in shown()}


@pytest.fixture
def caller(story: Story) -> Story:
    """The same repository, whose keys are secrets of two environments."""
    story.runner.callers = CALLERS
    story.runner.secrets = {}
    story.runner.environments = {
        "plan": {"INCIDENT_API_KEY": READ_ONLY.secret},
        "production": {"INCIDENT_API_KEY": FULL.secret},
    }
    return story


def whole(story: Story) -> None:
    """Opened, commented, merged, applied, edited by hand, adopted."""
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    head = story.commit("wider")
    validated = story.plan(7, head, "validate")
    assert validated.ok, validated.log
    assert "6 routes valid" in validated.log
    planned = story.plan(7, head)
    assert planned.ok, planned.log
    (comment,) = story.github.comments_of(7)
    assert f"sha={head}" in comment
    assert "this key can write" not in comment

    applied = story.apply(story.merge(7, "wider"))

    assert applied.ok, applied.log
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    (comment,) = story.github.comments_of(7)
    assert "✅ **Applied**" in comment

    story.incident_io.state.edit("Informational", disable)
    assert story.drift().ok
    (issue,) = story.github.issues
    assert "`Informational`" in issue["body"]
    adopted = story.runner.run("adopt", {}, story.git("rev-parse", "main"))
    assert adopted.ok, adopted.log
    (pull,) = story.github.opened
    assert pull["head"]["ref"] == "reconciler/live-edits"


def test_the_page_shows_one_caller_of_each_workflow_in_about_ten_lines() -> None:
    assert tuple(CALLERS) == NAMES
    assert {f"{name}-routes.yml" for name in NAMES} == {file.name for file in CALLED}
    for text in CALLERS.values():
        assert len(text.splitlines()) <= 11


def test_the_whole_story_with_the_keys_of_environments(caller: Story) -> None:
    whole(caller)

    assert {row["environment"] for row in caller.github.deployments} == {"production"}


def test_the_whole_story_without_environments(caller: Story) -> None:
    secret = '{ INCIDENT_API_KEY: "${{ secrets.INCIDENT_API_KEY }}" }'
    assert sum(secret in text for text in CALLERS.values()) == 4
    caller.runner.callers = {
        name: text.replace("INCIDENT_API_KEY }}", f"INCIDENT_{right}_KEY }}}}").replace(
            "    secrets:", '    with: { environment: "" }\n    secrets:'
        )
        for right, names in (
            ("READ", ("validate", "plan", "drift", "adopt")),
            ("WRITE", ("apply",)),
        )
        for name, text in CALLERS.items()
        if name in names
    }
    caller.runner.environments = {}
    caller.runner.secrets = {
        "INCIDENT_READ_KEY": READ_ONLY.secret,
        "INCIDENT_WRITE_KEY": FULL.secret,
    }

    whole(caller)

    assert caller.github.deployments == []


def test_the_routes_may_be_in_a_folder(caller: Story) -> None:
    (caller.team.folder / "alerts").mkdir()
    for path in ("routes", "reconciler.yaml", "directory.lock.json"):
        caller.git("mv", path, f"alerts/{path}")
    caller.commit("main")
    caller.runner.callers = {
        name: text.rstrip() + "\n    with: { path: alerts }\n" for name, text in CALLERS.items()
    }
    caller.team.edit(f"alerts/{DATABASE}", "branch: main", "branch: [main, master]")
    head = caller.commit("wider")

    assert "6 routes valid" in caller.plan(7, head, "validate").log
    assert caller.plan(7, head).ok
    assert "Database Alerts" in caller.github.comments_of(7)[0]


def test_a_start_by_hand_passes_what_the_person_typed(caller: Story) -> None:
    caller.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    pushed = caller.commit("main")
    stopped = caller.apply(pushed)
    (digest,) = set(re.findall(r"--digest\s+([0-9a-f]{64})", stopped.log))

    assert not stopped.ok
    assert not caller.apply(pushed, digest="0" * 64).ok
    by_hand = caller.apply(pushed, digest=digest)
    assert by_hand.ok, by_hand.log


def test_a_pull_request_of_a_fork_or_of_dependabot_gets_no_plan(caller: Story) -> None:
    caller.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    head = caller.commit("theirs")
    event = {
        "pull_request": {
            "number": 9,
            "head": {"sha": head, "repo": {"full_name": "example/routes"}},
            "base": {"sha": caller.git("rev-parse", "main")},
            "user": {"login": "dependabot[bot]"},
        }
    }

    assert not caller.plan(8, head, repo="stranger/routes").ran
    assert not caller.runner.run("plan", event, head, "refs/pull/9/merge").ran
    assert caller.github.comments == []


def test_another_branch_than_the_default_one_is_not_applied(caller: Story) -> None:
    head = caller.git("rev-parse", "main")

    assert not caller.runner.run("apply", {}, head, "refs/heads/side").ran
    assert not caller.runner.run("drift", {}, head, "refs/heads/side").ran
    assert caller.incident_io.count("PUT") == 1  # the one before the story


@pytest.mark.parametrize("name", NAMES)
def test_the_program_is_that_of_the_called_commit(caller: Story, tmp_path: Path, name: str) -> None:
    """The caller's files look like the action, a workflow and the program, and none of it runs."""
    sprung = tmp_path / "sprung"
    plant(caller.team.folder, sprung)
    step = {"run": f"echo an action >> '{sprung}'", "shell": "bash", "name": "trap"}
    trap = yaml.safe_dump({"runs": {"using": "composite", "steps": [step]}})
    for place in ("action.yml", "program/action.yml", "change/action.yml"):
        caller.team.write(place, trap)
    caller.commit("main")
    caller.runner.prepare = arm
    caller.runner.program = Path(sys.prefix)
    caller.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    head = caller.commit("wider")

    if name in ("validate", "plan"):
        ended = caller.plan(7, head, name)
    else:
        ended = caller.runner.run(name, {}, caller.git("rev-parse", "main"))

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert ended.ok, ended.log


@pytest.mark.parametrize("name", NAMES)
def test_a_github_that_does_not_name_the_commit_runs_nothing(caller: Story, name: str) -> None:
    """As GitHub Enterprise Server: an empty `repository` would check out the caller's files."""
    caller.runner.says_program = False
    head = caller.commit("wider")
    before = caller.incident_io.count("GET")

    if name in ("validate", "plan"):
        ended = caller.plan(7, head, name)
    else:
        ended = caller.runner.run(name, {}, caller.git("rev-parse", "main"))

    assert not ended.ok
    assert "GitHub does not name the commit of this workflow" in ended.log
    assert caller.incident_io.count("GET") == before
    assert not [*caller.runner.home.glob("run-*/workspace/*")]


def test_a_caller_that_grants_too_little_is_told_by_github(caller: Story) -> None:
    opened(caller, *THREE[0])
    less = CALLERS["apply"].replace("contents: write", "contents: read")
    caller.runner.callers = {**CALLERS, "apply": less}

    with pytest.raises(NoStart, match="contents: write"):
        caller.apply(caller.git("rev-parse", "main"))


@pytest.mark.parametrize("file", [*CALLED, FOLDER / "publish-page.yml"], ids=lambda file: file.stem)
def test_a_called_workflow_checks_out_both_sides_and_runs_the_program_alone(file: Path) -> None:
    called = yaml.safe_load(file.read_text("utf-8"))
    (job,) = called["jobs"].values()
    guard, program, change, _python, action, *after = job["steps"]

    assert guard["name"] == "Find the program"
    assert program["with"]["ref"] == "${{ job.workflow_sha }}"
    assert (program["with"]["path"], change["with"]["path"]) == ("program", "change")
    assert "repository" not in change["with"]
    assert action["uses"] == "./program"
    assert called["permissions"] == {}
    assert not any("run" in step for step in after)
    assert bool(after) == (file.stem == "publish-page")
    assert all(step["with"]["persist-credentials"] is False for step in (program, change))
