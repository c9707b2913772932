"""Each list of the account is read once, whole; one that may not be read is no failure."""

from collections.abc import Iterator

import pytest

from reconciler import sandbox as sandboxes
from reconciler.directory import Directory, Listing, Needs, decode, unread
from reconciler.directory.directory import Person
from reconciler.live.lists import LISTS, ListRead, list_calls, with_list
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.apply.account import reader
from tests.live.canned import Canned


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False)) as running:
        yield running


def read(sandbox: RunningSandbox, needs: Needs) -> list[ListRead]:
    with reader(sandbox) as client:
        return [call() for call in list_calls(client, needs)]


@pytest.mark.parametrize("field", LISTS)
def test_every_list_of_the_account_can_be_read_whole(sandbox: RunningSandbox, field: str) -> None:
    (one,) = read(sandbox, Needs(lists=frozenset({field})))

    assert (one.field, one.key, one.listing.state) == (field, "", "whole")
    assert one.listing.rows
    assert {request.status for request in sandbox.requests} == {200}


def test_options_and_entries_are_read_for_what_they_belong_to(sandbox: RunningSandbox) -> None:
    region = ident("custom field", "Region")
    service = ident("catalog type", "Service")

    options, entries = read(sandbox, Needs(options=(region,), entries=(service,)))

    assert (options.field, options.key) == ("options", region)
    assert [row.name for row in options.listing.rows] == ["eu-central-1", "us-east-1"]
    assert (entries.field, entries.key) == ("entries", service)
    assert "gateway" in [row.name for row in entries.listing.rows]


def test_a_user_is_read_by_email(sandbox: RunningSandbox) -> None:
    found, missing = read(sandbox, Needs(emails=("lead@example.com", "nobody@example.com")))

    assert [row.name for row in found.listing.rows] == ["Engineering Lead"]
    assert found.listing.state == "part"
    assert missing.listing.rows == ()
    assert missing.listing.looked_up == {"nobody@example.com"}


def test_a_list_that_the_key_may_not_read_is_unread_with_the_right() -> None:
    settings = sandboxes.Settings(missing_scopes=frozenset({"users.view", "alert_sources.view"}))
    with sandboxes.start(settings) as sandbox:
        found = read(sandbox, Needs(lists=frozenset({"users", "sources"})))

    assert [one.listing.state for one in found] == ["unread", "unread"]
    assert "alert_sources.view" in found[0].listing.reason
    assert "users.view" in found[1].listing.reason


@pytest.mark.parametrize("body", [{}, [], None, {"alert_sources": None}, {"alert_sources": ["x"]}])
def test_an_answer_without_the_list_does_not_mean_that_there_is_nothing(body: object) -> None:
    with Canned({"/v2/alert_sources": body}) as client:
        (call,) = list_calls(client, Needs(lists=frozenset({"sources"})))
        one = call()

    assert one.listing.state == "unread"
    assert "alert_sources" in one.listing.reason


def listing(*emails: str, reason: str = "") -> Listing[Person]:
    if reason:
        return unread(reason)
    rows: list[dict[str, object]] = [
        {"id": email.upper(), "name": email, "email": email} for email in emails
    ]
    return decode.users_from(rows, looked_up=list(emails))


def test_users_who_were_read_one_by_one_add_up() -> None:
    directory = Directory()
    for email in ("a@example.com", "b@example.com"):
        directory = with_list(directory, ListRead("users", email, listing(email)))

    assert [row.email for row in directory.users.rows] == ["a@example.com", "b@example.com"]
    assert directory.users.looked_up == {"a@example.com", "b@example.com"}


@pytest.mark.parametrize("first", [True, False])
def test_a_refusal_of_one_user_is_a_refusal_of_all(first: bool) -> None:
    reads = [
        ListRead("users", "a@example.com", listing("a@example.com")),
        ListRead("users", "b@example.com", listing(reason="no right")),
    ]
    directory = Directory()
    for read_one in reads if first else reversed(reads):
        directory = with_list(directory, read_one)

    assert (directory.users.state, directory.users.reason) == ("unread", "no right")


def test_lists_of_options_and_entries_stand_beside_each_other() -> None:
    directory = Directory()
    for kind in ("one", "two"):
        directory = with_list(directory, ListRead("options", kind, listing("a@example.com")))
        directory = with_list(directory, ListRead("entries", kind, listing("a@example.com")))

    assert sorted(directory.options) == sorted(directory.entries) == ["one", "two"]
