"""What another merge moved is told from what a hand moved in the same route."""

from dataclasses import replace

import pytest

from reconciler.model import Config, Route
from reconciler.plan.change import Kind
from reconciler.plan.identify import identify
from reconciler.plan.make import Bases, make_plan
from reconciler.plan.plan import Plan
from tests.plan.parts import CONTEXT, NAMES, declared, listed, live, path, production, when

FILE = "routes/production-alerts.yaml"
BASE = production()
APPLIED = replace(BASE, when=when("infra"))  # another merge, narrower


def since(head: Route, there: Route, *, revert_drift: bool = False) -> Plan:
    """The plan of `head`, counted from `BASE`, where `APPLIED` was applied last."""
    route = live(there)
    identified = identify([declared(head)], [listed(route)])
    bases = Bases({FILE: BASE}, revert_drift, {FILE: APPLIED})
    about = replace(CONTEXT, base="0123456789ab", reverts_drift=revert_drift)
    return make_plan(identified, {route.id: route}, Config(), about, NAMES, bases=bases)


def kinds(plan: Plan) -> tuple[list[Kind | None], list[Kind | None]]:
    """Of what counts as edited by hand, and of what counts as moved by other merges."""
    drift = [field.kind for side in plan.drift for field in side.fields]
    return drift, [field.kind for side in plan.merged for field in side.fields]


def test_a_hand_edit_stays_drift_where_a_change_waits_for_another_merge() -> None:
    head = replace(BASE, when=when("web"))

    plan = since(head, replace(APPLIED, enabled=False))

    assert kinds(plan) == (["drift"], ["superseded"])
    assert plan.changes == ()


def test_the_risks_of_a_hand_edit_are_not_those_of_another_merge() -> None:
    edited = replace(APPLIED, escalate=replace(BASE.escalate, targets=(path("01OTHER"),)))

    (drift,) = since(BASE, edited).drift

    assert [risk.label for risk in drift.risks] == ["target changed"]


def test_to_revert_hand_edits_undoes_no_other_merge() -> None:
    plan = since(BASE, APPLIED, revert_drift=True)
    by_hand = since(BASE, replace(APPLIED, enabled=False), revert_drift=True)

    assert plan.changes == ()
    assert by_hand.changes == ()
    assert kinds(plan) == ([], ["merged"])
    assert set(kinds(by_hand)[1]) == {"drift", "merged"}


def test_what_a_write_of_unknown_outcome_meant_is_named_beside_a_hand_edit() -> None:
    sent = replace(BASE, when=when("infra"), private=True)
    beside = live(replace(sent, when=when("web")))  # a hand was in `when`, `private` is as sent
    identified = identify([declared(BASE)], [listed(beside)])
    bases = Bases({FILE: BASE}, sent={FILE: declared(sent)})
    about = replace(CONTEXT, base="0123456789ab")

    plan = make_plan(identified, {beside.id: beside}, Config(), about, NAMES, bases=bases)

    (drift,) = plan.drift
    assert {one.path for one in drift.fields} == {("when",), ("private",)}
    assert [one.path for one in drift.sent] == [("private",)]


@pytest.mark.parametrize("version", [0, 13, 14])
def test_of_a_file_that_the_base_does_not_have_only_the_record_tells_edits_apart(
    version: int,
) -> None:
    """It wins whole; the plan names what it overwrites, unless live is v14, as recorded."""
    head, there = replace(BASE, enabled=True), live(replace(BASE, enabled=False), version=14)
    identified = identify([declared(head)], [listed(there)])
    recorded = {FILE: (there.id, version)} if version else {}
    about = replace(CONTEXT, base="0123456789ab")
    applied = {FILE: there.route} if version else None

    plan = make_plan(
        identified, {there.id: there}, Config(), about, NAMES,
        bases=Bases({}, applied=applied, untouched=recorded),
    )  # fmt: skip

    assert len(plan.changes) == 1
    assert [field.title for revert in plan.reverts for field in revert.fields] == (
        [] if version == 14 else ["enabled"]
    )
