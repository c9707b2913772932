"""Durations as people write them: `90s`, `30m`, `2h`."""

import re

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
