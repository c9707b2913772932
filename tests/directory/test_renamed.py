"""A name of the lock file means what it meant, until something else bears it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from reconciler.adopt.renamed import respelled_names
from reconciler.directory import Directory, Listing, moved_names, resolve, unresolve, whole
from reconciler.directory.directory import Attribute, CatalogType, Entry, Named, Person, part
from reconciler.directory.former import as_in_the_lock, as_it_was, with_former_names
from reconciler.directory.lookup import find_in
from reconciler.model import (
    Condition,
    Config,
    CustomField,
    Declaration,
    Escalation,
    Finding,
    Incident,
    Path,
    Positions,
    Route,
    Target,
    many,
    one,
)
from tests.directory.accounts import SERVICE, odd, plain, ulid
from tests.directory.strategies import routes

LOCK, ODD = plain(), odd()
NOBODY = Config()


def renamed(rows: Iterable[Named]) -> Listing[Any]:
    """The rows under other names."""
    return whole(_renamed(row) for row in rows)


def _renamed(row: Named) -> Named:
    match row:
        case Person():
            return replace(row, name=f"{row.name} II", email=row.email and f"new-{row.email}")
        case CatalogType():
            attributes = whole(replace(one, name=f"{one.name} II") for one in row.attributes.rows)
            return replace(row, name=f"{row.name} II", attributes=attributes)
        case _:
            return replace(row, name=f"{row.name} II")


def all_renamed(directory: Directory) -> Directory:
    """The account after each thing in it was given another name."""
    listed = ("sources", "attributes", "paths", "users", "teams", "severities", "incident_types",
              "custom_fields", "catalog_types")  # fmt: skip
    lists: dict[str, Any] = {field: renamed(getattr(directory, field).rows) for field in listed}
    return replace(
        directory,
        **lists,
        options={owner: renamed(rows.rows) for owner, rows in directory.options.items()},
        entries={owner: renamed(rows.rows) for owner, rows in directory.entries.items()},
    )


def resolved(route: Route, directory: Directory) -> tuple[Route, tuple[Finding, ...]]:
    result, findings = resolve(Declaration(route, Positions("f.yaml")), directory, NOBODY)
    return result.route, findings


def errors(findings: Iterable[Finding]) -> set[tuple[str, Path]]:
    """What is refused, and where in the route."""
    return {(one.code, one.path) for one in findings if one.level == "error"}


ROUTE = Route(
    "R",
    when=((Condition('service.["Tier"]', "one_of", (many("Tier 1"),)),),),
    escalate=Escalation(
        (Target("path", one("Platform")), Target("user", many("LEAD@example.com", "Robot")))
    ),
    incident=Incident(custom_fields=(CustomField("Region", many("eu")),)),
)


def test_former_names_mean_the_same_and_each_use_is_told() -> None:
    fresh = all_renamed(LOCK)

    before, _ = resolved(ROUTE, LOCK)
    after, findings = resolved(ROUTE, with_former_names(fresh, LOCK))

    assert after == before
    assert {(one.level, one.code) for one in findings} == {("warning", "renamed-name")}
    told = {one.path: one.message for one in findings}
    assert told[("escalate", "to", 0)] == (
        'the escalation path "Platform" was renamed to "Platform II" in incident.io'
    )
    assert '"new-Lead@example.com"' in told[("escalate", "to", 1, 0)]
    assert ("incident", "custom_fields", "Region") in told


@given(routes)
def test_a_lock_of_old_names_resolves_what_files_say_of_a_renamed_account(route: Route) -> None:
    named = unresolve(route, ODD, NOBODY)
    fresh = all_renamed(ODD)

    with_old = with_former_names(fresh, ODD)

    before, known = resolved(named, ODD)
    after, findings = resolved(named, with_old)
    moved = moved_names(ODD, with_old, [Declaration(named, Positions("f.yaml"))], NOBODY)
    assert after == before or errors((*findings, *moved)) - errors(known)


@given(routes)
def test_new_names_in_the_files_mean_what_the_old_ones_meant(route: Route) -> None:
    named = unresolve(route, ODD, NOBODY)
    fresh = all_renamed(ODD)

    known = as_in_the_lock(fresh, ODD)

    respelled = respelled_names(named, known, fresh, NOBODY)

    assert resolved(respelled, known)[0] == resolved(named, ODD)[0]


ALIASED = Route(
    "R", incident=Incident(custom_fields=(CustomField("Affected service", many("shop")),))
)


def with_services(*entries: Entry) -> Directory:
    return replace(LOCK, entries={**LOCK.entries, SERVICE: whole(entries)})


def test_a_name_that_is_also_an_alias_of_another_entry_is_told_not_taken() -> None:
    other = Entry(ulid(171), "ledger", "", ("shop",))
    lock = with_services(Entry(ulid(170), "shop"), other)
    fresh = with_services(Entry(ulid(170), "store"), other)

    known = with_former_names(fresh, lock)
    moved = moved_names(lock, known, [Declaration(ALIASED, Positions("f.yaml"))], NOBODY)
    respelled = respelled_names(ALIASED, as_in_the_lock(fresh, lock), fresh, NOBODY)

    assert errors(moved) == {
        ("name-moved", ("incident", "custom_fields", "Affected service")),
    }
    assert respelled.incident is not None
    assert respelled.incident.custom_fields == (CustomField("Affected service", many("store")),)


def test_each_former_name_is_written_anew_and_all_else_stays() -> None:
    fresh = all_renamed(LOCK)
    known = with_former_names(fresh, LOCK)

    respelled = respelled_names(ROUTE, known, fresh, NOBODY)

    assert respelled == Route(
        "R",
        when=((Condition('service II.["Tier II"]', "one_of", (many("Tier 1 II"),)),),),
        escalate=Escalation(
            (
                Target("path", one("Platform II")),
                Target("user", many("new-Lead@example.com", "Robot II")),
            )
        ),
        incident=Incident(custom_fields=(CustomField("Region II", many("eu II")),)),
    )
    assert resolved(respelled, fresh) == (resolved(ROUTE, LOCK)[0], ())


@given(routes)
def test_where_nothing_was_renamed_a_file_keeps_its_spelling(route: Route) -> None:
    named = unresolve(route, ODD, NOBODY)

    assert respelled_names(named, with_former_names(ODD, ODD), ODD, NOBODY) == named


def with_paths(*paths: Named) -> Directory:
    return replace(LOCK, paths=whole(paths))


SWAPPED = with_paths(Named(ulid(121), "Engineering On-Call"), Named(ulid(120), "Platform"))


def test_a_name_that_something_else_bears_now_means_that_in_a_plan() -> None:
    known = with_former_names(SWAPPED, LOCK)

    assert getattr(find_in(known.paths, "Platform"), "id", "") == ulid(120)
    assert known.paths.formerly == {}


def test_for_writing_new_names_it_means_what_it_meant() -> None:
    known = as_in_the_lock(SWAPPED, LOCK)
    route = Route("R", escalate=Escalation((Target("path", one("Platform")),)))

    assert getattr(find_in(known.paths, "Platform"), "id", "") == ulid(121)
    respelled = respelled_names(route, known, SWAPPED, NOBODY)
    assert respelled.escalate.targets[0].binding == one("Engineering On-Call")


def test_for_comparing_files_a_name_means_what_it_meant_even_if_that_is_gone() -> None:
    swapped = as_it_was(SWAPPED, LOCK)
    anew = as_it_was(with_paths(Named(ulid(129), "Platform")), LOCK)

    assert getattr(find_in(swapped.paths, "Platform"), "id", "") == ulid(121)
    assert getattr(find_in(anew.paths, "Platform"), "id", "") == ulid(121)
    assert set(anew.paths.by_id) == {ulid(129), ulid(120), ulid(121)}
    assert as_it_was(LOCK, LOCK) == LOCK
    assert as_it_was(SWAPPED, replace(LOCK, account="")) == as_it_was(SWAPPED, None) == SWAPPED


def entries(*rows: Entry) -> Directory:
    """The account with these entries of its type Service alone."""
    return replace(LOCK, entries={SERVICE: part(rows)})


def test_for_comparing_files_an_external_id_counts_below_a_name_that_came_later() -> None:
    """A look-up takes a name before an external id, so the text has another meaning now."""
    old = Entry(ulid(901), "Payments API", "payments")
    then, now = entries(old), entries(old, Entry(ulid(902), "payments"))

    for lock, fresh, meant in ((then, now, ulid(901)), (now, then, ulid(902))):
        known = as_it_was(fresh, lock).entries[SERVICE]
        assert getattr(find_in(known, "payments"), "id", "") == meant


def test_for_comparing_files_the_entries_of_a_type_that_no_file_names_now_are_known() -> None:
    then = entries(Entry(ulid(901), "Payments API"))
    known = as_it_was(replace(LOCK, entries={}), then)

    assert known.entries == then.entries


def test_a_name_that_still_counts_is_no_former_one() -> None:
    for known in (with_former_names(LOCK, LOCK), as_in_the_lock(LOCK, LOCK)):
        assert known == LOCK


def test_a_name_that_two_things_had_means_neither() -> None:
    lock = with_paths(Named(ulid(120), "Twin"), Named(ulid(121), "Twin"))

    assert with_former_names(LOCK, lock).paths.formerly == {}


def test_what_is_gone_has_no_former_name() -> None:
    fresh = with_paths(Named(ulid(120), "Engineering On-Call"))

    assert with_former_names(fresh, LOCK).paths.formerly == {}


def test_attributes_of_catalog_types_have_former_names_too() -> None:
    known = with_former_names(all_renamed(LOCK), LOCK)
    kind = known.catalog_types.by_id[SERVICE]

    assert set(kind.attributes.formerly) == {"Tier", "Owner"}
    assert all(isinstance(row, Attribute) for row in kind.attributes.rows)


@pytest.mark.parametrize("account", ["", "https://app.incident.io/other"])
def test_a_lock_of_another_account_says_nothing(account: str) -> None:
    fresh, lock = all_renamed(LOCK), replace(LOCK, account=account)

    assert with_former_names(fresh, lock) == as_in_the_lock(fresh, lock) == fresh
    assert with_former_names(fresh, None) == fresh
