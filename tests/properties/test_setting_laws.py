"""What holds for every setting of the table, whatever it is: no room forgets one."""

import pytest

from reconciler.adopt.align import aligned
from reconciler.files.read.route import parse_route
from reconciler.files.write.route import emit_route
from reconciler.model import Declaration, Path, Positions, Setting, canonical
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.threeway import merge
from tests.properties.each_setting import FULL, changed, leaves

each_setting = pytest.mark.parametrize(("path", "row"), leaves(), ids=lambda one: str(one)[:40])


@each_setting
def test_a_change_of_it_is_a_difference_there_and_nowhere_else(path: Path, row: Setting) -> None:
    found = differences(changed(FULL, path), FULL)

    assert found
    assert all(change.path[: len(path)] == path for change in found)


@each_setting
def test_a_merge_takes_it_from_the_side_that_changed_it(path: Path, row: Setting) -> None:
    other = changed(FULL, path)

    assert canonical(merge(FULL, other, FULL)) == canonical(other)
    assert canonical(merge(FULL, FULL, other)) == canonical(other)


@each_setting
def test_a_file_that_is_pulled_says_it(path: Path, row: Setting) -> None:
    other = changed(FULL, path)

    assert canonical(aligned((FULL, FULL), (other, other))) == canonical(other)


@each_setting
def test_a_file_that_is_written_and_read_says_it(path: Path, row: Setting) -> None:
    other = changed(FULL, path)
    declaration, _ = parse_route(emit_route(Declaration(other, Positions("f"))), "f")

    assert declaration is not None
    assert canonical(declaration.route) == canonical(other)
