"""Ids as incident.io spells them (ULIDs), but the same in every run."""

import hashlib
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def base32(number: int, length: int) -> str:
    """`number` in Crockford's alphabet, the last `length` digits of it."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def named_ulid(what: str) -> str:
    """The id of a thing of the seed, e.g. `named_ulid("attribute severity")`."""
    digest = int.from_bytes(hashlib.sha256(what.encode()).digest()[:16], "big")
    return "01J" + base32(digest, 23)


def numbered_ulid(number: int) -> str:
    """The id of the n-th thing that was made in a run; sorts after all ids of the seed."""
    return "01M" + base32(number << 60 | number * 0x9E3779B97F4A7C15 & (1 << 60) - 1, 23)
