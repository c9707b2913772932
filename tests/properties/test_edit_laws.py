"""Laws of edits: the file says the new thing, and only the lines that say it moved."""

from collections import Counter
from dataclasses import fields, replace
from itertools import pairwise

from hypothesis import assume, given, strategies as st

from reconciler.files import parse_route
from reconciler.files.edit.route import edit_route
from reconciler.files.write.route import emit_route
from reconciler.files.yaml.comments import comments_of
from reconciler.model import Again, Declaration, Grouping, Route
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
def test_no_other_line_moves_and_comments_stay_with_what_they_explain(
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
    kept, all_of_them = ([note.text for note in comments_of(text)] for text in (after, before))
    assert not Counter(kept) - Counter(all_of_them)
    lines, others = before.splitlines(), after.splitlines()
    for above, line in pairwise(lines):
        key = line.partition(":")[0]
        said_again = line[:1].isalpha() and any(x.startswith(f"{key}:") for x in others)
        if said_again and above.startswith("# above"):
            at = others.index(above)
            assert others[at + 1].startswith(f"{key}:")
        if (
            line[:1].isalpha()
            and key in KEYS - {"escalate"}  # which says more while grouping is on
            and getattr(one.route, key) == getattr(wished.route, key)
        ):
            assert line in others


lists = st.lists(
    st.sampled_from(["A", "B", "C", "D", "E", "'F'", '"G"   ', "H  "]), min_size=1, max_size=6,
    unique=True,
)  # fmt: skip
SLOTS = {
    "sources:": "- {0}",
    "sources: []\nescalate:": "- path: {0}",
    "sources: []\nescalate:\n  to:": "- path: {0}",
    "sources: []\nwhen:": "- title: {0}",
    "sources: []\nwhen:\n  any:": "- - title: {0}",
    "sources: []\nnotify:": "- slack: {0}",
}


QUOTES = "'\""  # an item that moves into another form of list may lose those it does not need


@law
@given(lists, lists, st.sampled_from([*SLOTS]), st.booleans())
def test_each_comment_stands_at_the_same_item_wherever_that_goes(
    before: list[str], after: list[str], slot: str, beside: bool
) -> None:
    def written(items: list[str], comments: bool) -> str:
        lines = [f"name: x\n{slot}"]
        for item in items:
            note = f"# about {item.strip()}" if comments else ""
            lines += [f"    {note}"] if note and not beside else []
            dashed = SLOTS[slot].format(item)
            lines.append(f"    {dashed}  {note}" if note and beside else f"    {dashed}")
        return "\n".join([*lines, "# the end"]) + "\n"

    text = written(before, comments=True)

    edited = edit_route(text, read(text), read(written(after, comments=False)))

    assert edited is not None
    assert emit_route(read(edited)) == emit_route(read(written(after, comments=False)))
    items = [item.strip() for item in after]
    lines = edited.splitlines()
    assert lines[-1] == "# the end"
    for number, line in enumerate(lines):
        _, found, about = line.partition("# about ")
        if found:
            said = line if beside else lines[number + 1]
            if about in items:
                word = said.partition("  #")[0].split()[-1]
                assert word.strip(QUOTES) == about.strip(QUOTES)
    for item in {*items} & {one.strip() for one in before}:
        assert edited.count(f"# about {item}\n") == 1


@law
@given(lists, st.sampled_from(["group", "cancel"]))
def test_each_comment_stands_above_its_target_when_the_list_becomes_a_mapping(
    items: list[str], how: str
) -> None:
    listed = [f"  # about {item.strip()}\n  - path: {item}\n" for item in items]
    text = f"name: x\nsources: []\nescalate:\n{''.join(listed)}"
    said = read(text)
    escalate = replace(said.route.escalate, cancel_when_resolved=False)
    if how == "group":
        grouping = Grouping(60, (), "rolling")
        escalate = replace(said.route.escalate, again=Again("on_each_new_alert", 60))
        wished = replace(said, route=replace(said.route, group=grouping, escalate=escalate))
    else:
        wished = replace(said, route=replace(said.route, escalate=escalate))

    edited = edit_route(text, said, wished)

    assert edited is not None
    lines = edited.splitlines()
    for item in items:
        at = lines.index(f"    # about {item.strip()}")
        assert lines[at + 1].split()[-1].strip("'\"") == item.strip().strip("'\"")


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
