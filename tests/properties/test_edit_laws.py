"""Laws of edits: the file says the new thing, and only the lines that say it moved."""

from dataclasses import fields, replace

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.files import parse_route
from reconciler.files.comments import comments_of
from reconciler.files.edit import edit_route
from reconciler.files.emit import emit_route
from reconciler.model.declaration import Declaration
from reconciler.model.route import Route
from tests.properties.strategies import law, present

FILE = "routes/drawn.yaml"


def read(text: str) -> Declaration:
    declaration, findings = parse_route(text, FILE)
    assert declaration is not None, findings
    return declaration


def mixed(draw: st.DataObject, one: Declaration, other: Declaration) -> Declaration:
    """The one, with some of the other's settings."""
    names = [slot.name for slot in fields(Route)]
    taken = draw.draw(st.sets(st.sampled_from(names), min_size=1, max_size=3))
    values = {name: getattr(other.route, name) for name in taken}
    return replace(one, route=replace(one.route, **values))


@law
@given(present, present, st.data())
def test_editing_a_canonical_file_gives_the_canonical_file(
    one: Declaration, other: Declaration, data: st.DataObject
) -> None:
    wished = mixed(data, one, other)
    parsed, _ = parse_route(emit_route(wished), FILE)
    assume(parsed is not None)

    before = emit_route(one)
    after = edit_route(before, read(before), wished)

    assert after == emit_route(wished)


@law
@given(present, present, st.data())
def test_no_comment_is_lost_and_no_other_line_moves(
    one: Declaration, other: Declaration, data: st.DataObject
) -> None:
    wished = mixed(data, one, other)
    parsed, _ = parse_route(emit_route(wished), FILE)
    assume(parsed is not None)
    before = commented(emit_route(one))
    assume(parse_route(before, FILE)[0] is not None)

    after = edit_route(before, read(before), wished)

    assert after is not None
    assert emit_route(read(after)) == emit_route(wished)
    texts = [sorted(note.text for note in comments_of(text)) for text in (before, after)]
    assert texts[0] == texts[1]
    for line in before.splitlines():
        key = line.partition(":")[0]
        if (
            line[:1].isalpha()
            and key in KEYS - {"escalate"}  # which says more while grouping is on
            and getattr(one.route, key) == getattr(wished.route, key)
        ):
            assert line in after.splitlines()


KEYS = {slot.name for slot in fields(Route)}


def commented(text: str) -> str:
    """A comment above every line that starts a setting, and one behind each short one."""
    lines = []
    for number, line in enumerate(text.splitlines()):
        if line[:1].isalpha():
            lines.append(f"# above {number}")
        lines.append(
            f"{line}  # beside {number}" if line.endswith(("true", "false", ":")) else line
        )
    return "\n".join(lines) + "\n"
