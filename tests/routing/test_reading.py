"""Readings: every combination of answers, less those that an assumption excludes."""

from datetime import date

from reconciler.model import Observation
from reconciler.routing.reading import QUESTIONS, Assumption, Reading, admissible, cited


def test_each_question_doubles_the_readings() -> None:
    readings = admissible()
    assert len(readings) == len(set(readings)) == 2 ** len(QUESTIONS)


def test_an_assumption_leaves_the_readings_that_agree_with_it() -> None:
    pin = Assumption("text_case", answer=False, reason="seen in July", since=date(2026, 7, 1))
    readings = admissible([pin])
    assert len(readings) == 8
    assert not any(reading.text_case for reading in readings)


def test_a_reading_answers_each_question_by_its_name() -> None:
    reading = Reading(text_one_of=False, empty_group=False)
    assert [reading.answer(question) for question in QUESTIONS] == [True, False, True, False]


def test_an_answer_rests_on_the_pin_that_makes_an_observation_tell() -> None:
    """Not both answers are so, and one of them is pinned: so the other is not."""
    day = date(2026, 7, 1)
    both = Observation((("text_case", True), ("empty_group", True)), alerts=2, since=day)
    pin = Assumption("empty_group", answer=True, reason="seen", since=day)
    other = Assumption("empty_group", answer=False, reason="seen", since=day)

    assert cited([pin, both], {"text_case"}) == (pin, both)
    assert cited([both], {"text_case"}) == ()
    assert cited([other, both], {"text_case"}) == ()
    assert cited([both], {"text_case", "empty_group"}) == (both,)
    assert cited([pin], {"text_case"}) == ()
