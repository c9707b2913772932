"""Text from files and from the account, made safe to print, measured, cut and wrapped.

A terminal acts on control characters, and a CI service on lines: GitHub obeys `::error::…` where a
line begins with it, after blanks, and `##[error]…` wherever it stands; Azure Pipelines obeys
`##vso[…]`, TeamCity `##teamcity[…]`. A line begins after a line feed and after a carriage return.
Prose is broken at blanks only, so that addresses and paths can be copied.
"""

import json
import re
import unicodedata
from collections.abc import Iterator

from reconciler.model import Json

_DANGEROUS = {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}
_JOINERS = {"\u200c", "\u200d"}  # emoji and several scripts need them
_NO_WIDTH = {"Mn", "Me", "Cf"}
# Between backticks stands what a reader may paste: such a text is one word.
_WORD = re.compile(r" *(?:`[^`]+`|[^ ])+| +$")
_COMMAND = re.compile(r" *[(\"]?`([^`]+)`[.,;:?!)\"]*")
ASCII = str.maketrans(
    {"→": "->", "—": "-", "…": "...", "–": "-", "│": "|", "·": "-", "✗": "x", "✅": "OK:"}
)


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
    return character.encode("unicode_escape").decode("ascii")


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
    """The text between a word's backticks; "" for a word that is more, or has none."""
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


# JSON itself escapes what is below a blank. DEL, C1, soft hyphen, zero widths, direction marks
# and overrides, line separators, interlinear marks, surrogates, tags: written as \uXXXX too.
_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def json_text(document: Json) -> str:
    """Two blanks of indentation, keys in their order, a newline at the end."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n"


def counted(count: int, thing: str) -> str:
    """`1 route`, `2 routes`."""
    several = f"{thing}es" if thing.endswith("ch") else f"{thing}s"
    return f"{count} {thing if count == 1 else several}"


def folded(text: str, width: int | None, indent: str = "") -> str:
    """Each line of the text folded to so many columns, later ones indented; None leaves it.

    Law: a command in backticks is never broken. Where it does not fit, it stands on a line of its
    own, without them, to be pasted.
    """
    if width is None:
        return text
    return "\n".join(row for line in text.splitlines() for row in _rows(line, width, indent))


def _rows(line: str, width: int, indent: str) -> Iterator[str]:
    row, head = "", ""
    for word in words(line.rstrip()):
        bare = word.lstrip(" ")
        command = command_of(word)
        if command and len(indent) + columns(bare) > width:
            if row.strip():
                yield row
            yield indent + command
            row, head = "", indent
        elif row.strip() and columns(row + word) > width:
            yield row
            row = indent + bare
        elif head and not row:
            row = head + bare
        else:
            row += word
    if row.strip() or not line.strip():
        yield row


_BLANKS = r"[^\S\r\n]|\ufeff"  # what the services skip at the begin of a line
_CI_COMMAND = re.compile(rf"(?:\A|(?<=[\r\n]))(?:{_BLANKS})*:(?P<colon>:)|##\w*(?P<bracket>\[)")
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
    for match in _CI_COMMAND.finditer(whole):
        place = match.end() - 1
        if place >= len(line):
            parts += [whole[start:place], "\\x3a" if match["colon"] else "\\u005b"]
            start = place + 1
    return "".join(parts) + whole[start:]


def line_so_far(text: str, line: str = AT_THE_BEGIN) -> str:
    """The part of the line that can make it a command with the text to come: "" where the line has
    not begun, ":" after a first colon, else a word that ends with its hashes.
    """
    last = _LINE_ENDS.split(line + text)[-1]
    if begin := _STILL_AT_THE_BEGIN.fullmatch(last):
        return begin["colon"]
    hashes = _HASHES.search(last)
    return "…" + (hashes[1] or "#" if hashes else "")
