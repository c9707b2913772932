"""Runs our own workflows as GitHub would: their `run:` blocks by bash, the rest in its place.

`actions/checkout` is a clone of the test's repository, `actions/upload-artifact` goes to the fake
GitHub, and `./` is the action of this repository. Only the step that installs is left out: what
it would install is what runs the tests.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.team import REPOSITORY as SOURCE
from tests.github.commands import obeyed
from tests.github.expressions import goes_on, inserted
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub

NOT_RUN = frozenset({"Install"})
MAIN = "refs/heads/main"


@dataclass
class Job:
    """How one job ended."""

    ok: bool = True
    ran: bool = True
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)  # lines of the log that the runner obeys


@dataclass
class Runner:
    """A machine with a temporary folder. `origin` is the git repository that is checked out."""

    home: Path
    origin: Path
    github: FakeGitHub
    secrets: Mapping[str, str]
    endpoint: str
    token: str = WRITER
    variables: Mapping[str, str] = field(default_factory=dict)
    runs: int = 0

    def run(
        self,
        workflow: str,
        event: Mapping[str, Any],
        sha: str,
        ref: str = MAIN,
        inputs: Mapping[str, Any] | None = None,
        job: str = "",
    ) -> Job:
        """One job of the workflow; its first, unless it is named."""
        self.runs += 1
        path = SOURCE / ".github" / "workflows" / f"{workflow}.yml"
        jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"]
        chosen = jobs[job or next(iter(jobs))]
        run = _Run(self, Job(), self.home / f"run-{self.runs}", sha)
        contexts = run.contexts(event, ref, inputs or {})
        if not goes_on(chosen.get("if", ""), contexts, "success"):
            run.job.ran = False
            return run.job
        for step in chosen["steps"]:
            run.step(step, contexts)
        if chosen.get("environment") == "production":
            self.github.deploy(sha, "success" if run.job.ok else "failure")
        return run.job


@dataclass
class _Run:
    runner: Runner
    job: Job
    folder: Path
    sha: str

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    def contexts(
        self, event: Mapping[str, Any], ref: str, inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        self.temp.mkdir(parents=True)
        self.workspace.mkdir()
        github = {
            "event": event,
            "repository": REPOSITORY,
            "ref": ref,
            "sha": self.sha,
            "run_id": str(self.runner.runs),
            "run_attempt": "1",
            "token": self.runner.token,
            "action_path": str(SOURCE),
        }
        secrets = dict(self.runner.secrets)
        runner = {"temp": str(self.temp)}
        given = {"secrets": secrets, "inputs": dict(inputs), "vars": dict(self.runner.variables)}
        return {"github": github, "runner": runner, **given}

    def step(self, step: Mapping[str, Any], contexts: dict[str, Any]) -> None:
        """One step, if it is due."""
        status = "success" if self.job.ok else "failure"
        if step.get("name") in NOT_RUN or not goes_on(step.get("if", ""), contexts, status):
            return
        given = {k: inserted(str(v), contexts) for k, v in step.get("with", {}).items()}
        uses = step.get("uses", "")
        if uses == "./":
            self._action(given, contexts)
        elif uses.startswith("actions/checkout@"):
            self._check_out(given.get("ref") or self.sha)
        elif uses.startswith("actions/upload-artifact@"):
            self._upload(given, contexts)
        elif "run" in step:
            outputs = self._bash(step, contexts)
            contexts.setdefault("steps", {})[step.get("id", "")] = {"outputs": outputs}

    def _action(self, given: Mapping[str, str], outside: Mapping[str, Any]) -> None:
        action = yaml.safe_load((SOURCE / "action.yml").read_text("utf-8"))
        inputs = {
            name: given.get(name, inserted(str(about.get("default", "")), outside))
            for name, about in action["inputs"].items()
        }
        inside = {**outside, "inputs": {**inputs, "endpoint": self.runner.endpoint}, "steps": {}}
        for step in action["runs"]["steps"]:
            self.step(step, inside)
        self.job.outputs = {
            name: inserted(about["value"], inside) for name, about in action["outputs"].items()
        }

    def _check_out(self, ref: str) -> None:
        shutil.rmtree(self.workspace)
        for command in (
            ["git", "clone", "-q", "--no-checkout", str(self.runner.origin), str(self.workspace)],
            ["git", "-C", str(self.workspace), "checkout", "-q", "--detach", ref],
        ):
            subprocess.run(command, check=True, capture_output=True)

    def _upload(self, given: Mapping[str, str], contexts: Mapping[str, Any]) -> None:
        files: dict[str, bytes] = {}
        for path in given["path"].split():
            root = self.workspace / path
            found = [root] if root.is_file() else [p for p in root.rglob("*") if p.is_file()]
            hidden = given.get("include-hidden-files") == "true"
            for file in found:
                name = file.name if root.is_file() else str(file.relative_to(root))
                if hidden or not name.startswith("."):
                    files[name] = file.read_bytes()
        head = contexts["github"]["event"].get("pull_request", {}).get("head", {}).get("sha")
        if files:
            self.runner.github.upload(given["name"], files, head or self.sha)

    def _bash(self, step: Mapping[str, Any], contexts: Mapping[str, Any]) -> dict[str, str]:
        script = self.folder / "script.sh"
        script.write_text(step["run"], "utf-8")
        files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", "utf-8")
        env = {k: inserted(str(v), contexts) for k, v in step.get("env", {}).items()}
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env=self._environment(contexts) | {k: str(v) for k, v in files.items()} | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        self.job.log += f"## {step['name']}\n{ended.stdout}\n"
        self.job.commands += obeyed(ended.stdout)
        self.job.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        self.job.ok = self.job.ok and ended.returncode == 0
        lines = files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def _environment(self, contexts: Mapping[str, Any]) -> dict[str, str]:
        """What GitHub sets; never a secret that the step does not name."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GITHUB_", "INCIDENT_", "RUNNER_"))
        }
        return kept | {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.runner.github.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REF_NAME": contexts["github"]["ref"].rpartition("/")[2],
            "GITHUB_SHA": self.sha,
            "GITHUB_RUN_ID": str(self.runner.runs),
            "RUNNER_TEMP": str(self.temp),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
