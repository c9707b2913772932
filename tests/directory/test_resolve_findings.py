"""A name that cannot be resolved says why, what is near, and how old the names are."""

from dataclasses import replace

import pytest

from reconciler.directory import Directory, resolve, unread
from reconciler.directory.directory import Named, part, whole
from reconciler.model import (
    Condition,
    Config,
    Declaration,
    Finding,
    Position,
    Positions,
    Target,
    many,
    one,
)
from tests.directory.accounts import (
    UNKNOWN_ID,
    ulid,
)
from tests.directory.resolving import ACCOUNT, codes, paging, resolved, when_all, without_findings


def test_an_unknown_name_lists_what_is_near_and_how_old_the_names_are() -> None:
    directory = replace(ACCOUNT, read_on="2026-08-20")
    positions = Positions(
        "routes/a.yaml",
        {("escalate", "to", 0): Position("routes/a.yaml", 2, 11, 29)},
        ("escalate:", "  - path: Engineering Oncall"),
    )
    route = paging(Target("path", one("Engineering Oncall")))

    _, (finding,) = resolve(Declaration(route, positions), directory, Config())

    assert finding == Finding(
        "warning",
        "not-in-lock",
        'escalation path "Engineering Oncall" is not in directory.lock.json; a plan checks it '
        "with a key",
        'did you mean "Engineering On-Call"? (names of 2026-08-20; '
        "`reconciler directory refresh` reads them again)",
        Position("routes/a.yaml", 2, 11, 29),
        "  - path: Engineering Oncall",
        ("escalate", "to", 0),
        "R",
    )


def test_an_ambiguous_name_lists_the_ids() -> None:
    twins = whole([Named(ulid(1), "Twin"), Named(ulid(2), "Twin")])

    result, (finding,) = resolved(
        paging(Target("path", one("Twin"))), replace(ACCOUNT, paths=twins)
    )

    assert finding.code == "ambiguous-path"
    assert finding.hint == f"use an id instead: {ulid(1)}, {ulid(2)}"
    assert result.escalate.targets[0].binding == one("Twin")


def test_an_unknown_id_is_an_error_where_the_list_was_read_whole() -> None:
    assert codes(paging(Target("path", one(UNKNOWN_ID)))) == ["unknown-id"]


def test_a_list_without_the_right_to_read_it_takes_ids_with_one_note() -> None:
    directory = replace(ACCOUNT, paths=unread("the key lacks it"))

    result, findings = resolved(paging(Target("path", many(ulid(1), ulid(2)))), directory)

    assert result.escalate.targets[0].binding == many(ulid(1), ulid(2))
    assert [(f.level, f.code) for f in findings] == [("note", "unchecked-id")]
    assert "escalation_paths.view" in findings[0].hint
    assert "the key lacks it" in findings[0].message


def test_a_name_of_a_list_that_was_not_read_says_which_right_is_missing() -> None:
    directory = replace(ACCOUNT, paths=unread("the key lacks it"))

    _, (finding,) = resolved(paging(Target("path", one("Platform"))), directory)

    assert (finding.level, finding.code) == ("error", "unread-names")
    assert "the key lacks it" in finding.message
    assert "escalation_paths.view" in finding.hint


def test_without_any_directory_names_ask_for_a_refresh() -> None:
    _, (finding,) = resolved(paging(Target("path", one("Platform"))), Directory())

    assert finding.code == "unread-names"
    assert "reconciler directory refresh" in finding.hint


def test_attributes_that_were_not_read_are_accepted_by_id() -> None:
    directory = replace(ACCOUNT, attributes=unread("no right"))
    subjects = (f"alert.attributes.{UNKNOWN_ID}", "alert.attributes.odd", UNKNOWN_ID)
    route = when_all(*(Condition(subject, "is_set") for subject in subjects))

    result = without_findings(route, directory)

    assert [condition.subject for condition in result.when[0]] == [
        f"alert.attributes.{UNKNOWN_ID}",
        "alert.attributes.odd",
        f"alert.attributes.{UNKNOWN_ID}",
    ]


@pytest.mark.parametrize("subject", ["service", "priority"])
def test_catalog_types_that_were_not_read_make_names_unreadable(subject: str) -> None:
    directory = replace(ACCOUNT, catalog_types=unread("no right"), entries={})
    hop = Condition('service.["Tier"]', "is_set")

    assert codes(when_all(hop), directory) == ["unread-names"]
    assert codes(when_all(Condition(subject, "one_of", (many("P1"),))), directory) == [
        "unread-names"
    ]


def test_an_inactive_user_is_a_warning() -> None:
    result, (finding,) = resolved(paging(Target("user", one("engineer@example.com"))))

    assert (finding.level, finding.code) == ("warning", "inactive-user")
    assert result.escalate.targets[0].binding == one(ulid(131))


def test_a_user_that_was_looked_up_in_vain_is_unknown() -> None:
    directory = replace(ACCOUNT, users=part((), looked_up=["nobody@example.com"]))

    assert codes(paging(Target("user", one("nobody@example.com"))), directory) == ["unknown-user"]


def test_a_name_that_the_lock_does_not_have_for_a_list_that_was_refused_says_both() -> None:
    refused = replace(ACCOUNT, paths=replace(ACCOUNT.paths, reason="no right"))

    (finding,) = resolved(paging(Target("path", one("Nope"))), refused)[1]

    assert (finding.level, finding.code) == ("error", "unread-names")
    assert finding.message.endswith(": no right, and directory.lock.json does not have it")
