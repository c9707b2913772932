"""A fault hits the requests that it was scheduled for, as often as it was told."""

import pytest

from reconciler.sandbox.http.faults import KINDS, Fault, Faults, Kind


def test_the_first_fault_that_meets_a_request_strikes() -> None:
    faults = Faults()
    first = Fault("drop", "POST")
    second = Fault("lose", path="routes$", times=2)
    faults.add(first)
    faults.add(second)

    struck = [faults.strike("POST", "/routes") for _ in range(4)]

    assert struck == [first, second, second, None]
    assert faults.strike("GET", "/routes") is None


def test_another_method_or_path_is_let_pass() -> None:
    faults = Faults([Fault("drop", "POST", "^/v3/")])

    assert faults.strike("GET", "/v3/x") is None
    assert faults.strike("POST", "/v2/x") is None
    assert faults.strike("POST", "/v3/x") is not None


def test_skipped_requests_do_not_use_a_fault_up() -> None:
    faults = Faults([Fault("drop", skip=2)])

    assert [faults.strike("GET", "/") is None for _ in range(4)] == [True, True, False, True]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_whether_the_request_has_its_effect(kind: Kind) -> None:
    assert Fault(kind).processes == (kind not in ("drop", "late", "html", "status"))
    assert Fault("status", after=True).processes
    assert not Fault("late", after=True).processes
