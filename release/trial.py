"""What was built, checked as a package and tried as a user has it: in a new environment."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

SECONDS = 30.0


class Failed(Exception):
    """What went wrong, for a person."""


def run(*command: str, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """What a program prints. Raises Failed with all of it, if the program fails."""
    ended = subprocess.run(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    if ended.returncode:
        raise Failed(f"`{' '.join(command)}` ended with {ended.returncode}\n{ended.stdout}")
    return ended.stdout


def build(root: Path, target: Path, seconds: str) -> tuple[Path, Path]:
    """The wheel and the sdist; `seconds` is the time that their files get. Raises Failed."""
    env = os.environ | {"SOURCE_DATE_EPOCH": seconds}
    shutil.rmtree(target, ignore_errors=True)
    run(sys.executable, "-m", "hatchling", "build", "-d", str(target), folder=root, env=env)
    (wheel,), (sdist,) = target.glob("*.whl"), target.glob("*.tar.gz")
    return wheel, sdist


def check(wheel: Path, sdist: Path, scratch: Path) -> None:
    """By the rules of the index, and that the sdist makes the same wheel. Raises Failed."""
    run(sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist), folder=scratch)
    run(sys.executable, "-m", "tarfile", "-e", str(sdist), str(scratch / "sdist"), folder=scratch)
    (source,) = (scratch / "sdist").iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(scratch / "again"),
        folder=source)  # fmt: skip
    (again,) = (scratch / "again").glob("*.whl")
    if difference := _names(wheel) ^ _names(again):
        raise Failed(f"the sdist makes another wheel; they differ in {sorted(difference)}")


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as packed:
        return set(packed.namelist())


def install(wheel: Path, lock: Path, scratch: Path) -> Path:
    """The program in an environment of its own. Raises Failed."""
    folder = scratch / "venv"
    run(sys.executable, "-m", "venv", str(folder), folder=scratch)
    run(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet",
        "--disable-pip-version-check", "--constraint", str(lock), f"{wheel}[sandbox]",
        folder=scratch)  # fmt: skip
    return folder / "bin" / "reconciler"


def first_day(program: Path, version: str, scratch: Path) -> None:
    """A folder, set up from the account of the sandbox: its plan has no change. Raises Failed."""
    said = run(str(program), "--version", folder=scratch)
    if version not in said.split():
        raise Failed(f"`reconciler --version` says {said.strip()}, and not {version}")
    ready, folder = scratch / "ready", scratch / "routes-of-a-team"
    folder.mkdir()
    command = (str(program), "sandbox", "--port", "0", "--ready-file", str(ready))
    log = scratch / "sandbox.log"
    with (
        log.open("w", encoding="utf-8") as output,
        subprocess.Popen(command, cwd=scratch, stdout=output, stderr=output) as sandbox,
    ):
        try:
            env = os.environ | _exports(ready, sandbox, log)
            for words in FIRST_DAY:
                run(str(program), *words, folder=folder, env=env)
        finally:
            sandbox.terminate()


FIRST_DAY = (
    ("init", "--yes", "--ci", "none"),
    ("validate",),
    ("plan", "--detailed-exitcode"),
)


def _exports(ready: Path, sandbox: "subprocess.Popen[bytes]", log: Path) -> dict[str, str]:
    """Where the sandbox is, and its key: `export NAME=VALUE` lines, once it is ready."""
    until = time.monotonic() + SECONDS
    while not (ready.is_file() and ready.read_text("utf-8").endswith("\n")):
        if sandbox.poll() is not None or time.monotonic() > until:
            raise Failed(f"the sandbox did not start\n{log.read_text('utf-8')}")
        time.sleep(0.05)
    lines = ready.read_text("utf-8").splitlines()
    words = (line.removeprefix("export ").partition("=") for line in lines)
    return {name: value.strip("'\"") for name, _, value in words if value}
