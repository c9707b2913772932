"""The laws of the file format: one canonical spelling, nothing lost on the way."""

import re
from dataclasses import replace

import yaml
from hypothesis import given, strategies as st

from reconciler.files import parse_route
from reconciler.files.write.fmt import format_text
from reconciler.files.write.route import MODELINE, emit_route
from reconciler.files.yaml.comments import comments_of
from reconciler.files.yaml.strict import misread
from reconciler.model import Declaration, Positions
from tests.properties.strategies import declarations, law

FILE = "routes/drawn.yaml"


class _Loader(yaml.SafeLoader):
    """Another reader than ours; it takes JSON's numbers for numbers."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"-?[0-9]+(\.[0-9]+)?[eE][-+]?[0-9]+$"),
    list("-0123456789"),
)


class _Dumper(yaml.SafeDumper):
    """Another writer than ours; it quotes what some reader takes for something else than text."""


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    style = None if misread(text) is None else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


def without_places(declaration: Declaration) -> Declaration:
    """The declaration alone, wherever it was read."""
    return replace(declaration, positions=Positions(""))


def read(text: str) -> Declaration:
    """The declaration of a text without errors, without its places."""
    declaration, findings = parse_route(text, FILE)
    assert declaration is not None, findings
    return without_places(declaration)


def written_anyhow(text: str, *, flow: bool | None, width: int) -> str:
    """The same content in the hand of somebody else: other quotes, other line breaks."""
    written: str = yaml.dump(
        _Loader(text).get_single_data(),
        Dumper=_Dumper,
        default_flow_style=flow,
        width=width,
        sort_keys=False,
    )
    return written


@st.composite
def commented(draw: st.DrawFn) -> str:
    """A file with comments in many places, each of them different."""
    text = emit_route(draw(declarations()))
    if draw(st.booleans()):
        text = written_anyhow(text, flow=draw(st.sampled_from([False, None])), width=60)
    meaning = read(text)
    for number in range(draw(st.integers(0, 6))):
        lines = text.split("\n")
        at = draw(st.integers(0, len(lines) - 1))
        comment = f"# comment {number}"
        if draw(st.booleans()):
            lines.insert(at, " " * draw(st.integers(0, 8)) + comment)
            lines[at:at] = [""] * draw(st.integers(0, 1))
        else:
            lines[at] += f" {comment}"
        changed = "\n".join(lines)
        # Inside a text of several lines it is no comment.
        unchanged = parse_route(changed, FILE)[0] is not None and read(changed) == meaning
        if unchanged and comment in [found.text for found in comments_of(changed)]:
            text = changed
    return text


@law
@given(declarations())
def test_reading_what_was_written_is_the_identity(declaration: Declaration) -> None:
    assert read(emit_route(declaration)) == without_places(declaration)


@law
@given(declarations())
def test_what_is_written_is_canonical(declaration: Declaration) -> None:
    text = emit_route(declaration)

    assert format_text(text, FILE) == (text, ())


@law
@given(declarations(), st.sampled_from([True, False, None]), st.sampled_from([40, 100, 10_000]))
def test_one_meaning_has_one_spelling(
    declaration: Declaration, flow: bool | None, width: int
) -> None:
    canonical = emit_route(declaration)
    text = written_anyhow(canonical, flow=flow, width=width)

    formatted, findings = format_text(text, FILE)

    assert (f"{MODELINE}\n{formatted}", findings) == (canonical, ())


@law
@given(commented())
def test_every_comment_survives_in_its_order(text: str) -> None:
    formatted, findings = format_text(text, FILE)

    assert formatted is not None, findings
    before, after = comments_of(text), comments_of(formatted)
    assert [comment.text for comment in after] == [comment.text for comment in before]
    assert read(formatted) == read(text)


@law
@given(commented())
def test_formatting_twice_changes_nothing_more(text: str) -> None:
    formatted, _ = format_text(text, FILE)

    assert formatted is not None
    assert format_text(formatted, FILE) == (formatted, ())
