"""`semantics.lock.yaml`: what it says, and what is wrong with it, with the place."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from reconciler.files import read_config
from reconciler.files.semantics import MAX_BYTES, emit_semantics, parse_semantics, read_semantics
from reconciler.model import READINGS, Reading, RuledOut, Semantics, Sighting, covering

ACCOUNT = "https://app.incident.io/acme"
AT = datetime(2026, 11, 20, 10, 0, 0, 500_000, UTC)
DAY = date(2026, 11, 29)
CASE = f"""\
version: 1
account: {ACCOUNT}
left:
- text_case: counts
ruled_out:
- answers:
    text_case: ignored
  since: 2026-11-29
  alerts:
  - alert: 01M8HTJDYQD4W07YDRTQVJTQRV
    at: 2026-11-20T10:00:00Z
    saw: not paged
"""
CONFIG = f"account: {ACCOUNT}\n"
PIN = "assume:\n  text_case: {answer: ignored, because: seen in July, since: 2026-07-01}\n"


def wrong(text: str) -> tuple[str, str, str]:
    """The only error: its place, code, and message with the hint."""
    found, findings = parse_semantics(text)
    assert found is None
    (one,) = findings
    at = one.position
    assert at is not None
    assert at.file == "semantics.lock.yaml"
    return f"{at.line}:{at.column}", one.code, f"{one.message}; {one.hint}"


def test_of_a_later_version_only_the_version_is_said() -> None:
    at, code, words = wrong("version: 2\naccount: x\n")
    assert (at, code) == ("1:10", "unknown-word")
    assert "if a newer version of reconciler wrote it, update it" in words


@given(
    st.sets(st.sampled_from(READINGS), min_size=1, max_size=15),
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=3),
    st.sampled_from([None, DAY]),
)
def test_what_is_written_is_read_again_and_equal_content_has_equal_text(
    left: set[Reading], alerts: list[str], whole: date | None
) -> None:
    seen = tuple(Sighting(one.strip() or "A", AT, "not paged") for one in alerts)
    gone = [one for one in READINGS if one not in left]
    rows = tuple(RuledOut(answers, DAY, seen, whole) for answers in covering(gone))
    kept = tuple(one for one in READINGS if one in left)
    made = Semantics(ACCOUNT, kept, rows)
    text = emit_semantics(made)

    assert parse_semantics(text) == (made, ())
    assert emit_semantics(made) == text


def test_an_observation_says_where_it_stands_and_how_many_alerts_show_it() -> None:
    found, _ = parse_semantics(CASE)
    assert found is not None
    (one,) = found.observations

    assert one.never == (("text_case", False),)
    assert (one.alerts, one.since) == (1, DAY)
    assert one.position is not None
    assert (one.position.file, one.position.line) == ("semantics.lock.yaml", 6)


def test_of_two_answers_each_has_its_own_place_and_alerts() -> None:
    """Though a reading with both of the other answers is ruled out by either."""
    two = (
        CASE.replace("counts", "counts\n  text_one_of: equals")
        + """\
- answers:
    text_one_of: contains
  since: 2026-11-28
  alerts:
  - alert: 01A
    at: 2026-11-20T10:00:00Z
    saw: paged
  - alert: 01B
    at: 2026-11-20T10:00:00Z
    saw: paged
"""
    )
    found, findings = parse_semantics(two)
    assert found is not None, findings

    assert {
        (*seen.never, seen.alerts, seen.since, seen.position and seen.position.line)
        for seen in found.observations
    } == {
        (("text_case", False), 1, DAY, 7),
        (("text_one_of", False), 2, date(2026, 11, 28), 14),
    }


@pytest.mark.parametrize(
    ("old", "new", "place", "code", "words"),
    [
        ("text_case: counts", "text_colour: red", "4:3", "unknown-key", "text_case"),
        ("text_case: counts", "text_case: blue", "4:14", "unknown-word", "counts, ignored"),
        ("version: 1", "version: 2", "1:10", "unknown-word", "if a newer version of reconciler"),
        ("version: 1\n", "", "1:1", "missing-key", "`version` is missing"),
        ("left:\n- text_case: counts", "left: []", "3:7", "semantics-left", "no reading is left"),
        ("text_case: ignored", "empty_text: set", "4:1", "semantics-evidence", "`ruled_out`"),
        ("text_case: counts", "text_one_of: equals", "4:1", "semantics-evidence", "rules it out"),
        ("2026-11-20T10:00:00Z", "yesterday", "11:9", "date", "a time with its zone"),
        ("2026-11-20T10:00:00Z", "0001-01-01T00:00:00+14:00", "11:9", "date", "a time with"),
        ("2026-11-20T10:00:00Z", "9999-12-31T23:59:59-14:00", "11:9", "date", "a time with"),
        ("saw: not paged", "saw: nothing", "12:10", "unknown-word", "paged"),
        ("saw: not paged", "saw: &a paged", "12:10", "anchor", "&a"),
        ("left:", "left: [", "4:1", "yaml-syntax", ""),
    ],
)  # fmt: skip
def test_each_mistake_has_a_place_and_says_what_to_do(
    old: str, new: str, place: str, code: str, words: str
) -> None:
    at, found, said = wrong(CASE.replace(old, new, 1))

    assert (at, found) == (place, code)
    assert words in said


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        (CASE, "- a list\n", "1:1", "wrong-kind"),
        ("- text_case: counts", "- counts", "4:3", "wrong-kind"),
        ("  since: 2026-11-29\n", "", "6:3", "missing-key"),
        ("    saw: not paged\n", "", "10:5", "missing-key"),
        ("- answers:\n    text_case: ignored\n  since: 2026-11-29\n", "- a text\n", "6:3", None),
        ("  - alert: 01M8HTJDYQD4W07YDRTQVJTQRV\n", "  - 01A\n", "10:3", None),
        (f"account: {ACCOUNT}", "account: []", "2:10", "wrong-kind"),
    ],
)
def test_a_part_of_another_kind_is_named_with_its_place(
    old: str, new: str, place: str, code: str | None
) -> None:
    found, findings = parse_semantics(CASE.replace(old, new, 1))
    first = findings[0]

    assert found is None
    assert first.position is not None
    if code is not None:
        assert (f"{first.position.line}:{first.position.column}", first.code) == (place, code)


def test_an_unreadable_configuration_takes_nothing_from_it(tmp_path: Path) -> None:
    config, findings = read_config(folder(tmp_path, "account: [\n"))

    assert config.unreadable
    assert config.semantics is None
    assert [finding.code for finding in findings] == ["yaml-syntax"]


def test_a_row_without_an_alert_rules_nothing_out() -> None:
    start = CASE.index("  alerts:")
    at, code, _ = wrong(f"{CASE[:start]}  alerts: []\n")
    assert (at, code) == ("6:3", "semantics-evidence")


def test_a_folder_without_the_file_has_none_and_a_huge_or_linked_one_is_an_error(
    tmp_path: Path,
) -> None:
    assert read_semantics(tmp_path) == (None, ())
    lock = tmp_path / "semantics.lock.yaml"
    lock.write_text("#" * (MAX_BYTES + 1))
    assert [one.code for one in read_semantics(tmp_path)[1]] == ["too-large"]
    lock.write_bytes(b"\xff")
    assert [one.code for one in read_semantics(tmp_path)[1]] == ["not-utf8"]
    lock.unlink()
    lock.symlink_to("/etc/hostname")
    assert [one.code for one in read_semantics(tmp_path)[1]] == ["outside-tree"]
    lock.unlink()
    lock.mkdir()
    assert [one.code for one in read_semantics(tmp_path)[1]] == ["unreadable"]


def folder(root: Path, config: str, lock: str = CASE) -> Path:
    (root / "reconciler.yaml").write_text(config)
    (root / "semantics.lock.yaml").write_text(lock)
    return root


def test_the_settings_have_what_past_alerts_showed_beside_the_pins(tmp_path: Path) -> None:
    pin = PIN.replace("text_case", "text_one_of").replace("ignored", "equals")
    config, findings = read_config(folder(tmp_path, CONFIG + pin))

    assert findings == ()
    assert [one.questions for one in config.assumed] == [{"text_one_of"}, {"text_case"}]
    assert config.semantics is not None


@pytest.mark.parametrize("config", ["", "account: https://app.incident.io/other\n"])
def test_a_file_of_another_account_or_of_none_that_is_named_counts_for_nothing(
    tmp_path: Path, config: str
) -> None:
    found, (one,) = read_config(folder(tmp_path, config))

    assert found.semantics is None
    assert (one.level, one.code) == ("error", "semantics-account")
    assert one.position is not None
    assert (one.position.line, one.position.column) == (2, 10)
    assert ACCOUNT in one.message


def test_a_pin_that_the_alerts_rule_out_is_an_error_with_both_places_and_neither_counts(
    tmp_path: Path,
) -> None:
    config, (one,) = read_config(folder(tmp_path, CONFIG + PIN))

    assert config.assumed == ()
    assert (one.level, one.code) == ("error", "semantics-assume")
    assert one.position is not None
    assert (one.position.file, one.position.line) == ("reconciler.yaml", 3)
    assert "`text_case: ignored`" in one.message
    assert "semantics.lock.yaml:6:3" in one.message
    assert "delete semantics.lock.yaml" in one.hint  # directory.lock.json is a lock file, too


def test_two_pins_that_the_alerts_rule_out_together_are_one_too(tmp_path: Path) -> None:
    lock = CASE.replace("- text_case: counts", "- text_case: counts\n- text_one_of: equals")
    lock = lock.replace("text_case: ignored", "text_case: ignored\n    text_one_of: contains")
    other = PIN.replace("assume:\n", "").replace("text_case", "text_one_of")
    fits = CONFIG + PIN + other.replace("ignored", "equals")
    assert not read_config(folder(tmp_path, fits, lock))[1]

    not_both = CONFIG + PIN + other.replace("ignored", "contains")
    (one,) = read_config(folder(tmp_path, not_both, lock))[1]
    assert "`text_case: ignored` and `text_one_of: contains`" in one.message
