"""`reconciler page`: the routes as one HTML file."""

from functools import partial
from pathlib import Path

import click

from reconciler.cli.offline import read_offline
from reconciler.cli.options import base_option, live_option, output_option
from reconciler.cli.outputs import check_outputs, checkout_path, write_output
from reconciler.cli.project import Project, check_plan_file, read_project
from reconciler.cli.shell import Shell
from reconciler.cli.working import working
from reconciler.directory import LOCK, Directory
from reconciler.files import FileRefused, read_text
from reconciler.files.config import CONFIG_FILE
from reconciler.forge.links import Links, links_of
from reconciler.git.base import Base, base_of
from reconciler.git.git import NoGit, git
from reconciler.model import Finding, Position
from reconciler.plan import exit_codes
from reconciler.plan.saved import of_another_folder
from reconciler.planning.explained import from_files, from_live
from reconciler.planning.pictured import Compared, Pictured, compared, pictured
from reconciler.planning.request import PlanRequest
from reconciler.planning.who_files import who_of_files
from reconciler.report.page.build import page_of
from reconciler.report.page.changes import Marks, marks_of
from reconciler.report.page.html import page_html
from reconciler.report.page.model import Place
from reconciler.report.page.planned import SeenPlan, marks_of_plan, seen_plan
from reconciler.text import visible

OUT = "routes.html"


@click.command(
    "page", epilog="Example: reconciler page --base main --out routes.html    (then open it)"
)
@click.argument("plan_file", required=False, metavar="[PLAN.JSON]", type=click.Path())
@output_option("--out", f"Write the page here, not to {OUT}; /dev/stdout prints it.")
@base_option("Also show what changed since this commit.")
@live_option("Show the live routes, not the files. Needs a key.")
@click.pass_obj
def page_command(
    shell: Shell, plan_file: str | None, out: str | None, base: str | None, live: bool
) -> int:
    """Write the routes as one HTML page, to look at and to search.

    A map, the table of routes, for each source which alerts page whom, holes and
    double pages; proved for every alert, by the files and directory.lock.json. The
    file works from disk, and asks for nothing over the network. With PLAN.JSON, of
    `plan --out`, it begins with what that plan writes.
    """
    if live and base is not None:
        raise click.UsageError("--base compares files; leave out --live")
    if plan_file and (live or base is not None):
        raise click.UsageError("a saved plan says what changes; leave out --base and --live")
    out = OUT if out is None else out
    check_outputs(shell.root, {"--out": out})
    marks = Marks()
    if live:
        found, of = _live(shell, read_project(shell)), "The live routes"
    else:
        project, lock = read_offline(shell)
        # A reading that this change brings counts for the tables no sooner than for the proof.
        since = None if base is None else _base(shell, base)
        request = project.request(complete=True, base=since)
        found, of = _files(shell, request, lock), "The routes of the files"
        if since is not None and base is not None:
            marks = marks_of(_compared(shell, request, lock, found, since, base), found.routes)
        elif plan_file:
            marks = marks_of_plan(_plan(shell, project, lock, plan_file), found.routes)
    links = _links(shell)
    linked = partial(_linked, shell, links)
    write_output(shell.root / out, page_html(page_of(found, of, linked, marks)))
    if not out.startswith("/dev/"):
        shell.say(visible(str((shell.root / out).resolve())))
    return exit_codes.DONE


def _files(shell: Shell, request: PlanRequest, lock: Directory) -> Pictured:
    declarations, config = request.declarations, request.config
    routes, _ = from_files(declarations, lock, config)
    with working(shell, "judging the alerts of") as tell:
        return pictured(routes, lock, config, shell.now().date(), declarations, tell)


def _live(shell: Shell, project: Project) -> Pictured:
    from reconciler.cli.connection import reading
    from reconciler.planning.reading import read_routing, to_route

    config = project.config
    with reading(shell) as client:
        seen = to_route(client, read_routing(client, config))
    routes, today = from_live(seen.lives.values()), shell.now().date()
    with working(shell, "judging the alerts of") as tell:
        return pictured(routes, seen.directory, config, today, tell=tell)


def _base(shell: Shell, ref: str) -> Base:
    """Raises click.ClickException where a file of the commit cannot be read."""
    base = base_of(shell.root, ref)
    if base.unread:
        raise click.ClickException(
            f"{', '.join(base.unread)} cannot be read in {ref}, so it is unknown what changed: "
            "name a commit in which the files have no error"
        )
    return base


def _compared(
    shell: Shell, request: PlanRequest, lock: Directory, found: Pictured, base: Base, ref: str
) -> Compared:
    """Raises click.ClickException where a file has an error."""
    with working(shell, "proving who is paged by") as tell:
        proof = who_of_files(request, lock, tell).proof
    if proof is None:
        raise click.ClickException(
            f"the files cannot be compared with {ref}: run `reconciler who --base {ref}`, "
            "which names the errors"
        )
    before, _ = from_files(base.declarations, base.lock or lock, request.config)
    return compared(before, found.routes, proof, f"the files of {base.commit[:12]} with these")


def _plan(shell: Shell, project: Project, lock: Directory, file: str) -> SeenPlan:
    """Raises click.ClickException where it is none, or none of these files and this account."""
    check_plan_file(shell, file)
    try:
        read = seen_plan(read_text(shell.root / file), file)
    except FileRefused as error:
        raise click.ClickException(str(error)) from None
    if isinstance(read, Finding):
        raise click.ClickException(f"{read.message}; {read.hint}")
    saved, plan = read
    accounts = {CONFIG_FILE: project.config.account, LOCK: lock.account}
    if why := of_another_folder(saved, file, accounts, project.files.digest):
        raise click.ClickException(why)
    return plan


def _linked(shell: Shell, links: Links, position: Position) -> Place:
    path = checkout_path(shell, position.file)
    return Place(f"{path}:{position.line}", links.to(position.file, position.line))


def _links(shell: Shell) -> Links:
    """Of the commit that is checked out; none without git, a commit or a remote."""

    def ask(*arguments: str) -> str:
        answer = git(Path(shell.root), *arguments)
        return answer.output.decode("utf-8", "replace").strip() if answer.ok else ""

    try:
        remote = ask("config", "--get", "remote.origin.url")
        commit = ask("rev-parse", "--verify", "--quiet", "HEAD")
        folder = ask("rev-parse", "--show-prefix")
    except NoGit:
        return Links()
    return links_of(remote, commit, folder, shell.environment)
