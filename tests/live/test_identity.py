"""What the roles of a key say about writing, and what nobody has written down."""

import pytest

from reconciler.live.identity import READERS, WRITERS, Identity


@pytest.mark.parametrize(
    ("roles", "team_roles", "may"),
    [
        (("viewer",), (), False),
        (tuple(READERS), (), False),
        (("viewer", "on_call_editor"), (), True),
        (("viewer",), ("on_call_editor",), True),
        (("viewer",), ("schedules_reader",), False),
        (("viewer", "manage_settings"), (), None),
        (("viewer",), ("catalog_editor",), None),
        (("a_role_of_next_year",), (), None),
        ((), (), None),
    ],
)
def test_roles(roles: tuple[str, ...], team_roles: tuple[str, ...], may: bool | None) -> None:
    assert Identity("", "", roles, team_roles).may_write is may


def test_no_role_both_reads_only_and_writes() -> None:
    assert not READERS & WRITERS
