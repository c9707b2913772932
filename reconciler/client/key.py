"""The API key, in a wrapper that cannot be printed by accident."""

from collections.abc import Mapping
from typing import NoReturn

from reconciler.client.errors import KeyRefused
from reconciler.client.redaction import Redaction

KEY_VARIABLES = ("INCIDENT_API_KEY", "INCIDENT_IO_TOKEN")  # the first one that is set wins


class Key:
    """A secret and where it was read. Only `reveal()` shows the secret.

    Raises KeyRefused, without quoting it, for text that cannot be a key: it has printable
    characters of ASCII and no space.
    """

    __slots__ = ("_secret", "redact", "source")

    def __init__(self, secret: str, source: str = KEY_VARIABLES[0]) -> None:
        trimmed = secret.strip()
        reason = _why_refused(trimmed)
        if reason:
            raise KeyRefused(f"the key in {source} {reason}")
        self._secret = trimmed
        # A proxy's or a debugging server's error page can echo the request that it got.
        self.redact = Redaction(trimmed)
        self.source = source

    def reveal(self) -> str:
        """The secret itself, for the Authorization header and nothing else."""
        return self._secret

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
        return 'starts with "Bearer": write the key alone'
    if any(character.isspace() for character in secret):
        return "contains a space or a line end: copy the key again"
    if not secret.isascii():
        place = next(at for at, one in enumerate(secret, 1) if not one.isascii())
        return f"has a character outside ASCII (character {place}): copy the key again"
    if not secret.isprintable():
        return "contains a character that a key cannot have: copy the key again"
    return ""
