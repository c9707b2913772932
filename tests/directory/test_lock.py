"""The lock file says what the account said, of people only what files name, and no secrets."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from reconciler.directory import (
    Directory,
    completed_by,
    emit_lock,
    parse_lock,
    resolve,
    unread,
    unresolve,
)
from reconciler.directory.decode import sources_from
from reconciler.directory.directory import UNTRIED, Named, part
from reconciler.model import (
    Channels,
    Condition,
    Config,
    CustomField,
    Declaration,
    Destination,
    Escalation,
    Incident,
    Positions,
    Route,
    Target,
    many,
    one,
)
from tests.directory.accounts import PRIORITY, SERVICE, TIER, odd, plain, ulid
from tests.directory.strategies import routes

CONFIG = Config(channels={"#other": "C0000000003"})
ODD = odd()
ACCOUNT = replace(
    plain(), read_on="2026-08-20", channels=part([Named("C1", "#alerts"), Named("C2", "#low")])
)
ROUTE = Route(
    "R",
    when=((Condition("service", "one_of", (many("svc-checkout"),)),),),
    escalate=Escalation((Target("user", many("lead@example.com", "engineer@example.com")),)),
    notify=(Destination(slack=Channels(one("#alerts")), ms_teams=Channels(one("C2"))),),
    incident=Incident(custom_fields=(CustomField("Region", one("eu")),)),
)
FILES = [Declaration(ROUTE, Positions("f.yaml"))]


def parsed(text: str) -> Directory:
    directory, findings = parse_lock(text, "directory.lock.json")
    assert findings == ()
    assert directory is not None
    return directory


@given(routes)
def test_a_lock_resolves_what_it_was_written_for(route: Route) -> None:
    declaration = Declaration(unresolve(route, ODD, CONFIG), Positions("f.yaml"))

    lock = parsed(emit_lock(ODD, [declaration], CONFIG))

    assert resolve(declaration, lock, CONFIG)[0] == resolve(declaration, ODD, CONFIG)[0]


def test_reading_and_writing_it_again_changes_no_byte() -> None:
    text = emit_lock(ACCOUNT, FILES, CONFIG)

    assert emit_lock(parsed(text), FILES, CONFIG) == text


def test_a_refresh_that_finds_nothing_new_keeps_the_old_date() -> None:
    text = emit_lock(ACCOUNT, FILES, CONFIG)
    later = replace(ACCOUNT, read_on="2026-09-01")

    assert emit_lock(later, FILES, CONFIG, previous=text) == text
    renamed = replace(later, paths=UNTRIED)
    assert '"read_on": "2026-09-01"' in emit_lock(renamed, FILES, CONFIG, previous=text)


@pytest.mark.parametrize("previous", ["", "{", "[]", "[" * 100_000])
def test_a_broken_lock_is_written_anew(previous: str) -> None:
    assert emit_lock(ACCOUNT, FILES, CONFIG, previous) == emit_lock(ACCOUNT, FILES, CONFIG)


def test_the_order_in_which_the_api_lists_things_is_not_kept() -> None:
    backwards = replace(ACCOUNT, paths=replace(ACCOUNT.paths, rows=ACCOUNT.paths.rows[::-1]))

    assert emit_lock(backwards, FILES, CONFIG) == emit_lock(ACCOUNT, FILES, CONFIG)


def test_it_holds_of_users_entries_options_and_channels_what_files_name() -> None:
    document = json.loads(emit_lock(ACCOUNT, FILES, CONFIG))

    assert [user["email"] for user in document["users"]] == [
        "engineer@example.com",
        "Lead@example.com",
    ]
    assert document["users"][0]["is_active"] is False
    assert list(document["entries"]) == [SERVICE, PRIORITY]
    assert [entry["name"] for entry in document["entries"][SERVICE]] == ["checkout"]
    assert document["options"] == {ulid(162): [{"id": ulid(165), "name": "eu"}]}
    assert [channel["name"] for channel in document["channels"]] == ["#alerts", "#low"]
    assert json.loads(emit_lock(ACCOUNT, [], CONFIG))["users"] == []


def test_what_it_does_not_hold_is_not_taken_to_be_missing() -> None:
    lock = parsed(emit_lock(ACCOUNT, [], CONFIG))
    route = Route("R", escalate=Escalation((Target("user", one(ulid(999))),)))

    result, findings = resolve(Declaration(route, Positions("f.yaml")), lock, CONFIG)

    assert result.route == route
    assert [finding.code for finding in findings] == ["unchecked-id"]
    assert lock.entries.get(TIER) is None


def test_a_list_that_was_refused_stays_refused_with_its_reason() -> None:
    refused = replace(ACCOUNT, paths=unread("no right"), users=unread("no right either"))

    lock = parsed(emit_lock(refused, FILES, CONFIG))

    assert lock.paths == unread("no right")
    assert lock.users == unread("no right either")


def test_a_list_that_nobody_asked_for_is_left_out() -> None:
    text = emit_lock(replace(ACCOUNT, teams=UNTRIED), FILES, CONFIG)

    assert "teams" not in json.loads(text)
    assert parsed(text).teams == UNTRIED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a JSON object"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ('{"format": 2}', "not have format 1"),
        ("{}", "not have format 1"),
    ],
)
def test_a_file_that_is_no_lock_is_a_finding(text: str, words: str) -> None:
    directory, (finding,) = parse_lock(text, "directory.lock.json")

    assert directory is None
    assert words in finding.message
    assert finding.position is not None
    assert finding.position.file == "directory.lock.json"


def test_fields_of_another_type_are_as_good_as_absent() -> None:
    text = '{"format": 1, "account": 3, "sources": {}, "options": [], "entries": {"x": 1}}'

    assert parsed(text) == replace(
        Directory(),
        read_on="an earlier day",
        users=part(()),
        channels=part(()),
        message_templates=part(()),
    )


def test_it_stands_in_for_lists_that_the_key_may_not_read() -> None:
    lock = parsed(emit_lock(ACCOUNT, FILES, CONFIG))
    refused = replace(ACCOUNT, paths=unread("no right"), users=unread("no right"))

    completed, fields = completed_by(refused, lock)

    assert fields == ("paths", "users")
    assert completed.paths == replace(lock.paths, reason="no right")
    assert completed.sources == ACCOUNT.sources


def test_it_stands_in_for_no_list_that_nobody_asked_for() -> None:
    lock = parsed(emit_lock(ACCOUNT, FILES, CONFIG))
    unasked = replace(ACCOUNT, paths=UNTRIED)

    assert completed_by(unasked, lock) == (unasked, ())


def test_a_lock_of_another_account_stands_in_for_nothing() -> None:
    lock = parsed(emit_lock(ACCOUNT, FILES, CONFIG))
    other = replace(ACCOUNT, account="https://app.incident.io/other", paths=unread("no right"))

    assert completed_by(other, lock) == (other, ())


def test_each_row_is_read_back_as_it_was() -> None:
    lock = parsed(emit_lock(ACCOUNT, FILES, CONFIG))

    for field in ("sources", "attributes", "paths", "teams", "severities", "incident_types",
                  "custom_fields"):  # fmt: skip
        rows = sorted(getattr(ACCOUNT, field).rows, key=lambda row: (row.name, row.id))
        assert getattr(lock, field).rows == tuple(rows)
    for kind in ACCOUNT.catalog_types.rows:
        read = lock.catalog_types.by_id[kind.id]
        assert replace(read, attributes=kind.attributes) == kind
        assert read.attributes.by_id == kind.attributes.by_id
    named = {"lead@example.com": True, "engineer@example.com": False}
    assert {user.email.lower(): user.active for user in lock.users.rows} == named
    assert set(lock.users.rows) <= set(ACCOUNT.users.rows)
    assert set(lock.entries[SERVICE].rows) <= set(ACCOUNT.entries[SERVICE].rows)
    assert set(lock.channels.rows) == set(ACCOUNT.channels.rows)


def test_a_private_source_stays_private_in_the_lock() -> None:
    rows = [
        {"id": "01A", "name": "Open", "template": {"is_private": False}},
        {"id": "01B", "name": "Payroll", "template": {"is_private": True}},
        {"id": "01C", "name": "Old"},
    ]
    directory = Directory(account="acme", sources=sources_from(rows))

    text = emit_lock(directory, [], Config())
    read, _ = parse_lock(text, "directory.lock.json")

    assert directory.private_sources == {"01B"}
    assert read is not None
    assert set(read.sources.rows) == set(directory.sources.rows)
    assert text.count("is_private") == 1
