"""The options that the commands of all forges share."""

import re
from collections.abc import Callable
from typing import Any

import click

from reconciler.cli.options import Decorated, base_option
from reconciler.forge.adoption import BRANCH
from reconciler.forge.words import Words

_ADDRESS = re.compile(r"https?://[^\s()<>]+")


def _address(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """An artifact that was not kept has an empty address."""
    if value and not _ADDRESS.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not an address that Markdown can link")
    return value


def _as_given(_context: click.Context, _argument: click.Parameter, value: str) -> str:
    return value


path_argument = click.argument("path", callback=_as_given)
"""A folder in the checkout; "", as an input that is left empty, is its root."""

page_option = click.option(
    "--page", default="", metavar="URL", callback=_address, help="Link this page; empty: none."
)


def planned_options(command: Decorated) -> Decorated:
    """What a comment or note says: both files, or without a plan the body alone, or neither; of
    which commit; of which folder, where it cannot be that of -C.
    """
    plan = click.option("--plan", "plan_file", metavar="FILE", help="From `plan --out`.")
    body = click.option("--body", metavar="FILE", help="From `plan --comment`.")
    sha = click.option("--sha", metavar="COMMIT", help="The commit that was planned.")
    path = click.option(
        "--path",
        metavar="FOLDER",
        help="The folder, below that of -C, that cannot be planned.",
    )
    return plan(body(sha(path(page_option(command)))))


def reviewed_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Since when, and where the reviewed plans go."""
    out = click.option("--out", required=True, metavar="DIR", help="Folder for the plans.")
    return base_option("Use this commit instead of the record's.")(out(command))


def outcome_options(words: Words) -> Callable[[Decorated], Decorated]:
    """The plans that an apply wrote, and what came of them."""
    group = words.name.lower()
    reviewed = click.option(
        "--reviewed", required=True, metavar="DIR", help=f"From `{group} reviewed`."
    )
    outcome = click.option(
        "--outcome",
        required=True,
        metavar="FILE",
        help="From `apply --outcome`. If it is missing, apply ended early.",
    )
    return lambda command: reviewed(outcome(command))


def drift_options(command: Decorated) -> Decorated:
    """The issue about live edits, and the page that it links."""
    body = click.option("--body", required=True, metavar="FILE", help="From `plan --drift-issue`.")
    return body(page_option(command))


def adopt_options(words: Words) -> Callable[[Decorated], Decorated]:
    """What was pulled, and the branch that carries it."""
    pulled = click.option(
        "--pulled", required=True, metavar="FILE", help="From `pull --format json`."
    )
    body = click.option("--body", required=True, metavar="FILE", help="From `pull --markdown`.")
    branch = click.option(
        "--branch",
        show_default=f"{BRANCH}, and the folder's suffix",
        help=f"The {words.request}'s branch.",
    )
    return lambda command: pulled(body(branch(command)))
