"""A draft means what is live, or it is none."""

from dataclasses import replace

import pytest

from reconciler.adopt.draft import Draft, Names, make_draft
from reconciler.directory import resolve
from reconciler.directory.directory import Directory, Named, part
from reconciler.files.write.fmt import format_text
from reconciler.model import ApiVersion, Config, Finding, canonical_pair
from tests.adopt.live_corpus import FILE, NOBODY, drafted, importable, live_of, with_ids
from tests.wire.corpus import body_of


@pytest.mark.parametrize(("api", "slug"), importable())
def test_every_route_of_the_corpus_comes_back(api: ApiVersion, slug: str) -> None:
    live = live_of(api, with_ids(body_of(api, slug)))

    draft = drafted(live)

    resolved, _ = resolve(draft.declaration, NOBODY.directory, NOBODY.config)
    written, there = canonical_pair(resolved.route, NOBODY.typed(live).route)
    assert written == there
    assert format_text(draft.text, FILE)[0] == draft.text
    assert draft.name == live.route.name


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_what_a_read_hides_is_in_no_file(api: ApiVersion) -> None:
    live = live_of(api, with_ids(body_of(api, "expression-hidden-bodies")))

    found = make_draft(live, FILE, NOBODY, pin=False)

    assert isinstance(found, Finding)
    assert found.code == "not-importable"
    assert "does not return" in found.message
    assert found.route == live.route.name


def test_a_pinned_draft_has_the_id() -> None:
    live = live_of("v3", with_ids(body_of("v3", "minimal")))

    draft = make_draft(live, FILE, NOBODY, pin=True)

    assert isinstance(draft, Draft)
    assert f"id: {live.id}\n" in draft.text


def test_a_name_that_yaml_cannot_hold_is_a_finding() -> None:
    live = live_of("v3", with_ids(body_of("v3", "minimal")))
    live = replace(live, route=replace(live.route, name=" "))

    found = make_draft(live, FILE, NOBODY, pin=False)

    assert isinstance(found, Finding)


def test_a_file_that_would_change_something_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    live = live_of("v3", with_ids(body_of("v3", "minimal")))
    monkeypatch.setattr(
        "reconciler.adopt.draft.in_order", lambda route: replace(route, enabled=not route.enabled)
    )

    found = make_draft(live, FILE, NOBODY, pin=False)

    assert isinstance(found, Finding)
    assert found.message.endswith("a file would change enabled")


def test_names_that_only_labels_tell_are_not_written() -> None:
    live = live_of("v2", with_ids(body_of("v2", "same-channel-twice")))
    directory = Directory(channels=part([Named("C0ALERTS1", "#alerts")]))

    draft = make_draft(live, FILE, Names(directory, Config(), {}), pin=False)
    named = make_draft(
        live, FILE, Names(directory, Config(channels={"#alerts": "C0ALERTS1"}), {}), pin=False
    )

    assert isinstance(draft, Draft)
    assert isinstance(named, Draft)
    assert "#alerts" not in draft.text
    assert '"#alerts"' in named.text
