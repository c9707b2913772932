"""What a page says of a saved plan: the same as of the proof itself."""

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Finding
from reconciler.plan.paging.proof import Proof
from reconciler.plan.plan import Plan
from reconciler.planning.explained import NamedRoute
from reconciler.planning.pictured import Compared
from reconciler.report.page.changes import Marks, marks_of
from reconciler.report.page.model import FieldRow
from reconciler.report.page.planned import marks_of_plan, seen_plan
from reconciler.report.plan_json import plan_document, plan_json
from tests.plan.parts import production
from tests.plan.proofs import ANYTHING, DEPENDS, LOST, OTHER, PINNED, POSTS, UNREAD, proof
from tests.report.plans import full_plan

ROUTES = {
    file: NamedRoute("", production(""))
    for file in ("routes/new.yaml", "routes/production-alerts.yaml")
}
ALL = proof(POSTS, DEPENDS, ANYTHING, LOST, OTHER, unknown=(UNREAD,))


def marks(plan: Plan) -> Marks:
    read = seen_plan(plan_json(plan), "plan.json")
    assert not isinstance(read, Finding), read
    return marks_of_plan(read[1], ROUTES)


def broken(**keys: Any) -> str:
    document: dict[str, Any] = {**plan_document(replace(full_plan(), who=ALL)), **keys}
    read = seen_plan(json.dumps(document), "plan.json")
    assert isinstance(read, Finding)
    return f"{read.message}; {read.hint}"


@pytest.mark.parametrize(
    "proven",
    [ALL, proof(LOST), proof(), replace(ALL, who=replace(ALL.who, assumed=(PINNED,)))],
    ids=["all", "lost", "none", "assumed"],
)
def test_the_rows_of_a_plan_are_those_of_its_proof_in_the_same_order(proven: Proof) -> None:
    (planned,) = marks(replace(full_plan(), who=proven)).changes
    (compared,) = marks_of(Compared({}, proven, ""), {}).changes

    assert planned.rows == compared.rows
    assert planned.unknown == compared.unknown
    assert planned.summary == compared.summary
    assert planned.rest == compared.rest


def test_the_routes_that_it_writes_are_marked_and_their_settings_listed() -> None:
    found = marks(replace(full_plan(), who=ALL))
    (changes,) = found.changes

    assert found.signs == {"routes/new.yaml": "new", "routes/production-alerts.yaml": "changed"}
    assert FieldRow("New", "the whole route", "—", "new") in changes.fields
    assert FieldRow("Production Alerts", "enabled", "false", "true") in changes.fields
    gone = "deletes the route; no longer pages Engineering On-Call"
    assert FieldRow("Gone", "the whole route", "live", gone) in changes.fields


def test_what_stops_the_plan_is_in_the_page() -> None:
    guard = Finding("error", "guard-x", "A guard refuses it", "")
    (changes,) = marks(replace(full_plan(), who=None, findings=(guard,))).changes

    assert changes.errors == ("A guard refuses it",)
    assert changes.summary == "It is unknown who is paged: the plan has errors."


def test_live_edits_have_a_part_of_their_own() -> None:
    writes, edits = marks(replace(full_plan(), who=ALL, edited=proof(LOST))).changes

    assert (writes.id, edits.id) == ("changes", "edits")
    assert edits.title == "What live edits changed"
    assert [row.label for row in edits.rows] == ["page lost"]


def test_a_plan_of_nothing_says_so() -> None:
    nothing = replace(full_plan(), changes=(), findings=(), who=None)
    (changes,) = marks(nothing).changes

    assert changes.summary == "The plan changes nothing in incident.io."
    assert changes.rows == ()
    assert changes.fields == ()


@pytest.mark.parametrize("version", ["1.0", "1.2", "1.x"])
def test_a_plan_of_an_older_version_has_no_words(version: str) -> None:
    assert broken(format_version=version) == (
        f"plan.json has format_version {version}, which does not say in words who is paged "
        "differently; plan again with this version: `reconciler plan --out plan.json`"
    )


def test_a_later_version_is_read() -> None:
    document = {**plan_document(full_plan()), "format_version": "1.9", "more": [1]}

    assert not isinstance(seen_plan(json.dumps(document), "plan.json"), Finding)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"who": {"rows": []}}, "has no usable 'who'"),
        ({"who": 3}, "has no usable 'who'"),
        ({"findings": [3]}, "has no usable 'findings[0]'"),
        ({"digest": "0" * 64}, "was edited: its digest does not match its changes"),
        ({"format_version": "2.0"}, "has format_version '2.0'; this tool reads 1.3"),
    ],
)
def test_a_plan_that_cannot_be_read_says_where(keys: dict[str, Any], words: str) -> None:
    assert words in broken(**keys)
