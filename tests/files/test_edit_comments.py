"""Comments find the part that they explain, wherever it is spelled now."""

from reconciler.files import parse_route
from reconciler.files.edit.nodes import carried, moves
from reconciler.files.write.fmt import attached
from reconciler.files.write.route import route_node
from reconciler.model import Declaration

ONE = "name: x\nsources: []\nescalate:\n  # p\n  - path: P\n  # q\n  - path: Q\n# end\n"
OTHER = "name: x\nsources: []\nescalate:\n  to: [{path: Q}, {path: R}, {path: P}]\n"


def read(text: str) -> Declaration:
    declaration, findings = parse_route(text, "a.yaml")
    assert declaration is not None, findings
    return declaration


def test_items_that_say_the_same_are_the_same() -> None:
    moved = moves(route_node(read(ONE)), route_node(read(OTHER)))

    assert moved.now(("escalate", "to", 0)) == ("escalate", "to", 2)
    assert moved.now(("escalate", "to", 1)) == ("escalate", "to", 0)
    assert moved.now(("name",)) == ("name",)


def test_a_part_that_is_gone_is_nowhere() -> None:
    moved = moves(route_node(read(ONE)), route_node(read(OTHER.replace("{path: Q}, ", ""))))

    assert moved.now(("escalate", "to", 0)) == ("escalate", "to", 1)
    assert moved.now(("escalate", "to", 1)) == ("escalate", "to", 0)  # as many came as went
    gone = moves(route_node(read(ONE)), route_node(read("name: x\nsources: []\n")))
    assert gone.now(("escalate", "to", 1)) is None


def test_only_comments_of_the_lines_in_question_are_carried() -> None:
    declaration = read(ONE)
    moved = moves(route_node(declaration), route_node(read("name: x\nsources: []\n")))
    notes = attached(ONE, declaration)

    assert carried(notes, range(3, 8), moved).gone == ("# p", "# q")
    assert carried(notes, range(3, 5), moved).gone == ("# p",)
    assert carried(notes, range(8, 9), moved).gone == ()
