"""`reconciler sources tokens`: compare the tokens where they lie, and bring a new one there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from reconciler.cli import exit_codes
from reconciler.cli.connection import CannotConnect, reading
from reconciler.cli.findings import show_findings
from reconciler.cli.progress import Progress
from reconciler.cli.project import Project, read_project
from reconciler.cli.shell import Shell
from reconciler.cli.sources_push import Push, push_token
from reconciler.cli.sources_twins import blue_green as twins
from reconciler.client import ReadClient
from reconciler.model.config import InventorySource
from reconciler.model.finding import has_errors
from reconciler.report.visible import visible
from reconciler.sources.aws import open_secrets
from reconciler.sources.check import (
    WORDS,
    Place,
    Verdict,
    aws_words,
    file_place,
    in_aws,
    in_kubernetes,
    judge,
    kubernetes_words,
    own_places,
)
from reconciler.sources.kubectl import Kubectl
from reconciler.sources.live import LiveSource, find, read_sources, with_token
from reconciler.sources.places import Held, PlaceRefused

KINDS = ("aws", "kubernetes", "file", "variable")
UNSEEN = (
    "this key does not see the token of {name}: it needs *Create and manage on-call resources*, "
    "as the key of `apply` has it"
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of a check."""

    only: tuple[str, ...]
    file: str | None
    profile: str | None
    region: str | None


@click.command(
    "tokens", epilog="Example: reconciler sources tokens --check --environment production"
)
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
@click.option("--check", is_flag=True, help="Compare, and fail unless all match (the default).")
@click.option("--environment", metavar="NAME", help="Only sources of this environment.")
@click.option("--only", type=click.Choice(KINDS), multiple=True, help="Only such places.")
@click.option("--file", metavar="PATH", help="Compare this file, and nothing else.")
@click.option("--push", metavar="SOURCE", help="Bring the live token where its sender finds it.")
@click.option("--to", type=click.Choice(["aws"]), help="Where --push writes.")
@click.option("--profile", metavar="NAME", help="AWS profile.")
@click.option("--region", metavar="NAME", help="AWS region; must be the inventory's.")
@click.option("--context", metavar="NAME", help="kubectl context; must be the inventory's.")
@click.option("--timeout", type=click.FloatRange(min=0), default=180.0, show_default=True,
              metavar="SECONDS", help="How long --push waits for the sync.")  # fmt: skip
@click.option("--send-test-event", is_flag=True, help="End --push with one event to the source.")
@click.option("--blue-green", is_flag=True,
              help="Put NEW_SOURCE beside SOURCE in the route files.")  # fmt: skip
@click.option("--finish", is_flag=True, help="With --blue-green: take SOURCE out of them.")
@click.option("--auto-approve", is_flag=True, help="Do not ask before each step.")
@click.pass_obj
def tokens_command(
    shell: Shell,
    names: tuple[str, ...],
    check: bool,
    environment: str | None,
    only: tuple[str, ...],
    file: str | None,
    push: str | None,
    to: str | None,
    profile: str | None,
    region: str | None,
    context: str | None,
    timeout: float,
    send_test_event: bool,
    blue_green: bool,
    finish: bool,
    auto_approve: bool,
) -> int:
    """Compare tokens where they lie with the live ones; or rotate one.

    Prints match or mismatch and what to do; never a token, a part or a hash of
    one. --push asks before each step, and goes on where an earlier run stopped.
    AWS account and kubectl context must be the inventory's: else exit code 3.
    --blue-green edits route files for another source with a token of its own.
    """
    if push and (check or names or only or file):
        raise click.UsageError("--push takes one source, and no option of a check")
    if push and not to:
        raise click.UsageError("--push needs --to aws")
    if not push and (to or send_test_event or context):
        raise click.UsageError("--to, --context and --send-test-event need --push")
    if ((finish or auto_approve) and not (blue_green or push)) or (finish and push):
        raise click.UsageError("--finish needs --blue-green, --auto-approve that or --push")
    if blue_green and (check or push or only or file):
        raise click.UsageError("--blue-green takes two sources, and no option of a check or push")
    project = read_project(shell)
    if has_errors(project.findings):
        show_findings(shell, project.findings)
        return exit_codes.ERROR
    if blue_green:
        return twins(shell, project, names, finish=finish, auto_approve=auto_approve)
    if push:
        wishes = Push(profile, region, context, timeout, send_test_event, auto_approve)
        known, live = _one(shell, project, push)
        return push_token(shell, project, known, live, wishes)
    return _check(shell, project, names, environment, Wishes(only, file, profile, region))


def _check(
    shell: Shell,
    project: Project,
    names: Sequence[str],
    environment: str | None,
    wishes: Wishes,
) -> int:
    known = _chosen(project, names, environment)
    if wishes.file and len(known) != 1:
        raise click.UsageError("--file needs the name of its one source")
    failed = compared = 0
    with Progress(shell, "reading incident.io") as progress, reading(shell, progress) as client:
        listed = read_sources(client)
        lives = [_live(client, listed, source) for source in known]
    for source, live in zip(known, lives, strict=True):
        verdicts = [
            verdict
            for place in _places(shell, project, source, wishes)
            for verdict in [_judged(live, place, source)]
            if not _is_elsewhere(verdict, wishes)
        ]
        for line in _told(source, verdicts):
            shell.say(visible(line))
        compared += len(verdicts)
        failed += sum(verdict.state != "match" for verdict in verdicts)
    if not compared:
        shell.warn("error: no token was compared: name a source that has a place, or --file")
        return exit_codes.ERROR
    return exit_codes.ERROR if failed else exit_codes.DONE


def _judged(live: LiveSource, place: Place, source: InventorySource) -> Verdict:
    if live.token is None:
        raise CannotConnect(UNSEEN.format(name=live.name))
    return judge(live.token, place, source.name)


def _places(
    shell: Shell, project: Project, source: InventorySource, wishes: Wishes
) -> Iterator[Place]:
    if wishes.file:
        yield file_place(shell.root / Path(wishes.file))
        return
    everywhere = (*_far(shell, project, source, wishes), *own_places(source, shell.environment))
    for place in everywhere:
        if not wishes.only or place.kind in wishes.only:
            yield place


def _far(
    shell: Shell, project: Project, source: InventorySource, wishes: Wishes
) -> Iterator[Place]:
    environment = project.config.environments.get(source.environment)
    aws, kubernetes = in_aws(source, environment), in_kubernetes(source, environment)
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


def _is_elsewhere(verdict: Verdict, wishes: Wishes) -> bool:
    """A file or a variable of another machine is compared there, not here."""
    asked = wishes.file or verdict.place.kind in wishes.only
    absent = verdict.state == "unreadable" and verdict.place.kind in ("file", "variable")
    return absent and not asked


def _chosen(
    project: Project, names: Sequence[str], environment: str | None
) -> list[InventorySource]:
    """The sources that are meant; a name that the inventory lacks may be live all the same."""
    sources = project.config.sources
    if names:
        return [_known(project, name) for name in names]
    return [
        source
        for source in sources
        if environment in (None, source.environment)
        and (source.token.aws or source.token.kubernetes or source.token.file
             or source.token.variable)
    ]  # fmt: skip


def _known(project: Project, name: str) -> InventorySource:
    for source in project.config.sources:
        if name in (source.name, source.alias, source.id):
            return source
    return InventorySource(name)


def _one(shell: Shell, project: Project, name: str) -> tuple[InventorySource, LiveSource]:
    known = _known(project, name)
    with reading(shell) as client:
        return known, _live(client, read_sources(client), known)


def _live(client: ReadClient, lives: Sequence[LiveSource], source: InventorySource) -> LiveSource:
    """The live twin with its token. Raises CannotConnect where there is none."""
    by_id = replace(source, id=source.name) if not source.id else source
    live = find(lives, source) or find(lives, by_id)
    if live is None:
        raise CannotConnect(f"no alert source {source.name} in incident.io; `reconciler sources`")
    return with_token(client, live)


def _told(source: InventorySource, verdicts: Sequence[Verdict]) -> Iterator[str]:
    if verdicts:
        yield source.name
    for verdict in verdicts:
        said = f": {verdict.words}" if verdict.words else ""
        done = "copied" if verdict.place.kind == "kubernetes" else "written"
        age = f", {done} {_age(verdict.since)}" if verdict.since else ""
        yield f"  {verdict.place.kind:<10}  {WORDS[verdict.state]}{said}{age}"
        yield f"              {verdict.place.where}"
        if verdict.advice and verdict.state != "match":
            yield f"              next: {verdict.advice}"


def _age(since: datetime) -> str:
    seconds = max((datetime.now(UTC) - since).total_seconds(), 0)
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
