"""Which routes become which files; nothing that is there is written over."""

from dataclasses import replace

from reconciler.adopt.importing import Checkout, chosen, import_routes
from reconciler.files import parse_route
from reconciler.model import Declaration, Listed, Live, Route
from tests.adopt.live_corpus import NOBODY, live_of, with_ids
from tests.wire.corpus import body_of

EMPTY = Checkout({}, frozenset())


def live(name: str, identity: str = "01JR0000000000000000000001") -> Live:
    return Live(identity, 3, "v3", Route(name), {})


def rows(*lives: Live) -> list[Listed]:
    return [Listed(one.id, one.route.name) for one in lives]


def declared(text: str, file: str) -> Declaration:
    declaration, _ = parse_route(text, file)
    assert declaration is not None
    return declaration


def test_without_a_wish_every_route_is_chosen() -> None:
    listed = rows(live("A"), live("B", "2"))

    assert chosen(listed, ()) == (tuple(listed), ())
    assert [route.name for route in chosen(listed, ["A", "2"])[0]] == ["A", "B"]


def test_a_word_that_means_no_route_is_a_finding_with_the_nearest_name() -> None:
    listed = rows(live("Production Alerts"))

    (near,) = chosen(listed, ["Production Alert"])[1]
    (far,) = chosen(listed, ["xyz"])[1]

    assert near.hint == 'did you mean "Production Alerts"?'
    assert "--all" in far.hint


def test_a_name_that_is_not_unique_is_pinned() -> None:
    one, two = live("A"), live("A", "01JR0000000000000000000002")

    found = import_routes([one], rows(one, two), EMPTY, NOBODY, force=False)
    alone = import_routes([one], rows(one), EMPTY, NOBODY, force=False)

    assert [draft.declaration.id for draft in found.drafts] == [one.id]
    assert [draft.declaration.id for draft in alone.drafts] == [None]


def test_an_address_of_terraform_is_no_id() -> None:
    one, two = live("A", "module.a.b"), live("A")

    found = import_routes([one, two], rows(one, two), EMPTY, NOBODY, force=False)

    assert {draft.declaration.id for draft in found.drafts} == {None, two.id}


def test_a_declared_route_keeps_its_file_and_its_id() -> None:
    one = live("A")
    file = "routes/deep/other.yaml"
    declaration = declared(f"name: A\nid: {one.id}\nsources: []\n", file)
    checkout = Checkout({one.id: declaration}, frozenset([file]))

    skipped = import_routes([one], rows(one), checkout, NOBODY, force=False)
    forced = import_routes([one], rows(one), checkout, NOBODY, force=True)

    assert skipped.skipped == (declaration,)
    assert not skipped.drafts
    assert [(draft.file, draft.declaration.id) for draft in forced.drafts] == [(file, one.id)]
    assert not forced.skipped


def test_a_route_to_be_absent_is_skipped_in_any_case() -> None:
    one = live("A")
    declaration = declared("name: A\nstate: absent\n", "routes/a.yaml")
    checkout = Checkout({one.id: declaration}, frozenset(["routes/a.yaml"]))

    found = import_routes([one], rows(one), checkout, NOBODY, force=True)

    assert found.skipped == (declaration,)


def test_a_file_that_nobody_can_read_is_in_the_way_but_for_force() -> None:
    one = live("A")
    files = frozenset(["routes/a.yaml"])
    checkout = Checkout({}, files, unreadable=files)

    refused = import_routes([one], rows(one), checkout, NOBODY, force=False)
    forced = import_routes([one], rows(one), checkout, NOBODY, force=True)

    assert [finding.code for finding in refused.findings] == ["file-exists"]
    assert [draft.file for draft in forced.drafts] == ["routes/a.yaml"]


def test_what_cannot_be_said_is_named_and_the_others_are_written() -> None:
    hidden = live_of("v3", with_ids(body_of("v3", "expression-hidden-bodies")))
    hidden = replace(hidden, id="01JR0000000000000000000009")

    found = import_routes([hidden, live("A")], [], EMPTY, NOBODY, force=False)

    assert [finding.code for finding in found.findings] == ["not-importable"]
    assert [draft.name for draft in found.drafts] == ["A"]


def test_unknown_fields_are_noted() -> None:
    newer = live_of("v3", with_ids(body_of("v3", "newer-api")))

    found = import_routes([newer], [], EMPTY, NOBODY, force=False)

    assert [finding.code for finding in found.findings] == ["unknown-field"]
    assert found.findings[0].level == "note"
    assert newer.unknown[0].pointer in found.findings[0].message
