"""The command `reconciler`. Commands load when they are called: help stays fast."""

import atexit
import contextlib
import gc
import importlib
import os
import re
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import click

from reconciler import __version__
from reconciler.cli.shell import Shell, guard, guarded, keep_streams, shell
from reconciler.plan import exit_codes

COMMANDS = {  # name -> (module, what it does)
    "init": ("commands.init", "Set a folder up for the routes of an account"),
    "plan": ("commands.plan", "Show what would change in incident.io"),
    "who": ("commands.who", "Prove who is paged differently"),
    "replay": ("commands.replay", "Send past alerts through live and planned routes"),
    "calibrate": ("commands.calibrate", "Learn from past alerts how texts are compared"),
    "apply": ("commands.apply", "Show the plan, ask, and write it"),
    "backup": ("commands.backup", "Back up all live routes in a folder"),
    "restore": ("commands.restore", "Restore routes from a backup"),
    "history": ("commands.restore", "List earlier runs and what they wrote"),
    "rollback": ("commands.restore", "Undo one run, from its own backup"),
    "import": ("commands.import_", "Write route files for live routes"),
    "pull": ("commands.adopt", "Copy live edits into the route files"),
    "migrate": ("commands.adopt", "Show what changes with API v3, or back to v2"),
    "validate": ("commands.files", "Check the route files, without a key"),
    "test": ("commands.test", "Run the routing tests, without a key"),
    "cover": ("commands.cover", "Show which alerts the routes leave open"),
    "fmt": ("commands.files", "Rewrite the route files in canonical form"),
    "table": ("commands.files", "Print the routing table of the files"),
    "page": ("commands.page", "Write the routes as one HTML page"),
    "explain": ("commands.explain", "Show who is paged for one alert, and why"),
    "compile": ("commands.directory", "Print the API payload of one file"),
    "schema": ("commands.help", "Print the JSON Schema of a route file"),
    "sources": ("sources.sources", "Check alert sources, senders and tokens"),
    "directory": ("commands.directory", "Store the account's names and ids in a file"),
    "github": ("github.github", "Comments, reviews and the drift issue, in CI"),
    "gitlab": ("gitlab.gitlab", "Notes, reviews and the drift issue, in CI"),
    "doctor": ("commands.doctor", "Check key, rights, endpoint, API and files"),
    "sandbox": ("commands.sandbox", "Run a local incident.io to try commands"),
    "help": ("commands.help", "Explain a command, or how to create a key"),
    "completion": ("commands.help", "Print the completion script of a shell"),
}

_COMMAND = "reconciler.command"  # key of a context: the command's name and its arguments
WIDTH = 80  # columns of help
WITHOUT_FILES = ("sandbox", "help", "completion", "schema")
FORGES = ("github", "gitlab")


def _with_output_options(command: click.Command) -> click.Command:
    """`-q` and `-v` are taken behind the command as well as before it."""
    if not any(parameter.name == "quiet" for parameter in command.params):
        command.params += [
            _output_option("quiet", "Print results and errors only."),
            _output_option("verbose", "Print each request, with its id."),
        ]
        command.epilog = _example(command.epilog)
        for parameter in command.params:
            if isinstance(parameter, click.Argument) and parameter.callback is None:
                parameter.callback = _not_empty
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _with_output_options(inner)
    return command


def _not_empty(_context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """An unset variable of a script must not mean "all of it"."""
    if "" in (value if isinstance(value, tuple) else (value,)):
        name = re.sub(r"[\[\]…]|\.\.\.", "", parameter.metavar or "")
        raise click.UsageError(f"{name} is empty: is a variable not set? Give a value, or none")
    return value


def _example(text: str | None) -> str | None:
    """The example as it is written, as a wrapped one cannot be pasted; what it explains in brackets
    stands below where the line is too long for both.
    """
    if text is None:
        return None
    command, gap, rest = text.partition("    (")
    wide = len(text) > WIDTH - 2  # click indents it
    return "\b\n" + (f"{command}\n({rest}" if gap and wide else text)


def _output_option(name: str, words: str) -> click.Option:
    def take(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
        wished = context.obj
        if value and isinstance(wished, Shell):
            quiet, verbose = wished.quiet or name == "quiet", wished.verbose or name == "verbose"
            context.obj = replace(wished, quiet=quiet, verbose=verbose)

    return click.Option(
        [f"-{name[0]}", f"--{name}"], is_flag=True, expose_value=False, callback=take, help=words
    )


class Commands(click.Group):
    """The commands by name; each one's module is imported only when it is used."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the command with its arguments, for a run in several folders."""
        ctx.meta[_COMMAND] = self.make_parser(ctx).parse_args(list(args))[1]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """In the folder, or in each of several."""
        command = ctx.meta[_COMMAND]
        given: tuple[str, ...] = ctx.params["folder"]
        if "" in given:
            raise click.UsageError("-C is empty: is a variable not set? Name a folder", ctx)
        if not command or command[0] in WITHOUT_FILES or command[0] not in COMMANDS:
            return super().invoke(ctx)
        folders = given or (_root(ctx),)
        if len(folders) == 1 and command[0] not in FORGES:
            from reconciler.cli.folders import folders_below

            folders = folders_below(Path(folders[0])) or folders
        if len(folders) == 1:
            ctx.params["folder"] = folders
            return super().invoke(ctx)
        if command[0] in FORGES:
            raise click.UsageError(f"`{command[0]}` works in one folder: name it with -C", ctx)
        return _in_each(folders, ctx, command)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"reconciler.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name}_command")
        return _with_output_options(command) if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A wrong name gets the nearest right one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"unknown command `{args[0]}`.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table, so that help imports no command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in COMMANDS.items()])


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH},
    epilog="Example: reconciler plan    (reads routes/ and incident.io, writes nothing)",
)
@click.option("-C", "folder", metavar="DIR", multiple=True,
              help="Work in this folder, or in each of several (default: the nearest with "
              "reconciler.yaml).")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print each request, with its id.")
@click.version_option(__version__, prog_name="reconciler")
@click.pass_context
def reconciler(context: click.Context, folder: tuple[str, ...], quiet: bool, verbose: bool) -> None:
    """GitOps for incident.io alert routes.

    Routes are YAML files in routes/. `plan` shows how the live routes differ
    from the files. `apply` writes the difference, and never overwrites a live
    edit that the plan did not show. Set INCIDENT_API_KEY to your key.
    """
    context.obj = shell(folder[0] if folder else ".", quiet=quiet, verbose=verbose)


def _root(context: click.Context) -> str:
    """The folder of the files, seen from a subfolder; printed, as paths start there."""
    from reconciler.cli.project import find_root

    root = find_root(Path())
    if root != Path() and not context.params.get("quiet"):
        click.echo(f"working in {os.path.relpath(root)}, as with -C", err=True)
    return os.path.relpath(root)


def _in_each(folders: Sequence[str], context: click.Context, command: list[str]) -> int:
    """The command in each folder. Its name goes above the output: on standard error where that is
    for a program.
    """
    from reconciler.cli.folders import in_each
    from reconciler.text import visible

    words = " ".join(command)
    for_programs = re.search(r"--format[= ](?!text\b)", words) is not None
    flags = [f"--{name}" for name in ("quiet", "verbose") if context.params[name]]

    def head(folder: str) -> None:
        click.echo(f"== {visible(folder)} ==", err=for_programs)

    return in_each(folders, lambda folder: _run(["-C", folder, *flags, *command]), head)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, and never lets a traceback out for user errors."""
    with guarded(os.environ):
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        result = reconciler.main(
            args=None if arguments is None else list(arguments),
            prog_name="reconciler",
            standalone_mode=False,
        )
    except click.exceptions.NoArgsIsHelpError as error:  # the help is its message
        return _helped(error)
    except click.UsageError as error:
        if error.ctx is not None:
            help_ = f"Try '{error.ctx.command_path} --help' for help."
            _tell(f"{error.ctx.get_usage()}\n{help_}\n")
        _say_error(error.format_message())
        return exit_codes.USAGE
    except click.ClickException as error:
        _say_error(error.format_message())
        return error.exit_code
    except click.Abort as interrupt:
        if isinstance(interrupt.__cause__, Terminated):
            _tell("terminated; nothing was written to incident.io")
            return exit_codes.TERMINATED
        _tell("interrupted; nothing was written to incident.io")
        return exit_codes.INTERRUPTED
    except OSError as error:
        if error.errno:  # the disk behind standard output is full, a folder went away
            _tell(f"error: {error.filename or 'standard output'}: {error.strerror}")
        else:  # a refusal of ours, whose text says what to do
            from reconciler.text.visible import visible

            _say_error("\n".join(map(visible, str(error).split("\n"))))
        return exit_codes.ERROR
    return result if isinstance(result, int) else exit_codes.DONE


def _say_error(message: str) -> None:
    """A whole line in a pipe, for tools; wrapped between words on a terminal."""
    from reconciler.text import folded

    columns = shutil.get_terminal_size().columns if sys.stderr.isatty() else None
    _tell(folded(f"error: {message}", columns, "  "))


def _helped(error: click.exceptions.NoArgsIsHelpError) -> int:
    try:
        click.echo(error.ctx.get_help() if error.ctx else error.format_message())
    except OSError as full:
        _tell(f"error: standard output: {full.strerror}")
        return exit_codes.ERROR
    return exit_codes.DONE


def _tell(words: str) -> None:
    """A last line; if standard error is closed, the exit code says it all the same."""
    with contextlib.suppress(OSError):
        click.echo(words, err=True)


class Terminated(KeyboardInterrupt):
    """SIGTERM came while nothing was being written; it ends whatever a Ctrl-C ends."""


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise Terminated


def _deaf() -> None:
    """While Python takes itself apart: a signal would take the place of the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _heeded(dropped: "sys.UnraisableHookArgs") -> None:
    """A Ctrl-C or SIGTERM that Python dropped, because it came while an object was finalized: it
    comes again when that is over.
    """
    if not isinstance(dropped.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return
    import threading

    terminated = isinstance(dropped.exc_value, Terminated)
    number = signal.SIGTERM if terminated else signal.SIGINT
    again = threading.Timer(0.05, os.kill, (os.getpid(), number))
    again.daemon = True
    again.start()


def main() -> None:
    # What a command reads lives to its end; looking through all of it for cycles, again and again,
    # took an eighth of a large plan's CPU. So many objects are about 50 MiB, if all are garbage.
    gc.set_threshold(500_000)
    keep_streams()
    sys.unraisablehook = _heeded
    atexit.register(_deaf)
    guard(os.environ)  # to the end of the process: a traceback is printed after `run`
    try:
        signal.signal(signal.SIGTERM, _terminate)
        if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = run()
    except KeyboardInterrupt as second:  # while the first one was told
        terminated = isinstance(second, Terminated)
        code = exit_codes.TERMINATED if terminated else exit_codes.INTERRUPTED
    for number in (signal.SIGINT, signal.SIGTERM):  # a second one ends what is left, at once
        signal.signal(number, lambda _signal, _frame: os._exit(code))
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # a full disk, which `run` reported; Python would end with 120
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)
