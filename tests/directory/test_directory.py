"""Lists know how much of them was read; reports get a name for everything that has one."""

from dataclasses import replace

from reconciler.directory import Directory, part, unread, whole
from reconciler.directory.directory import UNTRIED, Named, Person
from reconciler.model import Config, same_thing
from tests.directory.accounts import SERVICE, SERVICE_TIER, engine, plain, ulid


def test_only_what_could_still_be_read_is_open() -> None:
    assert UNTRIED.open
    assert part(()).open
    assert not whole(()).open
    assert not unread("no right").open
    assert not unread("").open  # refused, even where nobody says why


def test_names_are_given_once_each() -> None:
    listing = whole(
        [Named("1", "a"), Named("2", "a"), Person("3", "a", "B@x.io"), Person("4", "c")]
    )

    assert list(listing.names()) == ["a", "b@x.io", "c"]


def test_one_thing_that_has_a_name_twice_is_not_ambiguous() -> None:
    assert whole([Named("1", "a"), Named("1", "a")]).by_name == ({"a": ("1",)},)


def test_everything_has_a_name_for_reports() -> None:
    directory = replace(plain(), channels=part([Named("C1", "#live"), Named("C2", "#two")]))
    config = Config(channels={"#alerts": "C1"}, message_templates={"Compact": "T1"})

    shown = directory.display(config)

    expected = {
        ulid(101): "sev0@",
        ulid(130): "Lead@example.com",
        ulid(132): "Robot",
        ulid(141): "Payments",
        ulid(165): "eu",
        ulid(180): "P1",
        "alert.title": "title",
        f"alert.attributes.{ulid(110)}": "severity",
        engine(SERVICE): "Service",
        f'catalog_attribute["{SERVICE_TIER}"]': "Tier",
        "C1": "#alerts",
        "C2": "#two",
        "T1": "Compact",
    }
    assert {key: shown.get(key) for key in expected} == expected
    assert "" not in shown
    assert directory.display()["C1"] == "#live"


def test_an_empty_directory_still_knows_the_built_ins() -> None:
    assert Directory().display() == {
        "alert.title": "title",
        "alert.description": "description",
        "alert.priority": "priority",
    }


def test_an_entry_of_a_path_is_known_as_the_path() -> None:
    shown = plain().display()

    assert same_thing(ulid(190), shown) == ulid(120)
    assert same_thing(ulid(170), shown) == ulid(170)  # a service is nobody who is paged
