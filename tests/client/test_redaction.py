"""However a text spells the key, it is taken out, and what stands around it stays."""

import base64
import html
import json
import string
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings, strategies as st

from reconciler.client.key import PLACEHOLDER, Redaction

# RFC 6750: what a bearer token is made of, and an underscore.
secrets = st.text(string.ascii_letters + string.digits + "-._~+/=", min_size=12, max_size=70)
SECRET = "inc_5ecr3t/k3y+with=every.th1ng"


def one_by_one(spell: Callable[[str], str]) -> Callable[[str], str]:
    return lambda secret: "".join(map(spell, secret))


def wrapped(end: str) -> Callable[[str], str]:
    return lambda secret: end.join(secret[at : at + 7] for at in range(0, len(secret), 7))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper-cased": str.upper,
    "lower-cased": str.lower,
    "swapped": str.swapcase,
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret))[3:-3],
    "JSON with every slash": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "JSON in numbers": one_by_one(lambda one: f"\\u{ord(one):04X}"),
    "a literal of Python": one_by_one(lambda one: f"\\x{ord(one):02x}"),
    "a URL": lambda secret: quote(secret, safe=""),
    "a URL in small letters": lambda secret: quote(secret.lower(), safe="").lower(),
    "a URL in a URL": lambda secret: quote(quote(secret, safe=""), safe=""),
    "a URL of numbers": one_by_one(lambda one: f"%{ord(one):02X}"),
    "HTML": html.escape,
    "HTML in numbers": one_by_one(lambda one: f"&#{ord(one)};"),
    "HTML in hexadecimal": one_by_one(lambda one: f"&#x{ord(one):x};"),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "lines": wrapped("\n"),
    "lines with blanks": wrapped("\r\n    "),
    "a folded header": wrapped("\r\n\t"),
    "quoted-printable": lambda secret: "=\r\n".join(
        secret[at : at + 7].replace("=", "=3D") for at in range(0, len(secret), 7)
    ),
    "quoted-printable in numbers": one_by_one(lambda one: f"={ord(one):02X}"),
    "lines in JSON": lambda secret: json.dumps(wrapped("\n")(secret))[1:-1],
    "lines in HTML": wrapped("<br />\n"),
    "blanks": " ".join,
}


@given(secret=secrets)
@example(secret=SECRET)
@example(secret="0000000000000==")
@example(secret="000000=00000=0=")
@example(secret='"a\\key" <of> every & 100% kind'.replace(" ", "_"))
@settings(max_examples=20)
def test_every_spelling_is_taken_out(secret: str) -> None:
    redact = Redaction(secret)

    for name, spell in SPELLINGS.items():
        assert redact(f"Bearer: {spell(secret)} :end") == f"Bearer: {PLACEHOLDER} :end", name


@given(secret=secrets, before=st.binary(max_size=7), after=st.binary(max_size=7))
@settings(max_examples=20)
def test_base64_is_taken_out_wherever_the_key_begins(
    secret: str, before: bytes, after: bytes
) -> None:
    redact = Redaction(secret)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(before + secret.encode() + after).decode()
        lines = "\r\n".join(encoded[at : at + 20] for at in range(0, len(encoded), 20))

        left = "".join(redact(lines).replace(PLACEHOLDER, "").split())

        known = (len(secret) * 8 - 10) // 6  # whole characters, wherever it begins
        assert len(left) <= len(encoded) - known


@given(text=st.text(max_size=200))
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert Redaction(SECRET)(text) == text


def test_half_a_key_is_not_found_so_texts_are_cut_afterwards() -> None:
    assert Redaction(SECRET)(SECRET[:-1]) == SECRET[:-1]


def test_a_short_secret_is_found_as_it_stands() -> None:
    assert Redaction("a-key")("A-key, a-key") == f"A-key, {PLACEHOLDER}"


@pytest.mark.parametrize(
    "text", ["i" * 300_000, "i " * 150_000, "\\" * 300_000, "inc" + " " * 300_000, "%69" * 100_000]
)
def test_no_server_makes_the_search_long(text: str) -> None:
    began = time.process_time()

    assert Redaction(SECRET)(text) == text
    assert time.process_time() - began < 5.0


def test_it_does_not_show_the_secret() -> None:
    assert SECRET not in repr(Redaction(SECRET))
    assert not hasattr(Redaction(SECRET), "__dict__")
