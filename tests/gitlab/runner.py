"""Runs the jobs of our template as GitLab and its runner would: rules, variables, bash, artifacts.

`before_script` and `script` are one shell that begins in the checkout and has every variable of the
job. The part that installs is replaced where `program` says what is installed already.
"""

import contextlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.team import REPOSITORY as SOURCE
from tests.gitlab.fake import JOB, PATH, PROJECT, FakeGitLab
from tests.standby.running import standby

TEMPLATE = SOURCE / "templates" / "reconciler.yml"
BASH = shutil.which("bash") or "bash"
INSTALL = "# Install\n"
_INPUT = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")
_TOKEN = re.compile(r'\s*("[^"]*"|\$\w+|==|!=|&&|\|\|)')


@dataclass(frozen=True)
class Variable:
    """A CI/CD variable of the project's settings."""

    key: str
    value: str
    protected: bool = False
    environment: str = "*"


@dataclass
class Job:
    """How one job ended."""

    ok: bool = True
    ran: bool = True
    log: str = ""
    files: dict[str, bytes] = field(default_factory=dict)  # its artifacts
    reports: dict[str, list[str]] = field(default_factory=dict)  # those that are there
    environment: dict[str, str] = field(default_factory=dict)  # as the script began


def interpolated(*includes: Mapping[str, object]) -> dict[str, Any]:
    """The jobs of a pipeline that includes the template with these inputs, or several times. Jobs
    of one name become one. Raises ValueError for an input that is refused.
    """
    jobs: dict[str, Any] = {}
    for given in includes:
        jobs = _merged(jobs, _included(given))
    return {name: _extended(job, jobs) for name, job in jobs.items() if not name.startswith(".")}


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """As GitLab merges what it includes: the later one counts, key by key."""
    both = {key: _merged(one[key], value) if isinstance(value, dict) and key in one else value
            for key, value in other.items()}  # fmt: skip
    return {**one, **both}


def _included(given: Mapping[str, object]) -> dict[str, Any]:
    text = TEMPLATE.read_text("utf-8")
    head, _, body = text.partition("\n---\n")
    known = yaml.safe_load(head)["spec"]["inputs"]
    values: dict[str, str] = {}
    for name, about in known.items():
        if name not in given and "default" not in about:
            raise ValueError(f"the input {name} is missing")
        value = given.get(name, about.get("default"))
        if about.get("type") == "boolean":
            if not isinstance(value, bool):
                raise ValueError(f"the input {name} is no boolean")
            value = str(value).lower()
        value = str(value)
        allowed = about.get("options", [value])
        if value not in allowed or not re.search(about.get("regex", ""), value):
            raise ValueError(f"the input {name} is refused")
        values[name] = value
    if unknown := set(given) - set(known):
        raise ValueError(f"unknown inputs: {unknown}")
    jobs: dict[str, Any] = _inserted(yaml.safe_load(body), values, known)
    for job in jobs.values():
        assert all(isinstance(value, str) for value in job.get("variables", {}).values())
    return jobs


def _inserted(node: Any, values: Mapping[str, str], known: Mapping[str, Any]) -> Any:
    """An input that is a whole node keeps its type; in a text it is text."""
    if isinstance(node, dict):
        return {
            _INPUT.sub(lambda match: values[match[1]], key): _inserted(value, values, known)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_inserted(one, values, known) for one in node]
    if not isinstance(node, str):
        return node
    whole = _INPUT.fullmatch(node)
    if whole and known[whole[1]].get("type") == "boolean":
        return values[whole[1]] == "true"
    return _INPUT.sub(lambda match: values[match[1]], node)


def _extended(job: dict[str, Any], jobs: Mapping[str, Any]) -> dict[str, Any]:
    base = _extended(jobs[job["extends"]], jobs) if "extends" in job else {}
    merged = {**base, **job}
    merged["variables"] = {**base.get("variables", {}), **job.get("variables", {})}
    return merged


def _flat(node: Any) -> list[str]:
    """A list in a script, as an alias makes it, is a part of it."""
    return [node] if isinstance(node, str) else [text for one in node for text in _flat(one)]


def holds(rule: str, variables: Mapping[str, str]) -> bool:
    """`rules:if`, as far as ours use it: `a == b`, `&&`, `||`."""
    tokens = _TOKEN.findall(rule)
    assert "".join(tokens) == re.sub(r"\s+(?=([^\"]*\"[^\"]*\")*[^\"]*$)", "", rule), rule

    def value(token: str) -> str:
        return token.strip('"') if token.startswith('"') else variables.get(token[1:], "")

    alternatives = [[]]  # type: list[list[bool]]
    for place, token in enumerate(tokens):
        if token == "||":
            alternatives.append([])
        elif token in ("==", "!="):
            same = value(tokens[place - 1]) == value(tokens[place + 1])
            alternatives[-1].append(same == (token == "=="))
    return any(all(terms) for terms in alternatives)


@dataclass
class Runner:
    """A machine with a temporary folder. `origin` is the git repository that is checked out."""

    home: Path
    origin: Path
    gitlab: FakeGitLab
    variables: list[Variable]
    inputs: dict[str, object]
    others: list[dict[str, object]] = field(default_factory=list)  # of more includes of it
    program: Path | None = field(default_factory=lambda: standby().prefix)  # None: installed
    cancel_before: str = ""  # a text of the script at which the job is cancelled
    prepare: Callable[[Path], Mapping[str, str]] | None = None  # a checkout; returns variables
    runs: int = 0
    turns: dict[str, threading.Lock] = field(default_factory=dict)  # by `resource_group`

    def run(
        self,
        name: str,
        pipeline: Mapping[str, Any],
        predefined: Mapping[str, str],
        protected: bool,
        inputs: Mapping[str, object] | None = None,
    ) -> Job:
        """One job of the template in a pipeline."""
        first = {**self.inputs, **(inputs or {})}
        chosen = interpolated(first, *({**first, **other} for other in self.others))[name]
        # No two jobs of a GitLab have one number: a job keeps a folder by it, beside other tests'.
        identity = os.getpid() * 100_000 + self.gitlab.new_id()
        about = {
            "CI": "true",
            "GITLAB_CI": "true",
            "CI_API_V4_URL": f"{self.gitlab.url}/api/v4",
            "CI_SERVER_URL": self.gitlab.url,
            "CI_PROJECT_ID": str(PROJECT),
            "CI_PROJECT_PATH": PATH,
            "CI_DEFAULT_BRANCH": "main",
            "CI_PIPELINE_ID": str(pipeline["id"]),
            "CI_PIPELINE_SOURCE": pipeline["source"],
            "CI_PIPELINE_URL": f"{self.gitlab.url}/{PATH}/-/pipelines/{pipeline['id']}",
            "CI_JOB_ID": str(identity),
            "CI_JOB_URL": f"{self.gitlab.url}/{PATH}/-/jobs/{identity}",
            "CI_COMMIT_SHA": pipeline["sha"],
            "CI_REPOSITORY_URL": f"http://gitlab-ci-token:{JOB}@127.0.0.1/{PATH}.git",
            "CI_JOB_TOKEN": JOB,
            **predefined,
        }
        if not any(holds(rule["if"], about) for rule in chosen["rules"]):
            return Job(ran=False)
        with self._turn(chosen.get("resource_group", ""), about):
            return self._work(name, chosen, about, pipeline, protected)

    @contextlib.contextmanager
    def _turn(self, group: str, about: Mapping[str, str]) -> Iterator[None]:
        """Jobs of one resource group follow each other."""
        if not group:
            yield
            return
        named = re.sub(r"\$(\w+)", lambda match: about.get(match[1], ""), group)
        with self.turns.setdefault(named, threading.Lock()):
            yield

    def _work(
        self,
        name: str,
        chosen: Mapping[str, Any],
        about: Mapping[str, str],
        pipeline: Mapping[str, Any],
        protected: bool,
    ) -> Job:
        self.runs += 1
        place = self.home / f"build-{self.runs}" / "routes"
        self._check_out(str(pipeline["sha"]), place)
        environment = chosen.get("environment", {}).get("name", "")
        given = {
            one.key: one.value
            for one in self.variables
            if (protected or not one.protected) and one.environment in ("*", environment)
        }
        more = self.prepare(place) if self.prepare else {}
        variables = {**about, **chosen["variables"], **given, "CI_PROJECT_DIR": str(place), **more}
        job = Job(environment={name: str(value) for name, value in variables.items()})
        script = [*chosen["before_script"], *chosen["script"]]
        if self.cancel_before:
            assert any(self.cancel_before in part for part in script)
            dies = f"kill -KILL $$\n{self.cancel_before}"
            script = [part.replace(self.cancel_before, dies) for part in script]
        self._bash(script, place, job)
        if after := _flat(chosen.get("after_script", ())):
            status = "canceled" if self.cancel_before else "success" if job.ok else "failed"
            told = Job(environment={**job.environment, "CI_JOB_STATUS": status})
            self._bash(after, place, told)  # how it ends counts for nothing
            job.log += told.log
        self._keep(chosen, place, job, pipeline, name, int(about["CI_JOB_ID"]))
        return job

    def _check_out(self, commit: str, folder: Path) -> None:
        for command in (
            ["git", "clone", "-q", "--no-checkout", str(self.origin), str(folder)],
            ["git", "-C", str(folder), "fetch", "-q", "origin", commit],
            ["git", "-C", str(folder), "checkout", "-q", "--detach", commit],
        ):
            subprocess.run(command, check=True, capture_output=True)

    def _bash(self, parts: list[str], place: Path, job: Job) -> None:
        if self.program:
            parts = [
                f'ln -s "{self.program}" "$work/venv"\n' if part.startswith(INSTALL) else part
                for part in parts
            ]
        script = place.parent / "script.sh"
        script.write_text("\n".join(["set -eo pipefail", "set +o noclobber", *parts]), "utf-8")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GITHUB_", "INCIDENT_", "CI", "GITLAB_", "COVERAGE_"))
        }
        ended = subprocess.run(
            [BASH, "--noprofile", "--norc", str(script)],
            cwd=place,
            env={**kept, **job.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        job.log, job.ok = ended.stdout, ended.returncode == 0

    def _keep(
        self,
        chosen: Mapping[str, Any],
        place: Path,
        job: Job,
        pipeline: Mapping[str, Any],
        name: str,
        identity: int,
    ) -> None:
        kept = chosen.get("artifacts", {})
        if job.ok or kept.get("when") == "always":
            for path in kept.get("paths", ()):
                for file in sorted((place / path).rglob("*")):
                    if file.is_file() and not file.is_symlink():
                        job.files[file.relative_to(place).as_posix()] = file.read_bytes()
            for kind, paths in kept.get("reports", {}).items():
                listed = [paths] if isinstance(paths, str) else paths
                job.reports[kind] = [one for one in listed if (place / one).is_file()]
        self.gitlab.job(int(pipeline["id"]), name, job.files, job.ok, identity)
