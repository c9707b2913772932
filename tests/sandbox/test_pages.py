"""Cursor pages of any list."""

from typing import Any

from hypothesis import given, strategies as st

from reconciler.sandbox.http.lookups import page_of


@given(st.integers(0, 30), st.integers(1, 10))
def test_walking_the_cursor_gives_every_row_once(count: int, size: int) -> None:
    rows = [{"id": f"{number:02}"} for number in range(count)]
    walked: list[dict[str, Any]] = []
    query = {"page_size": str(size)}
    while True:
        page, meta = page_of(rows, query, most=10)
        walked += page
        assert len(page) <= size
        if "after" not in meta:
            break
        query = {"page_size": str(size), "after": meta["after"]}

    assert walked == rows
