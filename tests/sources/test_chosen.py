"""Which tokens a check compares, and which command comes next."""

from dataclasses import replace

import pytest

from reconciler.model import InventorySource
from reconciler.sources.tokens.check import (
    Check,
    Place,
    Verdict,
    is_elsewhere,
    push_command,
    quoted,
    why_none,
)
from reconciler.sources.tokens.places import StoredToken

ALL = Check((), None, (), None, None, None)


def place(kind: str) -> Place:
    def read() -> StoredToken:
        raise AssertionError("nothing is read")

    return Place(kind, "there", read)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "pasted"),
    [
        ("Alertmanager (Production)", '"Alertmanager (Production)"'),
        ("$(reboot)", "'$(reboot)'"),
        ('a"; reboot', "'a\"; reboot'"),
        ("`id`", "'`id`'"),
        ("it's", "'it'\"'\"'s'"),
    ],
)
def test_a_name_is_no_command_in_what_is_pasted(name: str, pasted: str) -> None:
    assert quoted(name) == pasted
    assert f"--push {pasted} --to aws" in push_command(InventorySource(name), ALL)


def test_the_next_command_uses_the_same_credentials() -> None:
    said = replace(ALL, profile="prod admin", region="eu-west-1")

    assert push_command(InventorySource("A"), said).endswith(
        "--to aws --profile 'prod admin' --region eu-west-1"
    )


@pytest.mark.parametrize(
    ("kind", "options", "elsewhere"),
    [
        ("file", ALL, True),
        ("variable", ALL, True),
        ("file", replace(ALL, file="token"), False),
        ("file", replace(ALL, only=("file",)), False),
        ("aws", ALL, False),
    ],
)
def test_only_an_absent_file_or_variable_that_was_not_asked_for_is_elsewhere(
    kind: str, options: Check, elsewhere: bool
) -> None:
    absent = Verdict(place(kind), "empty", absent=True)

    assert is_elsewhere(absent, options) is elsewhere
    assert not is_elsewhere(replace(absent, absent=False), options)


def test_a_check_of_nothing_says_why() -> None:
    known = [InventorySource("A")]

    assert "no source of staging has a place" in why_none([], replace(ALL, environment="staging"))
    assert "of type aws" in why_none(known, replace(ALL, only=("aws",)))
    assert "on this machine" in why_none(known, ALL)
