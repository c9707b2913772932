"""A token is compared, sent and kept; nothing else gets it out."""

import base64
import copy
import pickle

import pytest
from hypothesis import given, strategies as st

from reconciler.client.key import WITHHELD, Token

SECRET = "tok-2f9c1d77aa01"


def test_blanks_around_it_do_not_count() -> None:
    assert Token(f"{SECRET}\n").same_as(Token(f" {SECRET}"))
    assert not Token(SECRET).same_as(Token(SECRET[:-1]))
    assert Token(SECRET).reveal() == SECRET


def test_an_empty_one_is_none() -> None:
    assert not Token(" \n")
    assert Token(SECRET)


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "{!r:>30}".format])
def test_no_way_of_printing_shows_it(shown: type[str]) -> None:
    assert SECRET[:8] not in shown(Token(SECRET))


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_not_copied(copied: type) -> None:
    with pytest.raises(TypeError):
        copied(Token(SECRET))


@given(st.integers(0, len(SECRET) - 8), st.text(), st.text())
def test_a_text_with_any_piece_of_it_is_withheld(start: int, before: str, after: str) -> None:
    assert Token(SECRET).withheld_from(before + SECRET[start : start + 8] + after) == WITHHELD


@given(st.binary(max_size=9), st.binary(max_size=9))
def test_base64_of_a_text_with_it_is_withheld(before: bytes, after: bytes) -> None:
    shown = base64.b64encode(before + SECRET.encode() + after).decode()

    assert Token(SECRET).withheld_from(f"illegal value {shown}") == WITHHELD


def test_other_texts_stay() -> None:
    assert Token(SECRET).withheld_from("the secret was not found") == "the secret was not found"
    assert Token("").withheld_from("anything") == "anything"
    assert Token("short").withheld_from("too short to see") == WITHHELD
