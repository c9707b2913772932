"""`reconciler sources tokens`: compare the tokens where they lie, and bring a new one there.

One command with three tasks, each in a module of its own: `sources_check`, `sources_push` and
`sources_twins`. Here stand the options, which of them go together, and the choice.
"""

from dataclasses import dataclass
from typing import Any

import click

from reconciler.cli.outputs import show_findings
from reconciler.cli.project import read_project, read_settings
from reconciler.cli.shell import Shell
from reconciler.cli.sources.check import check_tokens
from reconciler.cli.sources.push import Push, push_token
from reconciler.cli.sources.twins import blue_green
from reconciler.model import has_errors
from reconciler.plan import exit_codes
from reconciler.sources.tokens.check import Check

KINDS = ("aws", "kubernetes", "file", "variable")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; each name is an option's."""

    names: tuple[str, ...]
    check: bool
    environment: str | None
    only: tuple[str, ...]
    file: str | None
    push: str | None
    to: str | None
    profile: str | None
    region: str | None
    context: str | None
    timeout: float
    send_test_event: bool
    blue_green: bool
    finish: bool
    auto_approve: bool


@click.command(
    "tokens", epilog="Example: reconciler sources tokens --check --environment production"
)
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
@click.option("--check", is_flag=True, help="Compare the tokens; fail unless all match (default).")
@click.option("--environment", metavar="NAME", help="Only sources of this environment.")
@click.option("--only", type=click.Choice(KINDS), multiple=True, help="Only places of this type.")
@click.option("--file", metavar="PATH", help="Compare only this file.")
@click.option(
    "--push", metavar="SOURCE", help="Write the live token to the place its sender reads."
)
@click.option("--to", type=click.Choice(["aws"]), help="Target of --push.")
@click.option("--profile", metavar="NAME", help="AWS profile.")
@click.option("--region", metavar="NAME", help="AWS region; must match the inventory.")
@click.option("--context", metavar="NAME", help="kubectl context; must match the inventory.")
@click.option("--timeout", type=click.FloatRange(min=0), default=180.0, show_default=True,
              metavar="SECONDS", help="How long --push waits for the sync.")  # fmt: skip
@click.option(
    "--send-test-event", is_flag=True, help="After --push, send a test event to the source."
)
@click.option("--blue-green", is_flag=True,
              help="Add NEW_SOURCE beside SOURCE in the route files.")  # fmt: skip
@click.option("--finish", is_flag=True, help="With --blue-green: remove SOURCE from them.")
@click.option("--auto-approve", is_flag=True, help="Do not ask before each step.")
@click.pass_obj
def tokens_command(shell: Shell, /, **said: Any) -> int:
    """Compare stored tokens with those in incident.io, or rotate one.

    Prints match or mismatch and what to do; never a token, a part of a token or
    its hash. --push asks before each step, and continues where a run stopped.
    AWS account and kubectl context must be the inventory's: else exit code 3.
    --blue-green adds a second source, with its own token, to the route files.
    """
    options = Options(**said)
    _refuse_contradictions(options)
    project = read_project(shell) if options.blue_green else read_settings(shell)
    if has_errors(project.findings):
        show_findings(shell, project.findings)
        return exit_codes.ERROR
    if options.blue_green:
        return blue_green(
            shell,
            project,
            options.names,
            finish=options.finish,
            auto_approve=options.auto_approve,
        )
    if options.push:
        return push_token(shell, project, _push(options, options.push))
    return check_tokens(shell, project, _check(options))


def _refuse_contradictions(options: Options) -> None:
    """Options that mean nothing together. Raises click.UsageError."""
    of_a_check = bool(options.check or options.only or options.file or options.environment)
    if options.push and (of_a_check or options.names):
        raise click.UsageError("--push needs a source, and works without check options")
    if options.push and not options.to:
        raise click.UsageError("--push needs --to aws")
    if not options.push and (options.to or options.send_test_event or options.context):
        raise click.UsageError("--to, --context and --send-test-event need --push")
    writes = options.blue_green or options.push
    if (options.finish and not options.blue_green) or (options.auto_approve and not writes):
        raise click.UsageError(
            "--finish needs --blue-green; --auto-approve needs --blue-green or --push"
        )
    if options.blue_green and (of_a_check or options.push):
        raise click.UsageError(
            "--blue-green needs two sources, and works without check or push options"
        )


def _check(options: Options) -> Check:
    return Check(
        options.names,
        options.environment,
        options.only,
        options.file,
        options.profile,
        options.region,
    )


def _push(options: Options, source: str) -> Push:
    return Push(
        source,
        options.profile,
        options.region,
        options.context,
        options.timeout,
        options.send_test_event,
        options.auto_approve,
    )
