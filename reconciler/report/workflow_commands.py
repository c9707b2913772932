"""Lines that a CI service would obey instead of showing them, written out so that none does. Pure.

GitHub obeys `::error::…` where a line begins with it, after blanks, and `##[error]…` wherever it
stands; Azure Pipelines obeys `##vso[…]`, TeamCity `##teamcity[…]`. A line begins after a line feed
and after a carriage return.
"""

import re

_BLANKS = r"[^\S\r\n]|\ufeff"  # what the services skip at the begin of a line
_COMMAND = re.compile(rf"(?:\A|(?<=[\r\n]))(?:{_BLANKS})*:(?P<colon>:)|##\w*(?P<bracket>\[)")
_STILL_AT_THE_BEGIN = re.compile(rf"(?:{_BLANKS})*(?P<colon>:?)")
_HASHES = re.compile(r"(##)\w*\Z|#\Z")
_LINE_ENDS = re.compile(r"[\r\n]")

AT_THE_BEGIN = ""


def without_commands(text: str, line: str = AT_THE_BEGIN) -> str:
    """The text with no command in it. `line` is what `line_so_far` says of the text before it.

    The second colon becomes `\\x3a` and the bracket `\\u005b`: JSON, where only the latter can
    stand, stays the same document. Whatever is not a command stays as it is.
    """
    whole, start = line + text, len(line)
    parts = []
    for match in _COMMAND.finditer(whole):
        place = match.end() - 1
        if place >= len(line):
            parts += [whole[start:place], "\\x3a" if match["colon"] else "\\u005b"]
            start = place + 1
    return "".join(parts) + whole[start:]


def line_so_far(text: str, line: str = AT_THE_BEGIN) -> str:
    """What decides whether the text after this one makes its line a command: "" where the line has
    not begun, ":" after a first colon, else a word that ends with its hashes.
    """
    last = _LINE_ENDS.split(line + text)[-1]
    if begin := _STILL_AT_THE_BEGIN.fullmatch(last):
        return begin["colon"]
    hashes = _HASHES.search(last)
    return "…" + (hashes[1] or "#" if hashes else "")
