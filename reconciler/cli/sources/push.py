"""`reconciler sources tokens --push`: what the steps need, put together."""

from dataclasses import dataclass

import click

from reconciler.cli.connection import CannotConnect, reading
from reconciler.cli.outputs import allowed
from reconciler.cli.project import Project
from reconciler.cli.shell import Shell
from reconciler.cli.sources.named import listed_source, live_source
from reconciler.cli.sources.senders import verified_for
from reconciler.client import SYSTEM_CLOCK, ConfigurationRefused, Token, post_event
from reconciler.live.identity import check_account
from reconciler.live.survey import survey
from reconciler.model import Environment, InventorySource
from reconciler.plan import exit_codes
from reconciler.sources.live import LiveSource, read_sources, with_token
from reconciler.sources.senders.reload import reload_words
from reconciler.sources.senders.trial import event_for, might_page, no_event
from reconciler.sources.tokens.aws import open_secrets
from reconciler.sources.tokens.kubectl import Kubectl
from reconciler.sources.tokens.places import PlaceRefused
from reconciler.sources.tokens.push import Prompter, Rotation, push
from reconciler.text import visible

CLOCK = SYSTEM_CLOCK


@dataclass(frozen=True, slots=True)
class Push:
    """The options of a push."""

    source: str
    profile: str | None
    region: str | None
    context: str | None
    timeout: float
    send_test_event: bool
    auto_approve: bool


def push_token(shell: Shell, project: Project, options: Push) -> int:
    """Carry out the rotation of one source. Returns an exit code."""
    known = listed_source(project, options.source)
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
