"""Guards that the proof decides: a lost page and an unknown one need an approval."""

from dataclasses import replace
from datetime import date

import pytest

from reconciler.model import Approval, ApprovedRisk, Config, Finding, Position, Route, RouteSource
from reconciler.plan.change import Change, Create, Delete, Update
from reconciler.plan.gate import proved_findings
from reconciler.plan.plan import Plan
from reconciler.routing.who import Row, Unproven
from tests.plan.parts import CONTEXT, TODAY, declared, live, path, production, when
from tests.plan.proofs import CRITICAL, DEPENDS, LOST, OTHER, POSTS, UNREAD, proof

PLATFORM = production(targets=[path("01PLATFORM")])
SWAPPED = Update(declared(PLATFORM), live(production()), PLATFORM, (), 0)
NARROWED_TO = production(sources=[RouteSource("01PROD", when("warning"))])
NARROWED = Update(declared(NARROWED_TO), live(production()), NARROWED_TO, (), 0)
DELETED = Delete(live(production()), declared(production(), absent=True))
CREATED = Create(declared(PLATFORM), replace(PLATFORM, name="New"), ())
LINES = Position("reconciler.yaml", 66, 5)
SILENT = Finding("error", "guard-pages-nobody", "m", route="Production Alerts")


def findings(
    *rows: Row,
    changes: tuple[Change, ...] = (NARROWED,),
    unknown: tuple[Unproven, ...] = (),
    found: tuple[Finding, ...] = (),
    allow: ApprovedRisk | None = None,
    expires: date = TODAY,
    route: str = "Production Alerts",
) -> tuple[Finding, ...]:
    approvals = (Approval(route, allow, "r", expires, LINES),) if allow else ()
    plan = Plan(CONTEXT, changes, findings=found, who=proof(*rows, unknown=unknown))
    return proved_findings(plan, Config(approvals=approvals), TODAY)


def test_a_lost_page_is_refused_with_the_words_of_its_row() -> None:
    (finding,) = findings(LOST)

    assert (finding.level, finding.code) == ("error", "guard-paging-lost")
    assert finding.message == (
        'alerts of "Production Alerts" lose their page: Alertmanager (Production), severity is '
        "one of critical: Engineering On-Call → NOBODY"
    )
    assert finding.hint == (
        "if this is intended, add to `approvals` in reconciler.yaml: `- {route: "
        '"Production Alerts", allow: paging-lost, reason: "Alertmanager (Production), severity is '
        'one of critical: Engineering On-Call → NOBODY …", expires: DATE}`'
    )
    assert finding.position is not None
    assert (finding.position.line, finding.route) == (1, "Production Alerts")


def test_without_a_proof_the_findings_stay() -> None:
    plan = Plan(CONTEXT, (NARROWED,), findings=(SILENT,))

    assert proved_findings(plan, Config(), TODAY) == (SILENT,)


def test_what_depends_on_a_reading_is_lost_too() -> None:
    (finding,) = findings(DEPENDS)

    assert finding.code == "guard-paging-lost"
    assert "if case counts" in finding.message


def test_who_is_named_in_exchange_in_the_file_needs_no_approval() -> None:
    assert findings(OTHER, changes=(SWAPPED,)) == ()


def test_another_target_that_no_file_names_is_a_lost_page() -> None:
    """The alert is paged by a route whose targets nobody edited."""
    (finding,) = findings(OTHER, changes=(NARROWED,))

    assert finding.code == "guard-paging-lost"
    assert "Engineering On-Call → Platform On-Call" in finding.message


def test_an_exchange_must_cover_each_that_is_lost() -> None:
    row = replace(OTHER, lost=(("path", "01ONCALL"), ("path", "01OTHER")))

    assert [one.code for one in findings(row, changes=(SWAPPED,))] == ["guard-paging-lost"]


@pytest.mark.parametrize(
    "row",
    [
        POSTS,
        replace(LOST, nobody=None),
        replace(LOST, lost=(), nobody=None, gained=(("path", "01ONCALL"),)),
        replace(LOST, lost=(), nobody=None, doubled=(("path", "01ONCALL"),)),
    ],
)
def test_what_takes_no_page_from_an_alert_that_paged_is_no_matter(row: Row) -> None:
    assert findings(row) == ()


@pytest.mark.parametrize("allow", ["paging-lost", "pages-nobody"])
def test_an_approval_of_the_route_turns_it_into_a_note(allow: ApprovedRisk) -> None:
    (refusal,) = findings(LOST)
    (note,) = findings(LOST, allow=allow)

    assert (note.level, note.code) == ("note", "approved-paging-lost")
    assert note.message == f"`{allow}` is approved until 2026-08-21: {refusal.message}"
    assert note.hint == "the reason given is: r"
    assert note.position == LINES


def test_an_approved_route_that_pages_nobody_is_said_once() -> None:
    approved = replace(SILENT, level="note", code="approved-pages-nobody")

    assert findings(LOST, found=(approved,), allow="pages-nobody") == (approved,)
    assert findings(found=(approved,), allow="pages-nobody") == ()  # nobody loses a page


def test_an_approved_create_of_the_name_hides_no_lost_page() -> None:
    second = Finding("note", "approved-second-route", "m", route="Production Alerts")

    assert [one.code for one in findings(LOST, found=(second,))] == [
        "approved-second-route",
        "guard-paging-lost",
    ]


def test_an_approval_of_another_route_or_of_another_risk_does_not() -> None:
    assert findings(LOST, allow="paging-lost", route="Other Alerts")
    assert findings(LOST, allow="second-route")
    (finding,) = findings(LOST, allow="paging-lost", expires=date(2026, 8, 20))
    assert finding.message.endswith("; the approval of `paging-lost` expired on 2026-08-20")


def test_a_guard_of_one_route_is_dropped_where_nobody_loses_a_page() -> None:
    """A route that falls silent, and others page for all its alerts."""
    assert findings(found=(SILENT,)) == ()
    assert findings(POSTS, found=(SILENT,)) == ()


def test_it_stays_where_a_page_is_lost_and_is_not_said_twice() -> None:
    assert findings(LOST, found=(SILENT,)) == (SILENT,)


def test_it_stays_where_something_is_unknown() -> None:
    found = findings(unknown=(UNREAD,), found=(SILENT,))

    assert found == (SILENT,)


def test_guards_of_other_things_stay() -> None:
    other = Finding("error", "guard-hidden-part", "m", route="Production Alerts")
    undeclared = replace(SILENT, route="Undeclared")

    assert findings(found=(other, undeclared)) == (other, undeclared)


def test_a_deletion_that_is_refused_is_not_refused_again() -> None:
    refused = Finding("error", "guard-delete", "m", route="Production Alerts")

    assert findings(LOST, changes=(DELETED,), found=(refused,)) == (refused,)
    (note,) = findings(LOST, changes=(DELETED,), allow="delete")
    assert note.message.startswith("`delete` is approved until 2026-08-21: alerts of")


def test_a_page_that_a_route_takes_over_is_that_of_the_route_that_had_it() -> None:
    row = replace(OTHER, caused_by=("01LIVE", "New"))

    (finding,) = findings(row, changes=(CREATED, NARROWED))

    assert finding.route == "Production Alerts"


def test_without_a_cause_the_changed_routes_of_the_source_count() -> None:
    (finding,) = findings(replace(LOST, caused_by=()))

    assert finding.route == "Production Alerts"


def test_many_rows_are_counted() -> None:
    (finding,) = findings(*[LOST] * 5)

    assert finding.message.count("NOBODY") == 3
    assert finding.message.endswith("; and 2 more")


def unread(source: str = "01PROD") -> Unproven:
    return replace(UNREAD, region=replace(CRITICAL, sources=(source,)))


def test_an_unknown_page_is_refused_with_the_reason() -> None:
    (finding,) = findings(unknown=(unread(), unread()))

    assert finding.code == "guard-paging-unknown"
    assert finding.message == (
        'it is unknown whom alerts of "Production Alerts" page: Alertmanager (Production), '
        "severity is one of critical: the catalog was not read; and 1 more"
    )
    assert "allow: paging-unknown, reason: " in finding.hint
    (note,) = findings(unknown=(unread(),), allow="paging-unknown")
    assert (note.level, note.code) == ("note", "approved-paging-unknown")


def test_the_unknown_of_a_source_that_the_route_has_not_is_not_its_own() -> None:
    assert findings(unknown=(unread("01GRAF"),)) == ()


def test_a_route_that_pages_nobody_can_lose_nothing() -> None:
    quiet = replace(production(), escalate=Route("").escalate)
    update = Update(declared(quiet), live(quiet), replace(quiet, enabled=False), (), 0)

    assert findings(unknown=(unread(),), changes=(update,)) == ()


def test_a_create_takes_no_page_away() -> None:
    assert findings(replace(LOST, caused_by=("New",)), changes=(CREATED,)) == ()
    assert findings(unknown=(unread(),), changes=(CREATED,)) == ()


def test_what_may_only_page_twice_is_not_refused() -> None:
    shown = replace(proof(unknown=(unread(),)), doubles=(unread(),))
    plan = Plan(CONTEXT, (NARROWED,), who=shown)

    assert proved_findings(plan, Config(), TODAY) == ()


def test_a_route_whose_expression_chooses_another_of_its_targets_names_it() -> None:
    """An exchange within one file: both are its own, before and after."""
    both = production(targets=[path("01ONCALL"), path("01PLATFORM")])
    update = Update(declared(both), live(production()), both, (), 0)

    assert findings(OTHER, changes=(update,)) == ()


def test_the_guard_of_an_undeclared_route_has_no_position() -> None:
    undeclared = Delete(live(production()))

    (finding,) = findings(LOST, changes=(undeclared,))

    assert finding.position is None
