"""A change's own findings come first, and other files' old ones are counted."""

from dataclasses import replace

from hypothesis import given, strategies as st

from reconciler.model import Finding, Level, Position
from reconciler.report.findings import elsewhere_words, own_first


def finding(message: str, file: str = "routes/a.yaml", level: Level = "warning") -> Finding:
    return Finding(level, "code", message, position=Position(file, 1, 1))


def test_new_ones_come_first_then_old_ones_of_the_same_file() -> None:
    old = finding("old")
    moved = replace(old, position=Position("routes/a.yaml", 9, 1))

    shown, elsewhere = own_first([moved, finding("new")], [old], ())

    assert [one.message for one in shown] == ["new", "old"]
    assert elsewhere == ()


def test_what_was_there_in_an_untouched_file_is_counted_unless_it_is_an_error() -> None:
    there = [finding("w", "routes/b.yaml"), finding("e", "routes/b.yaml", "error")]
    note = finding("n", "routes/b.yaml", "note")

    shown, elsewhere = own_first([*there, note], [*there, note], ["routes/b.yaml"])

    assert [one.message for one in shown] == ["e"]
    assert elsewhere_words(elsewhere) == (
        "1 warning and 1 note in files that this change does not touch"
    )
    assert elsewhere_words(()) == ""


def test_what_a_change_causes_in_another_file_is_its_own() -> None:
    shown, elsewhere = own_first([finding("w", "routes/b.yaml")] * 2,
                                 [finding("w", "routes/b.yaml")], ["routes/b.yaml"])  # fmt: skip

    assert len(shown) == len(elsewhere) == 1


messages = st.lists(st.sampled_from("abc").map(finding))


@given(messages, messages)
def test_nothing_is_lost(now: list[Finding], before: list[Finding]) -> None:
    shown, elsewhere = own_first(now, before, ["routes/a.yaml"])

    assert sorted(one.message for one in (*shown, *elsewhere)) == sorted(o.message for o in now)
