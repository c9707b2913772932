"""Whatever order runs are seen in, the record is the same, and the higher version stands."""

from datetime import UTC, datetime

from hypothesis import given

from reconciler.record.record import Entry, Record, following, merged, with_entries
from tests.record.strategies import ACCOUNT, ENTRIES, RECORDS, TIMES


@given(RECORDS, RECORDS)
def test_the_order_of_two_runs_means_nothing(one: Record, other: Record) -> None:
    assert merged(one, other) == merged(other, one)


@given(RECORDS, RECORDS, RECORDS)
def test_how_three_runs_are_joined_means_nothing(one: Record, other: Record, third: Record) -> None:
    assert merged(merged(one, other), third) == merged(one, merged(other, third))


@given(RECORDS)
def test_a_run_that_is_seen_twice_counts_once(one: Record) -> None:
    assert merged(one, one) == one


@given(RECORDS, RECORDS)
def test_no_version_goes_down_and_no_route_is_lost(one: Record, other: Record) -> None:
    both = merged(one, other).entries

    assert set(both) == set(one.entries) | set(other.entries)
    for side in (one, other):
        assert all(both[key].version >= entry.version for key, entry in side.entries.items())
        untouched = {
            key: entry for key, entry in side.entries.items()
            if key not in (other if side is one else one).entries
        }  # fmt: skip
        assert untouched.items() <= both.items()


@given(ENTRIES)
def test_a_run_moves_only_what_it_wrote(rows: list[Entry]) -> None:
    record = with_entries(Record(ACCOUNT), rows)

    assert set(record.entries) == {one.id for one in rows}


@given(TIMES, TIMES)
def test_what_replaces_something_is_later_than_it(at: datetime, known: datetime) -> None:
    assert following(at, None) == at
    assert following(at, known) > known
    assert following(at, known) >= at


def test_the_end_of_time_is_a_time() -> None:
    last = datetime.max.replace(tzinfo=UTC)

    assert following(datetime(2026, 1, 1, tzinfo=UTC), last) == last
