"""The account is whole: every id is a ULID, and whatever points at something finds it."""

import re
from typing import Any

from reconciler.sandbox.account import seed
from reconciler.sandbox.account.account import ULID

TYPE = re.compile(r'CatalogEntry\["(.+)"\]')


def ids(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for one in node for found in ids(one)]
    if not isinstance(node, dict):
        return []
    own = [node["id"]] if "id" in node else []
    return own + [found for one in node.values() for found in ids(one)]


def tables() -> dict[str, list[dict[str, Any]]]:
    account = seed.account()
    return {
        name: getattr(account, name)
        for name in account.__slots__
        if isinstance(getattr(account, name), list)
    }


def test_every_id_is_a_ulid() -> None:
    odd = [one for rows in tables().values() for one in ids(rows) if not ULID.fullmatch(one)]

    assert odd == []


def test_no_table_has_an_id_twice() -> None:
    for name, rows in tables().items():
        own = [row["id"] for row in rows]
        assert sorted(own) == sorted(set(own)), name
        assert own, name


def test_catalog_types_that_are_pointed_at_exist() -> None:
    account = seed.account()
    known = {row["id"] for row in account.catalog_types}
    attributes = [one for row in account.catalog_types for one in row["schema"]["attributes"]]
    used = [TYPE.fullmatch(one["type"]) for one in [*account.attributes, *attributes]]

    pointed_at = {match[1] for match in used if match}
    assert len(pointed_at) >= 5
    assert pointed_at <= known
    assert {row["catalog_type_id"] for row in account.catalog_entries} == known


def test_every_kind_of_custom_field_is_there() -> None:
    kinds = {row["field_type"] for row in seed.account().custom_fields}

    assert kinds == {"single_select", "multi_select", "text", "link", "numeric"}


def test_two_accounts_share_nothing() -> None:
    one, other = seed.account(), seed.account()
    one.rename(seed.ident("source", "Axiom"), "Renamed")

    assert other.label(seed.ident("source", "Axiom")) == "Axiom"
