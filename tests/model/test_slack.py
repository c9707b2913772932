"""What is a channel, and what is the team before it."""

import re

import pytest

from reconciler.model.words import CHANNEL_ID, without_team


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("C06E4KQ7R2N", "C06E4KQ7R2N"),
        ("T01AB/C06E4KQ7R2N", "C06E4KQ7R2N"),
        ("E01AB/C06E4KQ7R2N", "C06E4KQ7R2N"),
        ("#alerts", "#alerts"),
        ("Payments/Alerts", "Payments/Alerts"),
        ("T01AB/", "T01AB/"),
        ("C01AB/C06E4KQ7R2N", "C01AB/C06E4KQ7R2N"),
    ],
)
def test_only_a_workspace_or_an_organisation_is_a_team(text: str, bare: str) -> None:
    assert without_team(text) == bare


@pytest.mark.parametrize("text", ["C06E4KQ7R2N", "T01AB/C06E4KQ7R2N", "E01AB/C06E4KQ7R2N"])
def test_a_channel_with_its_team_is_an_id(text: str) -> None:
    assert re.fullmatch(CHANNEL_ID, text)


@pytest.mark.parametrize("text", ["#alerts", "C01AB/C06E4KQ7R2N", "c06e4kq7r2n"])
def test_a_name_is_no_id(text: str) -> None:
    assert not re.fullmatch(CHANNEL_ID, text)
