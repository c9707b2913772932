"""A repository on GitHub, its account, and the machine that runs its workflows."""

import json
import subprocess
from dataclasses import dataclass

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.github.fake import REPOSITORY, FakeGitHub
from tests.github.runner import Job, Runner

DATABASE = "routes/database-alerts.yaml"
WARNINGS = "routes/production-warnings.yaml"
CHECKS = ("validate", "plan")  # required of main
STAGING = "routes/staging-notifications.yaml"


@dataclass
class Story:
    """A repository on GitHub, its account, and the machine that runs its workflows."""

    team: Team
    github: FakeGitHub
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
        workflow: str = "plan",
        repo: str = REPOSITORY,
        text: str = "",
    ) -> Job:
        """The workflow on the pull request's head; `text` is another one's YAML."""
        pull = {
            "number": number,
            "head": {"sha": head, "repo": {"full_name": repo}},
            "base": {"sha": self.git("rev-parse", "main")},
        }
        ref = f"refs/pull/{number}/merge"
        self.github.heads[number] = max(self.github.heads.get(number, head), head, key=self._age)
        event = {"pull_request": pull}
        if text:
            return self.runner.run_text(text, event, head, ref)
        return self.runner.run(workflow, event, head, ref)

    def _age(self, commit: str) -> int:
        return int(self.git("rev-list", "--count", commit))

    def merge(self, number: int, branch: str, repo: str = REPOSITORY) -> str:
        """Merge it on GitHub, and return the new head of main."""
        head = self.git("rev-parse", branch)
        self.git("checkout", "-q", "main")
        before = self.git("rev-parse", "main")
        self.git("merge", "-q", "--no-ff", "-m", f"merge {number}", branch)
        commits = self.git("rev-list", f"{before}..main").split()
        self.github.merge(number, head, commits, repo)
        return self.git("rev-parse", "main")

    def queue(self, number: int, branch: str) -> tuple[Job, Job, str]:
        """A merge queue squashes it onto main, if both required checks are green on its commit."""
        head, base = self.git("rev-parse", branch), self.git("rev-parse", "main")
        ref = f"gh-readonly-queue/main/pr-{number}-{base}"
        self.git("checkout", "-q", "-B", ref, "main")
        self.git("merge", "-q", "--squash", branch)
        self.git("commit", "-q", "-m", f"{branch} (#{number})")
        sha = self.git("rev-parse", "HEAD")
        event = {"merge_group": {"base_sha": base, "head_sha": sha}}
        jobs = [self.runner.run(name, event, sha, f"refs/heads/{ref}") for name in CHECKS]
        self.git("checkout", "-q", "main")
        if all(job.ok and job.ran for job in jobs):
            self.git("merge", "-q", "--ff-only", ref)
            self.github.merge(number, head, [head], merge_commit=sha)
        return jobs[0], jobs[1], self.git("rev-parse", "main")

    def apply(self, sha: str, **inputs: str) -> Job:
        """The workflow on main, by a push or by hand."""
        event = {"inputs": inputs} if inputs else {}
        return self.runner.run("apply", event, sha, inputs=inputs)

    def drift(self) -> Job:
        """The workflow on its schedule."""
        return self.runner.run("drift", {}, self.git("rev-parse", "main"))

    def adopt(self) -> Job:
        """Its other job, switched on."""
        self.runner.variables = {"ADOPT_HAND_EDITS": "true"}
        return self.runner.run("drift", {}, self.git("rev-parse", "main"), job="adopt")


def disable(body: dict[str, object]) -> None:
    body["enabled"] = False


def other_branch(body: dict[str, object]) -> None:
    text = json.dumps(body["condition_groups"])
    assert '"main"' in text
    body["condition_groups"] = json.loads(text.replace('"main"', '"trunk"'))


THREE = (
    (11, "one", DATABASE, "branch: main", "branch: [main, master]"),
    (12, "two", WARNINGS, "severity: warning", "severity: [warning, info]"),
    (13, "three", STAGING, "  - Checkly (Staging)\n", ""),
)


def opened(story: Story, number: int, branch: str, path: str, old: str, new: str) -> None:
    story.git("checkout", "-q", "main")
    story.team.edit(path, old, new)
    assert story.plan(number, story.commit(branch)).ok
    story.git("checkout", "-q", "main")
