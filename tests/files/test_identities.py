"""Two files that claim one route are both told, each with the other's name."""

import pytest

from reconciler.files.read.route import parse_as_far_as_possible, parse_route
from reconciler.files.routes import clashes
from reconciler.model import Declaration
from tests.files.folders import route_text


def file(name: str, route: str, more: str = "") -> Declaration:
    declaration, findings = parse_route(route_text(route, more), name)
    assert declaration is not None, findings
    return declaration


def told(*declarations: Declaration) -> list[tuple[str, str, int]]:
    found = []
    for finding in clashes(declarations):
        assert finding.level == "error"
        assert finding.position is not None
        others = {one.file for one in declarations} - {finding.position.file}
        assert any(other in finding.message for other in others)
        found.append((finding.code, finding.position.file, finding.position.line))
    return found


def test_different_routes_do_not_clash() -> None:
    assert (
        told(file("a", "A", "id: 01A\n"), file("b", "B", "previously: Z\n"), file("c", "C")) == []
    )


@pytest.mark.parametrize("ids", [("", ""), ("id: 01A\n", ""), ("", "id: 01B\n")])
def test_one_name_is_an_error_where_an_id_is_missing(ids: tuple[str, str]) -> None:
    assert told(file("a", "A", ids[0]), file("b", "A", ids[1])) == [
        ("duplicate-name", "a", 1),
        ("duplicate-name", "b", 1),
    ]


def test_one_name_is_fine_where_each_has_an_id() -> None:
    assert told(file("a", "A", "id: 01A\n"), file("b", "A", "id: 01B\n")) == []


def test_one_id_is_an_error_whatever_the_names() -> None:
    assert told(file("a", "A", "id: 01A\n"), file("b", "B", "id: 01A\n")) == [
        ("duplicate-id", "a", 3),
        ("duplicate-id", "b", 3),
    ]


def test_one_past_name_is_an_error() -> None:
    assert told(file("a", "A", "previously: Z\n"), file("b", "B", "previously: Z\n")) == [
        ("duplicate-previously", "a", 3),
        ("duplicate-previously", "b", 3),
    ]


def test_a_past_name_that_another_file_has_now_claims_its_route() -> None:
    assert told(file("a", "A", "previously: B\n"), file("b", "B")) == [
        ("duplicate-previously", "a", 3)
    ]


def test_an_id_says_which_route_is_meant_so_its_past_name_is_free() -> None:
    assert told(file("a", "A", "previously: B\nid: 01A\n"), file("b", "B")) == []


def test_three_files_name_each_other() -> None:
    messages = [finding.message for finding in clashes([file(f, "A") for f in ("a", "b", "c")])]

    assert messages[0] == 'the name "A" is in b and c as well'
    assert len(messages) == 3


def test_files_that_lack_a_name_have_none_in_common() -> None:
    nameless = [parse_as_far_as_possible("sources: [A]\n", f).declaration for f in ("a", "b")]

    assert list(clashes([one for one in nameless if one is not None])) == []
