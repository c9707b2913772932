"""Readings in few words, and what a lock file leaves of them."""

from datetime import date
from itertools import product

from hypothesis import given, strategies as st

from reconciler.model import (
    READINGS,
    Assumption,
    Reading,
    RuledOut,
    Semantics,
    admissible,
    covering,
)
from reconciler.model.reading import shortest

DAY = date(2026, 11, 29)
some_readings = st.sets(st.sampled_from(READINGS))


@given(some_readings)
def test_the_words_are_of_these_readings_and_no_others(readings: set[Reading]) -> None:
    for words in (covering(readings), shortest(readings)):
        said = {one for one in READINGS if any(one.gives(answers) for answers in words)}
        assert said == readings


def test_words_are_as_few_as_can_be() -> None:
    assert covering(READINGS) == ((),)
    assert covering([one for one in READINGS if one.text_case]) == ((("text_case", True),),)
    either = [one for one in READINGS if one.text_case or one.text_one_of]
    assert covering(either) == ((("text_case", True),), (("text_one_of", True),))


@given(some_readings.filter(bool))
def test_observations_admit_exactly_the_readings_that_are_left(left: set[Reading]) -> None:
    gone = [one for one in READINGS if one not in left]
    found = Semantics("acme", tuple(left), tuple(RuledOut(one, DAY) for one in covering(gone)))

    assert {*admissible(found.observations)} == left


@given(some_readings.filter(bool), st.sets(st.sampled_from(["text_case", "text_one_of"])))
def test_what_is_known_of_some_questions_alone_stands_in_observations_about_them(
    left: set[Reading], asked: set[str]
) -> None:
    """So that a verdict cites no observation that is about other questions too."""
    about = [one for one in Semantics("a", tuple(left)).observations if one.questions <= {*asked}]
    names = ("text_case", "text_one_of")
    for answers in product((True, False), repeat=2):
        fixed = {name: answer for name, answer in zip(names, answers, strict=True) if name in asked}
        possible = any(
            all(getattr(one, name) == answer for name, answer in fixed.items()) for one in left
        )
        sample = Reading(**fixed)
        assert possible == all(one.admits(sample) for one in about)


def test_a_pin_and_an_observation_together_leave_what_agrees_with_both() -> None:
    either = tuple(one for one in READINGS if one.text_case or one.text_one_of)
    pin = Assumption("text_case", False, "seen", DAY)

    left = admissible([pin, *Semantics("a", either).observations])

    assert {(one.text_case, one.text_one_of) for one in left} == {(False, True)}


def test_beside_another_file_only_what_both_rule_out_is_ruled_out() -> None:
    case = Semantics("a", tuple(one for one in READINGS if one.text_case))
    whole = Semantics("a", tuple(one for one in READINGS if one.text_one_of))
    both = case.beside(whole)

    assert case.beside(None) is None
    assert both is not None
    assert {*both.left} == {*case.left, *whole.left}
