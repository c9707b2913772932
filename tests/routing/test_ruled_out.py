"""What a comparison adds to the lock file: the readings that fall, with the alerts that show it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, strategies as st

from reconciler.model import QUESTIONS, READINGS, Reading, RuledOut, Semantics, Sighting, covering
from reconciler.routing.calibrate import MISSING, SEEN, Calibrated, Evidence, Settled
from reconciler.routing.past import PastAlert
from reconciler.routing.ruled_out import Disagreement, updated
from reconciler.routing.world import Alert

ACCOUNT = "https://app.incident.io/acme"
TODAY, BEFORE = date(2026, 11, 29), date(2026, 10, 1)
START = datetime(2026, 11, 1, tzinfo=UTC)
some_readings = st.sets(st.sampled_from(READINGS), min_size=1)


def evidence(number: int, kind: str, against: Sequence[Reading]) -> Evidence:
    past = PastAlert(f"A{number:03}", START + timedelta(hours=number), Alert("S"))
    return Evidence(kind, past, None, (), tuple(against))  # type: ignore[arg-type]


def found(left: set[Reading], kind: str = "paged", each: int = SEEN + 3) -> Calibrated:
    """Each reading that is not left is contradicted by alerts of its own."""
    gone = [reading for reading in READINGS if reading not in left]
    gathered = tuple(
        evidence(number * each + again, kind, [reading])
        for number, reading in enumerate(gone)
        for again in range(each)
    )
    kept = tuple(reading for reading in READINGS if reading in left)
    return Calibrated(kept, {q: Settled((True, False)) for q in QUESTIONS}, gathered=gathered)


def known(left: set[Reading]) -> Semantics:
    gone = [reading for reading in READINGS if reading not in left]
    seen = (Sighting("B", START, "paged"),)
    rows = tuple(RuledOut(answers, BEFORE, seen) for answers in covering(gone))
    return Semantics(ACCOUNT, tuple(r for r in READINGS if r in left), rows)


@given(some_readings, some_readings)
def test_what_is_left_is_left_by_both_and_each_other_reading_has_its_alerts(
    before: set[Reading], now: set[Reading]
) -> None:
    lock, past = known(before), found(now)
    made = updated(lock, ACCOUNT, past, TODAY)

    if not before & now:
        assert made == Disagreement(lock, past)
        return
    assert isinstance(made, Semantics)
    assert {*made.left} == before & now
    assert made.ruled_out[: len(lock.ruled_out)] == lock.ruled_out
    for reading in READINGS:
        rows = [row for row in made.ruled_out if reading.gives(row.answers)]
        assert bool(rows) == (reading not in made.left)
        if reading in before and reading not in now:
            own = {one.alert.id for one in past.gathered if reading in one.against}
            shown = {seen.alert for row in rows for seen in row.alerts}
            assert len(own & shown) >= SEEN


@given(some_readings)
def test_a_past_that_adds_nothing_leaves_the_file_as_it_is(left: set[Reading]) -> None:
    lock = known(left)
    assert updated(lock, ACCOUNT, found({*READINGS}), TODAY) is lock
    assert updated(lock, ACCOUNT, found(left), TODAY) is lock
    assert updated(None, ACCOUNT, found({*READINGS}), TODAY) is None


def test_missing_pages_need_more_alerts_the_newest_and_no_word_of_a_person() -> None:
    left = {reading for reading in READINGS if reading.text_case}
    past = found(left, "not paged", MISSING + 1)
    made = updated(None, ACCOUNT, past, TODAY, BEFORE)

    assert isinstance(made, Semantics)
    (row,) = made.ruled_out
    assert row.answers == (("text_case", False),)
    assert row.whole_since is None
    assert len(row.alerts) == MISSING * (len(READINGS) - len(left))
    assert "A000" not in {seen.alert for seen in row.alerts}


def test_pages_rest_on_the_word_that_no_route_was_deleted() -> None:
    left = {reading for reading in READINGS if reading.text_case}
    made = updated(None, ACCOUNT, found(left), TODAY, BEFORE)

    assert isinstance(made, Semantics)
    assert {row.whole_since for row in made.ruled_out} == {BEFORE}


def test_one_alert_that_speaks_against_several_readings_stands_once() -> None:
    gone = [reading for reading in READINGS if not reading.text_case]
    kept = tuple(reading for reading in READINGS if reading.text_case)
    gathered = tuple(evidence(number, "paged", gone) for number in range(9))
    past = Calibrated(kept, {q: Settled((True,)) for q in QUESTIONS}, gathered=gathered)
    made = updated(None, ACCOUNT, past, TODAY)

    assert isinstance(made, Semantics)
    assert [seen.alert for seen in made.ruled_out[0].alerts] == ["A007", "A008"]
