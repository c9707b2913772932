"""A name that another thing has now is an error, and a new id written on purpose is none."""

from dataclasses import replace

from reconciler.directory import Directory, moved_names
from reconciler.directory.directory import Attribute, Named, whole
from reconciler.model import (
    Condition,
    Config,
    Declaration,
    Escalation,
    Position,
    Positions,
    Route,
    Target,
    many,
    one,
)
from tests.directory.accounts import SERVICE, engine, plain, ulid

LOCK = plain()
ROUTE = Route("R", escalate=Escalation((Target("path", one("Platform")),)))
PLACES = Positions("f.yaml", {("escalate", "to", 0): Position("f.yaml", 3, 5)})
FILES = [Declaration(ROUTE, PLACES), Declaration(Route("Other"), Positions("o.yaml"))]


def with_paths(*paths: Named) -> Directory:
    return replace(LOCK, paths=whole(paths))


def test_a_name_that_another_path_bears_now_is_an_error() -> None:
    fresh = with_paths(Named(ulid(500), "Platform"), Named(ulid(121), "Platform (old)"))

    (finding,) = moved_names(LOCK, fresh, FILES)

    assert (finding.level, finding.code, finding.route) == ("error", "name-moved", "R")
    assert finding.message == (
        f'"Platform" is now another escalation path: {ulid(500)} (before: {ulid(121)})'
    )
    assert finding.position == Position("f.yaml", 3, 5)
    assert '--rename` writes "Platform (old)", its new name' in finding.hint


def test_a_former_thing_that_is_gone_is_not_offered() -> None:
    (finding,) = moved_names(LOCK, with_paths(Named(ulid(500), "Platform")), FILES)

    assert finding.hint == "to use the new object, run `reconciler directory refresh`"


def test_an_attribute_that_moved_is_found_in_references() -> None:
    attributes = whole([Attribute(ulid(501), "service", engine(SERVICE))])
    fresh = replace(LOCK, attributes=attributes)
    route = Route("R", when=((Condition('service.["Tier"]', "is_set"),),))

    findings = moved_names(LOCK, fresh, [Declaration(route, PLACES)], Config())

    assert [(f.code, f.path) for f in findings] == [("name-moved", ("when", 0, 0, "subject"))]


def test_the_same_account_moves_nothing() -> None:
    assert moved_names(LOCK, LOCK, FILES) == ()


def test_a_name_that_is_gone_or_new_has_not_moved() -> None:
    assert moved_names(LOCK, with_paths(), FILES) == ()
    assert moved_names(with_paths(), LOCK, FILES) == ()


def test_an_id_that_became_a_name_has_not_moved() -> None:
    route = Route("R", escalate=Escalation((Target("path", many(ulid(121))),)))
    fresh = with_paths(Named(ulid(502), ulid(121)))

    assert moved_names(LOCK, fresh, [Declaration(route, PLACES)]) == ()


def test_the_lock_of_another_account_says_nothing() -> None:
    fresh = replace(with_paths(Named(ulid(500), "Platform")), account="https://other.example")

    assert moved_names(LOCK, fresh, FILES) == ()
