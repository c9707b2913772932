"""Which reviewed changes the files do not make any more: a later merge took them back."""

import json
from collections.abc import Mapping

from reconciler.cli.github_inputs import git
from reconciler.cli.shell import Shell
from reconciler.model.json import Json


def undone_of(shell: Shell, index: Mapping[str, Json], plan: str, planned: str) -> frozenset[str]:
    """The digests of a plan's changes whose files say again what they said at the base. `planned`
    is the commit of the plan: a change that itself goes back to the base was taken back by nobody.
    A squash may leave that commit out of the checkout, and then nobody can tell.
    """
    base, head = str(index.get("base")), str(index.get("head"))
    document = json.loads(plan) if plan else {}
    rows = document.get("changes") if isinstance(document, Mapping) else None
    found = {
        str(row.get("digest")): str(row.get("file"))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping) and row.get("file")
    }
    return frozenset(
        digest
        for digest, file in found.items()
        if _is_the_same(shell, base, head, file) and not _is_the_same(shell, planned, head, file)
    )


def _is_the_same(shell: Shell, base: str, head: str, file: str) -> bool:
    said = git(shell, "diff", "--name-only", f"{base}..{head}", "--", f":(literal){file}")
    return said is not None and not said.strip()
