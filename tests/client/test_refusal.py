"""What is known of a failed call is plain data."""

import json
from dataclasses import asdict

from reconciler.client import ApiError
from reconciler.client.errors import ErrorDetail


def test_a_refusal_can_be_written_into_a_journal() -> None:
    refusal = ApiError("PUT", "/v3/x", "no", details=(ErrorDetail("code", "words", "/name"),))

    assert json.loads(json.dumps(asdict(refusal)))["details"] == [
        {"code": "code", "message": "words", "pointer": "/name", "field": ""}
    ]
