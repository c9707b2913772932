"""The command itself: help, typos, the folder, and how a process of its own starts."""

import ast
import errno
import io
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import click
import pytest

from reconciler import __version__
from reconciler.cli import main
from reconciler.cli.main import COMMANDS, reconciler
from tests.e2e.team import REPOSITORY, Team


def commands() -> list[tuple[str, ...]]:
    """Every command, those of groups too."""
    context = click.Context(reconciler)
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = reconciler.get_command(context, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.commands]
    return found


@pytest.mark.parametrize("command", [(), *commands()], ids=" ".join)
def test_help_has_an_example_and_fits_eighty_columns(team: Team, command: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        ended = team.run(*command, flag)

        assert (ended.code, ended.err) == (0, "")
        assert "Example: " in ended.out
        assert f"Usage: {' '.join(['reconciler', *command])}" in ended.out
        assert max(map(len, ended.out.splitlines())) <= 80


def test_help_lists_every_command_in_one_line(team: Team) -> None:
    listing = team.run("--help").out.partition("Commands:\n")[2]

    for name, (_, words) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(words)}$", listing, re.MULTILINE)


def test_no_list_of_commands_is_cut_short(team: Team) -> None:
    for group in dict.fromkeys(command[0] for command in commands() if len(command) > 1):
        listing = team.run(group, "--help").out.partition("Commands:\n")[2].partition("\n\n")[0]

        assert listing
        assert "..." not in listing


def test_the_example_of_every_command_can_be_pasted(team: Team) -> None:
    context = click.Context(reconciler)
    for name, *inner in commands():
        command = reconciler.get_command(context, name)
        for one in inner:
            assert isinstance(command, click.Group)
            command = command.commands[one]
        assert command is not None
        assert command.epilog is not None
        example = command.epilog.removeprefix("\b\n").splitlines()[0]

        assert f"  {example}\n" in team.run(name, *inner, "--help").out


def test_help_loads_no_command(team: Team) -> None:
    script = (
        "import sys; from reconciler.cli.main import run; run(['--help']);"
        "print([m for m in sys.modules if m in ('requests', 'yaml', 'jsonschema', 'deepdiff',"
        "'boto3', 'aiohttp')])"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )

    assert ended.stdout.endswith("[]\n")


def test_the_version_is_printed(team: Team) -> None:
    assert team.run("--version").out == f"reconciler, version {__version__}\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pln", "plan"), ("aply", "apply"), ("validat", "validate"), ("directroy", "directory")],
)
def test_a_typo_gets_the_nearest_command(team: Team, typed: str, meant: str) -> None:
    ended = team.run(typed)

    assert ended.code == 64
    assert f"unknown command `{typed}`. Did you mean `{meant}`?" in ended.err
    assert ended.out == ""


def test_a_name_like_no_command_gets_no_guess(team: Team) -> None:
    ended = team.run("zzzzzz")

    assert ended.code == 64
    assert "unknown command `zzzzzz`." in ended.err
    assert "Did you mean" not in ended.err


@pytest.mark.parametrize("arguments", [("plan", "--detailed-exitcod"), ("--verbos", "plan")])
def test_a_mistyped_option_gets_the_nearest_one(team: Team, arguments: tuple[str, ...]) -> None:
    ended = team.run(*arguments)

    assert ended.code == 64
    assert "Did you mean" in ended.err


def test_a_folder_that_is_not_there_is_a_usage_error(team: Team) -> None:
    ended = Team(team.folder / "nowhere").run("validate")

    assert ended.code == 64
    assert "folder not found" in ended.err


@pytest.mark.parametrize("words", [[], ["directory"], ["github"]])
def test_no_command_shows_the_help_once(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main.run(words)

    shown = capsys.readouterr()
    assert (code, shown.err) == (0, "")
    assert shown.out.count("Commands:\n") == 1
    assert shown.out.startswith("Usage: reconciler")


def test_no_message_points_to_a_page_that_is_not_installed() -> None:
    for path in Path(main.__file__).parents[1].rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        comments = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if isinstance(node, ast.Constant) and id(node) not in comments:
                pages = set(re.findall(r"docs/[\w/-]+\.md", str(node.value)))
                assert pages <= {"docs/routes.md", "docs/sources-table.md"}, path


def test_help_explains_a_command_or_a_topic(team: Team) -> None:
    assert team.run("help").out == team.run("--help").out
    assert team.run("help", "plan").out == team.run("plan", "--help").out
    assert team.run("help", "directory", "refresh").out == (
        team.run("directory", "refresh", "--help").out
    )
    page = team.run("help", "api-key").out
    for said in ("INCIDENT_API_KEY", "Create and manage on-call resources", "/settings/api-keys"):
        assert said in page
    wrong = team.run("help", "api-keys")
    assert wrong.code == 64
    assert "did you mean `api-key`?" in wrong.err


def test_the_module_is_the_command(team: Team) -> None:
    ended = team.process("--version")

    assert (ended.code, ended.out) == (0, f"reconciler, version {__version__}\n")


def test_a_path_is_taken_from_the_folder_of_the_option(team: Team) -> None:
    assert team.run("plan", "--out", "plan.json").code == 0

    assert (team.folder / "plan.json").exists()


def test_output_that_cannot_be_flushed_is_let_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        def fileno(self) -> int:
            return handle.fileno()

    monkeypatch.setattr(main, "run", lambda: 1)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with (
        (tmp_path / "out").open("w") as handle,
        patch.object(sys, "stdout", Full()),
        pytest.raises(SystemExit) as stopped,
    ):
        main.main()

    assert stopped.value.code == 1


def test_a_name_that_is_no_command_has_none() -> None:
    assert reconciler.get_command(click.Context(reconciler), "zzz") is None


def test_sigterm_is_heeded_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: dict[int, Callable[[int, None], None]] = {}

    def run() -> int:
        with pytest.raises(main.Terminated):
            handlers[signal.SIGTERM](signal.SIGTERM, None)
        return 7

    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(main, "run", run)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    with pytest.raises(SystemExit) as stopped:
        main.main()

    assert stopped.value.code == 7


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["-C", "", "validate"], "-C"),
        (["-C", "", "apply", "--auto-approve"], "-C"),
        (["-C", "production", "-C", "", "plan"], "-C"),
        (["validate", ""], "FILE"),
        (["plan", "routes/a.yaml", ""], "FILE|NAME"),
        (["pull", ""], "FILE|NAME"),
        (["apply", "", "--auto-approve"], "PLAN.JSON"),
        (["import", ""], "NAME|ID"),
        (["restore", ""], "DIR"),
        (["rollback", ""], "RUN"),
        (["sources", "tokens", ""], "SOURCE"),
        (["init", "--account", ""], "--account"),
    ],
)
def test_an_unset_variable_never_means_all_of_it(
    arguments: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main.run(arguments)

    assert code == 64
    assert f"{name} is empty: " in capsys.readouterr().err


LATE = """
import os, signal, sys, threading, time
from reconciler.cli import main

def interrupted_again():
    until = time.monotonic() + 5
    while signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        if time.monotonic() > until:
            break
    os.kill(os.getpid(), signal.{name})
    threading.Event().wait(10)

def run():
    threading.Thread(target=interrupted_again).start()
    return 130

main.run = run
main.main()
"""
EARLY = """
from reconciler.cli import main

def run():
    raise {error}

main.run = run
main.main()
"""


DROPPED = """
import os, signal, threading
from reconciler.cli import main

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})
        for _ in range(1000):
            pass

def run():
    finalized = Finalized()
    try:
        del finalized
        threading.Event().wait(10)
    except main.Terminated:
        return 143
    except KeyboardInterrupt:
        return 130
    return 0

main.run = run
main.main()
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interrupt_that_python_drops_comes_again(name: str, code: int) -> None:
    program = DROPPED.format(name=name)

    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, text=True, timeout=60
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", "")


@pytest.mark.parametrize(
    ("program", "code"),
    [
        (LATE.format(name="SIGINT"), 130),
        (LATE.format(name="SIGTERM"), 130),
        (EARLY.format(error="KeyboardInterrupt"), 130),
        (EARLY.format(error="main.Terminated"), 143),
    ],
)
def test_a_second_interrupt_ends_the_process_with_the_same_code(program: str, code: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, text=True, timeout=60
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", "")
