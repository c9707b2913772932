"""What an import did, and what it left."""

from reconciler.adopt.importing import Imported
from reconciler.model import Declaration
from reconciler.text import counted
from reconciler.text.visible import visible


def imported_text(imported: Imported, *, dry_run: bool) -> str:
    """How many routes became files."""
    routes = counted(len(imported.drafts), "route")
    verb = "would be imported" if dry_run else "imported"
    skipped = len(imported.skipped)
    others = f", {skipped} skipped (`reconciler pull` takes live edits)" if skipped else ""
    return f"{routes} {verb}{others}"


def skipped_text(declaration: Declaration) -> str:
    """A file that declares a route already."""
    what = "says `state: absent`" if declaration.absent else "declares it already"
    return f'skipped "{visible(declaration.route.name)}": {declaration.file} {what}'


def bare_text(name: str) -> str:
    """A route whose file has ids for names."""
    return (
        f'"{visible(name)}": ids stay ids, as directory.lock.json does not know all of them; '
        "`reconciler directory refresh` asks the account"
    )


def unnamed_text(lines: str) -> str:
    """`lines` of reconciler.yaml that would give names to ids."""
    return (
        "incident.io does not tell the names of these channels and templates, so files have "
        "their ids. To use names, replace each id on the left by its name, add these lines to "
        f"reconciler.yaml, and import again with --force:\n{lines}"
    )
