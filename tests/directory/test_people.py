"""Of people who are called the same, the one who is active is meant."""

from itertools import product

import pytest

from reconciler.directory.directory import Person, whole
from reconciler.directory.lookup import Ambiguous, Known, find_in, nameable

EMAIL = "lead@example.com"


def listed(*active: bool) -> tuple[Person, ...]:
    return tuple(Person(f"01U{n}", "Lead", EMAIL, one) for n, one in enumerate(active))


@pytest.mark.parametrize("called", [EMAIL, EMAIL.upper(), "Lead"])
@pytest.mark.parametrize("active", list(product([True, False], repeat=3)))
def test_one_active_account_is_meant_and_others_are_ambiguous(
    active: tuple[bool, ...], called: str
) -> None:
    people = listed(*active)
    answer = find_in(whole(people), called, "user")

    here = [one.id for one in people if one.active]
    if len(here) == 1:
        assert isinstance(answer, Known)
        assert answer.id == here[0]
    else:
        assert answer == Ambiguous(tuple(here or (one.id for one in people)))


def test_an_id_means_its_account_whoever_else_has_the_email() -> None:
    people = listed(False, True)

    for person in people:
        assert find_in(whole(people), person.id, "user") == Known(person.id, person)


def test_nobody_who_left_is_suggested() -> None:
    gone, here = Person("01A", "Gone", "gone@example.com", False), Person("01B", "Lead", EMAIL)

    assert list(nameable(whole((gone, here)))) == [EMAIL, "Lead"]


def test_reports_tell_accounts_of_one_email_apart() -> None:
    assert [one.shown for one in listed(True, False)] == [EMAIL, f"{EMAIL} (not active)"]
    assert Person("01A", "", "", False).shown == ""
