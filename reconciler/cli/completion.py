"""`reconciler completion`: the completion script of a shell."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from reconciler.cli.shell import Shell

COMPLETIONS: dict[str, type[ShellComplete]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
}


@click.command(
    "completion",
    epilog="Example: reconciler completion bash > ~/.reconciler.bash    (and source it)",
)
@click.argument("name", metavar="SHELL", type=click.Choice(list(COMPLETIONS)))
@click.pass_obj
def completion_command(shell: Shell, name: str) -> None:
    """Print the completion script for bash, zsh or fish."""
    from reconciler.cli.main import reconciler

    completion = COMPLETIONS[name](reconciler, {}, "reconciler", "_RECONCILER_COMPLETE")
    shell.say(completion.source())
