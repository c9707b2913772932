"""A saved plan is what it was, or it is not applied."""

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Declaration, Finding, Live
from reconciler.plan.plan import Plan
from reconciler.plan.saved import (
    SavedPlan,
    check_saved,
    moves_of,
    of_another_folder,
    parse_plan,
)
from reconciler.report.plan_json import plan_document
from tests.plan.parts import declared, live, planned, production

FILE = declared(production(enabled=False))
OTHER = declared(production("Other", targets=[]), "routes/other.yaml")


def saved(plan: Plan) -> SavedPlan:
    read = parse_plan(json.dumps(plan_document(plan)))
    assert isinstance(read, SavedPlan)
    return read


def plan(files: list[Declaration], lives: list[Live]) -> Plan:
    return planned(files, lives)


def test_a_document_reads_back_as_the_plan_it_came_from() -> None:
    made = plan([FILE, OTHER], [live(production())])
    read = saved(made)

    assert read.digest == made.digest
    assert [(one.action, one.name, one.base_version) for one in read.changes] == [
        ("create", "Other", None),
        ("update", "Production Alerts", 14),
    ]


def test_the_same_plan_is_writable_whole() -> None:
    made = plan([FILE, OTHER], [live(production())])
    checked = check_saved(saved(made), made)

    assert checked.writable == made.changes
    assert (checked.refusals, checked.conflicts, checked.already) == ((), (), ())


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("files_digest", "e" * 64, "plan was created (digest ffffffffffff, now eeeeeeeeeeee)"),
        ("account", "https://other", "another account: https://app.example.com/team, now"),
        ("api", "v2", "another API version: v3, now v2"),
        ("scope", "changed", "another scope: all, now changed"),
    ],
)
def test_other_circumstances_refuse_everything(key: str, value: str, words: str) -> None:
    made = plan([FILE], [live(production())])
    changes: dict[str, Any] = {key: value}
    about = replace(made.context, **changes)
    checked = check_saved(saved(made), replace(made, context=about))

    assert [finding.code for finding in checked.refusals] == ["guard-other-plan"]
    assert words in checked.refusals[0].message
    assert checked.writable == ()


def test_a_route_that_moved_is_a_conflict_and_the_others_are_written() -> None:
    before = plan([FILE, OTHER], [live(production())])
    now = plan([FILE, OTHER], [live(production(), version=15)])
    checked = check_saved(saved(before), now)

    assert [change.name for change in checked.writable] == ["Other"]
    (conflict,) = checked.conflicts
    assert (conflict.base_version, conflict.live_version) == (14, 15)
    assert conflict.updated_at == "2026-08-21T09:12:00Z"


def test_another_change_of_the_same_version_is_a_conflict() -> None:
    before = plan([FILE], [live(production())])
    now = plan([declared(production(targets=[]))], [live(production())])

    (conflict,) = check_saved(saved(before), now).conflicts
    assert conflict.reason == "this change differs from the saved plan"


def test_a_change_that_nobody_planned_is_a_conflict() -> None:
    before = plan([FILE, OTHER], [live(production()), live(OTHER.route, "01OTHER")])
    edited = live(production("Other"), "01OTHER", 2)
    now = plan([FILE, OTHER], [live(production()), edited])

    (conflict,) = check_saved(saved(before), now).conflicts
    assert (conflict.name, conflict.reason) == ("Other", "this change is not in the saved plan")


def test_what_is_live_by_now_is_only_said() -> None:
    before = plan([FILE], [live(production())])
    now = plan([FILE], [live(production(enabled=False), version=15)])
    checked = check_saved(saved(before), now)

    assert checked.already == ("Production Alerts",)
    assert (checked.conflicts, checked.writable) == ((), ())


def test_a_delete_of_what_is_gone_is_done() -> None:
    absent = declared(production(), absent=True)
    before = plan([absent], [live(production())])

    assert check_saved(saved(before), plan([absent], [])).already == ("Production Alerts",)


def test_an_update_of_what_is_gone_is_a_conflict() -> None:
    before = plan([declared(production(enabled=False), route_id="01LIVE")], [live(production())])
    now = plan([], [])

    (conflict,) = check_saved(saved(before), now).conflicts
    assert conflict.reason == "no longer live"


def test_a_route_that_somebody_created_meanwhile_is_a_conflict() -> None:
    before = plan([OTHER], [])
    now = plan([OTHER], [live(production("Other"), "01OTHER", 1)])
    checked = check_saved(saved(before), now)

    assert checked.writable == ()
    (conflict,) = checked.conflicts
    assert (conflict.base_version, conflict.live_version) == (None, 1)


def test_an_update_whose_route_was_replaced_is_a_conflict() -> None:
    before = plan([FILE], [live(production())])
    now = plan([FILE], [live(production(), "01OTHER")])

    assert len(check_saved(saved(before), now).conflicts) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a plan document"),
        ("{}", "is not a plan document: it has no format_version"),
        ('{"format_version": "2.0"}', "has format_version '2.0'; this tool reads 1.3"),
        ('{"format_version": "1.9"}', "has no usable 'changes'"),
        ('{"format_version": "1.9", "changes": []}', "has no usable 'tool_version'"),
    ],
)
def test_what_is_no_plan_is_a_finding(text: str, words: str) -> None:
    found = parse_plan(text, "p.json")

    assert isinstance(found, Finding)
    assert found.message.startswith("p.json ")
    assert words in found.message


@pytest.mark.parametrize("change", [1, {"action": "create"}])
def test_a_change_that_is_none_is_a_finding(change: object) -> None:
    document = dict(plan_document(plan([], [])))
    text = json.dumps({**document, "changes": [change]})

    assert isinstance(parse_plan(text), Finding)


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        ({"digest": 7}, "digest"),
        ({"changes": None}, "changes"),
        ({"changes": [7]}, "changes[0]"),
        ({"loosened": [{}]}, "loosened[0]"),
        ({"reverts_drift": "no"}, "reverts_drift"),
    ],
)
def test_a_part_of_another_type_is_named(edit: dict[str, object], place: str) -> None:
    found = parse_plan(json.dumps({**plan_document(plan([FILE], [live(production())])), **edit}))

    assert isinstance(found, Finding)
    assert f"has no usable '{place}" in found.message


def test_an_edited_plan_is_a_finding() -> None:
    document = plan_document(plan([FILE, OTHER], [live(production())]))
    changes = document["changes"]
    assert isinstance(changes, list)
    found = parse_plan(json.dumps({**document, "changes": changes[:1]}))

    assert isinstance(found, Finding)
    assert "was edited" in found.message


def test_a_change_is_read_back_with_what_each_of_its_fields_does() -> None:
    made = plan([FILE], [live(production())])
    document: Any = plan_document(made)
    (change,) = document["changes"]

    (read,) = saved(made).changes

    assert read.moves == moves_of(change)
    assert len(read.moves) == len(change["fields"]) == 1
    moved = {**change["fields"][0], "to": {"value": "true", "key": True}}
    assert moves_of({"fields": [moved]}) != read.moves
    assert moves_of({"fields": [{**change["fields"][0], "kind": "drift"}]}) == read.moves


@pytest.mark.parametrize("fields", [None, 7, {"path": []}, [7]])
def test_fields_of_another_structure_do_nothing(fields: object) -> None:
    assert moves_of({"fields": fields}) == frozenset()


TEAM = "https://app.example.com/team"


@pytest.mark.parametrize(
    ("accounts", "digest", "words"),
    [
        ({"reconciler.yaml": "", "directory.lock.json": f"{TEAM}/"}, "f" * 64, ""),
        (
            {"reconciler.yaml": TEAM, "directory.lock.json": "https://other"},
            "e" * 64,
            f"p.json is a plan of {TEAM}, and directory.lock.json is of https://other: "
            "run `reconciler directory refresh`",
        ),
        (
            {"reconciler.yaml": "", "directory.lock.json": "https://other"},
            "e" * 64,
            f"p.json is a plan of {TEAM}, and directory.lock.json is of https://other: "
            "name a plan of this account",
        ),
        (
            {},
            "e" * 64,
            "p.json: files changed since this plan was created (digest ffffffffffff, now "
            "eeeeeeeeeeee); plan again, and name the new plan",
        ),
    ],
)
def test_a_plan_is_shown_only_where_it_was_made(
    accounts: dict[str, str], digest: str, words: str
) -> None:
    read = saved(plan([FILE], [live(production())]))

    assert of_another_folder(read, "p.json", accounts, digest) == words
