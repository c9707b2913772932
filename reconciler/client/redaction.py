"""A secret is taken out of a text that echoes it, however the text spells it. Pure.

An error page shows a request as some server read it: in other letters, escaped for JSON, HTML or a
URL, as base64 or hexadecimal, wrapped into lines. Whoever cuts a text redacts it first: nothing
finds half a secret.
"""

import base64
import html
import re
from collections.abc import Iterator

PLACEHOLDER = "[key]"
_SHORT = 8  # a secret below that is found as it stands alone: it is in too many words
_FEW = 4
# What may stand between two characters where lines are wrapped: their ends and blanks, raw or
# escaped. Possessive and bounded, so that no server can make the search take long.
_BLANKS = (
    r"[\x00-\x20\x7f]|<br\s?/?>|%(?:25)?[01][0-9a-f]|%(?:25)?20"
    r"|\\{1,4}(?:[bfnrtv\n]|u00[01][0-9a-f]|x[01][0-9a-f])"
)
_WRAPPED = rf"(?:{_BLANKS}|=\r?\n){{0,80}}+"  # the last of them is quoted-printable's


class Redaction:
    """Takes one secret out of texts. It does not show the secret."""

    __slots__ = ("_pattern", "_secret")

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._pattern: re.Pattern[str] | None = None

    def __call__(self, text: str) -> str:
        """The text with every occurrence replaced by `[key]`."""
        if len(text) < len(self._secret):
            return text  # such as the id of a request, which every answer has
        if len(self._secret) < _SHORT:
            return text.replace(self._secret, PLACEHOLDER)
        if self._pattern is None:
            self._pattern = re.compile("|".join(_forms(self._secret)), re.IGNORECASE)
        return self._pattern.sub(PLACEHOLDER, text)

    def __repr__(self) -> str:
        return "<redaction>"


def _forms(secret: str) -> Iterator[str]:
    """Patterns of it as it is, encoded, and character by character."""
    yield re.escape(secret)
    yield _lines(secret.encode().hex())
    for text in _base64(secret.encode()):
        yield _lines(text)
        if {"+", "/"} & {*text}:
            yield _lines(text.replace("+", "-").replace("/", "_"))
    # Each `=` may be tried in two ways: with few of them every pair of ways is, and is quick.
    few = secret.count("=") <= _FEW
    yield _spelled(secret[0]) + "".join(_next(one, again=few) for one in secret[1:])


def _lines(text: str) -> str:
    """The text, in lines of whatever length."""
    return r"(?:\s|\\[nr]){0,80}+".join(map(re.escape, text))


def _base64(secret: bytes) -> Iterator[str]:
    """What stands in base64 wherever the secret begins in the bytes around it."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret).decode("ascii")
        yield encoded[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]


def _next(character: str, *, again: bool) -> str:
    """One more character, where an `=` at the end of a line may be the character itself. `again`:
    when what follows does not fit, the other way is tried.
    """
    if character != "=":
        return f"(?>{_WRAPPED}{_spelled(character)})"
    plain = rf"(?:{_BLANKS}){{0,80}}+="
    return f"(?{':' if again else '>'}{_WRAPPED}{_spelled(character)}|{plain})"


def _spelled(character: str) -> str:
    """One character in every spelling."""
    code, plain, named = ord(character), re.escape(character), html.escape(character)
    spellings = [
        *([named] if named != character else ()),
        rf"\\{{1,4}}(?:u00{code:02x}|x{code:02x})",
        f"(?:%(?:25)?|=){code:02x}",
        f"&#(?:0{{0,4}}{code}|x0{{0,4}}{code:x});",
        *([rf"\\{{1,4}}{plain}"] if character in "\"'/\\" else ()),
        plain,  # last: it can be the begin of another one
    ]
    return f"(?:{'|'.join(spellings)})"
