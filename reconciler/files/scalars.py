"""What YAML takes a plain scalar for, beside text.

Route files are composed without resolving types, so `no` stays the text "no" here. Every other
YAML reader that a team may point at the same file (an editor, a linter, a script) may see
something else, so a plain scalar that YAML 1.1 or 1.2 reads as another type must be quoted. One
exception: a decimal integer without leading zero is text that nobody misunderstands.
"""

import re

_TRUTH = frozenset(
    word
    for lower in ("y", "yes", "n", "no", "true", "false", "on", "off")
    for word in (lower, lower.capitalize(), lower.upper())
)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_FIRST = frozenset("-+.0123456789~=<yYnNtTfFoO")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(
    r"[-+]?(?:0[bB][01_]+|0[oO]?[0-7_]+|0[xX][0-9a-fA-F_]+"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d.*)?")


def is_integer(text: str) -> bool:
    """Whether a plain scalar is a decimal integer in every YAML."""
    return _INTEGER.fullmatch(text) is not None


def misread(text: str) -> str | None:
    """What some YAML readers take the plain scalar for, None when it is text to all of them."""
    if text and text[0] not in _FIRST:
        return None
    if text in _NOTHING:
        return "nothing (null)"
    if text in _TRUTH:
        return "true or false"
    if is_integer(text):
        return None
    if _NUMBER.fullmatch(text):
        return "a number"
    if _DATE.fullmatch(text):
        return "a date"
    if text in ("=", "<<"):
        return "a YAML directive"
    return None
