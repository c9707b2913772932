"""What things are called, for people: by id, by the API's reference, by the engine's type."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

Names = Mapping[str, str]
_ENTRY = "entry "  # with its blank it is no id and no reference


def entry_key(entry: str) -> str:
    """The key under which names keep the id of what a catalog entry stands for, such as a path."""
    return _ENTRY + entry


def same_thing(identity: str, names: Names) -> str:
    """The thing's own id, for one that may be its catalog entry's."""
    return names.get(entry_key(identity), identity)


WORTH_COMPARING = 2_000
"""More names than these are compared by their first letters only, to stay under a second."""


def near_matches(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three names that look most like the text, best first; case and outer space do not
    count.
    """
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.strip().casefold(), name)
    wanted = text.strip().casefold()
    if len(folded) > WORTH_COMPARING:
        folded = {key: name for key, name in folded.items() if key[:1] == wanted[:1]}
    return tuple(folded[key] for key in get_close_matches(wanted, folded))


def did_you_mean(text: str, names: Iterable[str]) -> str:
    """'did you mean "A" or "B"?', or "" when nothing is near."""
    found = [f'"{name}"' for name in near_matches(text, names)]
    if not found:
        return ""
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
    return f"did you mean {listed}?"


_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def slug(name: str) -> str:
    """Lower-case ASCII words joined by `-`, at most 60 characters; `route` when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return _OTHER.sub("-", plain).strip("-")[:_LONGEST].strip("-") or "route"
