"""`reconciler who`: which alerts page whom differently."""

from dataclasses import dataclass

import click

from reconciler.cli.connection import key_of, reading, recorder_of
from reconciler.cli.options import compare_options, format_option
from reconciler.cli.outputs import show_findings
from reconciler.cli.project import Project, read_project, source_named
from reconciler.cli.shell import Shell
from reconciler.cli.working import working
from reconciler.client.key import KEY_VARIABLES
from reconciler.directory import LOCK, Directory
from reconciler.git.base import Base, base_of
from reconciler.git.commit import BaseRefused
from reconciler.model import Finding, has_errors
from reconciler.plan import exit_codes
from reconciler.plan.paging.proof import Proof
from reconciler.planning.planning import plan_routes
from reconciler.planning.request import nothing_recorded
from reconciler.planning.who_files import who_of_files
from reconciler.report.findings import findings_text
from reconciler.report.who_json import who_json
from reconciler.report.who_markdown import who_markdown
from reconciler.report.who_text import who_text
from reconciler.report.who_words import uncounted_words
from reconciler.routing.who import Who
from reconciler.text import json_text, sentence


@dataclass(frozen=True, slots=True)
class _Answer:
    """The proof, None where errors keep it from being known; what was compared, and with whose
    names. `uncounted`: pins of today that do not count yet, in words.
    """

    proof: Proof | None
    compared: str
    directory: Directory
    findings: tuple[Finding, ...] = ()
    uncounted: str = ""


@click.command(
    "who",
    epilog="Example: reconciler who --base main    (without a key, by the lock file)",
)
@click.argument("only", nargs=-1, metavar="[FILE|NAME]...")
@compare_options
@format_option("text", "markdown", "json")
@click.pass_obj
def who_command(
    shell: Shell,
    only: tuple[str, ...],
    base: str | None,
    live: bool,
    source: str | None,
    form: str,
) -> int:
    """Prove who is paged differently, over all possible alerts.

    Compares what the next apply would write with what is live; without a key, the
    files with the last commit. --base needs no key: it reads the names from
    directory.lock.json. FILE or NAME: only changes of these routes.

    Ends with 0 if it proves that no alert is routed differently. Ends with 2 if an
    alert is routed differently, or if that is unknown.
    """
    if base is not None and live:
        raise click.UsageError("use --base or --live, not both")
    project = read_project(shell, only)
    if base is None and (live or key_of(shell) is not None):
        answer = _of_account(shell, project, only, live=live)
    else:
        answer = _of_files(shell, project, only, base)
    if answer.proof is None:
        found = [finding for finding in answer.findings if finding.level == "error"]
        shell.warn(findings_text(found))
        shell.warn("error: it is unknown who is paged: correct the errors first")
        return exit_codes.ERROR
    show_findings(shell, [finding for finding in answer.findings if finding.code == "base-earlier"])
    proof = answer.proof
    if source is not None:
        proof = proof.of_source(source_named(answer.directory, project.config, source))
    if answer.uncounted and form == "json":
        shell.note(answer.uncounted)
    compared = " ".join(filter(None, (f"Compared {answer.compared}.", answer.uncounted)))
    shell.say(_shown(proof, compared, shell, form))
    nothing = proof.who.complete and not proof.who.rows
    return exit_codes.DONE if nothing else exit_codes.CHANGES_PENDING


def _of_account(shell: Shell, project: Project, only: tuple[str, ...], *, live: bool) -> _Answer:
    recorded = recorder_of(shell, project.config, None).recorded()
    asked = project.request(complete=not only, recorded=nothing_recorded if live else recorded)
    with reading(shell) as client:
        planned = plan_routes(client, asked)
    plan = planned.plan
    proof = plan.who
    if proof is None and not plan.blocking:
        proof = Proof(Who(), planned.names)
    words = "incident.io with the files" if live else "incident.io with what apply would write"
    return _Answer(proof, words, planned.survey.directory, plan.findings)


def _of_files(shell: Shell, project: Project, only: tuple[str, ...], ref: str | None) -> _Answer:
    base = _last_commit(shell) if ref is None else base_of(shell.root, ref)
    if project.lock is None:
        if has_errors(project.findings):
            return _Answer(None, "", Directory(), project.findings)
        raise click.ClickException(
            f"there is no {LOCK}, which has the names that files use: "
            "run `reconciler directory refresh` with a key, and commit the file"
        )
    request = project.request(complete=not only, base=base)
    with working(shell, "proving who is paged by") as tell:
        found = who_of_files(request, project.lock, tell)
    uncounted = uncounted_words(project.config.assumed, request.config.assumed, base.commit)
    words = f"the files of {base.commit[:12]} with today's, names by {LOCK}"
    return _Answer(found.proof, words, project.lock, found.findings, uncounted)


def _last_commit(shell: Shell) -> Base:
    """What a run without a key and without --base compares with."""
    try:
        return base_of(shell.root, "HEAD")
    except BaseRefused:
        raise click.ClickException(
            "without a key, `who` compares with the last commit, and git finds none in "
            f"{shell.root.resolve()}: commit the files, or set {KEY_VARIABLES[0]} to compare with "
            "what is live"
        ) from None


def _shown(proof: Proof, compared: str, shell: Shell, form: str) -> str:
    if form == "json":
        return json_text(who_json(proof))
    if form == "markdown":
        return f"{sentence(compared)}\n\n{who_markdown(proof)}"
    text = who_text(proof, width=shell.width, colour=shell.colour, unicode=shell.unicode)
    return f"{compared}\n{text}"
