"""Which lines of a step's output the runner would obey, by the rules of `actions/runner`.

`::name …::` counts at the start of a line, after blanks; the older `##[name …]` counts anywhere.
After `::stop-commands::WORD` nothing counts, until the line `::WORD::` or the end of the step.
"""

import re

NAMES = frozenset(
    {
        *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group"),
        *("notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands"),
        "warning",
    }
)
_NEW = re.compile(r"\s*::(?P<name>[\w-]+)[^:]*::(?P<data>.*)")
_OLD = re.compile(r".*?##\[(?P<name>[\w-]+)[^\]]*\](?P<data>.*)")


def obeyed(output: str) -> list[str]:
    """The lines, in their order, without the one that stops them."""
    lines: list[str] = []
    word = ""
    for line in output.splitlines():
        match = _NEW.match(line) or _OLD.match(line)
        if match is None:
            continue
        name = match["name"].lower()
        if word:
            word = "" if name == word else word
        elif name == "stop-commands":
            word = match["data"].lower()
        elif name in NAMES:
            lines.append(line)
    return lines
