"""What an import did, and what it left."""

from reconciler.adopt.importing import Imported
from reconciler.model import Declaration
from reconciler.text import counted, visible


def imported_text(imported: Imported, *, dry_run: bool) -> str:
    """How many routes became files."""
    routes = counted(len(imported.drafts), "route")
    verb = "would be imported" if dry_run else "imported"
    skipped = len(imported.skipped)
    others = f", {skipped} skipped (`reconciler pull` takes live edits)" if skipped else ""
    return f"{routes} {verb}{others}"


def skipped_text(declaration: Declaration) -> str:
    """A file that declares a route already."""
    what = "has `state: absent`" if declaration.absent else "already declares it"
    return f'skipped "{visible(declaration.route.name)}": {declaration.file} {what}'


def bare_text(name: str) -> str:
    """A route whose file has ids for names."""
    return (
        f'"{visible(name)}": the file keeps ids, because directory.lock.json does not contain '
        "all of them; `reconciler directory refresh` reads them from the account"
    )


def unnamed_text(lines: str) -> str:
    """`lines` of reconciler.yaml that would give names to ids."""
    return (
        "The API does not return the names of these channels and templates, so the files "
        "have ids. To use names, replace each id on the left with its name, add these lines to "
        f"reconciler.yaml, and import again with --force:\n{lines}"
    )
