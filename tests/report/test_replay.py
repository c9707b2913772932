"""A replay as people and programs read it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from reconciler.model import Answers, Assumption, Observation, Position
from reconciler.past.replayed import Replay
from reconciler.planning.sides import Sides
from reconciler.report.replay import replay_json, replay_markdown, replay_section, replay_text
from reconciler.routing.reading import Question
from reconciler.routing.replay import UNDECIDED, Difference, Judged, Replayed, ReplayRow
from reconciler.routing.who import Thing
from reconciler.routing.world import World

ON_CALL: Thing = ("path", "P1")
OTHER: Thing = ("path", "P2")
SEVERITY = "alert.attributes.SEV"
NAMES = {"S": "Checkly <b>", "P1": "On-Call", "P2": "Platform", SEVERITY: "severity",
         "a": "Production", "E1": "Ledger"}  # fmt: skip
SIDES = Sides({}, {}, ("a",), World(sources={"S": "Checkly <b>"}, names=NAMES))
CRITICAL = ((SEVERITY, ("critical",)),)
LINKS = ("https://d.invalid/alerts/3", "https://d.invalid/alerts/2", "https://d.invalid/alerts/1")
LOST = ReplayRow(
    "S",
    Judged(Difference("lost", lost=(ON_CALL,), nobody=True)),
    9,
    ((CRITICAL, 5), (((SEVERITY, ()),), 2), (((SEVERITY, None),), 1)),
    1,
    LINKS,
)
AT = datetime(2026, 11, 15, tzinfo=UTC)


def row(difference: Difference, *depends: tuple[Question, bool | None]) -> ReplayRow:
    return ReplayRow("S", Judged(difference, depends), 1)


def replay(*rows: ReplayRow, **changes: object) -> Replay:
    found = Replayed(rows, {"S": 562}, {}, 0, AT, datetime(2026, 11, 29, tzinfo=UTC))
    return Replay(replace(found, **changes), 14, SIDES, "live routes with the files", NAMES)  # type: ignore[arg-type]


def test_the_text_has_the_count_first_then_the_rows_then_what_it_rests_on() -> None:
    assert replay_text(replay(LOST)) == (
        "9 of 562 alerts in 14 days would have paged differently. Compared live routes\n"
        "  with the files, for alerts of 2026-11-15 to 2026-11-29.\n"
        "  ✗ paging lost: 9 alerts of Checkly <b>\n"
        "      On-Call → NOBODY\n"
        "      severity: critical (5); no severity (2); severity unknown (1); others (1)\n"
        "      https://d.invalid/alerts/3\n"
        "      https://d.invalid/alerts/2\n"
        "      https://d.invalid/alerts/1\n"
        "Not replayed: priorities (no past alert has one); alerts that a maintenance\n"
        "  window held; grouping; channels and incidents; changes of a source's template:\n"
        "  attributes are as incident.io has them today.\n"
    )


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (row(Difference("lost", lost=(ON_CALL,))), "On-Call → not paged any more"),
        (row(Difference("moved", (ON_CALL,), (OTHER,))), "On-Call → Platform"),
        (row(Difference("gained", gained=(OTHER,))), "not paged → Platform"),
        (row(Difference("doubled", doubled=(OTHER,))), "Platform → twice"),
        (row(Difference("undoubled", undoubled=(OTHER,))), "Platform twice → once"),
        (row(Difference("unrouted")), "taken by a route that pages nobody → taken by none"),
        (row(Difference("unrouted"), ("text_case", False)), "only if case does not count"),
        (row(Difference("unrouted"), ("text_case", None)), "depends on whether case counts"),
        (ReplayRow("S", Judged(UNDECIDED), 1), "a condition or a target that reconciler cannot"),
        (ReplayRow("S", Judged(UNDECIDED, (), ("alert.priority", "alert.title")), 1),
         "what past alerts do not show: priority, title (the alert is private)"),
        (ReplayRow("S", LOST.judged, 1, ((((SEVERITY, ("E1", "")),), 1),)), 'severity: Ledger, ""'),
        (ReplayRow("S", LOST.judged, 1, (((), 1),)), "every value (1)"),
    ],
)  # fmt: skip
def test_each_difference_has_its_words(of: ReplayRow, words: str) -> None:
    assert words in " ".join(replay_text(replay(of), width=200).split())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "None of 562 alerts in 14 days would have paged differently."),
        ({"sources": {"S": 1}}, "Not the 1 alert in 14 days would have paged differently."),
        ({"sources": {}}, "There was no alert to replay in 14 days."),
        ({"deleted": {"01X": 2}}, "Left out: 2 alerts of sources that were deleted."),
        ({"redacted": 3}, "3 alerts are private: their titles are not read."),
    ],
)
def test_what_is_counted_and_left_out(changes: Mapping[str, object], words: str) -> None:
    assert words in " ".join(replay_text(replay(**changes)).split())


def test_unknown_ones_are_counted_apart() -> None:
    shown = replay_text(replay(LOST, ReplayRow("S", Judged(UNDECIDED), 4)), width=200)
    assert shown.startswith("9 of 562 alerts in 14 days would have paged differently, and for 4")


def test_where_no_route_changes_nothing_else_is_said() -> None:
    same = Replay(Replayed(), 14, replace(SIDES, changed=()), "x")
    assert replay_text(same) == "No route treats alerts differently, so no past alert was read.\n"
    assert [*replay_section(same)] == [
        "", "**Replay:** No route treats alerts differently, so no past alert was read."
    ]  # fmt: skip


def test_what_it_rests_on_is_cited() -> None:
    pin = Assumption("text_case", True, "seen in three alerts", date(2026, 7, 3))
    sides = replace(SIDES, assumed=(pin,), unsure=('the live route "B" was not read',))
    shown = replay_text(replace(replay(LOST), sides=sides), width=200)
    assert "It rests on `assume`: case counts (since 2026-07-03: seen in three alerts)." in shown
    assert 'Not counted: the live route "B" was not read.' in shown


@pytest.mark.parametrize(
    ("never", "words"),
    [
        ((("text_case", False),), "case counts"),
        (
            (("text_case", False), ("text_one_of", False)),
            "not both: case does not count and `one_of` finds a part of the text",
        ),
    ],
)
def test_what_past_alerts_rule_out_is_cited_with_its_place(never: Answers, words: str) -> None:
    seen = Observation(never, 5, date(2026, 11, 29), Position("semantics.lock.yaml", 8, 3))
    shown = replay_text(replace(replay(LOST), sides=replace(SIDES, assumed=(seen,))), width=300)
    assert (
        f"It rests on `semantics.lock.yaml`: {words} "
        "(semantics.lock.yaml:8, since 2026-11-29: shown by 5 past alerts)."
    ) in shown


def test_many_rows_are_cut_in_the_text_and_the_table_alone() -> None:
    many = replay(*(replace(LOST, count=n + 1) for n in range(25)))
    assert "… 5 more rows (all in --format json)" in replay_text(many)
    assert "and 5 more rows: `reconciler replay`." in replay_markdown(many)
    assert len(json.loads(replay_json(many))["rows"]) == 25


def test_the_markdown_is_a_table_whose_names_are_escaped() -> None:
    depending = row(Difference("gained", gained=(OTHER,)), ("text_case", True))
    shown = replay_markdown(replay(LOST, depending)).splitlines()

    assert shown[0] == "**10 of 562 alerts in 14 days would have paged differently.**"
    assert shown[4].startswith("| 🔴 paging lost | 9 | Checkly &lt;b&gt; |")
    assert "On-Call → **nobody** | [1](https://d.invalid/alerts/3) [2](" in shown[4]
    assert shown[5].startswith("| 🟡 paging gained | 1 |")
    assert "(only if case counts)" in shown[5]


def test_below_a_proof_it_is_one_line_and_the_rest_is_folded() -> None:
    shown = [*replay_section(replay(LOST))]
    assert shown[:3] == [
        "",
        "**Replay:** 9 of 562 alerts in 14 days would have paged differently.",
        "",
    ]
    assert shown[3] == "<details><summary>Which alerts</summary>"
    assert shown[-1] == "</details>"


def test_the_json_has_everything_by_id_and_name() -> None:
    found = json.loads(replay_json(replay(LOST)))

    assert (found["alerts"], found["different"], found["counts"]["lost"]) == (562, 9, 9)
    (only,) = found["rows"]
    assert only["lost"] == [{"kind": "path", "id": "P1", "name": "On-Call"}]
    assert only["values"][0] == {
        "alerts": 5, "words": "severity: critical", "values": {SEVERITY: ["critical"]},
    }  # fmt: skip
    assert only["values"][2]["values"] == {SEVERITY: None}
    assert found["changed"] == ["Production"]
    empty = json.loads(replay_json(replay(first=None, last=None)))
    assert (empty["first"], empty["rows"]) == (None, [])
