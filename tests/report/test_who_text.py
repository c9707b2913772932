"""Who is paged differently, on a terminal: what a reader in a hurry sees first."""

from dataclasses import replace
from datetime import date

from hypothesis import given, strategies as st

from reconciler.model import Observation
from reconciler.plan.paging.proof import Proof
from reconciler.report.who_text import MOST_ROWS, who_text
from reconciler.routing.who import Row, Thing, Who
from reconciler.routing.world import Alert
from reconciler.text import columns
from tests.plan.proofs import (
    ANYTHING,
    CRITICAL,
    DEPENDS,
    LOST,
    OTHER,
    PINNED,
    POSTS,
    UNREAD,
    proof,
    region,
    taken,
)

LAST = "Assumed: every matching route fires, and titles are never missing. Not judged:"


def test_the_first_line_counts_what_happens_the_worst_first() -> None:
    text = who_text(proof(OTHER, POSTS, LOST, LOST), width=200)

    first = text.splitlines()[0]
    assert first.startswith(
        "Who is paged: 2 kinds of alerts stop paging, 1 pages another target, 1 posts elsewhere."
    )
    assert first.endswith(" elsewhere. Proved for every alert of 2 sources.")


def test_a_lost_page_says_nobody_in_capitals_and_why() -> None:
    assert who_text(proof(LOST)).splitlines()[1:4] == [
        "  ✗ page lost: Alertmanager (Production), severity is one of critical",
        "      Engineering On-Call → NOBODY",
        "      because of Production Alerts; e.g. severity: critical",
    ]


def test_nobody_paged_differently_is_said_as_proved() -> None:
    text = who_text(proof(changed=2))

    assert text.startswith(
        "✅ Nobody is paged differently: proved for every alert. 2 routes changed.\n"
    )
    assert "Every other alert" not in text
    assert LAST in " ".join(text.split())


def test_other_channels_alone_page_nobody_differently() -> None:
    text = who_text(proof(POSTS))

    assert text.startswith(
        "✅ Nobody is paged differently: proved for every alert. 1 kind of alert posts"
    )
    assert "no post → #alerts" in text


def test_what_is_unknown_is_never_called_proved() -> None:
    text = who_text(proof(unknown=(UNREAD,)))

    assert text.startswith("Who is paged: unknown for some alerts of 1 source.\n")
    assert "proved" not in text
    assert "✅" not in text
    assert "  ? Grafana Cloud, branch is one of main\n" in text
    assert "the catalog was not read; run `reconciler plan` with a key" in text


def test_a_reading_is_said_below_the_certain_rows() -> None:
    text = who_text(proof(DEPENDS, OTHER), width=200)

    certain, depending = text.split("  Depends on how incident.io compares text (not documented):")
    assert "Platform On-Call" in certain
    assert "unless severity is exactly Critical" in depending
    assert "only if case counts" in depending
    assert "1 kind of alert may stop paging" in text.splitlines()[0]


def test_what_it_rests_on_is_said() -> None:
    who = replace(proof(LOST).who, assumed=(PINNED,))
    text = who_text(Proof(who, {}, 1, ("Old Alerts",), ("New Alerts",)), width=200)

    assert "under every reading that reconciler.yaml admits." in text
    assert (
        "It rests on `assume`: `one_of` compares whole texts (since 2026-08-01: seen in three "
        "alerts)." in text
    )
    assert "Judged by their files, because the live routes were not read: Old Alerts." in text
    assert "Assumed to decide nothing: unknown fields of New Alerts." in text


def test_what_past_alerts_rule_out_is_said_as_a_pin_is() -> None:
    seen = Observation((("text_case", False),), 1, date(2026, 11, 29))
    text = who_text(Proof(replace(proof(LOST).who, assumed=(seen,)), {}, 1), width=200)

    assert "under every reading that reconciler.yaml and semantics.lock.yaml admit." in text
    assert (
        "It rests on `semantics.lock.yaml`: case counts (since 2026-11-29: shown by 1 past alert)."
    ) in text


def test_each_aspect_has_a_before_and_an_after() -> None:
    def effect(row: Row) -> str:
        return who_text(proof(row), width=200).splitlines()[2].split("  e.g")[0].strip()

    path: tuple[Thing, ...] = (("path", "01ONCALL"),)
    row = Row(CRITICAL, Alert("01PROD"))
    assert effect(replace(row, lost=path)) == (
        "Engineering On-Call → not Engineering On-Call any more; others as before"
    )
    assert effect(replace(row, gained=path)) == "— → Engineering On-Call"
    assert effect(replace(row, doubled=path)) == (
        "Engineering On-Call once → Engineering On-Call by several routes"
    )
    assert effect(replace(row, undoubled=path)) == (
        "Engineering On-Call by several routes → Engineering On-Call once"
    )
    assert effect(replace(row, channels_lost=("C01",))) == "#alerts → no post"
    assert effect(replace(row, incident="gained")) == "no incident → an incident"
    assert effect(replace(row, lost=(("user", "01U"),), gained=path)) == (
        "user 01U → Engineering On-Call"
    )


def test_whom_only_the_alert_names_is_said_so() -> None:
    row = replace(LOST, lost=(("path", "alert.attributes.01SEV"),), nobody=True)

    assert "whoever severity names → NOBODY" in who_text(proof(row))


def test_many_rows_are_counted() -> None:
    text = who_text(proof(*[LOST] * (MOST_ROWS + 3)))

    assert text.count("page lost") == MOST_ROWS
    assert "… 3 more rows (all in --format json)" in text


def test_many_unknown_regions_are_counted() -> None:
    assert "… 1 more region (all in --format json)" in who_text(
        proof(unknown=(UNREAD,) * (MOST_ROWS + 1))
    )


def test_several_cubes_are_alternatives() -> None:
    (cube,), (other,) = CRITICAL.when, region(DEPENDS.region.when[0][1:2]).when
    row = replace(LOST, region=region(cube, other))

    assert "severity is one of critical; or every alert, unless severity is exactly" in who_text(
        proof(row), width=200
    )


def test_what_a_change_left_of_a_route_is_not_said_to_take_the_alert() -> None:
    """The word is about groups that the change left alone, not about the whole route."""
    held, not_held = (taken("Production Alerts", holds=holds) for holds in (True, False))
    rows = (replace(LOST, region=region((held,))), replace(LOST, region=region((not_held,))))

    text = who_text(proof(*rows), width=200)

    assert "(Production), the unchanged conditions of Production Alerts hold\n" in text
    assert "every alert, unless the unchanged conditions of Production Alerts hold\n" in text


def test_a_title_that_no_condition_is_about_is_not_shown() -> None:
    row = replace(ANYTHING, witness=Alert("01PROD", {"alert.title": ("payments of ACME",)}))

    assert "ACME" not in who_text(proof(row))


@given(st.text(min_size=1), st.integers(40, 120))
def test_every_line_fits_whatever_things_are_called(name: str, width: int) -> None:
    rows = (LOST, POSTS, DEPENDS, ANYTHING)
    names = {**proof().names, "01PROD": name, "01ONCALL": name, "01LIVE": name, "C01": name}
    text = who_text(Proof(Who(rows, (UNREAD,), sources=("01PROD",)), names, 1), width=width)

    assert all(columns(line) <= width for line in text.splitlines())


def test_without_unicode_it_says_the_same() -> None:
    text = who_text(proof(LOST, changed=1), unicode=False)

    assert text.isascii()
    assert "x page lost" in text
    assert "Engineering On-Call -> NOBODY" in text
    assert who_text(proof(), unicode=False).startswith("OK: Nobody is paged")
