"""File names made of route names."""

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def slug(name: str) -> str:
    """Lower-case ASCII words joined by `-`, at most 60 characters; `route` when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return _OTHER.sub("-", plain).strip("-")[:_LONGEST].strip("-") or "route"
