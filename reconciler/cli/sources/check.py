"""`reconciler sources tokens --check`: the tokens where they lie, beside the live ones."""

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import click

from reconciler.cli import exit_codes
from reconciler.cli.connection import CannotConnect, asking
from reconciler.cli.project import Project
from reconciler.cli.shell import Shell
from reconciler.client import ApiError, ReadClient, Token
from reconciler.live.identity import check_account
from reconciler.model import Config, InventorySource, did_you_mean
from reconciler.sources.live import LiveSource, find, read_sources, with_token
from reconciler.sources.tokens.aws import open_secrets
from reconciler.sources.tokens.check import (
    Place,
    Verdict,
    aws_words,
    file_place,
    judge,
    kubernetes_words,
    own_places,
    owner_among,
)
from reconciler.sources.tokens.kubectl import Kubectl
from reconciler.sources.tokens.places import PlaceRefused, StoredToken
from reconciler.sources.verdicts import verdict_lines
from reconciler.text import render
from reconciler.text.visible import visible


def quoted(name: str) -> str:
    """A name as it stands in a command to be pasted: whoever names a source writes no command."""
    return f'"{name}"' if re.fullmatch(r"[\w ().,:@#/+-]+", name) else shlex.quote(name)


def environment_of(config: Config, said: str | None) -> str:
    """The environment that is meant. Raises click.UsageError for none, or one that is none."""
    if not config.environments:
        raise click.UsageError("no environment is listed: write `environments:` in reconciler.yaml")
    known = ", ".join(config.environments)
    if said is None and len(config.environments) == 1:
        return next(iter(config.environments))
    if said is None:
        raise click.UsageError(f"name an environment with --environment: {known}")
    if said not in config.environments:
        near = did_you_mean(said, config.environments)
        raise click.UsageError(
            f"the environment `{said}` does not exist; {near or f'there are: {known}'}"
        )
    return said


def listed_source(project: Project, name: str) -> InventorySource:
    """The inventory's; one that it lacks may be live all the same. Raises click.UsageError."""
    found = [one for one in project.config.sources if name in (one.name, one.alias, one.id)]
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise click.UsageError(f"{len(found)} sources are called {name}; use the id: {ids}")
    return found[0] if found else InventorySource(name)


def live_source(lives: Sequence[LiveSource], source: InventorySource) -> LiveSource:
    """The live twin. Raises CannotConnect where there is none, or nobody knows which."""
    by_id = replace(source, id=source.name) if not source.id else source
    live = find(lives, source) or find(lives, by_id)
    if live is not None:
        return live
    alike = [one.id for one in lives if one.name == source.name]
    if len(alike) > 1 and not source.id:
        raise CannotConnect(
            f"{len(alike)} sources are called {source.name} in incident.io; "
            f"use the id: {', '.join(alike)}"
        )
    near = did_you_mean(source.name, (one.name for one in lives))
    advice = near or "`reconciler sources` lists them"
    raise CannotConnect(f"no alert source {source.name} in incident.io; {advice}")


Owner = Callable[[Token], str]
UNSEEN = (
    "this key cannot see the token of {name}: it needs *Create and manage on-call resources*, "
    "like the key of `apply`"
)


@dataclass(frozen=True, slots=True)
class Check:
    """The options of a check."""

    names: tuple[str, ...]
    environment: str | None
    only: tuple[str, ...]
    file: str | None
    profile: str | None
    region: str | None


def check_tokens(shell: Shell, project: Project, options: Check) -> int:
    """Compare and tell. Returns an exit code: only a match of everything is well."""
    known = _chosen(project, options)
    if options.file and len(known) != 1:
        raise click.UsageError("--file needs the name of one source")
    with asking(shell) as client:
        check_account(client, project.config)
        listed = read_sources(client)
        tokens = [_token(client, listed, source) for source in known]
        owner = _owners(client, listed)
        compared_places = [
            _compared(shell, project, source, token, options, owner)
            for source, token in zip(known, tokens, strict=True)
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
            why = _why_not(source, places, options)
            shell.warn(visible(f"error: {source.name} was not compared: {why}"))
            failed += 1
    if not compared and not failed:
        shell.warn(f"error: no token was compared: {_why_none(known, options)}")
        return exit_codes.ERROR
    return exit_codes.ERROR if failed else exit_codes.DONE


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
    """Whose a token is. The other sources' tokens are read when the first one does not match;
    a source that the key may not read owns none.
    """

    @cache
    def everyone() -> tuple[LiveSource, ...]:
        try:
            return tuple(with_token(client, live) for live in listed)
        except ApiError:
            return ()

    return lambda token: owner_among(token, everyone())


def _verdicts(
    token: Token, places: Sequence[Place], source: InventorySource, options: Check, owner: Owner
) -> list[Verdict]:
    """What came of the places, in their order; those of another machine are left out."""
    found: list[Verdict] = []
    for place in places:
        verdict = judge(token, place, _push_command(source, options), found, owner)
        if not _is_elsewhere(verdict, options):
            found.append(verdict)
    return found


def _push_command(source: InventorySource, options: Check) -> str:
    said = (("--profile", options.profile), ("--region", options.region))
    more = "".join(f" {option} {shlex.quote(value)}" for option, value in said if value)
    return f"reconciler sources tokens --push {quoted(source.name)} --to aws{more}"


def _why_not(source: InventorySource, places: Sequence[Place], options: Check) -> str:
    """Why nothing of a source was compared."""
    if places:
        absent = " and ".join(f"its {place.kind} {place.where}" for place in places)
        return f"{absent} {'are' if len(places) > 1 else 'is'} not on this machine"
    token = source.token
    if options.only and (token.aws or token.kubernetes or token.file or token.variable):
        return f"its token has no place of the kind {' or '.join(options.only)} in the inventory"
    return "the inventory names no place for its token; write `token:` there, or pass --file FILE"


def _why_none(known: Sequence[InventorySource], options: Check) -> str:
    whose = f" of {options.environment}" if options.environment else ""
    if not known:
        nowhere = f"no source{whose} has a place in the inventory"
        return f"{nowhere}: write `token:` there, or pass --file FILE"
    if options.only:
        return f"no source{whose} has a place of the kind {' or '.join(options.only)}"
    return (
        f"no file or variable of the inventory{whose} is on this machine, and it names no other "
        "place: write `token: {in: [aws]}` there, or name a source and pass --file FILE"
    )


def _token(
    client: ReadClient, listed: Sequence[LiveSource], source: InventorySource
) -> Token | str:
    """The live token; or why there is none, which keeps no other source from being compared."""
    try:
        live = with_token(client, live_source(listed, source))
    except CannotConnect as error:
        return error.message
    return live.token or UNSEEN.format(name=live.name)


def _chosen(project: Project, options: Check) -> list[InventorySource]:
    """The sources that are meant."""
    config, environment = project.config, options.environment
    if environment is not None:
        environment_of(config, environment)
    if not options.names:
        return [
            source
            for source in config.sources
            if environment in (None, source.environment)
            and (source.token.aws or source.token.kubernetes or source.token.file
                 or source.token.variable)
        ]  # fmt: skip
    named = [listed_source(project, name) for name in options.names]
    for source in named:
        if environment not in (None, source.environment):
            raise click.UsageError(f"{source.name} is not of the environment {environment}")
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
                raise PlaceRefused(words, "use those of the inventory's account and region")
            return secrets.read()

        yield Place("aws", aws_words(aws), read)
    if kubernetes:
        where = kubernetes_words(kubernetes)
        yield Place("kubernetes", where, Kubectl(kubernetes, shell.environment).secret_and_age)


def _is_elsewhere(verdict: Verdict, options: Check) -> bool:
    """A file or a variable of another machine is compared there, not here."""
    asked = options.file or verdict.place.kind in options.only
    return verdict.absent and verdict.place.kind in ("file", "variable") and not asked
