"""A project on GitLab, its account, and the machine that runs its pipelines."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.gitlab.fake import PROJECT, FakeGitLab
from tests.gitlab.runner import Job, Runner

DATABASE = "routes/database-alerts.yaml"
WARNINGS = "routes/production-warnings.yaml"


@dataclass
class Story:
    """A project on GitLab, its account, and the machine that runs its pipelines."""

    team: Team
    gitlab: FakeGitLab
    runner: Runner
    incident_io: RunningSandbox

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
        ended = subprocess.run(
            command, cwd=self.team.folder, check=True, capture_output=True, text=True
        )
        return ended.stdout.strip()

    def write_table(self) -> None:
        """The page with the routing table, as the files are now."""
        self.team.write("docs/routes.md", self.team.run("table", "--format", "markdown").out)

    def commit(self, branch: str) -> str:
        """All edits, on a branch that begins where we are; returns the commit."""
        self.git("checkout", "-q", "-B", branch)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", branch)
        return self.git("rev-parse", "HEAD")

    def plan(
        self,
        number: int,
        head: str,
        job: str = "reconciler-plan",
        source: int = PROJECT,
        more: Mapping[str, str] | None = None,
        built: str = "",
    ) -> Job:
        """A merge request pipeline of the head; `built`: the commit of a merged results one."""
        self.gitlab.request(number, head, f"branch-{number}", source)
        base = self.git("merge-base", "main", head)
        kind = "merge" if built else "head"
        pipeline = self.gitlab.pipeline(built or head, "merge_request_event", number, kind)
        results = {
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head if built else "",
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": self.git("rev-parse", "main") if built else "",
            "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result" if built else "detached",
        }
        predefined = {
            "CI_MERGE_REQUEST_IID": str(number),
            "CI_MERGE_REQUEST_PROJECT_ID": str(PROJECT),
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": str(source),
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
            "CI_PROJECT_ID": str(source),  # a fork's pipeline runs in the fork
            **results,
            **(more or {}),
        }
        return self.runner.run(job, pipeline, predefined, protected=False)

    def merge(self, number: int, branch: str) -> str:
        """Merge it on GitLab, and return the new head of main."""
        head = self.git("rev-parse", branch)
        self.git("checkout", "-q", "main")
        before = self.git("rev-parse", "main")
        self.git("merge", "-q", "--no-ff", "-m", f"merge {number}", branch)
        merged = self.git("rev-parse", "main")
        row = self.gitlab.request(number, head, f"branch-{number}")
        commits = self.git("rev-list", f"{before}..{head}").split()
        row.update(state="merged", merge_commit_sha=merged, commits=commits)
        return merged

    def squash(self, number: int, branch: str) -> str:
        """The same, squashed into one commit without a merge."""
        head = self.git("rev-parse", branch)
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--squash", branch)
        self.git("commit", "-q", "-m", f"squashed {number}")
        merged = self.git("rev-parse", "main")
        row = self.gitlab.request(number, head, f"branch-{number}")
        row.update(state="merged", squash_commit_sha=merged)
        return merged

    def on_main(self, job: str, source: str, sha: str = "", **inputs: object) -> Job:
        """A pipeline of the default branch."""
        pipeline = self.gitlab.pipeline(sha or self.git("rev-parse", "main"), source, 0)
        return self.runner.run(job, pipeline, {"CI_COMMIT_BRANCH": "main"}, True, inputs)

    def apply(self, sha: str = "", source: str = "push", **inputs: object) -> Job:
        """By a push, or by hand."""
        return self.on_main("reconciler-apply", source, sha, **inputs)

    def drift(self) -> Job:
        """On its schedule."""
        return self.on_main("reconciler-drift", "schedule")

    def adopt(self, adopt: bool = True) -> Job:
        """On its schedule, switched on."""
        return self.on_main("reconciler-adopt", "schedule", adopt=adopt)

    def opened(self, number: int, branch: str, path: str, old: str, new: str) -> None:
        """A merge request with its plan."""
        self.git("checkout", "-q", "main")
        self.team.edit(path, old, new)
        ended = self.plan(number, self.commit(branch))
        assert ended.ok, ended.log
        self.git("checkout", "-q", "main")


def disable(body: dict[str, object]) -> None:
    body["enabled"] = False
