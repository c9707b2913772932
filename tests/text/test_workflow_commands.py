"""No line is a command to a CI service, whatever a name holds and however it is cut into writes."""

import json
import re

import pytest
from hypothesis import example, given, strategies as st

from reconciler.text import line_so_far, without_commands
from tests.github.commands import obeyed

# Whatever some service could obey: stricter than GitHub, which knows its commands by name.
COMMAND = re.compile(r"[^\S\r\n\ufeff]*::|.*##\w*\[")
PIECES = st.sampled_from(
    ["::", ":", "#", "##", "[", "]", "\n", "\r", " ", "\t", "\x85", "\ufeff", "a", "error", "vso"]
)
texts = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join)


def printed(writes: list[str]) -> str:
    line, out = "", ""
    for text in writes:
        out += without_commands(text, line)
        line = line_so_far(text, line)
    return out


@given(writes=st.lists(texts, max_size=6))
@example(writes=[" ", ":", ":error::x"])
@example(writes=["a\r", "::error::x"])
@example(writes=["#", "#", "vs", "o[task.setvariable]"])
def test_no_line_is_a_command(writes: list[str]) -> None:
    out = printed(writes)

    assert [line for line in re.split(r"[\r\n]", out) if COMMAND.match(line.lstrip("\ufeff"))] == []
    assert obeyed(out) == []


@given(writes=st.lists(texts, max_size=6))
def test_cuts_make_no_difference(writes: list[str]) -> None:
    assert printed(writes) == printed(["".join(writes)])


@given(text=st.text(alphabet="ab c.:\n-[]{}", max_size=30).filter(lambda text: "::" not in text))
def test_what_is_no_command_stays_as_it_is(text: str) -> None:
    assert without_commands(text) == text


@given(value=st.dictionaries(texts, texts | st.lists(texts, max_size=3), max_size=3))
@pytest.mark.parametrize("indent", [None, 2])
def test_json_stays_the_same_document(value: dict[str, object], indent: int | None) -> None:
    for ascii_only in (True, False):
        text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

        assert json.loads(without_commands(text)) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error file=x::forged", r":\x3aerror file=x::forged"),
        ("  ::add-mask::e", r"  :\x3aadd-mask::e"),
        ("ok\r::stop-commands::w", "ok\r:\\x3astop-commands::w"),
        ("see ##[set-env name=PATH]/tmp", r"see ##\u005bset-env name=PATH]/tmp"),
        ("##vso[task.setvariable variable=x]y", r"##vso\u005btask.setvariable variable=x]y"),
        ("a::b", "a::b"),
        ("# [x]", "# [x]"),
    ],
)
def test_a_command_is_written_out(text: str, shown: str) -> None:
    assert without_commands(text) == shown


def test_long_lines_cost_no_more_than_their_length() -> None:
    for text in ("\n" * 200_000, " " * 200_000, "##" + "a" * 200_000, "#" * 200_000):
        assert without_commands(text, line_so_far(text)) == text
