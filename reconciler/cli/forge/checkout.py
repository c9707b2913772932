"""A checkout in a job of a forge: its files, commits and folders."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.folders import folders_below
from reconciler.cli.shell import Shell
from reconciler.files import read_text
from reconciler.forge.folder import Folder
from reconciler.forge.since import SHA
from reconciler.git.git import git as ask
from reconciler.model import Json
from reconciler.record.repository import folder_in_repository
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
    folder = checkout
    for part in _parts(path):
        folder /= part
        if folder.is_symlink():
            link = folder.relative_to(checkout)
            raise click.ClickException(
                f"`path`: {link} is a link; name the folder that it leads to, or remove the link"
            )
    if not folder.is_dir():
        raise click.ClickException(f"`path`: {path} is not a folder of the checkout")
    return folder


def _parts(path: str) -> list[str]:
    """The folders on the way. Raises click.ClickException."""
    if not path.isprintable():
        raise click.ClickException(f"`path`: {visible(path)} is not the name of a folder")
    parts = [part for part in Path(path).parts if part != "."]
    if Path(path).is_absolute() or ".." in parts:
        raise click.ClickException(
            f"`path`: {path} leads out of the checkout; name a folder in it, from its root"
        )
    return parts


def folder_of(shell: Shell) -> Folder:
    """The folder of -C, by which a forge tells it from the others of its repository. Outside of git
    it is alone. Raises click.ClickException, click.UsageError and RecordRefused.
    """
    if folders_below(shell.root):
        raise click.UsageError(
            "`folders` in reconciler.yaml lists several, and this command works in one folder: "
            "name it with -C"
        )
    path = folder_in_repository(shell.root)
    if path is None and "bare repository" in ask(shell.root, "rev-parse", "--git-dir").complaint:
        raise click.ClickException(
            "this folder looks like a git repository of its own: remove its HEAD, objects and refs"
        )
    if _is_in_submodule(shell.root):
        raise click.ClickException(
            "this folder is in a submodule; its routes must be in the repository itself"
        )
    return Folder(path or "")


def _is_in_submodule(folder: Path) -> bool:
    return bool(ask(folder, "rev-parse", "--show-superproject-working-tree").output.strip())


def folder_planned(
    shell: Shell, plan_file: str | None, body: str | None, path: str | None
) -> tuple[Folder, str]:
    """Of a comment: the folder, and why it cannot have a plan. Raises as `folder_of` and
    `folder_named` do.
    """
    if plan_file is not None and body is None:
        raise click.UsageError(
            "use --plan and --body together; if there is no plan, leave out --plan"
        )
    if path is None:
        return folder_of(shell), ""
    if body is not None:
        raise click.UsageError("--path is for a folder without a plan: name the other with -C")
    return folder_named(shell, path)


def folder_named(shell: Shell, path: str) -> tuple[Folder, str]:
    """The folder at a path below that of -C, and why it cannot be used, "" where it can: it may be
    gone, or a link. Raises click.ClickException where no repository has such a path, and
    RecordRefused.
    """
    checkout, parts, why = shell.root.resolve(), _parts(path), ""
    try:
        folder_of(replace(shell, root=folder_in(checkout, path)))
    except click.ClickException as error:
        why = error.message
    reached = [checkout]
    for part in parts:
        below = reached[-1] / part
        if below.is_symlink() or not below.is_dir():
            break
        reached.append(below)
    while reached:
        nearest = reached.pop()
        above = folder_in_repository(nearest)
        if above is not None and not _is_in_submodule(nearest):
            return Folder("/".join(filter(None, (above, *parts[len(reached) :])))), why
    raise click.ClickException(f"`path`: {path} is not in a git repository")
