"""`reconciler sources tokens --check`: stored tokens beside the live ones."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import click

from reconciler.cli.connection import CannotConnect, reading
from reconciler.cli.project import Project
from reconciler.cli.shell import Shell
from reconciler.cli.sources.senders import environment_of, listed_source, live_source
from reconciler.client import ApiError, ReadClient, Step, Token
from reconciler.live.identity import check_account
from reconciler.model import InventorySource
from reconciler.plan import exit_codes
from reconciler.sources.live import LiveSource, read_sources, with_token
from reconciler.sources.tokens.aws import open_secrets
from reconciler.sources.tokens.check import (
    Check,
    Place,
    Verdict,
    aws_words,
    file_place,
    is_elsewhere,
    judge,
    kubernetes_words,
    own_places,
    owner_among,
    push_command,
    verdict_lines,
    why_none,
    why_not,
    with_a_place,
)
from reconciler.sources.tokens.kubectl import Kubectl
from reconciler.sources.tokens.places import PlaceRefused, StoredToken
from reconciler.text import render, visible

T = TypeVar("T")
Owner = Callable[[Token], str]
UNSEEN = (
    "this key cannot see the token of {name}: it needs *Create and manage on-call resources*, "
    "like the key of `apply`"
)


def check_tokens(shell: Shell, project: Project, options: Check) -> int:
    """Compare and report. Returns an exit code: DONE only if everything matches."""
    known = _chosen(project, options)
    if options.file and len(known) != 1:
        raise click.UsageError("--file needs a source name")
    with reading(shell) as client:
        check_account(client, project.config)
        listed = read_sources(client)
        tokens = [_token(client, listed, source) for source in _counted(client, "reading", known)]
        owner = _owners(client, listed)
        compared_places = [
            _compared(shell, project, source, token, options, owner)
            for source, token in zip(_counted(client, "comparing", known), tokens, strict=True)
        ]
    failed = compared = 0
    for source, (token, places, verdicts) in zip(known, compared_places, strict=True):
        if isinstance(token, str):
            shell.warn(f"error: {token}")
            failed += 1
            continue
        lines = verdict_lines(source.name, verdicts, shell.columns)
        shell.say(render(lines, colour=shell.colour, unicode=shell.unicode))
        compared += len(verdicts)
        failed += sum(verdict.state != "match" for verdict in verdicts)
        if not verdicts and options.names:
            why = why_not(source, places, options)
            shell.warn(visible(f"error: {source.name} was not compared: {why}"))
            failed += 1
    if not compared and not failed:
        shell.warn(f"error: no token was compared: {why_none(known, options)}")
        return exit_codes.ERROR
    return exit_codes.ERROR if failed else exit_codes.DONE


def _counted(client: ReadClient, verb: str, sources: Sequence[T]) -> Iterator[T]:
    """The same sources. Each tells how many of their tokens are done."""
    for done, source in enumerate(sources):
        client.tell(Step(verb, "tokens", done, len(sources)))
        yield source


def _compared(
    shell: Shell,
    project: Project,
    source: InventorySource,
    token: Token | str,
    options: Check,
    owner: Owner,
) -> tuple[Token | str, list[Place], list[Verdict]]:
    if isinstance(token, str):
        return token, [], []
    places = list(_places(shell, project, source, options))
    return token, places, _verdicts(token, places, source, options, owner)


def _owners(client: ReadClient, listed: Sequence[LiveSource]) -> Owner:
    """The owner of a token. All tokens are read when the first one does not match; an unreadable
    source owns none.
    """

    @cache
    def everyone() -> tuple[LiveSource, ...]:
        try:
            return tuple(with_token(client, live) for live in _counted(client, "reading", listed))
        except ApiError:
            return ()

    return lambda token: owner_among(token, everyone())


def _verdicts(
    token: Token, places: Sequence[Place], source: InventorySource, options: Check, owner: Owner
) -> list[Verdict]:
    """The verdicts on the places, in their order, without places of another machine."""
    found: list[Verdict] = []
    for place in places:
        verdict = judge(token, place, push_command(source, options), found, owner)
        if not is_elsewhere(verdict, options):
            found.append(verdict)
    return found


def _token(
    client: ReadClient, listed: Sequence[LiveSource], source: InventorySource
) -> Token | str:
    """The live token; or why there is none, so that the other sources are still compared."""
    try:
        live = with_token(client, live_source(listed, source))
    except CannotConnect as error:
        return error.message
    return live.token or UNSEEN.format(name=live.name)


def _chosen(project: Project, options: Check) -> list[InventorySource]:
    config, environment = project.config, options.environment
    if environment is not None:
        environment_of(config, environment)
    if not options.names:
        return list(with_a_place(config, environment))
    named = [listed_source(project, name) for name in options.names]
    for source in named:
        if environment not in (None, source.environment):
            raise click.UsageError(f"{source.name} is not in the environment {environment}")
    return named


def _places(
    shell: Shell, project: Project, source: InventorySource, options: Check
) -> Iterator[Place]:
    if options.file:
        yield file_place(shell.root / Path(options.file))
        return
    everywhere = (*_far(shell, project, source, options), *own_places(source, shell.environment))
    for place in everywhere:
        if not options.only or place.kind in options.only:
            yield place


def _far(
    shell: Shell, project: Project, source: InventorySource, options: Check
) -> Iterator[Place]:
    environment = project.config.environments.get(source.environment)
    aws, kubernetes = source.in_aws(environment), source.in_kubernetes(environment)
    if aws:

        def read() -> StoredToken:
            secrets = open_secrets(aws, options.profile, options.region)
            account = secrets.account()
            if account != aws.account or (options.region or aws.region) != aws.region:
                words = (
                    f"these credentials are of account {account}, {options.region or aws.region}"
                )
                raise PlaceRefused(words, "use credentials for the inventory's account and region")
            return secrets.read()

        yield Place("aws", aws_words(aws), read)
    if kubernetes:
        where = kubernetes_words(kubernetes)
        yield Place("kubernetes", where, Kubectl(kubernetes, shell.environment).secret_and_age)
