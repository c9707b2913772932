"""The options that commands share, and the commands that write, one at a time in a folder."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from reconciler.cli.shell import Shell
from reconciler.text import visible

WAIT_SECONDS = 60.0
Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Decorator = Callable[[Decorated], Decorated]

record_option = click.option(
    "--record",
    type=click.Choice(["remote", "local"]),
    help="Share the record through git's remote, or not; by default as in reconciler.yaml.",
)
accept_incomplete_option = click.option(
    "--accept-incomplete",
    is_flag=True,
    help="Write from a backup that lacks fields (older version).",
)
assume_not_created_option = click.option(
    "--assume-not-created",
    is_flag=True,
    help="Send a lost create again, if you know that it failed.",
)
auto_approve_option = click.option("--auto-approve", is_flag=True, help="Do not ask.")


def write_options(command: Decorated) -> Decorated:
    """The options of all commands that write."""
    return assume_not_created_option(record_option(auto_approve_option(command)))


backup_argument = click.argument(
    "folder", required=False, default="backups/incident.io", metavar="[DIR]"
)
look_option = click.option(
    "--plan", "--dry-run", "look", is_flag=True, help="Show the plan and stop."
)
runs_option = click.option(
    "--runs",
    "folder",
    type=click.Path(),
    metavar="DIR",
    help="Folder of the runs; .reconciler/runs by default.",
)


def format_option(
    *formats: str, words: str = "Format of standard output."
) -> Decorator[Callable[..., Any]]:
    """`--format`, by default the first of them."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help=words,
    )


def base_option(words: str) -> Decorator[Callable[..., Any]]:
    """`--base`: the commit that the files are compared with."""
    return click.option("--base", metavar="REF", help=words)


def live_option(words: str) -> Decorator[Callable[..., Any]]:
    """`--live`: what is live, in place of the files or of a commit."""
    return click.option("--live", is_flag=True, help=words)


def compare_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What the files are compared with, and for which alerts."""
    source = click.option("--source", metavar="NAME", help="Only alerts of this source.")
    live = live_option("Compare the files with what is live.")
    return base_option("Compare the files with those of this commit.")(live(source(command)))


DAYS = click.IntRange(1, 90)
"""Of past alerts."""
refresh_option = click.option("--refresh", is_flag=True, help="Read all alerts again.")


def days_option(default: int, words: str) -> Decorator[Callable[..., Any]]:
    """`--days`: how far back alerts are read."""
    return click.option("--days", type=DAYS, default=default, show_default=True, help=words)


def api_option(words: str) -> Decorator[Callable[..., Any]]:
    """`--api`: a version in place of the one of `reconciler.yaml`."""
    return click.option("--api", type=click.Choice(["v2", "v3"]), help=words)


revert_drift_option = click.option(
    "--revert-drift", is_flag=True, help="Also overwrite live edits."
)


def output_option(name: str, words: str) -> Decorator[Callable[..., Any]]:
    """A file that the command writes."""
    return click.option(name, type=click.Path(dir_okay=False), metavar="FILE", help=words)


class WritingCommand(click.Command):
    """Holds the lock of the folder while it runs. With `--plan` it only looks, and takes none."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        words = f"Seconds to wait for another run in this folder; default {WAIT_SECONDS:.0f}."
        timeout = click.Option(
            ["--lock-timeout"], type=float, default=WAIT_SECONDS, metavar="SECONDS", help=words
        )
        self.params.append(timeout)

    def invoke(self, ctx: click.Context) -> Any:
        """Take the lock, run, give it back."""
        from reconciler.runs.folder import alone

        seconds = ctx.params.pop("lock_timeout")
        shell: Shell = ctx.obj
        if ctx.params.get("look"):
            return super().invoke(ctx)

        def tell(words: str) -> None:
            shell.warn(visible(words))

        with _own_signals(), alone(shell.root, self.name or "", shell.now(), seconds, tell):
            return super().invoke(ctx)


@contextmanager
def _own_signals() -> Iterator[None]:
    """What the command does at a Ctrl-C or SIGTERM from its first write on, ends with it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in before.items():
                signal.signal(number, handler)
