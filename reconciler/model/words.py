"""Words for people: names of things, near names, slugs, durations, Slack's channels.

incident.io spells a Slack channel `C…`, or with the workspace (`T…`) or the Enterprise Grid
organisation (`E…`) that the channel is in: `T…/C…`, `E…/C…` (fact 4.10).
"""

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


MOST_NEAR = 3
SHORTEST_PART = 3  # characters: any name has a part of fewer
MOST_KNOWN = 5


def near_matches(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three names most like the text, best first, or of which it is a part; case and outer
    space do not count.
    """
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.strip().casefold(), name)
    wanted = text.strip().casefold()
    if len(folded) > WORTH_COMPARING:
        folded = {key: name for key, name in folded.items() if key[:1] == wanted[:1]}
    near = get_close_matches(wanted, folded, MOST_NEAR)
    if not near and len(wanted) >= SHORTEST_PART:
        near = [key for key in folded if wanted in key][:MOST_NEAR]
    return tuple(folded[key] for key in near)


def did_you_mean(text: str, names: Iterable[str]) -> str:
    """'did you mean "A" or "B"?', or "" when nothing is near."""
    found = [f'"{name}"' for name in near_matches(text, names)]
    if not found:
        return ""
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
    return f"did you mean {listed}?"


def known_names(names: Iterable[str]) -> str:
    """'known names: "A", "B" and 7 more', for a text that is near none of them; "" without any."""
    known = [f'"{name}"' for name in dict.fromkeys(names)]
    if not known:
        return ""
    listed, left = ", ".join(known[:MOST_KNOWN]), len(known) - MOST_KNOWN
    return f"known names: {listed}{f' and {left} more' if left > 0 else ''}"


_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def slug(name: str) -> str:
    """Lower-case ASCII words joined by `-`, at most 60 characters; `route` when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return _OTHER.sub("-", plain).strip("-")[:_LONGEST].strip("-") or "route"


_TEAM = r"[TE][A-Z0-9]+/"
_WITH_TEAM = re.compile(_TEAM + r"([A-Z0-9]+)")
CHANNEL_ID = rf"(?:{_TEAM})?[A-Z][A-Z0-9]{{5,}}"
"""A pattern of the whole text, for `re` and for JSON Schema."""


def without_team(text: str) -> str:
    """A channel without its team; any other text as it is."""
    found = _WITH_TEAM.fullmatch(text)
    return found[1] if found else text


_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_WRITTEN = re.compile(r"(?:\d+[smhd])+")
_PART = re.compile(r"(\d+)([smhd])")


def parse_duration(text: str) -> int | None:
    """Seconds of `30m`, `1h30m`, `60s`; None when the text is no duration (no unit, say)."""
    if not text.isascii() or len(text) > 40 or not _WRITTEN.fullmatch(text):
        return None
    return sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(text))


def format_duration(seconds: int) -> str:
    """The shortest single-unit spelling: 1800 is `30m`, 90 is `90s`, 7200 is `2h`."""
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
