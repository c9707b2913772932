"""The error envelope of the contract."""

import pytest

from reconciler.sandbox.errors import Problem, RefusedError, envelope, refusal, require_none


def test_a_pointer_and_a_parameter_are_told_apart() -> None:
    error = RefusedError(422, (Problem("/a/0", "x", "A"), Problem("page_size", "y", "B")))

    assert envelope(error, "r1") == {
        "type": "validation_error",
        "status": 422,
        "request_id": "r1",
        "errors": [
            {"code": "x", "message": "A", "source": {"pointer": "/a/0"}},
            {"code": "y", "message": "B", "source": {"field": "page_size"}},
        ],
    }


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "authentication_error"), (409, "conflict"), (500, "api_error")]
)
def test_a_status_has_its_type(status: int, kind: str) -> None:
    assert envelope(refusal(status, "c", "m"), "r")["type"] == kind


def test_all_problems_travel_in_one_refusal() -> None:
    problems = [Problem("/a", "x", "A"), Problem("/b", "x", "B")]

    with pytest.raises(RefusedError) as refused:
        require_none(problems)

    assert (refused.value.status, refused.value.problems) == (422, tuple(problems))
    require_none([])
