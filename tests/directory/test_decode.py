"""Rows as the API returns them; whatever else it returns does no harm and is not kept."""

from hypothesis import given, strategies as st

from reconciler.directory import decode
from reconciler.directory.directory import (
    Attribute,
    CatalogType,
    Entry,
    Field,
    Named,
    Person,
    Severity,
    Team,
    part,
    whole,
)

KEYS = ["id", "name", "email", "schema", "attributes", "aliases", "rank"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*KEYS, "attribute_values", "value", "array_value"]),
            inner,
        )
    ),
    max_leaves=8,
)


@given(st.lists(anything))
def test_rows_of_any_shape_are_read_without_a_crash(rows: list[object]) -> None:
    usable = [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]

    for decoder in (
        decode.named_from,
        decode.attributes_from,
        decode.named_from,
        decode.users_from,
        decode.teams_from,
        decode.severities_from,
        decode.named_from,
        decode.custom_fields_from,
        decode.options_from,
        decode.catalog_types_from,
        decode.entries_from,
    ):
        assert len(decoder(rows).rows) == len([row for row in usable if row["id"]])


def test_the_token_of_a_source_is_forgotten() -> None:
    row = {"id": "01S", "name": "sev0@", "secret_token": "do-not-keep", "source_type": "email"}

    sources = decode.named_from([row])

    assert sources == whole([Named("01S", "sev0@")])
    assert "do-not-keep" not in repr(sources)


def test_attributes_have_types() -> None:
    row = {"id": "01A", "name": "customers", "type": "String", "array": True, "required": False}

    assert decode.attributes_from([row]) == whole([Attribute("01A", "customers", "String", True)])


def test_users_are_all_or_those_that_were_asked_for() -> None:
    row = {"id": "01U", "name": "Lead", "email": "lead@example.com", "is_active": False}
    lead = Person("01U", "Lead", "lead@example.com", active=False)

    assert decode.users_from([row]) == whole([lead])
    assert decode.users_from([row], looked_up=["lead@example.com"]) == part(
        [lead], ["lead@example.com"]
    )
    assert decode.users_from([{"id": "01V"}]).rows[0].active


def test_teams_know_their_entry_in_the_catalog() -> None:
    row = {"id": "01T", "name": "Payments", "catalog_entry": {"id": "01E", "name": "Payments"}}

    assert decode.teams_from([row, {"id": "01X"}]) == whole(
        [Team("01T", "Payments", "01E"), Team("01X", "")]
    )


def test_severities_have_ranks() -> None:
    rows = [{"id": "01S", "name": "Major", "rank": 2}, {"id": "01T", "name": "Odd", "rank": True}]

    assert decode.severities_from(rows) == whole(
        [Severity("01S", "Major", 2), Severity("01T", "Odd")]
    )


def test_custom_fields_say_what_they_hold() -> None:
    row = {"id": "01F", "name": "Service", "field_type": "single_select", "catalog_type_id": "01C"}

    assert decode.custom_fields_from([row]) == whole(
        [Field("01F", "Service", "single_select", "01C")]
    )


def test_options_are_called_by_their_value() -> None:
    assert decode.options_from([{"id": "01O", "value": "eu", "sort_key": 1}]) == whole(
        [Named("01O", "eu")]
    )


def test_catalog_types_bring_their_attributes() -> None:
    attribute = {"id": "01A", "name": "Tier", "type": "String", "array": False, "mode": "api"}
    row = {
        "id": "01C",
        "name": "Service",
        "type_name": 'Custom["Service"]',
        "engine_resource_type": 'CatalogEntry["01C"]',
        "schema": {"version": 1, "attributes": [attribute]},
    }
    attributes = whole([Attribute("01A", "Tier", "String")])

    assert decode.catalog_types_from([row]) == whole(
        [CatalogType("01C", "Service", 'Custom["Service"]', 'CatalogEntry["01C"]', attributes)]
    )


def test_a_catalog_type_without_an_engine_type_has_the_usual_one() -> None:
    (kind,) = decode.catalog_types_from([{"id": "01C", "schema": {"attributes": 3}}]).rows

    assert (kind.engine_type, kind.attributes) == ('CatalogEntry["01C"]', whole(()))


def test_archived_entries_are_left_out() -> None:
    rows = [
        {"id": "01E", "name": "api", "external_id": "svc", "aliases": ["a", "", 3]},
        {"id": "01F", "name": "old", "archived_at": "2026-01-01T00:00:00Z"},
    ]

    assert decode.entries_from(rows) == whole([Entry("01E", "api", "svc", ("a",))])


def test_an_entry_has_the_literals_of_its_values() -> None:
    values = {
        "01A": {"value": {"literal": "01T", "label": "Payments"}},
        "01B": {"array_value": [{"literal": "x"}, {"literal": "y"}, {"label": "no literal"}, 7]},
        "01C": {},
        "01D": "odd",
    }
    listing = decode.entries_from([{"id": "01E", "name": "api", "attribute_values": values}])

    (entry,) = listing.rows
    assert entry.values == {"01A": ("01T",), "01B": ("x", "y"), "01C": (), "01D": ()}
    assert entry.kept is None
    assert decode.entries_from([{"id": "01E", "attribute_values": []}]).rows[0].values is None
