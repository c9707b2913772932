"""`reconciler help`, `completion` and `schema`: they need no files."""

import json

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from reconciler.cli.shell import Shell
from reconciler.client.rights import MANAGE, VIEW
from reconciler.files import json_schema
from reconciler.model import has_errors, near_matches
from reconciler.plan import exit_codes

API_KEY = f"""\
reconciler reads the key from INCIDENT_API_KEY, or else from INCIDENT_IO_TOKEN.

1. Create a key in the dashboard, under Settings, API keys:
   https://app.incident.io/~/settings/api-keys/create
   `~` stands for your organisation.
2. Name it after its use, for example: reconciler (production, apply).
3. Tick the permissions that your commands need:
   init, plan, who, replay, calibrate, import, pull, backup, migrate, directory,
   doctor, sources (without tokens)
     {VIEW}
   apply, restore, rollback, sources tokens
     the same, and: {MANAGE}
   validate, test, cover, explain, page, fmt, table, compile, schema, history
     no key
4. Copy the key (incident.io shows it only once), and check it:
   export INCIDENT_API_KEY=…
   reconciler doctor
"""
TOPICS = {"api-key": API_KEY}


@click.command("help", epilog="Example: reconciler help api-key    (how to make a key)")
@click.argument("words", nargs=-1, metavar="[COMMAND|TOPIC]...")
@click.pass_context
def help_command(context: click.Context, words: tuple[str, ...]) -> int:
    """Print the help of a command, or of a topic: api-key.

    Without an argument, list all commands.
    """
    shell = context.find_object(Shell)
    page = TOPICS.get(words[0]) if len(words) == 1 else None
    text = page or _help_of(context.find_root(), words)
    if shell is not None:
        shell.say(text)
    return exit_codes.DONE


def _help_of(context: click.Context, words: tuple[str, ...]) -> str:
    """Raises click.UsageError for words that are no command."""
    command = context.command
    for word in words:
        known = command.list_commands(context) if isinstance(command, click.Group) else []
        inner = command.get_command(context, word) if isinstance(command, click.Group) else None
        if inner is None:
            near = near_matches(word, [*known, *TOPICS])
            hint = f"did you mean `{near[0]}`?" if near else f"topics: {', '.join(TOPICS)}"
            raise click.UsageError(f"`{word}` is not a command or a topic; {hint}")
        command = inner
        context = click.Context(command, info_name=word, parent=context)
    return command.get_help(context)


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


@click.command("schema", epilog="Example: reconciler schema > route.schema.json    (for an editor)")
@click.option("--config", is_flag=True, help="The schema of reconciler.yaml instead.")
@click.option("--tests", is_flag=True, help="The schema of routing tests instead.")
@click.option("--names", is_flag=True, help="With the names in directory.lock.json.")
@click.pass_obj
def schema_command(shell: Shell, config: bool, tests: bool, names: bool) -> int:
    """Print the JSON Schema (2020-12) of a route file.

    Editors use it to complete and explain each key. With --names they also
    complete the account's own names, and underline any other name.
    """
    if config + tests + names > 1:
        raise click.UsageError("use one of --config, --tests and --names")
    if names:
        return _say_names(shell)
    schema = json_schema("config" if config else "tests" if tests else "route")
    shell.say(json.dumps(schema, indent=2))
    return exit_codes.DONE


def _say_names(shell: Shell) -> int:
    """`schema` is called in any folder, so the one with the files is looked for here. Route files
    do not count: they are being written.
    """
    from reconciler.cli.outputs import show_findings
    from reconciler.cli.project import find_root
    from reconciler.directory import LOCK, parse_lock
    from reconciler.files import read_config, read_lock_text
    from reconciler.planning.named_schema import schema_for_editors

    root = find_root(shell.root)
    config, findings = read_config(root)
    text, more = read_lock_text(root / LOCK)
    lock, wrong = parse_lock(text, LOCK) if text else (None, ())
    findings = (*findings, *more, *wrong)
    show_findings(shell, findings)
    if has_errors(findings):
        return exit_codes.ERROR
    if lock is None:
        shell.warn(f"error: {LOCK} is not here, so no name of the account is known; create it with "
                   "`reconciler directory refresh`")  # fmt: skip
        return exit_codes.ERROR
    shell.say(schema_for_editors(lock, config))
    return exit_codes.DONE
