"""The scripts of the jobs, run as a cluster runs them: a clone, an account, a Pushgateway."""

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import REPOSITORY, Ended, Team

SCRIPTS = REPOSITORY / "deploy" / "kubernetes"
COMMAND = '#!/bin/sh\nexec "{python}" -m reconciler "$@"\n'


@pytest.fixture
def pushed() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The address of a Pushgateway, and the path and text of each push."""
    seen: list[tuple[str, str]] = []

    class Gateway(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, body.decode()))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Job:
    """A pod's folders and environment, and the repository that it clones."""

    place: Path
    team: Team
    environment: dict[str, str]

    def run(self, script: str, **more: str) -> Ended:
        environment = {
            **self.team.surroundings({}),
            "PATH": f"{self.place / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(REPOSITORY),
            "HOME": str(self.place / "tmp"),
            "TMPDIR": str(self.place / "tmp"),
            "WORK": str(self.place / "work"),
            "BACKUPS": str(self.place / "backups"),
            "GIT_URL": f"file://{self.team.folder}",
            **self.environment,
            **more,
        }
        done = subprocess.run(
            ["sh", str(SCRIPTS / script)], env=environment, capture_output=True, text=True
        )
        return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def job(team: Team, tmp_path: Path) -> Job:
    assert team.run("apply", "--auto-approve").code == 0
    for words in (
        "init -q -b main",
        "add .",
        "-c user.name=T -c user.email=t@example.com commit -qm First",
        "update-ref refs/reconciler/x HEAD",
    ):
        subprocess.run(["git", "-C", str(team.folder), *words.split()], check=True)
    for folder in ("bin", "tmp", "work", "backups"):
        (tmp_path / folder).mkdir()
    command = tmp_path / "bin" / "reconciler"
    command.write_text(COMMAND.format(python=sys.executable))
    command.chmod(0o755)
    return Job(tmp_path, team, {})


def test_the_checkout_has_the_files_and_the_record_and_no_token(job: Job) -> None:
    for _ in range(2):  # a pod may be tried again
        ended = job.run("checkout.sh", GIT_TOKEN="very-secret")
        assert ended.code == 0, ended.err

    repository = job.place / "work" / "repository"
    assert (repository / "reconciler.yaml").is_file()
    refs = subprocess.run(
        ["git", "-C", str(repository), "for-each-ref", "refs/reconciler"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "refs/reconciler/x" in refs
    assert "very-secret" not in "".join((ended.out, ended.err))
    assert "very-secret" not in (repository / ".git" / "config").read_text("utf-8")


def test_a_repository_that_is_not_there_ends_the_pod(job: Job) -> None:
    assert job.run("checkout.sh", GIT_URL="file:///nowhere").code != 0


def test_the_drift_check_pushes_what_it_found(
    job: Job, incident_io: RunningSandbox, pushed: tuple[str, list[tuple[str, str]]]
) -> None:
    address, seen = pushed
    job.run("checkout.sh")
    incident_io.requests.clear()

    ended = job.run("drift.sh", PUSHGATEWAY=address + "/", INSTANCE="payments")

    assert ended.code == 0, ended.err
    ((path, text),) = seen
    assert path == "/metrics/job/reconciler/command/plan/instance/payments"
    assert 'command="plan"} 1.0' in text
    assert {one.method for one in incident_io.requests} == {"GET"}


def test_a_check_that_fails_is_pushed_and_fails_the_job(
    job: Job, pushed: tuple[str, list[tuple[str, str]]]
) -> None:
    job.run("checkout.sh")

    ended = job.run("drift.sh", PUSHGATEWAY=pushed[0], INCIDENT_API_KEY="wrong")

    assert ended.code == 1
    assert 'command="plan"} 0.0' in pushed[1][0][1]


def test_without_a_pushgateway_nothing_is_pushed(job: Job) -> None:
    job.run("checkout.sh")

    assert job.run("drift.sh").code == 0
    assert job.run("drift.sh", PUSHGATEWAY="").code == 0


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "pushgateway:9091", "file:///etc"])
def test_a_push_that_fails_is_said(job: Job, address: str) -> None:
    job.run("checkout.sh")

    ended = job.run("drift.sh", PUSHGATEWAY=address)

    assert ended.code == 1
    assert address in ended.err
    assert "Traceback" not in ended.err


def test_a_backup_is_kept_by_the_day_and_old_ones_go(job: Job) -> None:
    backups = job.place / "backups"
    for day in ("2020-01-01", "lost+found"):
        (backups / day).mkdir()
    job.run("checkout.sh")

    failed = job.run("backup.sh", INCIDENT_API_KEY="wrong")
    assert failed.code == 1
    assert (backups / "2020-01-01").is_dir(), "an old backup goes only once there is a new one"
    for _ in range(2):
        ended = job.run("backup.sh")
        assert ended.code == 0, ended.err

    left = sorted(path.name for path in backups.iterdir())
    assert len(left) == 2
    assert left[1] == "lost+found"
    assert len(list((backups / left[0]).glob("*.json"))) >= 6
