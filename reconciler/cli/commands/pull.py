"""`reconciler pull`: live edits into the files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import click

from reconciler.adopt.draft import Names
from reconciler.adopt.pull import Pulled, pull_route
from reconciler.cli import exit_codes
from reconciler.cli.connection import asking
from reconciler.cli.keeping import Keeping, keeping, record_option
from reconciler.cli.outputs import check_outputs, show_findings, write_file, write_output
from reconciler.cli.project import Project, base_of, read_project
from reconciler.cli.recording import record_files, recorded_by
from reconciler.cli.shell import Shell
from reconciler.live.survey import Survey, survey
from reconciler.model import Finding, Json, Route, has_errors
from reconciler.plan.identify import Identified, identify
from reconciler.planning.bases import bases_of, twins_of
from reconciler.planning.planning import plan_seen
from reconciler.planning.reading import with_record
from reconciler.planning.request import PlanRequest
from reconciler.report.pull import (
    conflict_findings,
    pulled_lines,
    pulled_markdown,
    pulled_title,
    rows,
)
from reconciler.text import difference, json_text


@dataclass(frozen=True, slots=True)
class _Taken:
    """Every route that was looked at, and all findings."""

    pulled: tuple[Pulled, ...]
    conflicts: tuple[Finding, ...]
    findings: tuple[Finding, ...]

    @property
    def written(self) -> tuple[Pulled, ...]:
        return tuple(one for one in self.pulled if one.text is not None)


@click.command(
    "pull", epilog='Example: reconciler pull "Database Alerts" --diff    (shows it, writes nothing)'
)
@click.argument("only", nargs=-1, metavar="[FILE|NAME]...")
@click.option("--base", metavar="REF",
              help="Take only live edits made since this commit.")  # fmt: skip
@click.option("--diff", is_flag=True, help="Show the changed lines; write nothing.")
@record_option
@click.option("--markdown", type=click.Path(dir_okay=False), metavar="FILE",
              help="Also write the body of a pull request.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="Format of standard output.")  # fmt: skip
@click.pass_obj
def pull_command(
    shell: Shell,
    only: tuple[str, ...],
    base: str | None,
    diff: bool,
    record: str | None,
    markdown: str | None,
    form: str,
) -> int:
    """Take edits made in incident.io into the route files. Changes nothing there.

    Only the lines concerned change. Order and quotes stay, and each comment stays
    with the part that it explains, or goes with it. What the file changed since
    the last apply, or since --base, stays the file's; what changed on both sides
    is a conflict, and you decide.
    """
    check_outputs(shell.root, {"--markdown": markdown})
    project = read_project(shell, only)
    chosen = base_of(shell, base)
    kept = keeping(shell, project.config, record)
    asked = project.asked(complete=False, base=chosen, recorded=recorded_by(kept))
    with asking(shell) as client:
        beside = twins_of(asked, asked.declarations)
        seen = survey(client, project.files.declarations, project.config, beside=beside)
        asked, seen = with_record(client, asked, seen)
    taken = _pull(project, seen, asked, base or "the last apply")
    if not diff:
        _write(shell, taken.written)
        _record(kept, seen, taken.written)
    if markdown:
        left = [*taken.conflicts, *(one for one in taken.findings if one.level == "error")]
        write_output(shell.root / markdown, pulled_markdown(taken.pulled, left))
    _tell(shell, project, taken, diff=diff, form=form)
    if has_errors(taken.findings):
        return exit_codes.ERROR
    return exit_codes.CONFLICT if taken.conflicts else exit_codes.DONE


def _write(shell: Shell, pulled: Sequence[Pulled]) -> None:
    """Each file whole or not at all. Raises click.ClickException, with what was written before."""
    done: list[str] = []
    for one in pulled:
        try:
            write_file(shell.root, one.declaration.file, one.text or "")
        except click.ClickException as error:
            before = f". Changed before that: {', '.join(done)}" if done else ""
            raise click.ClickException(f"{error.message}{before}") from None
        done.append(one.declaration.file)


def _record(kept: Keeping, seen: Survey, pulled: Sequence[Pulled]) -> None:
    """A file that says now what is live was edited in incident.io, and is as if applied."""
    if pulled:
        again = read_project(kept.shell, tuple(one.declaration.file for one in pulled))
        planned = plan_seen(seen, again.asked(complete=False))
        record_files(kept, again.files.texts, planned, "pull")


def _pull(project: Project, seen: Survey, asked: PlanRequest, ref: str) -> _Taken:
    declarations = asked.declarations
    identified = identify(declarations, seen.listed, complete=False)
    bases, base_findings = bases_of(asked, seen.directory, seen.identity.account)
    if bases is not None:  # live may lag behind the base: what was applied last says who moved
        bases = replace(bases, routes={**bases.routes, **(bases.applied or {})})
    findings = [*project.findings, *seen.findings, *identified.findings, *base_findings]
    findings += _not_live(identified)
    names = Names(seen.directory, project.config, seen.directory.display(project.config))
    pulled: list[Pulled] = []
    written = {one.file: one for one in project.files.declarations}
    for pair in identified.pairs:
        live = seen.lives.get(pair.id)
        if live is None or pair.declaration.absent:
            continue
        file = pair.declaration.file
        base: Route | None = bases.of(file, live) if bases is not None else None
        if asked.base is not None and base is None:
            continue  # new since the base: it wins whole
        said = written[file]  # the record's id is in no file
        one = pull_route(project.files.texts[file], said, live, base, names)
        findings += one.findings
        pulled.append(one)
    conflicts = [
        finding for one in pulled for finding in conflict_findings(one, ref or "the last apply")
    ]
    return _Taken(tuple(pulled), tuple(conflicts), tuple(findings))


def _not_live(identified: Identified) -> list[Finding]:
    return [
        declaration.positions.locate(
            Finding(
                "warning",
                "not-live",
                f'no live route is named "{declaration.route.name}", so there is nothing to pull',
                "if it was deleted in the dashboard, remove this file; if it was renamed there, "
                "add its `id`, or its new name with `previously`",
                path=("name",),
                route=declaration.route.name,
            )
        )
        for declaration in identified.creates
        if not declaration.absent
    ]


def _tell(shell: Shell, project: Project, taken: _Taken, *, diff: bool, form: str) -> None:
    show_findings(shell, [*taken.findings, *taken.conflicts])
    if form == "json":
        shell.say(json_text(_document(taken)))
        return
    for one in taken.written:
        for line in pulled_lines(one, unicode=shell.unicode):
            shell.say(line)
        if diff:
            file = one.declaration.file
            old, new = f"{file} (current)", f"{file} (live v{one.live.version})"
            shell.say(difference(project.files.texts[file], one.text or "", old, new))
    count, conflicts = len(taken.written), len(taken.conflicts)
    would = " would be" if diff else ""
    files = f"{count} file{'' if count == 1 else 's'}{would} changed"
    if conflicts or not has_errors(taken.findings):  # what was not compared has no "no conflicts"
        files += f", {_conflict_count(conflicts)}"
    shell.say(files)


def _conflict_count(count: int) -> str:
    return "no conflicts" if not count else f"{count} conflict{'' if count == 1 else 's'}"


def _document(taken: _Taken) -> dict[str, Json]:
    """For the workflow that opens a pull request."""
    return {
        "title": pulled_title(taken.pulled) if taken.written else "",
        "files": [
            {
                "file": one.declaration.file,
                "name": one.live.route.name,
                "id": one.live.id,
                "live_version": one.live.version,
                "changes": [
                    {"line": row.line, "field": row.title, "from": row.before, "to": row.after}
                    for row in rows(one)
                ],
                "risks": [{"label": risk.label, "sentence": risk.sentence} for risk in one.risks],
            }
            for one in taken.written
        ],
        "conflicts": [
            {
                "file": finding.position.file if finding.position else "",
                "line": finding.position.line if finding.position else 0,
                "name": finding.route,
                "message": finding.message,
            }
            for finding in taken.conflicts
        ],
    }
