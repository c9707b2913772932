"""The link to the page of all routes, in a comment and in the issue about live edits."""

import re

from reconciler.forge.words import Words

OF_PLAN = "The page of all routes, with what changes"
OF_EDITS = "The page of all routes, with the live edits"
_ADDRESS = re.compile(r"^(\[The page of all routes[^]\n]*\])\([^\s()]+\)", re.MULTILINE)


def page_link(what: str, url: str, words: Words) -> str:
    """A paragraph of Markdown, "" without an address."""
    return f"\n[{what}]({url}){words.to_open}.\n" if url else ""


def without_address(text: str) -> str:
    """The same for the same words: each run has an artifact of its own."""
    return _ADDRESS.sub(r"\1", text)
