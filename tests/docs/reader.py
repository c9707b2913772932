"""A reader who does what a page says, in a checkout and with an account of their own."""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from reconciler import sandbox
from reconciler.cli.main import run
from reconciler.client.pace import SYSTEM_CLOCK
from reconciler.sandbox.http.running import RunningSandbox
from tests.docs.happenings import HAPPENINGS
from tests.docs.pages import REPOSITORY, Command, Edit, Meanwhile, Page, Step

CHECKOUT = ("routes", "routing-tests", "reconciler.yaml", "directory.lock.json", "docs")
ANSWER = "Type `yes` to continue: "
_SHELL = re.compile(r"[|&;<>$*~(]")
_MASKS = (
    (r"\d{8}T\d{6}Z-[0-9a-f]{6}", "RUN"),
    (r"\d{4}-\d\d-\d\d(T| )\d\d:\d\d(:\d\d(\.\d+)?)?( UTC|Z|\+00:00)?", "TIME"),
    (r"\d{4}-\d\d-\d\d to(\s+)\d{4}-\d\d-\d\d", r"DAY to\1DAY"),
    (r"names of(\s+)\d{4}-\d\d-\d\d", r"names of\1DAY"),
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"\b01[0-9A-HJKMNP-TV-Z]{24}\b", "ID"),
    (r"\b[0-9a-f]{64}\b|(?<=digest )[0-9a-f]{12}|(?<=now )[0-9a-f]{12}", "DIGEST"),
    (r"\b\d+ ms\b", "N ms"),
    (r"(?<=until )\d{4}-\d\d-\d\d", "DAY"),
    (r"(?<=request )\S+?(?=$|\s|\))", "REQUEST"),
)
_EXPIRES = re.compile(r"(?<=expires: )\d{4}-\d\d-\d\d")


class _Stream(io.StringIO):
    encoding = "utf-8"


@contextlib.contextmanager
def _no_waiting() -> Iterator[None]:
    """The client's jitter at its luckiest: a repeated request is sent at once."""
    dice = SYSTEM_CLOCK.random
    object.__setattr__(SYSTEM_CLOCK, "random", lambda: 0.0)
    try:
        yield
    finally:
        object.__setattr__(SYSTEM_CLOCK, "random", dice)


@dataclass
class Reader:
    """One checkout, one account; what was exported stays, and so does the last exit code."""

    folder: Path
    account: RunningSandbox
    environment: dict[str, str] = field(default_factory=dict)
    code: int = 0

    def do(self, step: Step) -> str:
        """Do one thing; the output of a command, "" of everything else."""
        match step:
            case Meanwhile(words):
                HAPPENINGS[words](self.account)
            case Edit():
                self._edit(step)
            case Command(text, output, _):
                return self._run(text, "yes\n" if f"{ANSWER}yes" in output else "")
        return ""

    def _edit(self, edit: Edit) -> None:
        place = self.folder / edit.path
        place.parent.mkdir(parents=True, exist_ok=True)
        # A page shows an approval that expires soon; here it holds on whatever day this runs.
        text = _EXPIRES.sub("2999-12-31", edit.text)
        if edit.kind == "append":
            text = place.read_text("utf-8") + "\n" + text
        elif edit.kind == "diff":
            text = _patched(place.read_text("utf-8"), text)
        place.write_text(text, "utf-8")

    def _run(self, command: str, typed: str) -> str:
        words = shlex.split(command, comments=True)
        if words[0] == "export":
            for word in words[1:]:
                name, value = word.split("=", 1)
                self.environment[name] = value
            return ""
        if words[:2] == ["reconciler", "sandbox"]:
            return _announcement(self._surroundings())
        inside = words[0] == "reconciler" and not _SHELL.search(command)
        said = self._in_process(words[1:], typed) if inside else self._in_shell(command, typed)
        return said.replace(f"{ANSWER}\n", f"{ANSWER}{typed or chr(10)}")

    def _in_process(self, arguments: list[str], typed: str) -> str:
        """Quicker than a process, and its coverage counts."""
        screen = _Stream()
        with (
            contextlib.chdir(self.folder),
            patch.dict(os.environ, self._surroundings(), clear=True),
            patch.object(sys, "stdin", io.StringIO(typed)),
            contextlib.redirect_stdout(screen),
            contextlib.redirect_stderr(screen),
            _no_waiting(),
        ):
            self.code = run(arguments)
        return screen.getvalue()

    def _in_shell(self, command: str, typed: str) -> str:
        ended = subprocess.run(
            ["bash", "-c", f"(exit {self.code}); {command}"],
            cwd=self.folder,
            env=self._surroundings(),
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        )
        self.code = ended.returncode
        return ended.stdout

    def _surroundings(self) -> dict[str, str]:
        """The environment of a shell with `reconciler` on its path and the account's key."""
        bin_folder = str(Path(sys.executable).parent)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("INCIDENT_", "NO_COLOR", "FORCE_COLOR", "COLUMNS"))
        }
        kept |= {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONIOENCODING": "utf-8",
            "INCIDENT_ENDPOINT": self.account.url,
            "INCIDENT_API_KEY": self.account.key,
        }
        given = {name: value for name, value in self.environment.items() if value}
        kept |= given
        return {name: value for name, value in kept.items() if self.environment.get(name) != ""}


def _announcement(environment: dict[str, str]) -> str:
    """What `reconciler sandbox` prints before it waits. It ends here: the account is at hand."""
    said = ""
    with subprocess.Popen(
        ["reconciler", "sandbox", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                process.terminate()
    return said


@contextlib.contextmanager
def reader(folder: Path) -> Iterator[Reader]:
    """Somebody in a fresh checkout, with a fresh account."""
    for name in CHECKOUT:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    for file in (folder / "routing-tests").iterdir():  # known gaps, on whatever day this runs
        file.write_text(_EXPIRES.sub("2999-12-31", file.read_text("utf-8")), "utf-8")
    with sandbox.start() as account:
        yield Reader(folder, account)


def masked(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, instead in _MASKS:
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    return text


def matches(shown: str, said: str) -> bool:
    """Whether the page shows what was said; a line `…` stands for any lines."""
    pieces = [
        re.escape("\n".join(piece))
        for piece in _split([line.rstrip() for line in masked(shown).strip("\n").splitlines()])
    ]
    lines = "\n".join(line.rstrip() for line in masked(said).strip("\n").splitlines())
    return re.fullmatch(r"(?:.*\n)??".join(_joined(pieces)), lines, re.DOTALL) is not None


def _split(lines: list[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == "…":
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces


def _joined(pieces: list[str]) -> list[str]:
    """Each piece ends with its line end, but for the last; an empty one is nothing at all."""
    joined = [f"{piece}\n" if piece else "" for piece in pieces[:-1]]
    last = pieces[-1]
    if joined and not last:
        return [*joined[:-1], joined[-1], ".*"]
    return [*joined, last]


def _patched(text: str, difference: str) -> str:
    """The text with one hunk applied; raises AssertionError where it does not fit."""
    lines = difference.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if line[:1] in "- ")
    new = "".join(f"{line[1:]}\n" for line in lines if line[:1] in "+ ")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {text!r}"
    return text.replace(old, new)


def read_aloud(page: Page, folder: Path) -> Iterator[tuple[Command, str]]:
    """Do everything that the page says; each command with what it printed."""
    with reader(folder) as somebody:
        for step in page.steps:
            said = somebody.do(step)
            if isinstance(step, Command):
                yield step, said
