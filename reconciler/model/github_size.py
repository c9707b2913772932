"""How long a text on GitHub may be, as GitHub counts: in UTF-16, where an emoji is two."""

MOST_TAKEN = 65_536
"""Of a comment, an issue or a pull request; GitHub answers 422 to more."""
MOST = 60_000
"""Of a report: a marker, an outcome or a note may still be added to it."""


def size(text: str) -> int:
    """The length as GitHub counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int = MOST_TAKEN) -> str:
    """As much of the text as fits; no character is halved."""
    if size(text) <= most:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")
