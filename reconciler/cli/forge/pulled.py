"""What `pull` wrote in this checkout, for a request to merge."""

from collections.abc import Iterator, Mapping

import click

from reconciler.cli.forge.checkout import commit_of, document_of, git, text_of
from reconciler.cli.shell import Shell
from reconciler.files.disk import place_of, read_bytes, work_tree
from reconciler.forge.adoption import BRANCH, Adoption, Done, File
from reconciler.forge.folder import Folder
from reconciler.forge.words import Words


def adoption_of(
    shell: Shell, folder: Folder, pulled: str, body: str, branch: str | None
) -> Adoption:
    """From the files of `pull`. Without a branch, the folder's own. Raises click.ClickException and
    click.UsageError.
    """
    document = document_of(shell, pulled)
    if branch is None:
        branch = f"{BRANCH}{folder.suffix}"
    if branch.startswith("-") or git(shell, "check-ref-format", f"refs/heads/{branch}") is None:
        raise click.UsageError(f"{branch} is not a valid branch name")
    files = tuple(_files(shell, document))
    title = f"{document.get('title') or ''}{folder.title}"
    return Adoption(commit_of(shell, "HEAD"), branch, title, text_of(shell, body), files)


def adopted(done: Done, words: Words) -> str:
    """What was done, and why nothing was."""
    why = {
        "left": f": its branch has other commits, or another {words.request} is open",
        "declined": ": it was closed with the same edits; it stays closed until the edits change",
    }
    return f"{done}{why.get(done, '')}"


def _files(shell: Shell, document: Mapping[str, object]) -> Iterator[File]:
    """The files as they are in this folder, where `pull` wrote them."""
    listed = document.get("files")
    if not isinstance(listed, list):
        raise click.ClickException("--pulled is not what `reconciler pull --format json` prints")
    for row in listed:
        file = row.get("file") if isinstance(row, Mapping) else None
        if isinstance(file, str):
            yield _file(shell, file)


def _file(shell: Shell, file: str) -> File:
    """Where the file is a link, the file that it leads to: that one was written."""
    try:
        place = place_of(shell.root, file)
        content = read_bytes(place)
    except OSError as error:
        raise click.ClickException(f"cannot read {file}: {error.strerror or error}") from None
    real = place.relative_to(work_tree(shell.root).top).as_posix()
    found = git(shell, "ls-files", "--stage", "--full-name", "-z", "--", f":(literal){real}") or ""
    about, _, path = found.rstrip("\0").partition("\t")
    if not path or "\0" in path or content is None:
        raise click.ClickException(f"{file} is not committed, so no request to merge can change it")
    return File(path, about.partition(" ")[0], content.decode("utf-8"))
