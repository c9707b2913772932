"""Readings: every combination of answers, less those that an assumption excludes."""

from datetime import date

from reconciler.routing.reading import QUESTIONS, Assumption, Reading, admissible


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
