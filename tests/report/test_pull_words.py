"""What people read of a pull."""

import re
from dataclasses import replace

from reconciler.adopt.pull import Pulled, conflict_findings
from reconciler.model import Declaration, Finding, Live, Position, Positions, Route
from reconciler.plan.change import FieldChange, Risk, Shown
from reconciler.report.adopt import (
    pulled_lines,
    pulled_markdown,
    pulled_title,
    rows,
)

FILE = "routes/one.yaml"


def change(
    path: tuple[str, ...], before: str | None, after: str | None, line: int = 7
) -> FieldChange:
    sides = [None if side is None else Shown(side, side) for side in (before, after)]
    return FieldChange(path, ".".join(path), sides[0], sides[1], Position(FILE, line, 5))


def pulled(*changes: FieldChange, name: str = "One") -> Pulled:
    declaration = Declaration(Route(name), Positions(FILE))
    return Pulled(declaration, Live("1", 15, "v3", Route(name), {}), "text", changes)


SWAP = (
    change(("escalate", "to", "path A"), "A", None),
    change(("escalate", "to", "path B"), None, "B", 6),
)


def test_one_that_went_and_one_that_came_are_one_row() -> None:
    assert list(pulled_lines(pulled(*SWAP))) == [
        "routes/one.yaml:7  escalate: A → B   (live v15)",
    ]


def test_two_that_came_are_two_rows() -> None:
    both = [replace(one, from_=None, to=Shown("C", "C")) for one in SWAP]

    assert [row.words() for row in rows(pulled(*both))] == [
        "escalate.to.path B: added C",
        "escalate.to.path A: added C",
    ]


def test_a_changed_element_beside_a_new_one_is_not_joined() -> None:
    changed = change(("notify", "x"), "a", "b")
    gone = change(("notify", "y"), "c", None)

    assert [row.words() for row in rows(pulled(changed, gone))] == [
        "notify.x: a → b",
        "notify.y: removed c",
    ]


def test_a_terminal_without_unicode_gets_arrows_all_the_same() -> None:
    (line,) = pulled_lines(pulled(*SWAP), unicode=False)

    assert line == "routes/one.yaml:7  escalate: A -> B   (live v15)"


def test_nothing_that_acts_is_printed() -> None:
    evil = replace(change(("name",), "\x1b[31m", "\u202e"), position=None)

    (line,) = pulled_lines(pulled(evil))

    assert "\x1b" not in line
    assert "\u202e" not in line
    assert line.startswith("routes/one.yaml:1 ")


def test_an_empty_text_is_shown_as_one() -> None:
    (row,) = rows(pulled(change(("name",), "", "x")))

    assert row.words() == 'name: "" → x'


def test_a_conflict_says_both_sides() -> None:
    one = replace(pulled(), conflicts=(change(("name",), "live", None), change(("b",), None, "f")))

    found = list(conflict_findings(one, "main"))

    assert [finding.code for finding in found] == ["pull-conflict"] * 2
    assert found[0].message.endswith("since main: the file has nothing, incident.io has live")
    assert found[1].message.endswith("the file has f, incident.io has nothing")


def test_the_pull_request_names_whom_it_pages_first() -> None:
    one = replace(pulled(*SWAP, name="@all | x"), risks=(Risk("target changed", "pages `B`"),))
    place = Position(FILE, 8, 1)
    left = Finding("error", "pull-conflict", "both <changed>", "", place, route="One")

    body = pulled_markdown([one, replace(one, text=None)], [left])

    assert body.index("pages `B`") < body.index("### Changes")
    assert "| `routes/one.yaml:7` | `escalate` | `A` | `B` |" in body
    assert "@all" not in body
    assert "- **One** both &lt;changed&gt; (`routes/one.yaml:8`)" in body
    assert pulled_title([one]) == "Adopt live edits of 1 route"
    assert pulled_title([one, one]) == "Adopt live edits of 2 routes"


def test_a_pull_request_that_pages_nobody_differently_says_so() -> None:
    body = pulled_markdown([pulled(change(("name",), "a", "b"))], [])

    assert "Nobody is paged differently." in body
    assert "Your decision" not in body


def test_where_nothing_is_taken_no_table_says_otherwise() -> None:
    same = replace(pulled(), text=None)
    left = Finding("error", "pull-conflict", "both", "", Position(FILE, 8, 1), route="One")

    nothing = pulled_markdown([same], [])
    conflicts = pulled_markdown([same], [left])

    assert nothing == "incident.io has no live edits to pull into the files.\n"
    assert conflicts.startswith("No live edit was pulled into the files.\n\n### Your decision\n")
    assert "- **One** both (`routes/one.yaml:8`)" in conflicts
    assert "### Changes" not in conflicts


def test_a_title_names_the_one_route_unless_its_name_would_act() -> None:
    names = {
        "One | two": "One | two",
        "fixes #12": "1 route",
        "GH-1": "1 route",
        "n" * 300: "1 route",
    }

    for name, said in names.items():
        assert pulled_title([pulled(*SWAP, name=name)]) == f"Adopt live edits of {said}"


def test_a_body_too_long_for_github_counts_what_it_leaves_out() -> None:
    risk = Risk("target changed", "pages `Somebody` instead of `Somebody else` " + "x" * 100)
    many = [replace(pulled(*SWAP, name=f"Route {number}"), risks=(risk,)) for number in range(1000)]
    left = [Finding("error", "pull-conflict", "both changed " + "y" * 100)] * 500

    body = pulled_markdown(many, left)

    assert 50_000 < len(body) <= 60_000
    assert len(re.findall(r"and \d+ more", body)) == 3
    rows_kept = body.count("| `routes/one.yaml:7` |")
    assert f"and {1000 - rows_kept} more settings" in body
    assert body.count("pages `Somebody`") > 100
