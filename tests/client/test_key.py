"""A key cannot be shown by accident, and a broken one is named without being quoted."""

import copy
import pickle

import pytest

from reconciler.client import Key, key_from_environment
from reconciler.client.errors import KeyRefused

SECRET = "inc_5ecr3t"


def test_no_way_of_printing_shows_the_secret() -> None:
    key = Key(SECRET, "INCIDENT_API_KEY")

    shown = [repr(key), str(key), f"{key}", f"{key:>40}", f"{key!r}", repr([key])]
    assert not any(SECRET in text for text in shown)
    assert not hasattr(key, "__dict__")
    assert "INCIDENT_API_KEY" in repr(key)


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_key_is_neither_pickled_nor_copied(way: object) -> None:
    assert callable(way)
    with pytest.raises(TypeError, match="never pickled"):
        way(Key(SECRET))


def test_the_first_variable_that_is_set_wins_and_is_remembered() -> None:
    both = {"INCIDENT_API_KEY": f"  {SECRET}\n", "INCIDENT_IO_TOKEN": "other"}
    key = key_from_environment(both)
    assert key is not None
    assert (key.reveal(), key.source) == (SECRET, "INCIDENT_API_KEY")

    token = key_from_environment({"INCIDENT_API_KEY": " ", "INCIDENT_IO_TOKEN": "other"})
    assert token is not None
    assert (token.reveal(), token.source) == ("other", "INCIDENT_IO_TOKEN")


@pytest.mark.parametrize("environment", [{}, {"INCIDENT_API_KEY": ""}, {"OTHER": SECRET}])
def test_without_a_key_there_is_none(environment: dict[str, str]) -> None:
    assert key_from_environment(environment) is None


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("", "empty"),
        (f"Bearer {SECRET}", "Bearer"),
        (f"{SECRET}\r\nX-Evil: 1", "space or a line end"),
        (f"{SECRET}\x00", "cannot have"),
        (f"{SECRET}\x1b[2J", "cannot have"),
        (f"{SECRET}…", r"outside ASCII \(character 11\): copy the key again"),
        (f"i{SECRET}ñ", "outside ASCII"),
        ("\N{ZERO WIDTH SPACE}" + SECRET, r"outside ASCII \(character 1\)"),
    ],
)
def test_text_that_cannot_be_a_key_is_refused_without_quoting_it(secret: str, words: str) -> None:
    with pytest.raises(KeyRefused, match=words) as caught:
        Key(secret, "INCIDENT_IO_TOKEN")

    assert SECRET not in str(caught.value)
    assert "INCIDENT_IO_TOKEN" in str(caught.value)


def test_a_text_that_echoes_the_key_is_redacted() -> None:
    assert Key(SECRET).redact(f"Bearer {SECRET}, {SECRET.upper()}") == "Bearer [key], [key]"
