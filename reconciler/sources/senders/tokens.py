"""Whether a text of a sender's file is a token, or holds one. Pure; no text is ever quoted."""

import re

# What a token looks like; names of secrets, words of a sentence and what is filled in later
# (`${…}`, `{{…}}`, `" + token`) do not.
_RANDOM = r"(?=\S*\d)[A-Za-z0-9._~+=-][A-Za-z0-9._~+/=-]{7,}"
_WHOLE = re.compile(_RANDOM)
_BEARER = re.compile(rf"\bbearer\s+{_RANDOM}", re.IGNORECASE)
_ALWAYS = ("alertsourcetoken", "secrettoken")
_BESIDE = ("token", "bearertoken", "apitoken")


def is_token(path: tuple[str, ...], text: str, beside: bool) -> bool:
    """By what stands before it, or by the last of its keys; `beside`: a URL of alert events stands
    beside it.
    """
    if _BEARER.search(text):
        return True
    name = re.sub("[-_]", "", path[-1]).lower() if path else ""
    named = name in _ALWAYS or (beside and name in _BESIDE)
    return named and _WHOLE.fullmatch(text.strip()) is not None
