"""A calibration in words: what is settled, what is open, and what no reading explains."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reconciler.model import QUESTIONS, READINGS, Position, Question, RuledOut, Semantics, Sighting
from reconciler.past.calibrated import Calibration, Label
from reconciler.report.calibrate import calibrate_json, calibrate_text
from reconciler.routing.calibrate import Calibrated, Contradiction, Evidence, Settled
from reconciler.routing.outcome import Outcome, Verdict
from reconciler.routing.past import Attached, Observed, Page, PastAlert
from reconciler.routing.ruled_out import Disagreement
from reconciler.routing.world import Alert

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY = date(2026, 11, 29)
NAMES = {"S": "Alertmanager", "R": "Production Alerts", "P": "Engineering On-Call", "01SEV": "x"}
CASE = tuple(reading for reading in READINGS if reading.text_case)
EITHER = tuple(reading for reading in READINGS if reading.text_case or reading.text_one_of)
SECRET = "the title of an alert"


def alert(number: int, **other: Any) -> PastAlert:
    seen = Alert("S", {"alert.title": (SECRET,)})
    return PastAlert(f"A{number}", AT + timedelta(hours=number), seen, url=f"u/{number}", **other)


def evidence(number: int, kind: Any = "not paged", **other: Any) -> Evidence:
    against = tuple(reading for reading in READINGS if not reading.text_case)
    return Evidence(kind, alert(number, **other), ("path", "P"), ("R",), against)


OPEN: Mapping[Question, Settled] = {question: Settled((True, False)) for question in QUESTIONS}
SETTLED = {**OPEN, "text_case": Settled((True,), tuple(evidence(n) for n in range(5)))}
SHOWN = (Sighting("A1", AT, "not paged"), Sighting("A2", AT, "not paged"))
ROW = RuledOut((("text_case", False),), DAY, SHOWN, position=Position("semantics.lock.yaml", 6, 3))
KNOWN = Semantics("acme", CASE, (ROW,))
BOTH = Semantics(
    "acme", EITHER, (replace(ROW, answers=(("text_case", False), ("text_one_of", False))),)
)
NOTHING = Calibrated(READINGS, OPEN)
FOUND = Calibrated(CASE, SETTLED, gathered=tuple(evidence(number) for number in range(5)))


def calibration(found: Calibrated = FOUND, **other: Any) -> Calibration:
    whole: dict[str, Any] = {"lock": KNOWN, "known": None, "days": 30, "alerts": 195, **other}
    return Calibration(found, names=NAMES, **whole)


def text(made: Calibration) -> str:
    return " ".join(calibrate_text(made, "Wrote it.", width=80).split())


def test_what_is_settled_comes_with_its_alerts_and_three_links() -> None:
    shown = calibrate_text(calibration(), "Wrote it.", width=80)

    assert shown.startswith("Compared 195 alerts of 30 days with what incident.io did: 5 alerts")
    assert "  ✓ case counts\n" in shown
    assert "5 alerts: it did not page, and with the other answer it would have" in shown
    assert [line.strip() for line in shown.splitlines() if "u/" in line] == ["u/0", "u/1", "u/2"]
    assert "  ? open: the alerts do not settle whether an empty group matches" in shown
    assert shown.endswith("Wrote it.\n")
    assert SECRET not in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alerts": 0}, "There was no alert to compare in 30 days."),
        ({"found": NOTHING, "known": KNOWN}, "as semantics.lock.yaml:6 has it since 2026-11-29"),
        ({"found": NOTHING, "lock": None}, "? open: the alerts do not settle whether case counts"),
        (
            {"found": Calibrated(READINGS, OPEN, gathered=(evidence(1),)), "lock": None},
            "1 alert contradicts an answer. ? open: the alerts do not settle whether case counts",
        ),
        ({"found": NOTHING, "lock": None}, "a route that was deleted since may have paged"),
        ({"partly": ("Odd",)}, "does not know all of Odd."),
        (
            {"whole_since": DAY, "changed": ("Prod", AT)},
            "Pages count since the last change of a route: Prod, 2026-11-20 10:00.",
        ),
        (
            {"found": NOTHING, "lock": BOTH},
            "✓ not both: case does not count and `one_of` finds a part of the text "
            "shown by 2 past alerts",
        ),
        (
            {"labels": (Label("contains_one_of", "is one of", 4),)},
            'on 4 routes incident.io calls `contains_one_of` "is one of"',
        ),
        ({"known": KNOWN, "lock": Disagreement(KNOWN, FOUND)}, "✓ case counts"),
    ],
)
def test_what_else_is_known(change: dict[str, Any], words: str) -> None:
    assert words.replace("`", "") in text(calibration(**change)).replace("`", "")


def test_a_label_that_is_the_operation_s_name_is_no_hint() -> None:
    assert "hint" not in text(calibration(labels=(Label("is_set", "is set", 4),)))


def test_pages_rest_on_the_word_of_a_person() -> None:
    paged = Calibrated(CASE, SETTLED, gathered=(evidence(1, "paged"),))
    words = "This rests on your word that no route was deleted since 2026-11-29."

    assert words in text(calibration(paged, whole_since=DAY))
    assert words not in text(calibration(whole_since=DAY))


def wrong(number: int, kind: Any = "paged", **other: Any) -> Contradiction:
    by_hand = Page("01E2", AT, (), "user", "U")
    pages = (Page("01E", AT, (("path", "P"),), "alert", f"A{number}"), by_hand)
    seen = Observed(f"A{number}", pages, (Attached("01X", f"A{number}", "01I", "R"),))
    verdicts = {"R": Verdict("unknown", frozenset({"text_case"})), "Q": Verdict("no")}
    held = {"alert.attributes.01SEV": ("critical",), "alert.priority": None}
    changed = {"R": AT, "Q": None}
    return Contradiction(
        replace(evidence(number, kind, **other), against=READINGS), seen, Outcome(verdicts), held,
        changed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("paged", "Engineering On-Call was paged, but no route pages that target"),
        ("not paged", "Engineering On-Call was not paged, but a route surely pages that target"),
        ("incident", "a route that does not take it made an incident of it"),
    ],
)
def test_what_no_reading_explains_is_told_whole_and_without_a_title(kind: Any, words: str) -> None:
    found = Calibrated(READINGS, OPEN, wrong=(wrong(1, kind),))
    shown = text(calibration(found, lock=None))

    assert "The model is wrong here: no reading explains what happened to 1 alert." in shown
    assert f"u/1, 2026-11-20 11:00, Alertmanager {words}" in shown
    assert "page: Engineering On-Call, started by an alert" in shown
    assert "page: of unknown target, started by a person" in shown
    assert "route Production Alerts: may take it, changed 2026-11-20 10:00" in shown
    assert "critical" in shown
    assert "Report it as a bug" in shown
    assert SECRET not in shown


def test_values_of_a_private_alert_stay_out() -> None:
    found = Calibrated(READINGS, OPEN, wrong=(wrong(1, redacted=True),))
    made = calibration(found, lock=None)

    assert "critical" not in text(made)
    document = json.loads(calibrate_json(made, "none"))
    assert document["wrong"][0]["values"] is None


def test_of_many_the_first_are_shown_and_programs_get_all() -> None:
    many = tuple(wrong(number) for number in range(60))
    made = calibration(Calibrated(READINGS, OPEN, disagreeing=many), lock=None)
    shown, document = text(made), json.loads(calibrate_json(made, "none"))

    assert "Alerts contradict each other, and settle nothing: 60 alerts." in shown
    assert shown.count("page: Engineering On-Call") == 3
    assert "more in --format json" in shown
    assert len(document["disagreeing"]) == 50
    assert (document["disagreeing_in_all"], document["wrong_in_all"]) == (60, 0)
    assert SECRET not in json.dumps(document)


def test_the_document_for_programs() -> None:
    document = json.loads(calibrate_json(calibration(whole_since=DAY), "written"))

    assert document["lock"] == "written"
    assert (document["days"], document["alerts"], document["evidence"]) == (30, 195, 5)
    assert document["whole_since"] == "2026-11-29"
    assert len(document["left"]) == 8
    assert {row["text_case"] for row in document["left"]} == {True}
    case = document["questions"][0]
    assert case == {
        "question": "text_case",
        "answers": [True],
        "words": ["case counts"],
        "alerts": {"paged": 0, "incident": 0, "not paged": 5},
        "links": ["u/0", "u/1", "u/2"],
    }
    assert document["questions"][1]["answers"] == [True, False]
    both = json.loads(calibrate_json(calibration(NOTHING, lock=BOTH), "unchanged"))
    assert both["not_together"] == [{"text_case": False, "text_one_of": False}]
