"""Edits of files in somebody's own style: what moved moves, and nothing beside it."""

from dataclasses import replace

import pytest

from reconciler.files import parse_route
from reconciler.files.edit.route import edit_route
from reconciler.model import Declaration

FILE = "routes/x.yaml"


def read(text: str) -> Declaration:
    declaration, findings = parse_route(text, FILE)
    assert declaration is not None, findings
    return declaration


CASES = {
    "a value keeps needless quotes": ("name: 'Old'\nsources: []\n", "name: 'New'\nsources: []\n"),
    "a value that needs quotes gets them": (
        "name: Old   # c\nsources: []\n",
        'name: "no"   # c\nsources: []\n',
    ),
    "quotes go when the new value cannot stand in them": (
        "name: 'Old'\nsources: []\n",
        'name: "it\'s\\x07"\nsources: []\n',
    ),
    "a default that the file spells out is changed in its place": (
        "name: x\nenabled: true  # c\nsources: []\n",
        "name: x\nenabled: false  # c\nsources: []\n",
    ),
    "a default that the file spells out stays": (
        "name: x\nprivate: false\nenabled: true\nsources: [A]\n",
        "name: x\nprivate: false\nenabled: true\nsources: [B]\n",
    ),
    "a new key comes after the one before it": (
        '# top\nname: x\nsources: [A]  # one\nnotify:\n- slack: "#a"\n',
        '# top\nname: x\nsources: [A]  # one\nescalate:\n  - path: P\nnotify:\n- slack: "#a"\n',
    ),
    "a new first key needs no key before it": (
        "sources: [A]\nname: x\n",
        "sources: [A]\nname: x\nid: abc\n",
    ),
    "items in the indentation of the list": (
        "name: x\nsources:\n- A   # a\n- B\n",
        "name: x\nsources:\n- A   # a\n- B\n- C\n",
    ),
    "an item in the middle goes with its comment": (
        "name: x\nsources:\n  - A\n  - B  # gone\n  - C\n",
        "name: x\nsources:\n  - A\n  - C\n",
    ),
    "a list in brackets grows in brackets": (
        "name: x\nsources: [ A ]\n",
        "name: x\nsources: [A, B]\n",
    ),
    "a list in brackets over several lines keeps its comments": (
        "name: x\nsources: [\n  A,  # a\n  B\n]\n",
        "name: x\nsources:\n  - A  # a\n  - B\n  - C\n",
    ),
    "a list in brackets that gets too long is written in lines": (
        "name: x\nsources: [A]  # a\n",
        f"name: x\nsources:  # a\n  - A\n  - {'B' * 90}\n",
    ),
    "a source gets a filter": (
        "name: x\nsources:\n  - A  # a\n  - B\n",
        "name: x\nsources:\n  - source: A  # a\n    when:\n      - title: t\n  - B\n",
    ),
    "an item that starts on the line below its dash": (
        "name: x\nsources:\n  -\n    A\n  - B\n",
        "name: x\nsources:\n  - B\n",
    ),
    "the first condition of a group goes": (
        "name: x\nsources: []\nwhen:\n  any:\n    - - title: a\n      - title: b\n"
        "    - - title: c\n",
        "name: x\nsources: []\nwhen:\n  any:\n    - - title: b\n    - - title: c\n",
    ),
    "a first entry of an item changes its key": (
        "name: x\nsources: []\nwhen:\n  - title: a  # c\n",
        "name: x\nsources: []\nwhen:\n  - description: a  # c\n",
    ),
    "a key that comes before the first one of an item": (
        "name: x\nsources: []\nnotify:\n  - ms_teams: T  # t\n",
        "name: x\nsources: []\nnotify:\n  - slack: C  # t\n    ms_teams: T\n",
    ),
    "a condition that comes before the first one of a group": (
        "name: x\nsources: []\nwhen:\n  any:\n    - - title: a\n    - - title: b\n",
        "name: x\nsources: []\nwhen:\n  any:\n    - - description: c\n      - title: a\n"
        "    - - title: b\n",
    ),
    "a condition that comes first": (
        "name: x\nsources: []\nwhen:\n  - title: a\n",
        "name: x\nsources: []\nwhen:\n  - description: c\n  - title: a\n",
    ),
    "a mapping that says nothing any more": (
        "name: x\nsources: []\nincident:\n  decline_when_resolved: false  # c\n",
        "name: x\nsources: []\nincident: {}  # c\n",
    ),
    "braces that hold nothing any more": (
        "name: x\nsources: []\nincident: {decline_when_resolved: false}\n",
        "name: x\nsources: []\nincident: {}\n",
    ),
    "a text of several lines": (
        "name: x\nsources: []\nincident:\n  name: one  # c\n",
        "name: x\nsources: []\nincident:\n  name: |-  # c\n    one\n    two\n",
    ),
    "a text of several lines gets shorter": (
        "name: x\nsources: []\nincident:\n  name: |-  # c\n    one\n    two\n  type: T\n",
        "name: x\nsources: []\nincident:\n  name: one  # c\n  type: T\n",
    ),
    "a text folded over lines": (
        "name: x\nsources: []\nincident:\n  name: one\n    two\n",
        "name: x\nsources: []\nincident:\n  name: one\n",
    ),
    "a list of targets becomes a mapping": (
        "name: x\nsources: []\nescalate:  # c\n  - path: P  # p\n",
        "name: x\nsources: []\nescalate:  # c\n  to:\n    - path: P  # p\n"
        "  cancel_when_resolved: false\n",
    ),
    "a list of targets becomes a mapping, each comment above its target": (
        "name: x\nsources: []\nescalate:\n  # one\n  - path: P\n  # two\n  - path: Q\n",
        "name: x\nsources: []\nescalate:\n  to:\n    # one\n    - path: P\n    # two\n"
        "    - path: Q\n  cancel_when_resolved: false\n",
    ),
    "a mapping of targets becomes a list": (
        "name: x\nsources: []\nescalate:\n  # all\n  to:\n    # one\n    - path: P\n"
        "    - path: Q  # two\n  cancel_when_resolved: false  # why\n",
        "name: x\nsources: []\nescalate:\n  # all\n  # one\n  - path: P\n  - path: Q  # two\n",
    ),
    "targets in a mapping of their own stay there": (
        "name: x\nsources: []\nescalate:\n  to:\n    # one\n    - path: 'P'\n    - path: Q\n",
        "name: x\nsources: []\nescalate:\n  to:\n    # one\n    - path: 'P'\n",
    ),
    "groups of conditions become one": (
        "name: x\nsources: []\nwhen:\n  any:\n    # one\n    - - title: a\n      # two\n"
        "      - title: b\n    # three\n    - - title: c\n",
        "name: x\nsources: []\nwhen:\n  # one\n  - title: a\n  # two\n  - title: b\n",
    ),
    "a group of conditions gets another one beside it": (
        "name: x\nsources: []\nwhen:\n  # one\n  - title: a\n  - title: b  # two\n",
        "name: x\nsources: []\nwhen:\n  any:\n    # one\n    - - title: a\n"
        "      - title: b  # two\n    - - title: c\n",
    ),
    "the first item goes with its comments": (
        "name: x\nsources:\n  # about\n  # a\n  - A\n  # b\n  - B\n",
        "name: x\nsources:\n  # b\n  - B\n",
    ),
    "a new first item comes above the comment of the old one": (
        "name: x\nsources:\n  # a\n  - A\n",
        "name: x\nsources:\n  - C\n  # a\n  - A\n",
    ),
    "items change places with their comments, as they are spelled": (
        "name: x\nsources: []\nwhen:\n  # a\n  - \"title\":   'a' # x\n  # b\n  - title: b\n",
        "name: x\nsources: []\nwhen:\n  # b\n  - title: b\n  # a\n  - \"title\":   'a' # x\n",
    ),
    "what is indented below an item goes with it": (
        "name: x\nsources:\n  - A\n    # more on a\n  - B\n  # the end\n",
        "name: x\nsources:\n  - B\n  # the end\n",
    ),
    "a heading that a blank line keeps apart stays": (
        "name: x\nsources:\n  # all of them\n\n  # a\n  - A\n  - B\n",
        "name: x\nsources:\n  # all of them\n\n  - B\n",
    ),
    "a setting goes with its comments, the next one keeps its own": (
        "name: x\nsources: []\n# whom\nescalate:\n  # one\n  - path: P\n# where\nnotify:\n"
        "  - slack: C\n",
        "name: x\nsources: []\n# where\nnotify:\n  - slack: C\n",
    ),
    "the heading of a file stays when its first setting goes": (
        "# of the shop\nenabled: false\nname: x\nsources: []\n",
        "# of the shop\nname: x\nsources: []\n",
    ),
    "line ends of Windows": (
        "name: x\r\nsources:\r\n  - A\r\n",
        "name: x\r\nsources:\r\n  - A\r\n  - B\r\n",
    ),
    "a file without a last line end": (
        "name: x\nsources:\n  - A",
        "name: x\nsources:\n  - A\n  - B",
    ),
    "a byte order mark": ("\ufeffname: x\nsources: []\n", "\ufeffname: z\nsources: []\n"),
}


@pytest.mark.parametrize("case", CASES)
def test_only_what_moved_moves(case: str) -> None:
    before, after = CASES[case]

    assert edit_route(before, read(before), read(after)) == after


def test_a_file_in_braces_is_edited_in_its_braces() -> None:
    before = "{name: x, sources: [A]}\n"
    after = replace(read(before), route=replace(read(before).route, name="z"))

    assert edit_route(before, read(before), after) == "{name: z, sources: [A]}\n"


def test_a_file_in_braces_cannot_grow() -> None:
    before = "{name: x, sources: [A]}\n"
    after = replace(read(before), route=replace(read(before).route, enabled=False))

    assert edit_route(before, read(before), after) is None


def test_what_the_format_cannot_say_is_no_edit() -> None:
    before = "name: x\nsources: [A]\n"
    after = replace(read(before), route=replace(read(before).route, name=" "))

    assert edit_route(before, read(before), after) is None


def test_a_text_that_is_no_file_is_no_edit() -> None:
    one = read("name: x\nsources: []\n")

    assert edit_route("- x\n", one, replace(one, id="abc")) is None
