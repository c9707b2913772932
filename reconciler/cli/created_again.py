"""What `restore` and `rollback` say of routes that they created again: they have other ids now."""

from collections.abc import Mapping, Sequence

import click

from reconciler.apply.new_ids import still_old, update_ids
from reconciler.apply.prepare import Prepared
from reconciler.cli import exit_codes
from reconciler.cli.shell import Shell
from reconciler.files import FileRefused, check_writable, read_routes
from reconciler.plan.change import Create
from reconciler.plan.outcome import Outcome, Written
from reconciler.report.visible import visible


def tell_new_ids(
    shell: Shell, prepared: Sequence[Prepared], outcomes: Sequence[Outcome], *, update: bool
) -> int:
    """Say them, and write them into the files that have the old ones, if that was asked for. What
    still has an old one is named: its route is live, and the file's next plan would be an error.
    """
    ids = _new_ids(prepared, outcomes)
    names = {one.id: visible(one.name) for one in outcomes if isinstance(one, Written)}
    for old, new in ids.items():
        shell.say(f"{names[new]}: {old} is {new} now; a route that is created again has a new id.")
    if not ids:
        return exit_codes.DONE
    files = read_routes(shell.root)
    written: tuple[str, ...] = ()
    code = exit_codes.DONE
    try:
        written = update_ids(shell.root, files, ids) if update else ()
    except FileRefused as error:
        shell.warn(f"error: {error}")
        code = exit_codes.PARTLY_APPLIED  # the routes are live
    for file in written:
        shell.say(f"{file}: `id` updated")
    for file, old in still_old(files.texts, ids, written):
        shell.warn(f"warning: {file} still has the id {old}: write {ids[old]} there")
    return code


def check_files(shell: Shell, prepared: Sequence[Prepared]) -> None:
    """Before anything is written: the files that will get new ids can be written. Raises
    click.ClickException.
    """
    old = {one.change.declaration.id for one in prepared if isinstance(one.change, Create)} - {None}
    files = read_routes(shell.root).declarations if old else ()
    for file in sorted(declaration.file for declaration in files if declaration.id in old):
        try:
            check_writable(shell.root / file)
        except FileRefused as error:
            raise click.ClickException(f"--update-ids: {error}. Nothing was done.") from None


def _new_ids(prepared: Sequence[Prepared], outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Old id to new one, of the routes that were created again. Both are in one order."""
    return {
        one.change.declaration.id: outcome.id
        for one, outcome in zip(prepared, outcomes, strict=False)
        if isinstance(one.change, Create) and isinstance(outcome, Written)
        if one.change.declaration.id
    }
