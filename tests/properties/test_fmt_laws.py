"""fmt loses no remark and no meaning, and the schema takes whatever is written."""

from dataclasses import replace

from hypothesis import given, strategies as st

from reconciler.files.read.route import parse_route
from reconciler.files.schema import validate_with_schema
from reconciler.files.write.fmt import format_text
from reconciler.files.write.route import emit_route
from reconciler.files.yaml.comments import comments_of
from reconciler.model import Declaration, Positions
from tests.properties.strategies import declarations, law

FILE = "routes/drawn.yaml"


def meaning(text: str) -> Declaration:
    declaration, findings = parse_route(text, FILE)
    assert declaration is not None, findings
    return replace(declaration, positions=Positions(""))


@law
@given(declarations())
def test_the_schema_takes_what_is_written(declaration: Declaration) -> None:
    assert validate_with_schema(emit_route(declaration), FILE) == ()


@law
@given(declarations(), st.data())
def test_fmt_keeps_meaning_and_every_comment_and_is_done_after_one_run(
    declaration: Declaration, data: st.DataObject
) -> None:
    lines = emit_route(declaration).splitlines(keepends=True)
    for number in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines)))
        indent = " " * data.draw(st.integers(0, 6))
        lines.insert(at, f"{indent}# remark {number}\n")
    text = "".join(lines)
    before = parse_route(text, FILE)[0]
    if before is None or replace(before, positions=Positions("")) != declaration:
        return  # the remark fell into a text of several lines

    formatted, findings = format_text(text, FILE)

    assert findings == ()
    assert formatted is not None
    assert meaning(formatted) == declaration
    assert sorted(comment.text for comment in comments_of(formatted)) == sorted(
        comment.text for comment in comments_of(text)
    )
    assert format_text(formatted, FILE) == (formatted, ())
