"""The table of settings: it is complete, and the API has each setting where the table says."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args

import pytest

from reconciler.adopt import draft as sugar
from reconciler.files.read import route, sections, settings as settings_read
from reconciler.files.write import route as emit
from reconciler.model import FORMS, Again, Kind
from reconciler.model.settings import TABLES, keys, setting, settings
from reconciler.plan.compare import slots

KINDS = frozenset(get_args(Kind))


@pytest.mark.parametrize("of", TABLES)
def test_each_field_of_the_model_has_one_row(of: type) -> None:
    assert sorted(row.field for row in settings(of)) == sorted(field.name for field in fields(of))


@pytest.mark.parametrize("of", TABLES)
def test_a_row_knows_its_key_and_its_default(of: type) -> None:
    defaults = {field.name: field.default for field in fields(of)}
    for row in settings(of):
        assert setting(of, row.key) == row
        default = defaults[row.field]
        assert row.default == (Again() if row.kind == "again" else _or_none(default))
    assert len(set(keys(of))) == len(settings(of))


def _or_none(default: object) -> object:
    return None if default is MISSING else default


def test_what_is_no_setting_has_no_row() -> None:
    assert setting(str, "name") is None


SETS = {"names", "references", "sources", "targets", "destinations", "fields", "expressions"}
READ = {**settings_read._READERS, **sections._OF_INCIDENT, **sections._OWN, **route._OWN}
WRITTEN = {**emit._WRITERS, **emit._OF_INCIDENT, **emit._OWN}


@pytest.mark.parametrize(
    ("by_kind", "kinds"),
    [
        (FORMS, KINDS - {"flag", "word", "duration", "text", "name"}),
        (slots._PARTS, KINDS - {"name"}),
        (slots.KEYS, SETS),
        (sugar._ORDERS, SETS),
        (READ, KINDS - {"name", "text"}),
        (WRITTEN, KINDS - {"name", "targets", "again"}),
    ],
    ids=["canonical", "slots", "keys of elements", "order of an import", "read", "written"],
)
def test_each_mapping_by_kind_has_every_kind(by_kind: Mapping[Kind, Any], kinds: set[str]) -> None:
    assert by_kind.keys() == kinds
