"""The commands that write, one at a time in a folder, and the options that they share."""

from typing import Any

import click

from reconciler.cli import exit_codes
from reconciler.cli.shell import Shell
from reconciler.text import visible

WAIT_SECONDS = 60.0

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


class WritingCommand(click.Command):
    """Holds the lock of the folder while it runs. With `--plan` it only looks, and takes none."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.append(
            click.Option(
                ["--lock-timeout"],
                type=float,
                default=WAIT_SECONDS,
                metavar="SECONDS",
                help=f"Seconds to wait for another run in this folder; default {WAIT_SECONDS:.0f}.",
            )
        )

    def invoke(self, ctx: click.Context) -> Any:
        """Take the lock, run, give it back."""
        from reconciler.runs.folder import FolderRefused, alone

        seconds = ctx.params.pop("lock_timeout")
        shell: Shell = ctx.obj
        if ctx.params.get("look"):
            return super().invoke(ctx)

        def tell(words: str) -> None:
            shell.warn(visible(words))

        try:
            with alone(shell.root, self.name or "", shell.now(), seconds, tell):
                return super().invoke(ctx)
        except FolderRefused as error:
            shell.warn(f"error: {visible(str(error))}")
            return exit_codes.ERROR
