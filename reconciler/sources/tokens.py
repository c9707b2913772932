"""Whether a text of a sender's file is a token, or holds one. Pure; no text is ever quoted."""

import re

# But for `${…}`, `{{…}}`, `" + token`, `$TOKEN`, which are filled in later.
_BEARER = re.compile(r"\bbearer\s+[^\s${\"'`<]", re.IGNORECASE)
_ALWAYS = ("alertsourcetoken", "secrettoken")
_BESIDE = ("token", "secret", "password", "credentials", "apikey", "key")
_WORD = re.compile(r"[A-Za-z0-9._~+/=-]{8,}")


def is_token(path: tuple[str, ...], text: str, beside: bool) -> bool:
    """By what stands before it, or by the last of its keys; `beside`: a URL of alert events stands
    beside it. What a variable or a template fills in is none.
    """
    if _BEARER.search(text):
        return True
    name = re.sub("[-_]", "", path[-1]).lower() if path else ""
    if name not in _ALWAYS and not (beside and name in _BESIDE):
        return False
    return _WORD.fullmatch(text.strip()) is not None and not text.strip().startswith("/")
