"""A checkout in a job of a forge: its files, commits and folders."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from reconciler.cli.shell import Shell
from reconciler.files import read_text
from reconciler.forge.since import SHA
from reconciler.git.git import git as ask
from reconciler.model import Json
from reconciler.text import visible


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
    found = git(shell, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if found is None:
        raise click.ClickException(f"git does not find the commit `{ref}` here")
    return found.strip()


def git(shell: Shell, *arguments: str) -> str | None:
    """The output of git in this checkout; None where it fails. Raises NoGit."""
    answer = ask(shell.root, *arguments)
    return answer.output.decode("utf-8", "replace") if answer.ok else None


def folder_in(checkout: Path, path: str) -> Path:
    """The folder. `checkout` is absolute. Raises click.ClickException."""
    if not path.isprintable():
        raise click.ClickException(f"`path`: {visible(path)} is not the name of a folder")
    parts = [part for part in Path(path).parts if part != "."]
    if Path(path).is_absolute() or ".." in parts:
        raise click.ClickException(
            f"`path`: {path} leads out of the checkout; name a folder in it, from its root"
        )
    folder = checkout
    for part in parts:
        folder /= part
        if folder.is_symlink():
            link = folder.relative_to(checkout)
            raise click.ClickException(
                f"`path`: {link} is a link; name the folder that it leads to, or remove the link"
            )
    if not folder.is_dir():
        raise click.ClickException(f"`path`: {path} is not a folder of the checkout")
    return folder
