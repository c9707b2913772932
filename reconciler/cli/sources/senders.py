"""`reconciler sources verify` and `render`; and the environment and source that options name."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.connection import CannotConnect
from reconciler.cli.options import format_option
from reconciler.cli.outputs import say_findings
from reconciler.cli.project import Project, read_project, read_settings, sound, sound_or_empty
from reconciler.cli.shell import Shell
from reconciler.files import FileRefused, read_text
from reconciler.model import Config, InventorySource, Json, did_you_mean, has_errors
from reconciler.plan import exit_codes
from reconciler.report.findings import findings_json
from reconciler.sources.live import LiveSource, find
from reconciler.sources.senders.feeds import Question, feed_document, feed_words, senders_of
from reconciler.sources.senders.render import external_secret, lacking, receivers
from reconciler.sources.senders.verify import Sender, Verified, verify
from reconciler.sources.senders.versions import parse_version
from reconciler.text import visible


@click.command(
    "verify",
    epilog="Example: reconciler sources verify prod.yaml --environment production",
)
@click.argument("files", nargs=-1, metavar="[FILE]…")
@click.option("--environment", metavar="NAME", help="The environment of these senders.")
@click.option(
    "--alertmanager-version",
    "alertmanager",
    metavar="X.Y",
    help="The version of Alertmanager there.",
)
@click.option("--operator-version", "operator", metavar="X.Y",
              help="The version of the Prometheus operator there.")  # fmt: skip
@format_option("text", "json", "github")
@click.pass_obj
def verify_command(
    shell: Shell,
    files: tuple[str, ...],
    environment: str | None,
    alertmanager: str | None,
    operator: str | None,
    form: str,
) -> int:
    """Show which source each sender feeds. Needs no key.

    FILEs are Alertmanager configurations, manifests, Helm values (merged in the
    order given, as Helm does) and Checkly's code. Without FILE: the inventory's
    `senders:`. Reports tokens in them, and never prints one.
    """
    project = sound_or_empty(shell, read_project(shell))
    name = environment_of(project.config, environment)
    running = _version(alertmanager, "--alertmanager-version", "0.29")
    operated = _version(operator, "--operator-version", "0.88")
    senders = read_senders(shell, (files,) if files else senders_of(project.config, name))
    if not senders:
        raise click.UsageError("name the files, or list them as `senders:` in the inventory")
    question = Question(name, project.config, project.files.declarations, running, operated)
    done = verify(senders, question)
    _say(shell, name, done, form)
    return exit_codes.ERROR if has_errors(done.findings) else exit_codes.DONE


@click.command("render", epilog="Example: reconciler sources render --environment production")
@click.option("--environment", metavar="NAME", help="Which environment.")
@click.pass_obj
def render_command(shell: Shell, environment: str | None) -> int:
    """Print the receiver and the ExternalSecret as they should be.

    They are for Alertmanager, in the form that takes a rotated token without a
    restart; comments explain why. Reads only the inventory; needs no key.
    """
    project = sound(shell, read_settings(shell))
    chosen = project.config.environments[environment_of(project.config, environment)]
    sources = [
        source
        for source in project.config.sources
        if source.environment == chosen.name and source.type == "alertmanager"
    ]
    if not sources:
        shell.warn(f"error: the inventory has no Alertmanager source with a `url` in {chosen.name}")
        return exit_codes.ERROR
    shell.say(receivers(sources, chosen))
    if chosen.aws and chosen.kubernetes:
        copied = [
            source for source in project.config.sources
            if source in sources or (source.in_aws(chosen) and source.environment == chosen.name
                                     and source.in_kubernetes(chosen))
        ]  # fmt: skip
        shell.say("---\n" + external_secret(copied, chosen, chosen.aws, chosen.kubernetes))
    for words in lacking(sources, chosen):
        shell.note(f"note: {words}")
    return exit_codes.DONE


def _version(text: str | None, option: str, example: str) -> tuple[int, int] | None:
    """Raises click.UsageError."""
    found = parse_version(text) if text else None
    if text and found is None:
        raise click.UsageError(f"{option} {text}: use the form {example}")
    return found


def read_senders(shell: Shell, releases: Sequence[Sequence[str]]) -> list[list[Sender]]:
    """Their texts. Raises FileRefused."""
    return [
        [Sender(file, read_text(shell.root / Path(file))) for file in files] for files in releases
    ]


def verified_for(shell: Shell, project: Project, environment: str) -> Verified | None:
    """The verified senders of the inventory; None where there are none, or they are unreadable."""
    try:
        senders = read_senders(shell, senders_of(project.config, environment))
    except FileRefused:
        return None
    question = Question(environment, project.config, project.files.declarations)
    return verify(senders, question) if senders else None


def _say(shell: Shell, environment: str, done: Verified, form: str) -> None:
    if form == "json":
        feeds: list[Json] = [feed_document(feed) for feed in done.feeds]
        shell.say(findings_json(done.findings, {"environment": environment, "feeds": feeds}))
        return
    if form == "text":
        for feed in done.feeds:
            shell.say(visible(feed_words(environment, feed)))
        if not done.feeds:
            shell.say(f"these files send nothing from {environment}")
    say_findings(shell, done.findings, form)


def environment_of(config: Config, name: str | None) -> str:
    """The environment of this name, or the only one. Raises click.UsageError."""
    if not config.environments:
        raise click.UsageError("there are no environments: add `environments:` to reconciler.yaml")
    known = ", ".join(config.environments)
    if name is None and len(config.environments) == 1:
        return next(iter(config.environments))
    if name is None:
        raise click.UsageError(f"name an environment with --environment: {known}")
    if name not in config.environments:
        near = did_you_mean(name, config.environments)
        raise click.UsageError(
            f"the environment `{name}` does not exist; {near or f'environments: {known}'}"
        )
    return name


def listed_source(project: Project, name: str) -> InventorySource:
    """The inventory's; one that it lacks may be live all the same. Raises click.UsageError."""
    found = [
        source
        for source in project.config.sources
        if name in (source.name, source.alias, source.id)
    ]
    if len(found) > 1:
        ids = ", ".join(source.id for source in found)
        raise click.UsageError(f"{len(found)} sources have the name {name}; use an id: {ids}")
    return found[0] if found else InventorySource(name)


def live_source(lives: Sequence[LiveSource], source: InventorySource) -> LiveSource:
    """The live twin. Raises CannotConnect where there is none, or it is unknown which."""
    by_id = replace(source, id=source.name) if not source.id else source
    live = find(lives, source) or find(lives, by_id)
    if live is not None:
        return live
    alike = [candidate.id for candidate in lives if candidate.name == source.name]
    if len(alike) > 1 and not source.id:
        raise CannotConnect(
            f"{len(alike)} sources have the name {source.name} in incident.io; "
            f"use an id: {', '.join(alike)}"
        )
    near = did_you_mean(source.name, (candidate.name for candidate in lives))
    advice = near or "`reconciler sources` lists them"
    raise CannotConnect(f"incident.io has no alert source {source.name}; {advice}")
