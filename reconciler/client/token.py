"""The token of an alert source's senders, in a wrapper that cannot be printed by accident."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import NoReturn

PIECE = 8  # characters of a token that must not be seen anywhere
WITHHELD = "(withheld: it contains a part of the token)"


class Token:
    """A source's secret. Only `reveal()` shows it; blanks around it do not count.

    It is not the API key, and nothing takes one for the other: the key opens the account, the
    token only lets somebody post alerts to one source.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret.strip()

    def reveal(self) -> str:
        """The secret itself: for the source's own URL, and for the place that keeps it."""
        return self._secret

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

    def __format__(self, format_spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a token is never pickled or copied")

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
