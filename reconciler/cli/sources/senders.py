"""`reconciler sources verify` and `render`: senders' configurations."""

from collections.abc import Sequence
from pathlib import Path

import click

from reconciler.cli.options import format_option
from reconciler.cli.outputs import say_findings, show_findings
from reconciler.cli.project import Project, read_project, read_settings
from reconciler.cli.shell import Shell
from reconciler.cli.sources.named import environment_of
from reconciler.files import FileRefused, read_text
from reconciler.model import Json, has_errors
from reconciler.plan import exit_codes
from reconciler.report.findings import findings_json
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
    project = read_project(shell)
    if has_errors(project.findings):
        show_findings(shell, project.findings)
        return exit_codes.ERROR
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
    project = read_settings(shell)
    if has_errors(project.findings):
        show_findings(shell, project.findings)
        return exit_codes.ERROR
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
