"""The files of a folder, judged without a key, by the names in the lock file."""

from dataclasses import replace

import click

from reconciler.cli.outputs import say_findings
from reconciler.cli.project import Project, read_project
from reconciler.cli.shell import Shell
from reconciler.directory import LOCK, Directory
from reconciler.files import schema_findings
from reconciler.model import Finding, has_errors
from reconciler.plan import exit_codes
from reconciler.planning.mentioned import listed_routes, of_no_route, unknown_names
from reconciler.planning.request import offline_findings


def findings_of(project: Project) -> tuple[Finding, ...]:
    """Everything that can be known of these files without a key."""
    files = project.files
    everything = (*files.declarations, *files.incomplete)
    request = replace(project.request(complete=True), declarations=everything)
    return (
        *project.findings,
        *of_no_route(request),
        *listed_routes(request),
        *(unknown_names(project.config, project.lock, request.today) if project.lock else ()),
        *schema_findings(files.declarations),
        *offline_findings(everything, project.config, project.lock),
    )


def read_offline(shell: Shell, form: str = "text") -> tuple[Project, Directory]:
    """The folder and its lock file, by which alerts are judged. Shows the errors, in this format,
    and ends the command if there are any, or no lock file.
    """
    project = read_project(shell)
    errors = [finding for finding in findings_of(project) if finding.level == "error"]
    if not errors and project.lock is not None:
        return project, project.lock
    say_findings(shell, errors or [_no_lock()], form)
    raise click.exceptions.Exit(exit_codes.ERROR)


def _no_lock() -> Finding:
    message = f"{LOCK} is missing, so the names in files have no ids"
    return Finding("error", "no-lock", message, "`reconciler directory refresh` writes it")


def tests_text(shell: Shell, project: Project) -> str:
    """What fails, what is wrong in the files of tests, and the totals, below a plan; "" for no
    test. Tests run where `test` would run them.
    """
    from reconciler.files.cases import read_cases
    from reconciler.planning.tested import runner_of
    from reconciler.report.cases import cases_text, report_of
    from reconciler.report.explain_words import why_words
    from reconciler.report.findings import findings_text

    files, wrong = read_cases(shell.root)
    text = findings_text(wrong, width=shell.width, unicode=shell.unicode) if wrong else ""
    if files and project.lock is not None and not has_errors(findings_of(project)):
        declarations, today = project.files.declarations, shell.now().date()
        runner = runner_of(declarations, project.lock, project.config, today, why_words)
        ran = tuple(runner.run(file, case) for file in files for case in file.cases)
        report = report_of(runner, ran, None, complete=False)
        text += cases_text(report, width=shell.width, colour=shell.colour, unicode=shell.unicode)
    return f"\n{text}" if text else ""
