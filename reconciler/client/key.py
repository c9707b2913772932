"""The API key and the token of an alert source's senders, in wrappers that hide them.

A secret is taken out of a text that echoes it, however the text spells it: in other letters,
escaped for JSON, HTML or a URL, as base64 or hexadecimal, wrapped into lines. Redact a text before
you cut it: half a secret is found by no search.
"""

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Iterator, Mapping
from typing import NoReturn

from reconciler.client.errors import KeyRefused

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
    yield _spelled(secret[0]) + "".join(_next(character, again=few) for character in secret[1:])


def _lines(text: str) -> str:
    return r"(?:\s|\\[nr]){0,80}+".join(map(re.escape, text))


def _base64(secret: bytes) -> Iterator[str]:
    """The secret in base64, wherever it begins in the bytes around it."""
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


KEY_VARIABLES = ("INCIDENT_API_KEY", "INCIDENT_IO_TOKEN")  # the first one that is set wins


class Secret:
    """A text that is never printed, pickled or copied by accident."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret.strip()

    def reveal(self) -> str:
        """The secret itself: for an Authorization header, or the place that keeps it."""
        return self._secret

    def __format__(self, format_spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{self!r} is never pickled or copied")


class Key(Secret):
    """A secret and where it was read. Only `reveal()` shows the secret.

    Raises KeyRefused, without quoting it, for text that cannot be a key: it has printable
    characters of ASCII and no space.
    """

    __slots__ = ("redact", "source")

    def __init__(self, secret: str, source: str = KEY_VARIABLES[0]) -> None:
        super().__init__(secret)
        reason = _why_refused(self._secret)
        if reason:
            raise KeyRefused(f"the key in {source} {reason}")
        # A proxy's or a debugging server's error page can echo the request that it got.
        self.redact = Redaction(self._secret)
        self.source = source

    def __repr__(self) -> str:
        return f"<key from {self.source}>"


def key_from_environment(environment: Mapping[str, str], named: str = "") -> Key | None:
    """The key of the variable that a folder names, else of INCIDENT_API_KEY, else of
    INCIDENT_IO_TOKEN; None when all are blank.

    Raises KeyRefused for a value that cannot be a key.
    """
    for variable in (named, *KEY_VARIABLES):
        secret = environment.get(variable, "")
        if secret.strip():
            return Key(secret, variable)
    return None


def _why_refused(secret: str) -> str:
    if not secret:
        return "is empty"
    if secret.lower().startswith("bearer "):
        return 'starts with "Bearer": write the key alone'
    if any(character.isspace() for character in secret):
        return "contains a space or a line end: copy the key again"
    if not secret.isascii():
        place = next(at for at, char in enumerate(secret, 1) if not char.isascii())
        return f"has a character outside ASCII (character {place}): copy the key again"
    if not secret.isprintable():
        return "contains a character that a key cannot have: copy the key again"
    return ""


PIECE = 8  # characters of a token that must not be seen anywhere
WITHHELD = "(withheld: it contains a part of the token)"


class Token(Secret):
    """The secret of an alert source's senders. Blanks around it do not count.

    It is not the API key, and nothing takes one for the other: the key opens the account, the
    token only allows to post alerts to one source.
    """

    __slots__ = ()

    def same_as(self, other: "Token") -> bool:
        """Whether both are one secret: by hash, in constant time, and only in memory."""
        return hmac.compare_digest(self._digest(), other._digest())

    def withheld_from(self, text: str) -> str:
        """The text; another one where it holds any eight characters of the token in a row."""
        shown = (self._secret, *self._in_base64())
        pieces = {
            form[start : start + PIECE] for form in shown for start in range(len(form) - PIECE + 1)
        }
        pieces |= {self._secret} if len(self._secret) < PIECE else set()
        return WITHHELD if any(piece and piece in text for piece in pieces) else text

    def __bool__(self) -> bool:
        return bool(self._secret)

    def __repr__(self) -> str:
        return "<token>"

    def _in_base64(self) -> Iterator[str]:
        """As Kubernetes shows it, wherever in a longer text it begins: without the characters at
        both ends that depend on what stands beside it.
        """
        for before in range(3):
            raw = b"\0" * before + self._secret.encode("utf-8", "surrogateescape")
            shown = base64.b64encode(raw).decode().rstrip("=")
            yield shown[(before * 8 + 5) // 6 : len(raw) * 8 // 6]

    def _digest(self) -> bytes:
        return hashlib.sha256(self._secret.encode("utf-8", "surrogateescape")).digest()
