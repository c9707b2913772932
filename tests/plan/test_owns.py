"""Which routes are this repository's, and what a plan does with the others: nothing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from reconciler.model import (
    Approval,
    Config,
    Elsewhere,
    Finding,
    Listed,
    Live,
    Position,
    Route,
    is_ours,
    is_ours_by_name,
)
from reconciler.plan.identify import Identified, Pair, sort_undeclared
from reconciler.plan.make import Bases
from reconciler.plan.owns import Owned, also_owned, declared_outside, keep_ours, not_ours
from reconciler.plan.plan import PlanContext
from tests.plan.parts import declared, live

NAMES = {"01PAY": "Payments", "01LED": "Ledger", "01OPS": "Operations"}
AT = Position("reconciler.yaml", 3, 7)
LEDGER = Elsewhere("ledger-alerts", ("01LED",), position=Position("reconciler.yaml", 5, 7))
PAYMENTS = Config(owns_teams=("01PAY",), owns_at=AT)
PREFIX = Config(owns_prefixes=("Pay: ",), owns_at=AT)
TODAY = date(2026, 8, 1)
CONTEXT = PlanContext("0.1.0", "v3", "", "", TODAY)
MINE = Route("Pay: cards", owners=("01PAY",))
THEIRS = Route("Ledger alerts", owners=("01LED",))


def keep(
    identified: Identified,
    *lives: Live,
    config: Config = PAYMENTS,
    bases: Bases | None = None,
    scope: str = "all",
) -> Owned:
    context = replace(CONTEXT, scope=scope)
    return keep_ours(identified, {one.id: one for one in lives}, config, context, NAMES, bases)


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(one.level, one.code) for one in findings]


@pytest.mark.parametrize(
    ("config", "route", "ours"),
    [
        (Config(), THEIRS, True),
        (PAYMENTS, MINE, True),
        (PAYMENTS, THEIRS, False),
        (PAYMENTS, replace(MINE, owners=()), False),
        (PAYMENTS, replace(MINE, owners=("01LED", "01PAY")), True),
        (replace(PAYMENTS, elsewhere=(LEDGER,)), replace(MINE, owners=("01LED", "01PAY")), False),
        (Config(owns_teams=("Payments",)), MINE, True),
        (PREFIX, MINE, True),
        (PREFIX, replace(MINE, name="pay: cards"), False),
        (Config(owns_prefixes=("Pay:",)), replace(MINE, name="Pay"), False),
        (Config(elsewhere=(LEDGER,)), THEIRS, False),
        (Config(elsewhere=(LEDGER,)), MINE, True),
        (Config(elsewhere=(Elsewhere("l", prefixes=("Ledger",)),)), THEIRS, False),
    ],
)
def test_a_route_belongs_by_its_teams_or_by_the_beginning_of_its_name(
    config: Config, route: Route, ours: bool
) -> None:
    assert is_ours(route, config, NAMES) is ours


@given(
    st.sampled_from(["", "Pay: a", "Pay", "Ledger x"]),
    st.lists(st.sampled_from([*NAMES]), unique=True),
    st.sampled_from([(), ("01PAY",), ("01LED", "01PAY")]),
    st.sampled_from([(), ("Pay",), ("Ledger", "Pay: ")]),
    st.sampled_from([(), (LEDGER,), (Elsewhere("x", prefixes=("Ledger",)),)]),
)
def test_the_list_of_routes_never_tells_another_owner_than_the_route(
    name: str,
    owners: list[str],
    teams: tuple[str, ...],
    prefixes: tuple[str, ...],
    elsewhere: tuple[Elsewhere, ...],
) -> None:
    config = Config(owns_teams=teams, owns_prefixes=() if teams else prefixes, elsewhere=elsewhere)
    told = is_ours_by_name(Listed("01X", name), config)

    assert told in (None, is_ours(Route(name, owners=tuple(owners)), config, NAMES))


def test_a_file_outside_says_whose_its_route_is_and_where_the_rule_stands() -> None:
    found = declared_outside(declared(replace(THEIRS, owners=("01LED",))), PAYMENTS, NAMES)

    assert found is not None
    assert (found.level, found.code) == ("error", "outside-owns")
    assert found.message == (
        '"Ledger alerts" belongs to Ledger, and this repository owns routes of Payments '
        "(reconciler.yaml:3)"
    )
    assert "write `owners: [Payments]`" in found.hint
    assert found.position is not None
    assert found.position.file == "routes/production-alerts.yaml"


@pytest.mark.parametrize(
    ("config", "route", "words"),
    [
        (PAYMENTS, replace(MINE, owners=()), "has no owning team, and this repository owns"),
        (PREFIX, THEIRS, 'owns routes whose names begin with "Pay: " (reconciler.yaml:3)'),
        (
            replace(PAYMENTS, elsewhere=(LEDGER,)),
            replace(MINE, owners=("01PAY", "01LED")),
            "belongs to Ledger, which ledger-alerts owns (reconciler.yaml:5)",
        ),
        (
            Config(elsewhere=(Elsewhere("legacy", prefixes=("Ledger",)),), owns_at=AT),
            THEIRS,
            "has a name that belongs to legacy, and this repository owns all routes that",
        ),
    ],
)
def test_each_reason_has_its_words(config: Config, route: Route, words: str) -> None:
    found = declared_outside(declared(route), config, NAMES)

    assert found is not None
    assert words in found.message


def test_the_live_owners_decide_where_a_file_leaves_them_open() -> None:
    bare = replace(MINE, owners=())

    assert declared_outside(declared(bare, absent=True), PAYMENTS, NAMES) is None
    assert declared_outside(declared(bare, ignore=("owners",)), PAYMENTS, NAMES) is None
    assert declared_outside(declared(THEIRS, absent=True), PREFIX, NAMES) is not None


def test_a_new_file_for_a_route_of_another_repository_is_an_error() -> None:
    theirs = live(replace(MINE, owners=("01LED",)))
    kept = keep(Identified((Pair(declared(MINE), theirs.id),)), theirs)

    assert codes(kept.findings) == [("error", "not-owned")]
    assert kept.identified.pairs == ()
    assert "belongs to Ledger in incident.io" in kept.findings[0].message
    assert "make Payments its owning team" in kept.findings[0].hint


def test_a_route_that_left_is_told_and_stops_nothing_else() -> None:
    file, theirs = declared(MINE), live(replace(MINE, owners=("01LED",)))
    kept = keep(Identified((Pair(file, theirs.id),)), theirs, bases=Bases({file.file: MINE}))

    assert codes(kept.findings) == [("warning", "left-owns")]
    assert kept.identified.pairs == ()
    assert "it left what this repository owns" in kept.findings[0].message


@pytest.mark.parametrize("absent", [True, False])
def test_a_route_that_left_while_its_file_changed_is_a_conflict(absent: bool) -> None:
    changed = declared(MINE if absent else replace(MINE, enabled=False), absent=absent)
    theirs = live(replace(MINE, owners=("01LED",)))
    kept = keep(Identified((Pair(changed, theirs.id),)), theirs, bases=Bases({changed.file: MINE}))

    assert codes(kept.findings) == [("warning", "left-owns-and-changed")]
    assert kept.identified.pairs == ()


def test_a_backup_leaves_what_is_not_ours_as_it_is() -> None:
    theirs = live(THEIRS)
    pair, create = Pair(declared(THEIRS), theirs.id), declared(replace(THEIRS, name="Gone"))
    kept = keep(Identified((pair,), (create,)), theirs, scope="backup")

    assert codes(kept.findings) == [("warning", "not-owned"), ("warning", "outside-owns")]
    assert (kept.identified.pairs, kept.identified.creates) == ((), ())


def test_a_backup_gives_no_route_of_ours_away() -> None:
    before = replace(MINE, name="Ledger: cards")
    there = live(MINE)
    identified = Identified((Pair(declared(before), there.id),))
    kept = keep(identified, there, config=PREFIX, scope="backup")

    assert codes(kept.findings) == [("warning", "outside-owns")]
    assert kept.findings[0].message == (
        '"Ledger: cards" has a name outside of `owns` in the backup; "Pay: cards" stays as it is'
    )
    assert kept.identified.pairs == ()


def test_a_name_of_another_repository_is_refused_where_the_live_owners_stay() -> None:
    claimed = Elsewhere("ledger-alerts", prefixes=("Ledger: ",), position=AT)
    config = replace(PAYMENTS, elsewhere=(claimed,))
    renamed = declared(Route("Ledger: cards"), previously=MINE.name, ignore=("owners",))
    kept = keep(Identified((Pair(renamed, "01A"),)), live(MINE, "01A"), config=config)
    offline = declared_outside(renamed, config, NAMES)

    assert codes(kept.findings) == [("error", "outside-owns")]
    assert kept.identified.pairs == ()
    assert offline is not None
    assert "has a name that belongs to ledger-alerts (reconciler.yaml:3)" in offline.message


def test_a_second_route_of_another_repositorys_name_needs_an_approval() -> None:
    theirs = live(replace(MINE, owners=("01LED",)))
    creating = Identified(creates=(declared(MINE),))
    approval = Approval(MINE.name, "second-route", "two teams", TODAY)

    refused = keep(creating, theirs)
    approved = keep(creating, theirs, config=replace(PAYMENTS, approvals=(approval,)))

    assert codes(refused.findings) == [("error", "guard-second-route")]
    assert "another repository may declare it" in refused.findings[0].message
    assert codes(approved.findings) == [("note", "approved-second-route")]
    assert approved.identified.creates == creating.creates


def test_a_route_of_another_repository_is_not_renamed() -> None:
    theirs = live(THEIRS)
    kept = keep(Identified(creates=(declared(MINE, previously=THEIRS.name),)), theirs)

    assert codes(kept.findings) == [("error", "not-owned")]
    assert kept.identified.creates == ()


def test_what_is_not_ours_or_of_unknown_owners_is_not_undeclared() -> None:
    rows = [Listed("01A", "A"), Listed("01B", "B"), Listed("01C", "C")]
    lives = {"01A": live(MINE, "01A"), "01B": live(THEIRS, "01B")}

    found = sort_undeclared(rows, lives, PAYMENTS, NAMES)

    assert found.routes == (rows[0],)
    assert found.not_ours == (rows[1],)
    assert found.unread == (rows[2],)
    assert not_ours(rows, lives, PAYMENTS, NAMES) == {"01B"}
    assert not_ours(rows, lives, Config(), NAMES) == frozenset()
    assert not_ours(rows, {}, PREFIX, NAMES) == {"01A", "01B", "01C"}


def test_a_route_of_two_teams_is_told_before_it_is_written() -> None:
    both = replace(MINE, owners=("01PAY", "01LED"))
    file, there = declared(MINE, "routes/a.yaml"), live(both)
    create = declared(both, "routes/b.yaml")
    identified = Identified((Pair(file, there.id),), (create,))

    found = list(also_owned(identified, {there.id: there}, {create.file}, PAYMENTS, NAMES))

    assert codes(tuple(found)) == [("note", "also-owned"), ("warning", "also-owned")]
    assert "belongs to Ledger, too" in found[0].message
    assert list(also_owned(identified, {there.id: there}, (), PREFIX, NAMES)) == []


ROUTES = st.builds(
    Route,
    st.sampled_from(["Pay: a", "Pay: b", "Ledger a", "Other"]),
    owners=st.lists(st.sampled_from([*NAMES]), unique=True).map(tuple),
)
CONFIGS = st.sampled_from([PAYMENTS, PREFIX, replace(PAYMENTS, elsewhere=(LEDGER,))])


@given(ROUTES, ROUTES, CONFIGS, st.sampled_from(["all", "backup"]), st.booleans())
def test_no_plan_gives_a_route_away(
    wanted: Route, there: Route, config: Config, scope: str, open_owners: bool
) -> None:
    file = declared(wanted, ignore=("owners",) if open_owners else ())
    kept = keep(Identified((Pair(file, "01A"),)), live(there, "01A"), config=config, scope=scope)

    owners = there.owners if open_owners else wanted.owners
    stays = is_ours(replace(wanted, owners=owners), config, NAMES)
    assert bool(kept.identified.pairs) is (stays and is_ours(there, config, NAMES))
    assert bool(kept.findings) is not bool(kept.identified.pairs)


@given(st.lists(ROUTES, max_size=4), st.lists(ROUTES, max_size=4), CONFIGS, st.booleans())
def test_no_plan_touches_what_is_not_ours(
    pairs: list[Route], creates: list[Route], config: Config, known: bool
) -> None:
    lives = [live(route, f"01{number}") for number, route in enumerate(pairs)]
    files = [declared(MINE, f"routes/{number}.yaml") for number in range(len(pairs))]
    identified = Identified(
        tuple(Pair(file, there.id) for file, there in zip(files, lives, strict=True)),
        tuple(declared(route, f"routes/new-{n}.yaml") for n, route in enumerate(creates)),
    )
    bases = Bases({file.file: MINE for file in files}) if known else None

    kept = keep(identified, *lives, config=config, bases=bases)

    ours = {there.id for there in lives if is_ours(there.route, config, NAMES)}
    assert {pair.id for pair in kept.identified.pairs} == ours
    assert all(is_ours(one.route, config, NAMES) for one in kept.identified.creates)
    left = len(pairs) - len(ours)
    told = {one.position.file for one in kept.findings if one.position}
    assert len([file for file in files if file.file in told]) == left
