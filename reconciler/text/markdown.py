"""Text made safe for the Markdown of GitHub and GitLab: no mention, no link, no tag.

Mentions (`@name`), references (`#12`, `!12`, `~label`, `%milestone`), HTML, comments, backticks and
pipes in names come from an account or a pull request; none of them may act.
GitHub counts the length of a text in UTF-16, where an emoji is two.
"""

import re
from collections.abc import Iterable

from reconciler.text.visible import visible

_ACTIVE = re.compile(r"([\\`*_\[\]|~$])")
_LINKING = re.compile(r"@(?=\w)|#(?=\d)|GH-(?=\d)|:(?=//)|www(?=\.)", re.IGNORECASE)
_REFERRING = re.compile(r"""[!$](?=\d)|&amp;(?=\d)|~(?=[\w"])|%(?=[\w"{])|\^(?=alert#)""")
"""To a merge request, snippet, epic, label, milestone or alert of GitLab."""
_QUOTED = re.compile(r"`([^`\n]+)`")
_RUN = re.compile(r"`+")
_BREAK = "&#8203;"  # a zero width space: not seen, and no longer a mention


def prose(text: str) -> str:
    """Ordinary text that shows as it is, inside a line (nothing here guards a line's start)."""
    escaped = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = _ACTIVE.sub(r"\\\1", escaped)
    for acting in (_LINKING, _REFERRING):
        escaped = acting.sub(lambda match: match[0] + _BREAK, escaped)
    return escaped


def sentence(text: str) -> str:
    """Like `prose`, but text that stands between backticks is code."""
    parts = _QUOTED.split(text)
    return "".join(code(part) if place % 2 else prose(part) for place, part in enumerate(parts))


def code(text: str, *, in_table: bool = False) -> str:
    """A code span; its delimiter is longer than any run of backticks inside."""
    shown = visible(text)
    if in_table:
        shown = shown.replace("|", "\\|")
    fence = "`" * (_longest_run(shown) + 1)
    padding = " " if shown[:1] in ("`", " ", "") or shown[-1:] in ("`", " ") else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def html(text: str) -> str:
    """In `<code>`, for `<summary>`, where Markdown is not read, and for lines in which it is."""
    escaped = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for active in (_LINKING, _ACTIVE):
        escaped = active.sub(lambda match: f"&#{ord(match[0][0])};{match[0][1:]}", escaped)
    return f"<code>{escaped}</code>"


def fenced(text: str, language: str = "") -> str:
    """A block; its fence is longer than any run of backticks inside. Lines stay lines."""
    lines = [visible(line) for line in text.split("\n")]
    fence = "`" * max(_longest_run("\n".join(lines)) + 1, 3)
    return "\n".join([f"{fence}{language}", *lines, fence])


def _longest_run(text: str) -> int:
    return max((len(run) for run in _RUN.findall(text)), default=0)


MOST_TAKEN = 65_536
"""Of a comment, an issue or a pull request; GitHub answers 422 to more."""
MOST = 60_000
"""Of a report: a marker, an outcome or a note may still be added to it."""


def size(text: str) -> int:
    """The length as GitHub counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_to_size(text: str, most: int = MOST_TAKEN) -> str:
    """As much of the text as fits; no character is halved."""
    if size(text) <= most:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")


def joined(blocks: Iterable[str]) -> str:
    """Lines and blocks as a page, with one empty line where several meet; ends with a newline."""
    kept: list[str] = []
    for block in blocks:
        if block or not kept or kept[-1]:
            kept.append(block)
    return "\n".join(kept) + "\n"
