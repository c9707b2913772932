"""Lines of reconciler.yaml as findings may show them: without what should never stand there.

A finding shows its line, and its line is in the log of a run that many may read. Somebody may have
pasted a token into a URL, or below a source.
"""

import re

_IN_URL = re.compile(r"(?<=://)[^\s/]*@|(?<=alert_events/)([^\s?#]*[?#])\S*")
_AFTER_KEY = re.compile(r"""((?:^|[\s{,])["']?(?:\w*token|value|in)["']?\s*:\s*)(?=[^\s{[])\S.*""")
# Ids are upper case, words have no digits, a hash or a random text has both: long enough, it is
# taken for a secret.
_RANDOM = re.compile(
    r"(?<![\w/.~+=-])(?=\S*\d)(?:(?=[^\s/]*[a-z])(?=[^\s/]*[A-Z])[\w.~+=-]{16,}|[0-9a-f]{24,})"
)
WITHHELD = "…"
_LONGEST = 2000  # characters of a line that is searched; no person reads a longer one


def withheld(line: str) -> str:
    """The line, with an ellipsis for each part that may be a secret; nothing of a very long one,
    in which the search would take as long as its author likes.
    """
    if len(line) > _LONGEST:
        return WITHHELD
    line = _IN_URL.sub(lambda found: f"{found[1] or ''}{WITHHELD}", line)
    line = _AFTER_KEY.sub(lambda found: f"{found[1]}{WITHHELD}", line)
    return _RANDOM.sub(WITHHELD, line)


def is_like_a_token(text: str) -> bool:
    """Whether a name is more likely a token that somebody pasted in its place."""
    return _RANDOM.fullmatch(text.strip()) is not None
