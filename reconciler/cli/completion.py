"""`reconciler completion`: the completion script of a shell."""

import click
from click.shell_completion import get_completion_class

from reconciler.cli.shell import Shell


@click.command(
    "completion",
    epilog="Example: reconciler completion bash > ~/.reconciler.bash    (and source it)",
)
@click.argument("name", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def completion_command(shell: Shell, name: str) -> None:
    """Print the completion script for bash, zsh or fish."""
    from reconciler.cli.main import reconciler

    completion = get_completion_class(name)
    if completion is None:  # click knows the three that Choice lets through
        raise click.UsageError(f"no completion for {name}")
    shell.say(completion(reconciler, {}, "reconciler", "_RECONCILER_COMPLETE").source())
