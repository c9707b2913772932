"""What the three classes of change have in common."""

from reconciler.plan.change import (
    Create,
    Delete,
    Shown,
    Update,
    action_of,
    fields_of,
    live_id,
    position_of,
)
from tests.plan.parts import declared, live, production

FILE = declared(production())
CREATE = Create(FILE, FILE.route, ())
UPDATE = Update(FILE, live(production("Old")), FILE.route, (), 0)
DELETE = Delete(live(production("Old")))


def test_each_has_a_word_a_name_and_an_id() -> None:
    said = [(action_of(one), one.name, live_id(one)) for one in (CREATE, UPDATE, DELETE)]

    assert said == [
        ("create", "Production Alerts", None),
        ("update", "Production Alerts", "01LIVE"),
        ("delete", "Old", "01LIVE"),
    ]


def test_only_what_a_file_declares_has_a_place() -> None:
    position = position_of(UPDATE)

    assert position is not None
    assert position.line == 1
    assert position_of(DELETE) is None
    assert fields_of(DELETE) == ()
    assert (UPDATE.base_version, DELETE.base_version) == (14, 14)


def test_values_read_as_in_a_file() -> None:
    assert [Shown(value, "").words for value in (True, 3, "True")] == ["true", "3", "True"]
