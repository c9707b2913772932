"""`reconciler sources tokens`: compare stored tokens, or rotate one.

Its options, which of them go together, and `--push`. `check` compares; `twins` is `--blue-green`.
"""

from dataclasses import dataclass
from typing import Any

import click

from reconciler.cli.connection import CannotConnect, reading
from reconciler.cli.outputs import allowed
from reconciler.cli.project import Project, read_project, read_settings, sound
from reconciler.cli.shell import Shell
from reconciler.cli.sources.check import check_tokens
from reconciler.cli.sources.senders import listed_source, live_source, verified_for
from reconciler.cli.sources.twins import blue_green
from reconciler.client import SYSTEM_CLOCK, ConfigurationRefused, Token, post_event
from reconciler.live.identity import check_account
from reconciler.live.survey import survey
from reconciler.model import Environment, InventorySource
from reconciler.plan import exit_codes
from reconciler.sources.live import LiveSource, read_sources, with_token
from reconciler.sources.senders.render import reload_words
from reconciler.sources.senders.trial import event_for, might_page, no_event
from reconciler.sources.tokens.aws import open_secrets
from reconciler.sources.tokens.check import Check
from reconciler.sources.tokens.kubectl import Kubectl
from reconciler.sources.tokens.places import PlaceRefused
from reconciler.sources.tokens.push import Prompter, Rotation, push
from reconciler.text import visible

CLOCK = SYSTEM_CLOCK
KINDS = ("aws", "kubernetes", "file", "variable")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line, by their names."""

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
def tokens_command(shell: Shell, /, **options: Any) -> int:
    """Compare stored tokens with those in incident.io, or rotate one.

    Prints match or mismatch and what to do; never a token, a part of a token or
    its hash. --push asks before each step, and continues where a run stopped.
    AWS account and kubectl context must be the inventory's: else exit code 3.
    --blue-green adds a second source, with its own token, to the route files.
    """
    return _run(shell, Options(**options))


def _run(shell: Shell, options: Options) -> int:
    _refuse_contradictions(options)
    read = read_project if options.blue_green else read_settings
    project = sound(shell, read(shell))
    if options.blue_green:
        return blue_green(
            shell,
            project,
            options.names,
            finish=options.finish,
            auto_approve=options.auto_approve,
        )
    if options.push:
        return push_token(shell, project, options, options.push)
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


def push_token(shell: Shell, project: Project, options: Options, name: str) -> int:
    """Rotate the token of one source. Returns an exit code."""
    known = listed_source(project, name)
    with reading(shell) as client:
        check_account(client, project.config)
        live = with_token(client, live_source(read_sources(client), known))
    environment = project.config.environments.get(known.environment)
    aws = known.in_aws(environment)
    if aws is None or environment is None:
        raise click.ClickException(
            f"the inventory does not name the place of the token of {known.name} in AWS: "
            "write `token: {in: [aws]}` there, and `aws:` below its environment"
        )
    if live.token is None:
        raise CannotConnect(
            f"this key cannot see the token of {live.name}: --push needs the key of `apply`"
        )
    place = known.in_kubernetes(environment)
    refusal = _unsendable(shell, project, live) if options.send_test_event else ""
    if refusal:
        shell.warn(f"refused: {refusal}; nothing was sent or written")
        return exit_codes.REFUSED
    try:
        secrets = open_secrets(aws, options.profile, options.region)
    except PlaceRefused as refused:
        shell.warn(f"error: {refused}; nothing was written")
        return exit_codes.ERROR
    token = live.token
    rotation = Rotation(
        known.name,
        token,
        secrets,
        Kubectl(place, shell.environment, options.timeout) if place else None,
        options.region,
        options.context,
        options.timeout,
        _reload(shell, project, environment, known),
        lambda: _still_live(shell, known, token),
        (lambda: _send(live, token)) if options.send_test_event else None,
        f"send one test event, resolved, to {live.url}",
        CLOCK,
    )
    say = Prompter(
        lambda text: shell.say(visible(text)),
        lambda question: options.auto_approve or allowed(shell, question),
    )
    return push(rotation, say)


def _reload(
    shell: Shell, project: Project, environment: Environment, known: InventorySource
) -> str:
    done = verified_for(shell, project, environment.name)
    return reload_words(done, environment.kubernetes, known)


def _still_live(shell: Shell, known: InventorySource, token: Token) -> bool:
    """Whether incident.io takes the token still. Raises PlaceRefused where it does not say."""
    try:
        with reading(shell) as client:
            now = with_token(client, live_source(read_sources(client), known)).token
    except CannotConnect as error:
        raise PlaceRefused(f"{error.message}, while reading the token again") from None
    return now is not None and token.same_as(now)


def _unsendable(shell: Shell, project: Project, live: LiveSource) -> str:
    """Why no test event may be sent; "" when one may."""
    why = no_event(live)
    if why:
        return why
    with reading(shell) as client:
        seen = survey(client, project.files.declarations, project.config, undeclared=True)
    return might_page(live, seen.lives.values(), seen.unreadable, seen.directory.display())


def _send(live: LiveSource, token: Token) -> tuple[bool, str]:
    event = event_for(live.type) or {}
    try:
        taken = post_event(live.url, token, event)
    except ConfigurationRefused as refused:
        return False, f"error: the test event was not sent: {refused}"
    if taken.accepted:
        return True, f"{live.name} accepted the test event ({taken.status}); it pages nobody"
    status = f"{taken.status} " if taken.status else ""
    return False, f"error: {live.name} refused the test event: {status}{taken.words}"
