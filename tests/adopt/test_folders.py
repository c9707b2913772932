"""Bodies out of a backup, one live route for each that is one."""

from reconciler.adopt.terraform import Body, routes_in
from reconciler.model import JsonObject
from reconciler.wire.reading import api_of
from tests.sandbox.payloads import rich_v2, rich_v3
from tests.wire.corpus import body_of


def test_of_two_versions_the_preferred_is_taken_and_labels_are_kept() -> None:
    two, three = body_of("v2", "grouped"), body_of("v3", "grouped")
    three["id"] = two["id"]
    bodies = [Body("a.v3.json", "v3", three), Body("a.v2.json", "v2", two)]

    for prefer in ("v2", "v3"):
        folder = routes_in(bodies, prefer)

        assert [live.api for live in folder.lives] == [prefer]
        assert not folder.findings
        assert folder.labels


def test_what_is_no_route_is_a_finding_and_the_rest_is_read() -> None:
    good = body_of("v3", "minimal")

    folder = routes_in([Body("bad.json", "v3", {"id": "1"}), Body("a.json", "v3", good)], "v3")

    assert [live.id for live in folder.lives] == [good["id"]]
    assert [finding.code for finding in folder.findings] == ["unreadable-route"]
    assert "bad.json" in folder.findings[0].message


def test_versions_are_told_apart() -> None:
    assert api_of(body_of("v3", "minimal")) == "v3"
    assert api_of(body_of("v2", "minimal")) == "v2"


def test_what_only_the_other_version_says_is_named() -> None:
    identity: JsonObject = {"id": "01R", "version": 1}
    bodies = [
        Body("a.v3.json", "v3", {**rich_v3(), **identity}),
        Body("a.v2.json", "v2", {**rich_v2(), **identity}),
    ]

    by_v3, by_v2 = (routes_in(bodies, prefer).findings for prefer in ("v3", "v2"))

    assert {(one.level, one.code) for one in (*by_v3, *by_v2)} == {("warning", "not-imported")}
    assert ["workspace" in one.message for one in by_v3] == [True]
    assert "set `api: v2` in reconciler.yaml to include it" in by_v3[0].hint
    assert any("summaries of groups" in one.message for one in by_v2)
    assert {one.position.file for one in by_v2 if one.position} == {"a.v3.json"}


def test_what_no_version_says_is_not_promised_of_the_other() -> None:
    bodies = [
        Body(f"{api}.json", api, {**body_of(api, "expression-hidden-bodies"), "id": "01R"})
        for api in ("v3", "v2")
    ]

    for prefer in ("v3", "v2"):
        assert not [one for one in routes_in(bodies, prefer).findings if "hides" in one.message]
