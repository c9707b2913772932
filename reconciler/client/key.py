"""The API key, in a wrapper that cannot be printed by accident."""

from collections.abc import Mapping
from typing import NoReturn

from reconciler.client.errors import KeyRefused

KEY_VARIABLES = ("INCIDENT_API_KEY", "INCIDENT_IO_TOKEN")  # the first one that is set wins


class Key:
    """A secret and where it was read. Only `reveal()` shows the secret.

    Raises KeyRefused, without quoting it, for text that cannot be a key: an HTTP header cannot
    carry control or non-Latin-1 characters, and a key has no space in it.
    """

    __slots__ = ("_secret", "source")

    def __init__(self, secret: str, source: str = KEY_VARIABLES[0]) -> None:
        trimmed = secret.strip()
        reason = _why_refused(trimmed)
        if reason:
            raise KeyRefused(f"the key in {source} {reason}")
        self._secret = trimmed
        self.source = source

    def reveal(self) -> str:
        """The secret itself, for the Authorization header and nothing else."""
        return self._secret

    def redact(self, text: str) -> str:
        """The text with every occurrence of the secret replaced.

        A proxy's or a debugging server's error page can echo the request that it got.
        """
        return text.replace(self._secret, "[key]")

    def __repr__(self) -> str:
        return f"<key from {self.source}>"

    def __format__(self, format_spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a key is never pickled or copied")


def key_from_environment(environment: Mapping[str, str]) -> Key | None:
    """The key of INCIDENT_API_KEY, else of INCIDENT_IO_TOKEN; None when both are blank.

    Raises KeyRefused for a value that cannot be a key.
    """
    for variable in KEY_VARIABLES:
        secret = environment.get(variable, "")
        if secret.strip():
            return Key(secret, variable)
    return None


def _why_refused(secret: str) -> str:
    if not secret:
        return "is empty"
    if secret.lower().startswith("bearer "):
        return 'starts with "Bearer": give the key alone'
    if any(character.isspace() for character in secret):
        return "contains a space or a line end: copy the key again, it has none"
    if not secret.isprintable() or any(ord(character) > 0xFF for character in secret):
        return "contains a character that a key cannot have: copy the key again"
    return ""
