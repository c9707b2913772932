"""A trace gets no header, no query and no body, by its shape."""

from dataclasses import fields

from reconciler.client import Exchange


def test_an_exchange_has_no_place_for_a_secret() -> None:
    assert [field.name for field in fields(Exchange)] == [
        "method",
        "path",
        "status",
        "request_id",
        "milliseconds",
        "attempt",
        "note",
    ]
