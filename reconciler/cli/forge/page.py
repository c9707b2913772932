"""The option that names the page of routes."""

import re

import click

_ADDRESS = re.compile(r"https?://[^\s()<>]+")


def _address(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """An artifact that was not kept has an empty address."""
    if value and not _ADDRESS.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not an address that Markdown can link")
    return value


page_option = click.option(
    "--page", default="", metavar="URL", callback=_address, help="Link this page; empty: none."
)
