"""The pipelines of the page for Jenkins and Buildkite: their scripts, taken from it and run."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.sandbox.http.keys import FULL, READ_ONLY
from tests.e2e.github.story import DATABASE, Story
from tests.e2e.github.test_record import live, narrow
from tests.e2e.team import REPOSITORY
from tests.standby.running import standby

PAGE = (REPOSITORY / "docs" / "how-to" / "run-in-ci.md").read_text("utf-8")
FROM_GIT = "git+https://github.com/OWNER/reconciler.git@COMMIT"
SECRETS = {
    "incident-io-read": READ_ONLY.secret,
    "incident-io-write": FULL.secret,
    "INCIDENT_IO_READ": READ_ONLY.secret,
    "INCIDENT_IO_WRITE": FULL.secret,
}
VENV = """#!/bin/sh
[ "$1 $2 $3" = "-I -m venv" ] || exit 9
for folder; do :; done
mkdir -p "$folder/bin"
printf '#!/bin/sh\\n[ "$3" != pip ] || { echo "$@" >> %s; exit 0; }\\nexec %s "$@"\\n' \\
  "$INSTALLED" "$STANDBY" > "$folder/bin/python"
chmod +x "$folder/bin/python"
"""
AGENT = """#!/bin/sh
case "$1 $2" in
  "secret get") cat "$SECRETS/$3" ;;
  "artifact upload") cp $3 "$ARTIFACTS/" ;;
  "artifact download") cp "$ARTIFACTS/$3" "$4" ;;
  *) exit 9 ;;
esac
"""


def program(file: Path, text: str, **words: object) -> None:
    for name, value in words.items():
        text = text.replace(f"${name}", str(value))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    file.chmod(0o755)


@dataclass
class Agent:
    """A machine of a CI: what is on its PATH, and a fresh checkout for each job."""

    story: Story
    home: Path
    jobs: int = 0
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for folder in ("secrets", "artifacts"):
            (self.home / folder).mkdir(parents=True)
        for name, secret in SECRETS.items():
            (self.home / "secrets" / name).write_text(secret, "utf-8")
        tools, installed = self.home / "tools", self.home / "installed"
        program(
            tools / "python3", VENV, INSTALLED=installed, STANDBY=standby().prefix / "bin/python"
        )
        program(
            tools / "buildkite-agent",
            AGENT,
            SECRETS=self.home / "secrets",
            ARTIFACTS=self.home / "artifacts",
        )

    @property
    def installed(self) -> list[str]:
        """What pip was told."""
        return (self.home / "installed").read_text("utf-8").splitlines()

    def checkout(self, branch: str) -> Path:
        """A new clone, as a job has it."""
        self.jobs += 1
        folder = self.home / f"job-{self.jobs}" / "workspace"
        command = ("git", "clone", "-q", "-b", branch, str(self.story.team.folder), str(folder))
        subprocess.run(command, check=True, capture_output=True)
        return folder

    def run(self, shell: tuple[str, ...], script: str, folder: Path, **more: str) -> int:
        """A script's exit code; its environment has no key but those in `more`."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GITHUB_", "INCIDENT_", "CI", "COVERAGE_"))
        }
        path = f"{self.home / 'tools'}:{os.environ['PATH']}"
        ended = subprocess.run(
            [*shell, script],
            cwd=folder,
            env=kept | {"PATH": path, "INCIDENT_ENDPOINT": self.story.runner.endpoint} | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        )
        self.log.append(ended.stdout)
        return ended.returncode


@pytest.fixture
def agent(story: Story, tmp_path: Path) -> Agent:
    """One change on a branch. The record is shared by git, as by default."""
    story.team.edit("reconciler.yaml", "record: local\n", "")
    story.commit("main")
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.team.write(
        "routing-tests/database.yaml",
        "version: 1\ntests: [{name: main pages, alert: {source: PlanetScale, attributes: "
        "{branch: main}}, expect: {routes: [Database Alerts]}}]\n",
    )
    story.commit("wider")
    story.git("checkout", "-q", "main")
    return Agent(story, tmp_path / "ci")


def merge(story: Story) -> None:
    story.git("checkout", "-q", "main")
    story.git("merge", "-q", "--ff-only", "wider")


def blocks(language: str, after: str) -> list[str]:
    """The blocks of that language below a heading."""
    section = PAGE.split(f"\n## {after}\n")[1].split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.M | re.S)


# Jenkins: each `sh` of a Jenkinsfile, with the credentials of the braces that it stands in.


def scripts(jenkinsfile: str) -> Iterator[tuple[str, str, str]]:
    """The stage, the id of the key that it has ("" for none), and the script."""
    token = re.compile(
        r"stage\('(?P<stage>\w+)'\)|credentialsId: '(?P<key>[\w-]+)', variable: 'INCIDENT_API_KEY'"
        r"|sh '''(?P<script>.*?)'''|(?P<brace>[{}])|'[^']*'",
        re.S,
    )
    stage, named, keys = "", "", [""]
    for found in token.finditer(jenkinsfile):
        stage, named = found["stage"] or stage, found["key"] or named
        if found["brace"] == "{":
            keys.append(named or keys[-1])
            named = ""
        elif found["brace"]:
            keys.pop()
        elif found["script"]:
            assert "\\" not in found["script"]  # Groovy would read it
            yield stage, keys[-1], found["script"]
    assert keys == [""]


def build(agent: Agent, jenkinsfile: str, branch: str) -> dict[str, int]:
    """The exit codes of its stages, up to the first that fails."""
    workspace = agent.checkout(branch)
    temporary = workspace.with_name("workspace@tmp")
    temporary.mkdir()
    where = {"WORKSPACE": str(workspace), "WORKSPACE_TMP": str(temporary), "PROGRAM": FROM_GIT}
    codes: dict[str, int] = {}
    for stage, key, script in scripts(jenkinsfile):
        secret = {"INCIDENT_API_KEY": SECRETS[key]} if key else {}
        codes[stage] = agent.run(("/bin/sh", "-xec"), script, workspace, **where, **secret)
        if codes[stage]:
            break
    return codes


def test_jenkins_plans_a_branch_with_the_key_that_reads(agent: Agent) -> None:
    plan, _ = blocks("groovy", "Jenkins")

    codes = build(agent, plan, "wider")

    assert codes == {"Install": 0, "Validate": 0, "Plan": 0}, agent.log
    assert agent.installed == [f"-I -m pip install {FROM_GIT}"]
    assert "6 routes valid" in agent.log[1]
    assert "Plan: 1 to update, 5 unchanged." in agent.log[2]
    assert {key for _, key, _ in scripts(plan)} == {"", "incident-io-read"}
    workspace = agent.home / "job-1" / "workspace"
    assert "<testsuite" in (workspace / "junit.xml").read_text("utf-8")
    assert (workspace / "plan.json").is_file()
    assert agent.story.incident_io.count("PUT") == 1  # the one before the story


def test_jenkins_applies_the_plan_of_main_and_nothing_else(agent: Agent) -> None:
    _, apply = blocks("groovy", "Jenkins")
    merge(agent.story)

    codes = build(agent, apply, "main")

    assert codes == {"Install": 0, "Plan": 0, "Apply": 0}, agent.log
    assert "Database Alerts: updated" in agent.log[2]
    assert "master" in live(agent.story, "Database Alerts")
    assert [key for _, key, _ in scripts(apply)] == ["", "incident-io-read", "incident-io-write"]
    assert re.search(r"stage\('Apply'\) \{\s+input \{", apply)  # a person, before the key is there

    # The record went back by git: a live edit is no change of the next plan.
    agent.story.incident_io.state.edit("Database Alerts", narrow)
    assert build(agent, apply, "main") == {"Install": 0, "Plan": 0, "Apply": 0}
    assert "Drift" in agent.log[4]
    assert "master" not in live(agent.story, "Database Alerts")


def test_a_broken_file_ends_the_build_before_a_key_is_used(agent: Agent) -> None:
    plan, _ = blocks("groovy", "Jenkins")
    agent.story.git("checkout", "-q", "wider")
    agent.story.team.edit(DATABASE, "sources:", "sorces:")
    agent.story.commit("wider")
    agent.story.git("checkout", "-q", "main")

    assert build(agent, plan, "wider") == {"Install": 0, "Validate": 1}
    assert "sorces" in agent.log[1]


# Buildkite: each step in a checkout of its own.


def steps() -> list[dict[str, Any]]:
    """The steps, as they are after the upload: `$$` is a `$`."""
    (text,) = blocks("yaml", "Buildkite")
    assert not re.search(r"(?<!\$)\$(?!\$)", text)  # the upload would insert it
    found: list[dict[str, Any]] = yaml.safe_load(text.replace("$$", "$"))["steps"]
    return found


def step(agent: Agent, one: Mapping[str, Any], branch: str) -> int:
    """A step by the shell that the agent takes."""
    script = "\n".join(one["commands"])
    where = agent.checkout(branch)
    return agent.run(("/bin/bash", "-e", "-c"), script, where, PROGRAM=FROM_GIT)


def test_buildkite_validates_plans_waits_for_a_person_and_applies(agent: Agent) -> None:
    validate, plan, block, apply = steps()
    merge(agent.story)

    assert step(agent, validate, "main") == 0, agent.log
    assert "1 passed" in agent.log[0]
    assert step(agent, plan, "main") == 0, agent.log
    assert {path.name for path in (agent.home / "artifacts").iterdir()} == {"plan.json", "plan.md"}
    assert "block" in block
    assert block["branches"] == apply["branches"] == "main"
    assert apply["concurrency"] == 1
    assert step(agent, apply, "main") == 0, agent.log

    assert "master" in live(agent.story, "Database Alerts")
    runs = agent.home / "job-3" / "workspace" / ".reconciler" / "runs"
    assert [*runs.rglob("journal.jsonl")]
    assert agent.installed == [f"-I -m pip install {FROM_GIT}"] * 3


def test_buildkite_refuses_a_plan_whose_files_changed(agent: Agent) -> None:
    _, plan, _, apply = steps()
    merge(agent.story)
    assert step(agent, plan, "main") == 0
    agent.story.team.edit(DATABASE, "[main, master]", "[main, trunk]")
    agent.story.commit("main")

    assert step(agent, apply, "main") == 3
    assert "files changed since this plan was created" in agent.log[-1]
    assert "trunk" not in live(agent.story, "Database Alerts")


def test_no_step_but_apply_gets_the_key_that_can_write() -> None:
    *others, apply = steps()

    assert "INCIDENT_IO_WRITE" in str(apply)
    assert "INCIDENT_IO_WRITE" not in str(others)
