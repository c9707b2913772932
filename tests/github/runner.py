"""Runs our own workflows as GitHub would: their `run:` blocks by bash, the rest in its place.

`actions/checkout` is a clone of the test's repository, `actions/upload-artifact` goes to the fake
GitHub, and `./` and `OWNER/reconciler` are the action of this repository. Its step that installs
is left out where `program` says what is installed already. What calls a workflow of this repository
is taken apart by `tests/github/called.py`.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.team import REPOSITORY as SOURCE
from tests.github.called import COMMIT, PROGRAM, environment_of, job_of
from tests.github.commands import obeyed
from tests.github.expressions import goes_on, inserted
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub
from tests.standby.running import standby

MAIN = "refs/heads/main"
SHA = re.compile("[0-9a-f]{40}")
PAGES = "github-pages"  # the artifact that a deployment of pages takes
SHELLS = {"bash": "bash --noprofile --norc -eo pipefail {0}"}  # what GitHub makes of the word
BASH = shutil.which("bash") or "bash"


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
    program: Path | None = field(default_factory=lambda: standby().prefix)  # None: the action's own
    settings: Mapping[str, str] = field(default_factory=dict)  # inputs of the action, as by `with:`
    prepare: Callable[[Path], Mapping[str, str]] | None = None  # a checkout; returns variables
    callers: Mapping[str, str] = field(default_factory=dict)  # workflows of another repository
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # their secrets
    says_program: bool = True  # whether this GitHub knows `job.workflow_sha`
    runs: int = 0
    workflow: str = "other.yml"  # the file of the one that runs

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
        path = SOURCE / ".github" / "workflows" / f"{workflow}.yml"
        self.workflow = f"{workflow}.yml"
        text = self.callers.get(workflow) or path.read_text("utf-8")
        return self.run_text(text, event, sha, ref, inputs, job)

    def as_github(self) -> dict[str, str]:
        """What a command needs to find the repository on GitHub, with the token."""
        return {
            "GITHUB_API_URL": self.github.url,
            "GITHUB_SERVER_URL": self.github.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": self.token,
        }

    def run_text(
        self,
        workflow: str,
        event: Mapping[str, Any],
        sha: str,
        ref: str = MAIN,
        inputs: Mapping[str, Any] | None = None,
        job: str = "",
    ) -> Job:
        """The same, of a workflow's YAML."""
        self.runs += 1
        jobs = yaml.safe_load(workflow)["jobs"]
        chosen = jobs[job or next(iter(jobs))]
        run = _Run(self, Job(), self.home / f"run-{self.runs}", sha)
        contexts = run.contexts(event, ref, inputs or {})
        if self.says_program:
            contexts["job"] = {"workflow_sha": COMMIT, "workflow_repository": PROGRAM}
        chosen, contexts = job_of(chosen, contexts)
        environment = environment_of(chosen, contexts)
        # An environment's secret is taken in place of one that the job has by that name already.
        there = self.environments.get(environment, {})
        contexts["secrets"] |= {k: v for k, v in there.items() if k in contexts["secrets"]}
        if not goes_on(chosen.get("if", ""), contexts, "success"):
            run.job.ran = False
            return run.job
        self.github.permissions = chosen.get("permissions")
        try:
            for step in chosen["steps"]:
                run.step(step, contexts)
        finally:
            self.github.permissions = None
        if environment == "production":
            self.github.deploy(sha, "success" if run.job.ok else "failure", workflow=self.workflow)
        return run.job


@dataclass
class _Run:
    runner: Runner
    job: Job
    folder: Path
    sha: str
    extra: dict[str, str] = field(default_factory=dict)

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
        if self.runner.program:
            (self.temp / "reconciler").symlink_to(self.runner.program)
        github = {
            "event": event,
            "event_name": "merge_group" if "merge_group" in event else "pull_request",
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
        was_ok = self.job.ok
        status = "success" if was_ok else "failure"
        left_out = step.get("name") == "Install" and self.runner.program
        if left_out or not goes_on(step.get("if", ""), contexts, status):
            return
        given = {k: inserted(str(v), contexts) for k, v in step.get("with", {}).items()}
        uses = step.get("uses", "")
        if uses.startswith(("./", "OWNER/reconciler@")):
            own = self.workspace / uses / "action.yml"
            file = own if uses.startswith("./") and own.is_file() else SOURCE / "action.yml"
            self._action(file, {**given, **self.runner.settings}, contexts)
        elif uses.startswith("actions/checkout@") and given.get("repository") == PROGRAM:
            assert given["ref"] == COMMIT
            (self.workspace / given["path"]).symlink_to(SOURCE)
        elif uses.startswith("actions/checkout@"):
            self._check_out(given.get("ref") or self.sha, self.workspace / given.get("path", ""))
        elif uses.startswith("actions/upload-artifact@"):
            outputs = self._upload(given, contexts)
            contexts.setdefault("steps", {})[step.get("id", "")] = {"outputs": outputs}
        elif uses.startswith("actions/upload-pages-artifact@"):
            self._upload({**given, "name": PAGES}, contexts)
        elif uses.startswith("actions/deploy-pages@"):
            self.runner.github.publish(PAGES)
        elif "run" in step:
            outputs = self._bash(step, contexts)
            contexts.setdefault("steps", {})[step.get("id", "")] = {"outputs": outputs}
        if inserted(str(step.get("continue-on-error", "")), contexts) == "true":
            self.job.ok = was_ok

    def _action(self, file: Path, given: Mapping[str, str], outside: Mapping[str, Any]) -> None:
        action = yaml.safe_load(file.read_text("utf-8"))
        inputs = {
            name: given.get(name, inserted(str(about.get("default", "")), outside))
            for name, about in action.get("inputs", {}).items()
        }
        inside = {**outside, "inputs": {**inputs, "endpoint": self.runner.endpoint}, "steps": {}}
        for step in action["runs"]["steps"]:
            self.step(step, inside)
        self.job.outputs = {
            name: inserted(about["value"], inside)
            for name, about in action.get("outputs", {}).items()
        }

    def _check_out(self, ref: str, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        commit = ref if SHA.fullmatch(ref) else f"origin/{ref}"
        for command in (
            ["git", "clone", "-q", "--no-checkout", str(self.runner.origin), str(folder)],
            ["git", "-C", str(folder), "checkout", "-q", "--detach", commit],
        ):
            subprocess.run(command, check=True, capture_output=True)
        if self.runner.prepare:
            self.extra |= self.runner.prepare(folder)

    def _upload(self, given: Mapping[str, str], contexts: Mapping[str, Any]) -> dict[str, str]:
        files: dict[str, bytes] = {}
        for path in filter(None, map(str.strip, given["path"].splitlines())):
            root = self.workspace / path
            found = [root] if root.is_file() else [p for p in root.rglob("*") if p.is_file()]
            hidden = given.get("include-hidden-files") == "true"
            for file in found:
                name = file.name if root.is_file() else str(file.relative_to(root))
                if hidden or not name.startswith("."):
                    files[name] = file.read_bytes()
        head = contexts["github"]["event"].get("pull_request", {}).get("head", {}).get("sha")
        if not files:
            return {}
        identity = self.runner.github.upload(given["name"], files, head or self.sha)
        run = f"{self.runner.github.url}/{REPOSITORY}/actions/runs/{self.runner.runs}"
        return {"artifact-id": str(identity), "artifact-url": f"{run}/artifacts/{identity}"}

    def _bash(self, step: Mapping[str, Any], contexts: Mapping[str, Any]) -> dict[str, str]:
        script = self.folder / "script.sh"
        script.write_text(step["run"], "utf-8")
        shell = step.get("shell", "bash")
        _, *options = shlex.split(SHELLS.get(shell, shell).format(script))
        files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", "utf-8")
        env = {k: inserted(str(v), contexts) for k, v in step.get("env", {}).items()}
        ended = subprocess.run(
            [BASH, *options],
            cwd=self.workspace / inserted(step.get("working-directory", ""), contexts),
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
        """What GitHub sets; never a secret that the step does not name.

        Nor what measures the coverage of each Python: that of a nonce takes 60 ms.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GITHUB_", "INCIDENT_", "RUNNER_", "COVERAGE_"))
        }
        return kept | {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.runner.github.url,
            "GITHUB_SERVER_URL": self.runner.github.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REF_NAME": contexts["github"]["ref"].rpartition("/")[2],
            "GITHUB_SHA": self.sha,
            "GITHUB_RUN_ID": str(self.runner.runs),
            "GITHUB_WORKFLOW_REF": (
                f"{REPOSITORY}/.github/workflows/{self.runner.workflow}@{contexts['github']['ref']}"
            ),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
            **self.extra,
        }
