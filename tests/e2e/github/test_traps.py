"""No step of the action or of a workflow runs a file of the checkout, beside a key or without one.

The checkout is full of files that a step could import, source or start, and the job's environment
and git's settings lead to them. What runs, installs the action for real and talks to the sandbox.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.e2e.github.story import DATABASE, Story, disable
from tests.e2e.team import REPOSITORY
from tests.github.runner import Job
from tests.github.traps import arm, bare_repository, plant
from tests.wheels import add_ours, index_of, needed

ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
WORKFLOWS = [
    file
    for file in sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
    if not file.stem.endswith("-routes")  # which `test_called.py` is about
    and file.stem != "publish-page"  # called, too: `test_pages.py`
]
PAGES = REPOSITORY / "docs" / "how-to"
FROM_GIT = '"git+https://github.com/OWNER/reconciler.git@COMMIT"'


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("index")
    add_ours(folder)
    return index_of(folder, *needed())


@pytest.fixture
def sprung(tmp_path: Path) -> Path:
    return tmp_path / "sprung"


@pytest.fixture
def trapped(story: Story, sprung: Path) -> Story:
    """The same repository with traps in its root, merged."""
    plant(story.team.folder, sprung)
    story.commit("main")
    story.runner.prepare = arm
    story.runner.program = Path(sys.prefix)  # a real start: what it reads is what is tested
    return story


def edited(story: Story) -> str:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.write_table()
    return story.commit("wider")


def validate(story: Story) -> Job:
    return story.plan(7, edited(story), "validate")


def plan(story: Story) -> Job:
    return story.plan(7, edited(story))


def apply(story: Story) -> Job:
    assert plan(story).ok
    return story.apply(story.merge(7, "wider"))


def drift(story: Story) -> Job:
    story.incident_io.state.edit("Database Alerts", disable)
    return story.drift()


def adopt(story: Story) -> Job:
    story.incident_io.state.edit("Database Alerts", disable)
    return story.adopt()


MODES = (validate, plan, apply, drift, adopt)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.__name__)
def test_no_mode_runs_a_file_of_the_checkout(
    trapped: Story, sprung: Path, mode: Callable[[Story], Job]
) -> None:
    ended = mode(trapped)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert ended.ok, ended.log


def test_the_action_installs_itself_beside_traps(
    trapped: Story, sprung: Path, index: str, tmp_path: Path
) -> None:
    runner = trapped.runner
    runner.program = None
    runner.prepare = lambda checkout: {**arm(checkout), "PIP_INDEX_URL": index}

    ended = validate(trapped)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert ended.ok, ended.log
    (program,) = runner.home.glob("run-*/temp/reconciler")
    assert not program.is_symlink()
    packages = program.glob("lib/python3.*/site-packages/reconciler/__init__.py")
    assert len(list(packages)) == 1


def test_the_workflow_that_the_page_shows_runs_no_file_either(trapped: Story, sprung: Path) -> None:
    (shown,) = (
        text for text in blocks("pull-requests", "yaml") if "uses: OWNER/reconciler@" in text
    )
    head = edited(trapped)

    ended = trapped.plan(7, head, text=shown)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert ended.ok, ended.log
    assert "Database Alerts" in trapped.github.comments_of(7)[0]


def test_the_lines_for_another_ci_run_no_file_either(
    trapped: Story, sprung: Path, index: str
) -> None:
    trapped.team.write(
        "routing-tests/database.yaml",
        "version: 1\ntests: [{name: main pages, alert: {source: PlanetScale, attributes: "
        "{branch: main}}, expect: {routes: [Database Alerts]}}]\n",
    )
    head = edited(trapped)
    (setup,) = blocks("run-in-ci", "bash")
    assert FROM_GIT in setup
    lines = [line for text in blocks("run-in-ci", "sh") for line in text.splitlines()]
    script = (
        "CHECKOUT=$GITHUB_WORKSPACE",
        setup.replace("pip install", f"pip install --index-url {index}").replace(
            FROM_GIT, "incidentio-reconciler"
        ),
        *(f"{line} || echo 'ended with' $?" for line in lines),
    )
    step = {
        "name": "CI",
        "run": "\n".join(script),
        "shell": ACTION["runs"]["steps"][0]["shell"],
        "env": {
            "INCIDENT_API_KEY": "${{ secrets.INCIDENT_API_KEY }}",
            "INCIDENT_ENDPOINT": trapped.runner.endpoint,
            "BASE": trapped.git("rev-parse", "main"),
        },
    }
    workflow = {"jobs": {"ci": {"steps": [{"uses": "actions/checkout@v6"}, step]}}}

    job = trapped.runner.run_text(yaml.safe_dump(workflow), {}, head)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert job.ok, job.log
    assert "Database Alerts: updated" in job.log
    assert len(lines) >= 8
    assert job.log.count("ended with") == 1, job.log  # no folder `plans` is here
    assert "[plan-unreadable]" in job.log


def blocks(page: str, language: str) -> Iterator[str]:
    text = (PAGES / f"{page}.md").read_text("utf-8")
    for match in re.finditer(rf"^( *)```{language}\n(.*?)^\1```", text, re.M | re.S):
        yield "".join(line.removeprefix(match[1]) for line in match[2].splitlines(True))


def test_a_folder_that_looks_like_a_repository_is_not_asked(trapped: Story, sprung: Path) -> None:
    team = trapped.team
    (team.folder / "alerts").mkdir()
    for path in ("routes", "reconciler.yaml", "directory.lock.json"):
        trapped.git("mv", path, f"alerts/{path}")
    bare_repository(team.folder / "alerts", team.folder / "git-trap")
    trapped.commit("main")
    trapped.incident_io.state.edit("Database Alerts", disable)
    trapped.runner.settings = {"path": "alerts"}

    ended = trapped.adopt()

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert not ended.ok
    assert "looks like a git repository of its own" in ended.log


@pytest.mark.parametrize("workflow", ["validate", "plan"])
def test_a_link_in_the_place_of_the_folder_is_refused(
    trapped: Story, sprung: Path, workflow: str
) -> None:
    (trapped.team.folder / "alerts").symlink_to(".")
    trapped.runner.settings = {"path": "alerts" if workflow == "validate" else "change/alerts"}

    ended = trapped.plan(7, trapped.commit("link"), workflow)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert not ended.ok
    assert "alerts is a link" in ended.log
    assert "routes" not in ended.log
    comments = trapped.github.comments_of(7)
    assert len(comments) == (workflow == "plan")
    assert all("no plan" in comment.lower() for comment in comments)


def test_every_step_of_the_action_starts_outside_of_the_checkout() -> None:
    steps = [step for step in ACTION["runs"]["steps"] if "run" in step]

    assert {step["working-directory"] for step in steps} == {"${{ runner.temp }}"}
    assert {step["shell"] for step in steps} == {"bash --noprofile --norc -peo pipefail {0}"}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_no_job_that_runs_the_checkout_has_a_secret(file: Path) -> None:
    text = file.read_text("utf-8")
    for job in yaml.safe_load(text)["jobs"].values():
        uses = {step.get("uses") for step in job["steps"]}
        if not any(str(one).startswith("actions/checkout@") for one in uses):
            continue  # it publishes what an earlier job built
        runs_the_head = any("run" in step for step in job["steps"]) or (
            "./" in uses and "pull_request:" in text
        )
        if runs_the_head:
            assert job["permissions"] == {"contents": "read"}
            assert "environment" not in job
            assert "secrets." not in str(job)
        else:
            assert uses & {"./", "./program"}
            of_main_alone = "github.ref == 'refs/heads/main'" in job["if"]
            assert of_main_alone == ("./program" not in uses)
