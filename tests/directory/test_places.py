"""What has no meaning is told where the file says it, and nowhere around it."""

from dataclasses import fields
from typing import Any

from hypothesis import given

from reconciler.directory import Directory, Listing, resolve, whole
from reconciler.files import parse_route
from reconciler.files.write.route import emit_route
from reconciler.model import Config, Declaration
from tests.properties.strategies import declarations, law

NOTHING: dict[str, Any] = {
    field.name: whole(())
    for field in fields(Directory)
    if isinstance(getattr(Directory(), field.name), Listing)
}
EMPTY = Directory(account="https://app.incident.io/empty", **NOTHING)


@law
@given(declarations())
def test_a_finding_stands_at_a_part_that_the_file_spells_out(drawn: Declaration) -> None:
    declaration, _ = parse_route(emit_route(drawn), "routes/drawn.yaml")
    assert declaration is not None

    _, findings = resolve(declaration, EMPTY, Config())

    # Beside `merge` a value stands under a key of its own, which no translation knows.
    # A field may have that name, too.
    spelled = [*declaration.positions.places]
    places = {*spelled, *(tuple(key for key in place if key != "value") for place in spelled)}
    assert [one.path for one in findings if one.path not in places] == []
