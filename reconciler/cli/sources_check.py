"""`reconciler sources tokens --check`: the tokens where they lie, beside the live ones."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from reconciler.cli import exit_codes
from reconciler.cli.connection import CannotConnect, asking
from reconciler.cli.project import Project
from reconciler.cli.shell import Shell
from reconciler.cli.sources_names import environment_of, listed_source, live_source, quoted
from reconciler.client import ApiError, ReadClient, Token
from reconciler.live.identity import check_account
from reconciler.model.config import InventorySource
from reconciler.report.lines import render
from reconciler.report.visible import visible
from reconciler.sources.aws import open_secrets
from reconciler.sources.check import (
    Place,
    Verdict,
    aws_words,
    file_place,
    judge,
    kubernetes_words,
    own_places,
    owner_among,
)
from reconciler.sources.kubectl import Kubectl
from reconciler.sources.live import LiveSource, read_sources, with_token
from reconciler.sources.places import Held, PlaceRefused
from reconciler.sources.verdicts import verdict_lines

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


def check_tokens(shell: Shell, project: Project, wishes: Check) -> int:
    """Compare and tell. Returns an exit code: only a match of everything is well."""
    known = _chosen(project, wishes)
    if wishes.file and len(known) != 1:
        raise click.UsageError("--file needs the name of one source")
    with asking(shell) as client:
        check_account(client, project.config)
        listed = read_sources(client)
        tokens = [_token(client, listed, source) for source in known]
        owner = _owners(client, listed)
        compared_places = [
            _compared(shell, project, source, token, wishes, owner)
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
        if not verdicts and wishes.names:
            why = _why_not(source, places, wishes)
            shell.warn(visible(f"error: {source.name} was not compared: {why}"))
            failed += 1
    if not compared and not failed:
        shell.warn(f"error: no token was compared: {_why_none(known, wishes)}")
        return exit_codes.ERROR
    return exit_codes.ERROR if failed else exit_codes.DONE


def _compared(
    shell: Shell,
    project: Project,
    source: InventorySource,
    token: Token | str,
    wishes: Check,
    owner: Owner,
) -> tuple[Token | str, list[Place], list[Verdict]]:
    if isinstance(token, str):
        return token, [], []
    places = list(_places(shell, project, source, wishes))
    return token, places, _verdicts(token, places, source, wishes, owner)


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
    token: Token, places: Sequence[Place], source: InventorySource, wishes: Check, owner: Owner
) -> list[Verdict]:
    """What came of the places, in their order; those of another machine are left out."""
    found: list[Verdict] = []
    for place in places:
        verdict = judge(token, place, _push_command(source, wishes), found, owner)
        if not _is_elsewhere(verdict, wishes):
            found.append(verdict)
    return found


def _push_command(source: InventorySource, wishes: Check) -> str:
    said = (("--profile", wishes.profile), ("--region", wishes.region))
    more = "".join(f" {option} {shlex.quote(value)}" for option, value in said if value)
    return f"reconciler sources tokens --push {quoted(source.name)} --to aws{more}"


def _why_not(source: InventorySource, places: Sequence[Place], wishes: Check) -> str:
    """Why nothing of a source was compared."""
    if places:
        absent = " and ".join(f"its {place.kind} {place.where}" for place in places)
        return f"{absent} {'are' if len(places) > 1 else 'is'} not on this machine"
    token = source.token
    if wishes.only and (token.aws or token.kubernetes or token.file or token.variable):
        return f"its token has no place of the kind {' or '.join(wishes.only)} in the inventory"
    return "the inventory names no place for its token; write `token:` there, or pass --file FILE"


def _why_none(known: Sequence[InventorySource], wishes: Check) -> str:
    whose = f" of {wishes.environment}" if wishes.environment else ""
    if not known:
        nowhere = f"no source{whose} has a place in the inventory"
        return f"{nowhere}: write `token:` there, or pass --file FILE"
    if wishes.only:
        return f"no source{whose} has a place of the kind {' or '.join(wishes.only)}"
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


def _chosen(project: Project, wishes: Check) -> list[InventorySource]:
    """The sources that are meant."""
    config, environment = project.config, wishes.environment
    if environment is not None:
        environment_of(config, environment)
    if not wishes.names:
        return [
            source
            for source in config.sources
            if environment in (None, source.environment)
            and (source.token.aws or source.token.kubernetes or source.token.file
                 or source.token.variable)
        ]  # fmt: skip
    named = [listed_source(project, name) for name in wishes.names]
    for source in named:
        if environment not in (None, source.environment):
            raise click.UsageError(f"{source.name} is not of the environment {environment}")
    return named


def _places(
    shell: Shell, project: Project, source: InventorySource, wishes: Check
) -> Iterator[Place]:
    if wishes.file:
        yield file_place(shell.root / Path(wishes.file))
        return
    everywhere = (*_far(shell, project, source, wishes), *own_places(source, shell.environment))
    for place in everywhere:
        if not wishes.only or place.kind in wishes.only:
            yield place


def _far(shell: Shell, project: Project, source: InventorySource, wishes: Check) -> Iterator[Place]:
    environment = project.config.environments.get(source.environment)
    aws, kubernetes = source.in_aws(environment), source.in_kubernetes(environment)
    if aws:

        def read() -> Held:
            secrets = open_secrets(aws, wishes.profile, wishes.region)
            account = secrets.account()
            if account != aws.account or (wishes.region or aws.region) != aws.region:
                words = f"these credentials are of account {account}, {wishes.region or aws.region}"
                raise PlaceRefused(words, "use those of the inventory's account and region")
            return secrets.read()

        yield Place("aws", aws_words(aws), read)
    if kubernetes:
        where = kubernetes_words(kubernetes)
        yield Place("kubernetes", where, Kubectl(kubernetes, shell.environment).secret_and_age)


def _is_elsewhere(verdict: Verdict, wishes: Check) -> bool:
    """A file or a variable of another machine is compared there, not here."""
    asked = wishes.file or verdict.place.kind in wishes.only
    return verdict.absent and verdict.place.kind in ("file", "variable") and not asked
