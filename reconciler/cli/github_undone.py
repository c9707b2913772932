"""What became of reviewed changes: which the files do not make any more, as a later merge took them
back, and which routes an apply wrote already.
"""

import json
from collections.abc import Mapping

from reconciler.cli.github_inputs import git
from reconciler.cli.shell import Shell
from reconciler.files.commit import BaseRefused, commits_after
from reconciler.model.json import Json
from reconciler.record.repository import records_here


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


def written_since(shell: Shell, index: Mapping[str, Json]) -> frozenset[str]:
    """The routes, by id and by name, that a run applied from a commit after the base: what is live
    there and in no file was edited since. Nothing where git does not have the base.
    """
    try:
        commits = commits_after(shell.root, str(index.get("base")))
    except BaseRefused:
        return frozenset()
    entries = (entry for record in records_here(shell.root) for entry in record.entries.values())
    return frozenset(
        word for one in entries if one.commit in commits for word in (one.id, one.name)
    )


def _is_the_same(shell: Shell, base: str, head: str, file: str) -> bool:
    said = git(shell, "diff", "--name-only", f"{base}..{head}", "--", f":(literal){file}")
    return said is not None and not said.strip()
