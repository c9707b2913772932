"""Where tokens are stored: the token of a place, and why it could not be read.

The words of AWS and kubectl are never shown: they may quote what they were given or have read, and
so a token. A code that is a single word is.
"""

import errno
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reconciler.client import Token

MOST_BYTES = 65_536
_WORD = re.compile(r"[A-Z][A-Za-z]{1,60}")
_WHY = {
    errno.EACCES: "this user may not read it",
    errno.EISDIR: "it is a folder",
}


class PlaceRefused(Exception):
    """A place that could not be read or written. `str()` says why, `advice` what to do; neither
    holds a token, and no exception of a library stands behind it.
    """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class PlaceUnknown(PlaceRefused):
    """No whole answer came: the call may have been carried out all the same."""


class PlaceAbsent(PlaceRefused):
    """Nothing is there yet, or not on this machine: not the same as what cannot be read."""


@dataclass(frozen=True, slots=True)
class StoredToken:
    """The content of a place. `token` is empty where the place exists without one; `since` is when
    it was written, where the place knows.
    """

    token: Token
    since: datetime | None = None


def token_in_file(path: Path) -> StoredToken:
    """A mounted file, as a sender reads it. Raises PlaceRefused."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise PlaceRefused("this is not a token file", "check the path")
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        advice = "run this where the sender runs, or name the file"
        raise PlaceAbsent("no such file", advice) from None
    except OSError as error:
        why = _WHY.get(error.errno or 0, error.strerror or "it cannot be read")
        raise PlaceRefused(why, "run this where the sender runs, or name the file") from None
    return StoredToken(Token(text), datetime.fromtimestamp(found.st_mtime, UTC))


def token_in_variable(environment: Mapping[str, str], name: str) -> StoredToken:
    """An environment variable of this process. Raises PlaceRefused."""
    if name not in environment:
        raise PlaceAbsent("it is not set here", "run this where the sender runs")
    return StoredToken(Token(environment[name]))


def shown_code(text: str) -> str:
    """An error's code as people may see it; "" for what is no single word."""
    return text if _WORD.fullmatch(text) else ""
