"""A record is files, and the files are the record; what is not whole is not used."""

import json

import pytest
from hypothesis import given

from reconciler.record.record import (
    INDEX,
    Applied,
    Damaged,
    Entry,
    Gone,
    Record,
    Whole,
    from_files,
    to_files,
)
from tests.record.strategies import ACCOUNT, RECORDS
from tests.record.test_repository import AT, route


def _whole(commit: str, at: str) -> bytes:
    whole = {"commit": commit, "at": at}
    index = {"format_version": 1, "account": ACCOUNT, "routes": {}, "applied": whole}
    return json.dumps(index).encode()


@given(RECORDS)
def test_a_record_comes_back_as_it_was(record: Record) -> None:
    assert from_files(to_files(record), ACCOUNT) == record


def test_a_person_can_read_the_files() -> None:
    gone = Gone("01B", "Old", 7, "r1", AT)
    rows: dict[str, Entry] = {"01B": gone, "01A": route(text="name: Database Alerts\n")}
    files = to_files(Record(ACCOUNT, rows, Whole("c" * 40, AT)))

    assert list(files) == [
        INDEX, "files/database-alerts-01A.yaml", "ids/database-alerts-01A.yaml",
    ]  # fmt: skip
    assert files["files/database-alerts-01A.yaml"] == b"name: Database Alerts\n"
    assert (
        files[INDEX].decode()
        == """{
  "format_version": 1,
  "account": "https://app.incident.io/acme",
  "routes": {
    "01A": {
      "name": "Database Alerts",
      "version": 5,
      "run": "r1",
      "at": "2026-11-28T12:00:00Z",
      "file": "routes/a.yaml"
    },
    "01B": {
      "name": "Old",
      "version": 7,
      "run": "r1",
      "at": "2026-11-28T12:00:00Z",
      "deleted": true
    }
  },
  "applied": {
    "commit": "cccccccccccccccccccccccccccccccccccccccc",
    "at": "2026-11-28T12:00:00Z"
  }
}
"""
    )


@pytest.mark.parametrize(
    ("path", "content", "why"),
    [
        (INDEX, None, "record.json is missing"),
        (INDEX, b"[" * 100_000, "record.json: "),
        (INDEX, b'{"format_version": 1, "account": "", "routes": {"a/b": {}}}', "a-z"),
        (INDEX, b"{", "record.json: "),
        (INDEX, b"[]", "record.json: "),
        (INDEX, b"\xff", "record.json: "),
        (INDEX, b'{"format_version": 9, "account": "", "routes": {}}', "has the format 9"),
        (INDEX, b'{"format_version": 1, "account": "https://x", "routes": {}}', "of https://x"),
        (INDEX, _whole("--output=x", "2026-11-28T12:00:00Z"), "`applied` needs a commit"),
        (INDEX, _whole("a" * 40, "2026-11-28T12:00:00"), "`applied` needs a commit"),
        ("files/database-alerts-01A.yaml", None, "files/database-alerts-01A.yaml is missing"),
        ("ids/database-alerts-01A.yaml", b"\xff", "ids/database-alerts-01A.yaml is not UTF-8"),
    ],
)
def test_what_is_not_whole_is_said_and_not_used(path: str, content: bytes | None, why: str) -> None:
    files = to_files(Record(ACCOUNT, {"01A": route()}))
    del files[path]
    if content is not None:
        files[path] = content

    found = from_files(files, ACCOUNT)
    assert isinstance(found, Damaged)
    assert why in found.why


def test_a_time_without_a_zone_is_no_time() -> None:
    files = to_files(Record(ACCOUNT, {"01A": route()}))
    files[INDEX] = files[INDEX].replace(b"00Z", b"00")

    assert from_files(files, ACCOUNT) == Damaged("record.json: 01A has a time without a zone")


def test_newer_fields_are_passed_over() -> None:
    files = to_files(Record(ACCOUNT, {"01A": route()}))
    files[INDEX] = files[INDEX].replace(b'"run"', b'"newer": 1, "run"')

    found = from_files(files, ACCOUNT)
    assert isinstance(found, Record)
    assert isinstance(found.entries["01A"], Applied)
