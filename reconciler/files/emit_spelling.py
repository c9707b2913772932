"""How a text is spelled in YAML: plain where every reader agrees, quoted elsewhere."""

import re

from reconciler.files.scalars import misread

_SPECIAL_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`")
_AMBIGUOUS = re.compile(r": | #|:$|^\.\.\.|^---")
_FLOW_AMBIGUOUS = re.compile(r"[,\[\]{}:?]")
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
"""What a reader of the file would not see, or what reorders the text that is seen. Not a property
of Unicode's tables, so that every version of Python spells alike; joiners are parts of emoji.
"""
_NAMED_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def spelled(text: str, *, flow: bool = False) -> str:
    """The text as one scalar on one line; `flow`: inside brackets or braces, or as a key."""
    if _is_plain(text, flow=flow):
        return text
    quotable = ('"' in text or "\\" in text) and "'" not in text
    if quotable and not _HIDDEN.search(text):
        return f"'{text}'"
    return f'"{"".join(map(_escaped, text))}"'


def fits_block(text: str) -> bool:
    """Whether a `|` block says exactly this text, and shows all of it."""
    lines = text.removesuffix("\n").split("\n")
    return (
        "\n" in text
        and text[0] not in "\n "
        and bool(lines[-1])
        and not any(map(_HIDDEN.search, lines))
        and all(line == line.rstrip() for line in lines)
    )


def block_header(text: str) -> str:
    """`|` for a text that ends with a line end, `|-` for one that does not."""
    return "|" if text.endswith("\n") else "|-"


def _is_plain(text: str, *, flow: bool) -> bool:
    return (
        misread(text) is None
        and text == text.strip()
        and text[0] not in _SPECIAL_FIRST
        and not _AMBIGUOUS.search(text)
        and not (flow and _FLOW_AMBIGUOUS.search(text))
        and not _HIDDEN.search(text)
    )


def _escaped(char: str) -> str:
    if char in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[char]
    if not _HIDDEN.match(char):
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
