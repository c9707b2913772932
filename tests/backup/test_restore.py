"""Which live route a kept one is: its id decides, its name only where nothing else can be meant."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reconciler.backup.plan import Match
from reconciler.backup.read import Backup, Manifest
from reconciler.backup.restore import (
    files_to_update,
    identify_kept,
    new_ids,
    restore_request,
    update_ids,
)
from reconciler.backup.routes import BackedUpRoute, choose, held
from reconciler.files import read_routes
from reconciler.model import (
    Again,
    Channels,
    Config,
    Declaration,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Listed,
    Live,
    Positions,
    Route,
    one,
)
from reconciler.plan.change import Create
from reconciler.plan.outcome import Failed, Outcome, Written
from reconciler.planning.payloads import Prepared


def kept(identity: str, name: str) -> BackedUpRoute:
    route = Route(name)
    return BackedUpRoute(Live(identity, 1, "v3", route, {}), route, f"backups/{identity}.json")


def matched(routes: list[BackedUpRoute], *live: tuple[str, str], only: int | None = None) -> Match:
    claimed = frozenset(one.id for one in routes)
    chosen = routes if only is None else routes[only : only + 1]
    listed = [Listed(identity, name) for identity, name in live]
    return identify_kept(chosen, claimed, listed, complete=only is None)


def test_an_id_that_is_live_decides_whatever_it_is_called_now() -> None:
    match = matched([kept("01A", "A"), kept("01B", "B")], ("01A", "B"), ("01B", "A"))

    assert [(one.name, identity) for one, identity in match.pairs] == [("A", "01A"), ("B", "01B")]
    assert match.undeclared == ()


def test_a_route_that_is_gone_is_created_again() -> None:
    match = matched([kept("01A", "A")], ("01Z", "Other"))

    assert [one.name for one in match.creates] == ["A"]
    assert match.undeclared == (Listed("01Z", "Other"),)


def test_the_one_route_of_its_name_is_it_and_nothing_undeclared() -> None:
    match = matched([kept("01A", "A")], ("01Z", "A"))

    assert [identity for _, identity in match.pairs] == ["01Z"]
    assert [finding.code for finding in match.findings] == ["restored-by-name"]
    assert match.undeclared == ()


def test_a_new_route_that_took_the_name_is_undeclared() -> None:
    match = matched([kept("01A", "A")], ("01A", "Renamed"), ("01Z", "A"))

    assert [identity for _, identity in match.pairs] == ["01A"]
    assert match.undeclared == (Listed("01Z", "A"),)


def test_two_candidates_are_an_error_that_lists_them() -> None:
    match = matched([kept("01A", "A")], ("01Z", "A"), ("01Y", "A"))

    (finding,) = match.findings
    assert (finding.level, finding.code) == ("error", "ambiguous-route")
    assert "01Y, 01Z" in finding.message
    assert (match.pairs, match.creates) == ((), ())


def test_two_that_are_gone_never_share_one_that_is_live() -> None:
    match = matched([kept("01A", "A"), kept("01B", "A")], ("01Z", "A"))

    assert [finding.code for finding in match.findings] == ["ambiguous-route"] * 2


def test_two_of_one_name_are_both_created_again() -> None:
    assert len(matched([kept("01A", "A"), kept("01B", "A")]).creates) == 2


def test_with_only_some_nothing_counts_as_undeclared() -> None:
    routes = [kept("01A", "A"), kept("01B", "A")]

    match = matched(routes, ("01A", "A"), ("01B", "A"), only=0)

    assert [identity for _, identity in match.pairs] == ["01A"]
    assert match.undeclared is None


@pytest.mark.parametrize("word", ["A", "01A", "01A.json", "backups/01A.json"])
def test_a_route_is_named_by_name_id_or_file(word: str) -> None:
    chosen, findings = choose([kept("01A", "A"), kept("01B", "B")], [word])

    assert [one.id for one in chosen] == ["01A"]
    assert findings == ()


def test_a_word_that_means_none_is_told_what_there_is() -> None:
    assert choose([kept("01A", "A")], ["Zzz"])[1][0].hint == 'it has "A"'
    assert choose([], ["B"])[1][0].hint == "it has none"
    near = choose([kept("01A", "Database Alerts")], ["Databse Alerts"])[1][0]
    assert near.hint == 'did you mean "Database Alerts"?'


def test_what_v2_has_no_words_for_is_left_out_and_said() -> None:
    channels = Channels(one("C1"), summarise_groups=True)
    route = Route(
        "A",
        group=Grouping(60, extend="fixed"),
        escalate=Escalation(again=Again("never")),
        notify=(Destination(channels, channels), Destination(Channels(one("C2")))),
    )

    without, findings = held(route, "v2")

    plain = replace(channels, summarise_groups=False)
    assert without == replace(
        route,
        group=Grouping(60),
        escalate=Escalation(again=Again()),
        notify=(Destination(plain, plain), Destination(Channels(one("C2")))),
    )
    assert {finding.code for finding in findings} == {"not-restored"}
    assert {finding.level for finding in findings} == {"warning"}
    assert held(without, "v2") == (without, ())


def test_what_v3_has_no_words_for_is_left_out_and_said() -> None:
    route = Route("A", incident=Incident(workspace=one("T0ACME")))

    without, (finding,) = held(route, "v3")

    assert without.incident == Incident()
    assert finding.hint == "`restore --api v2`, or `api: v2` in reconciler.yaml, can write it"


def test_new_ids_change_nothing_but_the_id(tmp_path: Path) -> None:
    folder = tmp_path / "routes"
    folder.mkdir()
    text = 'name: A # 01A\r\nid:   "01A"  # ours\r\nsources: []\r\n'
    (folder / "a.yaml").write_bytes(text.encode())
    (folder / "b.yaml").write_text("name: B\nid: 01B\nsources: []\n")
    files = read_routes(tmp_path)

    assert update_ids(tmp_path, files, {"01A": "01Z"}) == ("routes/a.yaml",)

    assert (folder / "a.yaml").read_bytes().decode() == text.replace('"01A"', '"01Z"')
    assert (folder / "b.yaml").read_text() == "name: B\nid: 01B\nsources: []\n"


def test_an_id_that_is_spelled_with_escapes_is_left_to_a_person(tmp_path: Path) -> None:
    folder = tmp_path / "routes"
    folder.mkdir()
    (folder / "a.yaml").write_text('name: A\nid: "01\\x41"\nsources: []\n')
    files = read_routes(tmp_path)

    assert update_ids(tmp_path, files, {"01A": "01Z"}) == ()


def created(identity: str | None, file: str) -> Prepared:
    declaration = Declaration(Route("A"), Positions(file), id=identity)
    return Prepared(Create(declaration, Route("A"), ()), {})


def test_new_ids_are_those_of_routes_that_had_one_and_were_created() -> None:
    prepared = [created("01A", "a"), created(None, "b"), created("01C", "c"), created("01D", "d")]
    outcomes: list[Outcome] = [
        Written("create", "A", "01X", 1),
        Written("create", "B", "01Y", 1),
        Failed("create", "C", "", "refused"),
    ]  # the run ended before the last

    assert new_ids(prepared, outcomes) == {"01A": "01X"}


def test_files_to_update_are_those_with_the_id_of_a_create() -> None:
    declarations = [
        Declaration(Route("A"), Positions("routes/b.yaml"), id="01A"),
        Declaration(Route("A"), Positions("routes/a.yaml"), id="01A"),
        Declaration(Route("B"), Positions("routes/c.yaml"), id="01B"),
        Declaration(Route("C"), Positions("routes/d.yaml")),
    ]
    prepared = [created("01A", "backup"), created(None, "backup")]

    assert files_to_update(declarations, prepared) == ("routes/a.yaml", "routes/b.yaml")


@pytest.mark.parametrize(
    ("manifest", "account", "trusted", "complete"),
    [
        (None, "", False, True),
        (Manifest("https://a", "", "", (), complete=False), "https://a", True, False),
        (Manifest("https://a", "", "", (), complete=True), "https://a", True, True),
    ],
)
def test_only_a_manifest_makes_a_backup_trusted(
    manifest: Manifest | None, account: str, trusted: bool, complete: bool
) -> None:
    backup = Backup(Path("x"), manifest=manifest)
    request = restore_request(backup, Config(), date(2026, 11, 29), None, accepted=True)

    assert (request.account, request.trusted, request.complete) == (account, trusted, complete)
    assert request.accepted
