"""What the benchmarks share: a sandbox process, generated route files, timed runs."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconciler.client import Key, ReadClient, parse_endpoint
from reconciler.directory import unresolve
from reconciler.files.write.route import emit_route
from reconciler.live.survey import survey
from reconciler.model import Config, Declaration, Positions

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Account:
    """A sandbox in a process of its own, with a full bucket of requests."""

    url: str
    key: str

    def client(self) -> ReadClient:
        """A client for it, with its own idea of the bucket."""
        return ReadClient(parse_endpoint(self.url), Key(self.key))

    def environment(self) -> dict[str, str]:
        """For a `reconciler` process."""
        return {**os.environ, "INCIDENT_ENDPOINT": self.url, "INCIDENT_API_KEY": self.key}


@contextmanager
def account(routes: int, latency_ms: float) -> Iterator[Account]:
    """An account with the six routes and generated ones, `routes` in all."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        command = [sys.executable, "-m", "reconciler", "-q", "sandbox", "--port", "0"]
        command += ["--ready-file", str(ready), "--routes", str(routes - 6)]
        command += ["--latency", str(latency_ms)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=REPOSITORY)
        try:
            while not (ready.exists() and ready.read_text().count("\n") == 2):
                time.sleep(0.05)
            lines = (line.removeprefix("export ") for line in ready.read_text().splitlines())
            values = dict(line.split("=", 1) for line in lines)
            yield Account(values["INCIDENT_ENDPOINT"], values["INCIDENT_API_KEY"])
        finally:
            process.terminate()
            process.wait()


def write_files(folder: Path, count: int) -> None:
    """Files that say what `count` generated routes are, as import would write them."""
    with account(count, 0) as seeded, seeded.client() as client:
        seen = survey(client, (), Config(), undeclared=True)
    routes = folder / "routes"
    routes.mkdir(parents=True)
    for live in seen.lives.values():
        names = unresolve(live.route, seen.directory, Config())
        (routes / f"{live.id}.yaml").write_text(emit_route(Declaration(names, Positions(""))))


@dataclass(frozen=True, slots=True)
class Run:
    """One process: wall and CPU seconds, peak memory in MiB, its output."""

    wall: float
    cpu: float
    peak_mib: float
    code: int
    err: str


def run(command: list[str], environment: dict[str, str] | None = None) -> Run:
    """Run and measure one process of its own."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    err = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    return Run(
        wall,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        process.returncode,
        err,
    )
