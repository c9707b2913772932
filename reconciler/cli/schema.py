"""`reconciler schema`: the JSON Schema of a route file."""

import json

import click

from reconciler.cli.shell import Shell
from reconciler.files import config_schema, route_schema


@click.command("schema", epilog="Example: reconciler schema > route.schema.json    (for an editor)")
@click.option("--config", is_flag=True, help="The schema of reconciler.yaml instead.")
@click.pass_obj
def schema_command(shell: Shell, config: bool) -> None:
    """Print the JSON Schema (2020-12) of a route file.

    Every key has a description, so editors complete and explain while typing.
    """
    shell.say(json.dumps(config_schema() if config else route_schema(), indent=2))
