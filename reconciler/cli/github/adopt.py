"""`reconciler github adopt`: a pull request of what `reconciler pull` took into the files."""

from collections.abc import Iterator, Mapping

import click

from reconciler.cli.github.inputs import commit_of, connected, document_of, git, text_of
from reconciler.cli.shell import Shell
from reconciler.files.disk import place_of, read_bytes, work_tree
from reconciler.github.adoption import BRANCH, Adoption, Done, File, put_adoption
from reconciler.plan import exit_codes

WHY: Mapping[Done, str] = {
    "left": "its branch has other commits, or another pull request is open",
    "declined": "it was closed with the same edits; it stays closed until the edits change",
}


@click.command(
    "adopt",
    short_help="Open, edit or close the live edits' pull request",
    epilog="Example: reconciler github adopt --pulled pull.json --body pull.md",
)
@click.option("--pulled", required=True, metavar="FILE", help="From `pull --format json`.")
@click.option("--body", required=True, metavar="FILE", help="From `pull --markdown`.")
@click.option("--branch", default=BRANCH, show_default=True, help="The pull request's branch.")
@click.pass_obj
def adopt_command(shell: Shell, pulled: str, body: str, branch: str) -> int:
    """Open, edit or close the one pull request that takes hand edits into the files.

    When nothing was pulled, it is closed. What another author pushed to its branch is never
    written over.
    """
    document = document_of(shell, pulled)
    _check_branch(shell, branch)
    files = tuple(_files(shell, document))
    title = str(document.get("title") or "")
    adoption = Adoption(commit_of(shell, "HEAD"), branch, title, text_of(shell, body), files)
    with connected(shell) as github:
        done = put_adoption(github, adoption)
    why = f": {WHY[done]}" if done in WHY else ""
    shell.note(f"pull request of {branch} {done}{why}")
    return exit_codes.DONE


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
        raise click.ClickException(f"{file} is not committed, so a pull request cannot change it")
    return File(path, about.partition(" ")[0], content.decode("utf-8"))


def _check_branch(shell: Shell, branch: str) -> None:
    if branch.startswith("-") or git(shell, "check-ref-format", f"refs/heads/{branch}") is None:
        raise click.UsageError(f"{branch} is not a valid branch name")
