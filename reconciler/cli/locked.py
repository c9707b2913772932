"""The commands that write, one at a time in a folder."""

from typing import Any

import click

from reconciler.cli import exit_codes
from reconciler.cli.shell import Shell
from reconciler.text.visible import visible

WAIT_SECONDS = 60.0


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
