"""`reconciler test`: what routes do with alerts, as `routing-tests/` expects it. Offline."""

from fractions import Fraction
from pathlib import Path

import click

from reconciler.cli.offline import read_offline
from reconciler.cli.options import format_option
from reconciler.cli.outputs import say_findings, show_findings
from reconciler.cli.shell import Shell
from reconciler.files.cases import TESTS, read_cases
from reconciler.files.disk import write_inside
from reconciler.model import has_errors
from reconciler.plan import exit_codes
from reconciler.plan.paging.region_words import rests_words
from reconciler.planning.first_cases import first_file
from reconciler.planning.tested import Runner, chosen_cases, runner_of
from reconciler.report.cases import (
    Report,
    cases_findings,
    cases_json,
    cases_junit,
    cases_text,
    report_of,
)
from reconciler.report.explain_words import why_words
from reconciler.text import counted

FIRST = f"{TESTS}/first.yaml"


def _fraction(_: click.Context, _parameter: click.Parameter, text: str | None) -> Fraction | None:
    """`90`, `87.5` or `800/9`: percent, exactly."""
    if text is None:
        return None
    try:
        least = Fraction(text.removesuffix("%").strip())
    except (ValueError, ZeroDivisionError):
        raise click.BadParameter("write a number of percent, as in 90") from None
    if not 0 <= least <= 100:
        raise click.BadParameter("write a number from 0 to 100")
    return least


@click.command("test", epilog="Example: reconciler test --format github    (annotations in CI)")
@click.argument("only", nargs=-1, metavar="[FILE|TEST]...")
@click.option("-k", "words", metavar="WORDS", help="Run tests with these words in name or tags.")
@format_option("text", "json", "junit", "github", words="Format of the result.")
@click.option("--min-coverage", "least", metavar="PERCENT", callback=_fraction,
              help="Fail if conditions or sources are covered less; exact.")  # fmt: skip
@click.option("--init", is_flag=True, help=f"Write a first file into {TESTS}/, from the routes.")
@click.pass_obj
def test_command(
    shell: Shell, only: tuple[str, ...], words: str | None, form: str, least: Fraction | None,
    init: bool,
) -> int:  # fmt: skip
    """Run the tests in routing-tests/ against the route files, offline.

    A test describes an alert, and says which routes take it, who is paged, and
    where it is posted. A test fails if something else happens, or if it is
    unknown what happens. Names are looked up in directory.lock.json.
    """
    project, lock = read_offline(shell, _listed(form))
    declarations, today = project.files.declarations, shell.now().date()
    runner = runner_of(declarations, lock, project.config, today, why_words)
    if init:
        return _write_first(shell, runner)
    files, wrong = read_cases(shell.root)
    if has_errors(wrong):
        say_findings(shell, wrong, _listed(form))
        return exit_codes.ERROR
    if files is None or not any(file.cases for file in files):
        raise click.ClickException(
            f"there is no test in {TESTS}/: `reconciler test --init` writes a first file"
        )
    show_findings(shell, wrong)
    known = {file.file for file in files}
    paths = {word: _path(word, known, Path.cwd(), shell.root) for word in only}
    chosen = chosen_cases(files, paths, words)
    if isinstance(chosen, str):
        raise click.UsageError(chosen)
    ran = tuple(runner.run(file, case) for file, case in chosen)
    report = report_of(runner, ran, least, complete=not only and not words)
    _say(shell, report, form)
    return exit_codes.DONE if report.ok else exit_codes.ERROR


def _listed(form: str) -> str:
    """The format of findings alone: JUnit has none."""
    return "text" if form == "junit" else form


def _path(word: str, known: set[str], here: Path, root: Path) -> str:
    """As the files are called, from the root."""
    typed = Path(word).as_posix().removeprefix("./")
    if typed in known:
        return typed
    beside = (here / word).resolve()
    inside = root.resolve()
    return beside.relative_to(inside).as_posix() if beside.is_relative_to(inside) else typed


def _say(shell: Shell, report: Report, form: str) -> None:
    match form:
        case "json":
            shell.say(cases_json(report))
        case "junit":
            shell.say(cases_junit(report))
        case "github":
            say_findings(shell, tuple(cases_findings(report)), "github")
            shell.note(f"{counted(len(report.ran), 'test')} run")
            for item in report.rests:
                shell.note(rests_words(item))
        case _:
            shell.say(
                cases_text(report, width=shell.width, colour=shell.colour, unicode=shell.unicode)
            )


def _write_first(shell: Shell, runner: Runner) -> int:
    """What the routes do today, for a review; no file is ever replaced."""
    if (shell.root / FIRST).exists() or (shell.root / FIRST).is_symlink():
        raise click.ClickException(f"{FIRST} exists and was not changed: delete it or rename it")
    first = first_file(runner)
    (shell.root / TESTS).mkdir(exist_ok=True)
    write_inside(shell.root, FIRST, first.text)
    tests, sources = counted(first.tests, "test"), counted(first.sources, "source")
    shell.say(f"wrote {FIRST}: {tests} of {sources}")
    shell.note("They say what the routes do now: review each, and change what is not meant.")
    return exit_codes.DONE
