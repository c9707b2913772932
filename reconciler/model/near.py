"""Did you mean …?"""

from collections.abc import Iterable
from difflib import get_close_matches

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
