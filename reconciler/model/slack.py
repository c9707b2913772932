"""Slack's channels as incident.io spells them: `C…`, or with the workspace (`T…`) or the Enterprise
Grid organisation (`E…`) that the channel is in: `T…/C…`, `E…/C…` (fact 4.10).
"""

import re

_TEAM = r"[TE][A-Z0-9]+/"
_WITH_TEAM = re.compile(_TEAM + r"([A-Z0-9]+)")
_ID = re.compile(rf"(?:{_TEAM})?[A-Z][A-Z0-9]{{5,}}")


def without_team(text: str) -> str:
    """A channel as it is called without its team; any other text as it is."""
    found = _WITH_TEAM.fullmatch(text)
    return found[1] if found else text


def is_channel_id(text: str) -> bool:
    """Whether a text that is no channel's name is taken as an id."""
    return _ID.fullmatch(text) is not None
