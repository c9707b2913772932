"""Text from files and from the account, made safe to show, measured, cut and wrapped."""

import re
import unicodedata

_DANGEROUS = {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}
_JOINERS = {"\u200c", "\u200d"}  # emoji and several scripts need them
_NO_WIDTH = {"Mn", "Me", "Cf"}
# Between backticks stands what a reader may paste: such a text is one word.
_WORD = re.compile(r" *(?:`[^`]+`|[^ ])+| +$")
_COMMAND = re.compile(r" *[(\"]?`([^`]+)`[.,;:?!)\"]*")
ASCII = str.maketrans({"→": "->", "—": "-", "…": "...", "–": "-", "│": "|", "·": "-"})


def visible(text: str) -> str:
    """Control characters, escape codes and direction overrides are written out: `\\x1b`.

    Law: the result holds none of them, whatever the text was.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written(character) for character in text)


def _written(character: str) -> str:
    if character in _JOINERS or unicodedata.category(character) not in _DANGEROUS:
        return character
    code = ord(character)
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    if named:
        return named
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )


def plain_ascii(text: str) -> str:
    """For outputs that cannot carry more: arrows as `->`, other characters written out."""
    return text.translate(ASCII).encode("ascii", "backslashreplace").decode("ascii")


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, width: int) -> str:
    """The text with blanks up to the width."""
    return text + " " * max(width - columns(text), 0)


def cut(text: str, width: int) -> str:
    """The text, its end replaced by `…` where it is wider than the width."""
    if columns(text) <= width:
        return text
    kept, used = "", 1
    for character in text:
        used += _columns_of(character)
        if used > width:
            break
        kept += character
    return kept + "…"


def words(text: str) -> list[str]:
    """The words of a text, each with the blanks before it; a text in backticks is never cut."""
    return _WORD.findall(text)


def command_of(word: str) -> str:
    """What a word has between its backticks; "" for a word that is more, or has none."""
    found = _COMMAND.fullmatch(word)
    return found[1] if found else ""


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most the width, broken at blanks, and inside words that are longer."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if columns(joined) <= width:
            lines[-1] = joined
            continue
        first, *rest = pieces(word, width)
        lines[-1:] = [lines[-1], first] if lines[-1] else [first]
        lines += rest
    return lines


def pieces(word: str, width: int) -> list[str]:
    """A word cut into parts of at most the width (a wide character may stand out of width 1)."""
    parts, used = [""], 0
    for character in word:
        size = _columns_of(character)
        if used + size > width and parts[-1]:
            parts.append("")
            used = 0
        parts[-1] += character
        used += size
    return parts
