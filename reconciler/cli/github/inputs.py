"""What the commands for GitHub begin with: the connection, files of earlier steps, a commit."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from reconciler.cli.shell import Shell
from reconciler.files import read_text
from reconciler.git.git import git as ask
from reconciler.github.api import GitHub, GitHubError, NoPlace, place_of
from reconciler.model import Json

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@contextmanager
def connected(shell: Shell) -> Iterator[GitHub]:
    """The repository that this run is for. Raises click.ClickException."""
    try:
        with GitHub(place_of(shell.environment)) as github:
            yield github
    except (NoPlace, GitHubError) as error:
        raise click.ClickException(str(error)) from None


def text_of(shell: Shell, path: str) -> str:
    """A file that an earlier step wrote. Raises FileRefused."""
    return read_text(shell.root / path)


def document_of(shell: Shell, path: str) -> Mapping[str, Json]:
    """The same, as JSON. Raises click.ClickException."""
    try:
        document: Json = json.loads(text_of(shell, path))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, Mapping):
        raise click.ClickException(f"{path} is not a file that reconciler wrote")
    return document


def commit_of(shell: Shell, ref: str) -> str:
    """The full hash of a commit of this checkout. Raises click.ClickException."""
    if SHA.fullmatch(ref):
        return ref
    said = git(shell, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if said is None:
        raise click.ClickException(f"git does not find the commit `{ref}` here")
    return said.strip()


def git(shell: Shell, *arguments: str) -> str | None:
    """What git prints about this checkout; None where it fails. Raises NoGit."""
    answer = ask(shell.root, *arguments)
    return answer.output.decode("utf-8", "replace") if answer.ok else None
