"""A team's folder and its account: the command run as people run it, over real HTTP."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from reconciler.cli.main import run
from reconciler.sandbox.http.running import RunningSandbox
from tests.standby.running import standby

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """How one command ended."""

    code: int
    out: str
    err: str


class _Stream(io.StringIO):
    encoding = "utf-8"


@dataclass
class Team:
    """A checkout with routes, and the environment that reaches an incident.io."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, **environment: str) -> Ended:
        """The command in this process: quick, and its coverage counts. Its input has ended."""
        out, err = _Stream(), _Stream()
        with (
            self._environment(environment),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            patch.object(sys, "stdin", io.StringIO()),
        ):
            code = run(["-C", str(self.folder), *arguments])
        return Ended(code, out.getvalue(), err.getvalue())

    def start(
        self, *arguments: str, **environment: str
    ) -> AbstractContextManager["subprocess.Popen[str]"]:
        """The command as a process at work: streams, signals and exit codes as the shell sees them.

        It ends with the block at the latest. Its number is that of a process in between.
        """
        return self._start(quickly(), arguments, environment)

    def start_python(
        self, *arguments: str, **environment: str
    ) -> AbstractContextManager["subprocess.Popen[str]"]:
        """The same in a new Python, which takes a quarter of a second."""
        return self._start(ANEW, arguments, environment)

    @contextlib.contextmanager
    def _start(
        self, program: Sequence[str], arguments: Sequence[str], environment: Mapping[str, str]
    ) -> Iterator["subprocess.Popen[str]"]:
        with subprocess.Popen(
            [*program, "-C", str(self.folder), *arguments],
            env=self.surroundings(environment),
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_heed_interrupts,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def process(self, *arguments: str, stdin: str = "", **environment: str) -> Ended:
        """The command as a process that ends by itself."""
        if any(
            name.startswith("PYTHON") for name in environment
        ):  # which Python reads as it starts
            with self.start_python(*arguments, **environment) as started:
                out, err = started.communicate(stdin, timeout=60)
            return Ended(started.returncode, out, err)
        call = ["-C", str(self.folder), *arguments]
        ended = standby().run("reconciler", call, self.surroundings(environment), stdin)
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def surroundings(self, more: Mapping[str, str]) -> dict[str, str]:
        """The environment of a command."""
        return _clean(os.environ) | self.environment | dict(more)

    def write(self, path: str, text: str) -> Path:
        """A file of the checkout."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def route_files(self) -> list[str]:
        """The names of what is in `routes/`, sorted."""
        return sorted(path.name for path in (self.folder / "routes").glob("*"))

    def read(self, path: str) -> str:
        """A file of the checkout."""
        return (self.folder / path).read_text(encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that stands in the file once."""
        text = self.read(path)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        self.write(path, text.replace(old, new))

    def owned_by(self, name: str, incident_io: RunningSandbox) -> None:
        """All of it belongs to this team from now on, in the files and live."""
        teams = incident_io.state.account.teams
        owner = next(row["id"] for row in teams if row["name"] == name)
        for route in incident_io.state.names():
            incident_io.state.edit(route, lambda body: body.update(owning_team_ids=[owner]))
        for file in (f"routes/{name}" for name in self.route_files()):
            text = self.read(file)
            self.write(file, text.replace("\nsources:", f"\nowners: [{name}]\nsources:", 1))

    def name_no_account(self) -> None:
        """Without `account` in reconciler.yaml no account is refused."""
        self.edit("reconciler.yaml", "account: https://sandbox.invalid/acme\n", "")

    def approve(self, route: str, allow: str, expires: str = "2999-12-31") -> None:
        """One more approval in reconciler.yaml."""
        config = self.read("reconciler.yaml")
        head = "" if "\napprovals:\n" in config else "approvals:\n"
        lines = (
            f"  - route: {route}\n    allow: {allow}\n"
            f"    reason: the service is retired\n    expires: {expires}\n"
        )
        self.write("reconciler.yaml", config + head + lines)

    @contextlib.contextmanager
    def _environment(self, more: Mapping[str, str]) -> Iterator[None]:
        with patch.dict(os.environ, self.surroundings(more), clear=True):
            yield


ANEW = (sys.executable, "-m", "reconciler")


def quickly() -> tuple[str, ...]:
    """What starts the command in a copy of a process that has loaded it."""
    return (str(standby().prefix / "bin" / "python"), "-I", "-m", "reconciler")


def _heed_interrupts() -> None:
    """A shell that runs the tests in the background has SIGINT ignored, for all its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    ours = ("INCIDENT_", "GITHUB_", "CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
    return {name: value for name, value in environment.items() if not name.startswith(ours)}
