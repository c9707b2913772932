"""Plain where every reader agrees, quoted elsewhere, and never more than needed."""

import pytest
import yaml
from hypothesis import given, strategies as st

from reconciler.files.write.nodes import block_header, fits_block, spelled
from tests.properties.strategies import texts


@pytest.mark.parametrize(
    "text",
    ["critical", "Alertmanager (Production)", "sev0@", "a@example.com", "5", "x#y", "a:b",
     "שלום", "👩\u200d💻", "it's", 'say "x"', "a\\b", "1.2.3", "a, b"],
)  # fmt: skip
def test_text_that_everybody_reads_as_text_is_plain(text: str) -> None:
    assert spelled(text) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", '""'),
        ("no", '"no"'),
        ("08", '"08"'),
        ("-5", '"-5"'),
        ("2026-01-01", '"2026-01-01"'),
        ("#alerts", '"#alerts"'),
        ("- x", '"- x"'),
        ("a: b", '"a: b"'),
        ("a:", '"a:"'),
        ("a #b", '"a #b"'),
        (" a", '" a"'),
        ("{{ title }}", '"{{ title }}"'),
        ("'a'", "\"'a'\""),
        ('"a"', "'\"a\"'"),
        ("\"a' b", '"\\"a\' b"'),
        ("a\x00", '"a\\x00"'),
        ("\u202ea", '"\\u202ea"'),
        ("a\tb", '"a\\tb"'),
        ("---", '"---"'),
        ("...", '"..."'),
    ],
)
def test_other_text_is_quoted(text: str, quoted: str) -> None:
    assert spelled(text) == quoted


@pytest.mark.parametrize("text", ["a, b", "a[b]", "a{b", "a:b", "a?b"])
def test_inside_brackets_more_is_quoted(text: str) -> None:
    assert spelled(text) == text
    assert spelled(text, flow=True) == f'"{text}"'


@given(texts)
def test_every_reader_reads_it_back(text: str) -> None:
    assert yaml.safe_load(f"- {spelled(text)}\n") in ([text], [_as_number(text)])
    assert yaml.safe_load(f"{{{spelled(text, flow=True)}: [{spelled(text, flow=True)}]}}") in (
        {text: [text]},
        {_as_number(text): [_as_number(text)]},
    )


def _as_number(text: str) -> int | str:
    """A decimal integer needs no quotes; a reader with types sees a number."""
    return int(text) if text.lstrip("-").isdecimal() and text.isascii() else text


@given(st.text(st.sampled_from("ab \n\t\x00#:"), max_size=12))
def test_a_block_says_exactly_the_text(text: str) -> None:
    if fits_block(text):
        lines = text.removesuffix("\n").split("\n")
        block = "".join(f"  {line}\n" if line else "\n" for line in lines)
        assert yaml.safe_load(f"a: {block_header(text)}\n{block}") == {"a": text}


def test_what_a_block_shows() -> None:
    assert fits_block("a\n\nb\n")
    assert block_header("a\nb\n") == "|"
    assert block_header("a\nb") == "|-"
    for hidden in ("a", "\na", " a\nb", "a \nb", "a\nb\n\n", "a\x00\nb", "a\n\u202eb"):
        assert not fits_block(hidden)
