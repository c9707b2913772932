"""`reconciler history`: what earlier runs did."""

import click

from reconciler.apply.history import RunRecord, chosen, history
from reconciler.cli import exit_codes
from reconciler.cli.history_text import history_json, history_text, run_json, run_text
from reconciler.cli.shell import Shell

_SHOWN = 3  # runs of an ambiguous beginning; their number has no end


@click.command("history", epilog="Example: reconciler history 20260821T091200Z    (one run)")
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="How to print it.")  # fmt: skip
@click.option("--runs", "folder", type=click.Path(), metavar="DIR",
              help="Where runs are kept; .reconciler/runs unless you say.")  # fmt: skip
@click.pass_obj
def history_command(shell: Shell, run: str | None, form: str, folder: str | None) -> int:
    """List the runs of apply, restore and rollback, the newest first; or one, write by write.

    It reads the journals, and nothing of incident.io. RUN may be the beginning of an id.
    """
    runs = runs_asked(shell, folder)
    if run is not None:
        record = run_of(runs, run)
        shell.say(run_json(record) if form == "json" else run_text(record))
    else:
        text = history_text(runs, width=shell.columns, unicode=shell.unicode)
        shell.say(history_json(runs) if form == "json" else text)
    return exit_codes.DONE


def runs_asked(shell: Shell, folder: str | None) -> tuple[RunRecord, ...]:
    """The runs. Raises click.ClickException for a folder that is none."""
    if folder is None:
        return history(shell.root)
    place = shell.root / folder
    if not place.is_dir():
        raise click.ClickException(f"{folder}: there is no such folder")
    return history(shell.root, place)


def run_of(runs: tuple[RunRecord, ...], name: str) -> RunRecord:
    """The one run that a word means. Raises click.ClickException when it means none, or several."""
    found = chosen(runs, name)
    if len(found) == 1:
        return found[0]
    if not found:
        raise click.ClickException(f"no run is called {name}; `reconciler history` lists them")
    ids = ", ".join(one.id for one in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise click.ClickException(f"{name} is the beginning of several runs: {ids}{more}")
