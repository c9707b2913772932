"""The schema with the account's names: what `validate` accepts is never red, a typo is."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator

from reconciler.directory import Directory, parse_lock
from reconciler.directory.directory import Attribute, Named, looks_like_id, part, unread, whole
from reconciler.files import json_schema, read_text
from reconciler.files.read.settings import LONG_FORM
from reconciler.model import Config
from reconciler.planning.named_schema import named_schema, schema_for_editors
from tests.e2e.team import REPOSITORY

ROUTE = {"name": "R", "sources": ["Grafana"]}


def validator(directory: Directory, config: Config | None = None) -> Draft202012Validator:
    schema = named_schema(json_schema("route"), directory, config or Config())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_without_a_lock_file_it_is_the_schema_that_ships() -> None:
    assert json.loads(schema_for_editors(None, Config())) == json_schema("route")


def test_an_account_of_which_nothing_is_known_accepts_any_name() -> None:
    any_ = validator(Directory())

    assert any_.is_valid(ROUTE | {"when": [{"whatever": "x"}], "owners": ["A"]})
    assert not any_.is_valid({"name": "R", "sources": [""]})


@pytest.mark.parametrize("rows", [part([Named("1", "Axiom")]), unread("the key lacks a right")])
def test_a_list_that_is_known_in_part_accepts_other_names(rows: object) -> None:
    assert validator(Directory(sources=rows)).is_valid(ROUTE)  # type: ignore[arg-type]


def test_of_a_whole_list_names_and_ids_are_accepted() -> None:
    sources = validator(Directory(sources=whole([Named("01A.B", "Grafana"), Named("2", "42")])))

    for right in ("Grafana", "01A.B", "42", 42):
        assert sources.is_valid(ROUTE | {"sources": [right]})
        assert sources.is_valid(ROUTE | {"sources": [{"source": right}]})
    for wrong in ("grafana", "01AxB", "43", 43, "", True):
        assert not sources.is_valid(ROUTE | {"sources": [wrong]})
        assert not sources.is_valid(ROUTE | {"sources": [{"source": wrong}]})


CHANNELS = st.one_of(
    st.from_regex(r"([A-Z][A-Z0-9]{0,4}/)?[A-Z0-9]{4,8}", fullmatch=True),
    st.text(st.sampled_from("AET0#/ c"), min_size=1),
)


@pytest.mark.parametrize("kind", ["channel", "ms-teams-channel"])
@given(text=CHANNELS)
def test_a_channel_that_is_named_nowhere_is_accepted_if_it_counts_as_an_id(
    kind: str, text: str
) -> None:
    config = Config(channels={"#alerts": "C06E4KQ7R2N", "Ops / Pages": "19:a@b"})
    schema: Any = named_schema(json_schema("route"), Directory(), config)
    name = schema["$defs"][f"name of-{kind}"]

    assert Draft202012Validator(name).is_valid(text) is looks_like_id(text, kind)


def test_an_attribute_that_has_another_things_name_is_spelled_out() -> None:
    attributes = [Attribute("1", "title", "String"), Attribute("2", "input", "String")]
    schema = named_schema(json_schema("route"), Directory(attributes=whole(attributes)), Config())

    keys: Any = schema["$defs"]["condition"]["else"]["properties"]  # type: ignore[index,call-overload]
    assert list(keys) == ["title", "description", "priority", "attribute:title", "attribute:input"]


def test_the_shipped_schema_stays_as_it_is() -> None:
    schema = json_schema("route")
    named_schema(schema, Directory(sources=whole([Named("1", "A")])), Config())

    assert schema == json_schema("route")


def test_an_attribute_with_a_name_of_the_long_form_is_spelled_out() -> None:
    directory = Directory(attributes=whole([Attribute("1", "params", "String")]))
    schema = named_schema(json_schema("route"), directory, Config())

    keys: Any = schema["$defs"]["condition"]["else"]["properties"]  # type: ignore[index,call-overload]
    assert list(keys)[-1] == "attribute:params"


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and text not in LONG_FORM
)


@given(st.lists(NAMES, min_size=1, unique=True), NAMES)
def test_every_name_is_accepted_and_no_other(names: list[str], other: str) -> None:
    rows = [Named(f"id-{n}-{name}", name) for n, name in enumerate(names)]
    sources = validator(Directory(sources=whole(rows)))

    for row in rows:
        assert sources.is_valid(ROUTE | {"sources": [row.name, row.id]})
    assert sources.is_valid(ROUTE | {"sources": [other]}) == (other in names)


@given(st.lists(NAMES, min_size=1, unique=True))
def test_every_attribute_is_a_key_and_a_reference(names: list[str]) -> None:
    rows = [Attribute(f"id-{n}", name, "String") for n, name in enumerate(names)]
    directory = Directory(attributes=whole(rows), sources=whole([Named("1", "Grafana")]))
    schema = validator(directory)

    for name in names:
        for spelled in (name, f"attribute:{name}", f'{name}.["Tier"]'):
            assert schema.is_valid(ROUTE | {"when": [{spelled: "x"}]})
            assert schema.is_valid(ROUTE | {"escalate": [{"path": {"reference": spelled}}]})


def test_every_route_of_this_repository_is_accepted() -> None:
    lock, _ = parse_lock(read_text(REPOSITORY / "directory.lock.json"), "")
    assert lock is not None
    schema = validator(lock, Config(channels={"#alerts": "C06E4KQ7R2N"}))
    import yaml

    for path in (REPOSITORY / "routes").glob("*.yaml"):
        assert list(schema.iter_errors(yaml.safe_load(path.read_text("utf-8")))) == []
