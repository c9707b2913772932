"""The JSON form of who is paged differently, which other programs read."""

import json
from dataclasses import replace
from datetime import date

import jsonschema
import pytest

from reconciler.model import (
    Branches,
    Case,
    Condition,
    Expression,
    Filter,
    Observation,
    Returns,
    Route,
    RouteSource,
    one,
)
from reconciler.plan.document import plan_schema
from reconciler.routing.who import EMPTY_GROUP, IS_ENTRY, PRESENT, Row, Who, Word
from reconciler.routing.world import Alert
from reconciler.wire.who import who_document
from tests.plan.parts import SEVERITY, when
from tests.plan.proofs import (
    ANYTHING,
    DEPENDS,
    KNOWN,
    LOST,
    PINNED,
    POSTS,
    TIER,
    UNREAD,
    region,
    taken,
)


def _word(word: Word) -> object:
    row = replace(ANYTHING, region=region((word,)))
    rows = who_document(Who((row,)), KNOWN)["rows"]
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    return rows[0]["when"]


def test_a_row_has_the_conditions_in_the_apis_shape() -> None:
    assert who_document(Who((LOST,)), KNOWN)["rows"] == [
        {
            "sources": ["01PROD"],
            "when": [
                [
                    {
                        "subject": SEVERITY,
                        "operation": "contains_one_of",
                        "param_bindings": [{"array_value": [{"literal": "critical"}]}],
                        "holds": True,
                    }
                ]
            ],
            "certain": True,
            "lost": [["path", "01ONCALL"]],
            "nobody": True,
            "caused_by": ["Production Alerts"],
            "witness": {"source": "01PROD", "title": "a", "attributes": {"01SEV": "critical"}},
            "names": {
                "01ONCALL": "Engineering On-Call",
                "01PROD": "Alertmanager (Production)",
                "01SEV": "severity",
            },
        }
    ]


def test_a_row_and_an_unknown_have_the_names_of_all_ids_in_them() -> None:
    elsewhere = replace(LOST, lost=(("path", SEVERITY),), channels_lost=("C01",))
    unread = replace(UNREAD, region=elsewhere.region)
    who = Who((elsewhere,), (unread,))
    document = who_document(who, {**KNOWN, "C01": "#alerts", "critical": "Critical", "free": "x"})

    (row,), (unknown,) = _of(document["rows"]), _of(document["unknown"])
    known = {"01PROD": "Alertmanager (Production)", "01SEV": "severity", "critical": "Critical"}
    assert row["names"] == {**known, "C01": "#alerts"}
    assert unknown["names"] == known


def test_every_alert_is_one_cube_that_always_holds() -> None:
    (row,) = _rows(Who((ANYTHING,)))

    assert row["when"] == [[]]


def test_a_route_that_takes_the_alert_stands_there_whole() -> None:
    assert _word(taken("Production Warnings", when("warning"), holds=False)) == [
        [
            {
                "operation": "matches",
                "body": {
                    "alert_sources": [
                        {
                            "alert_source_id": "01PROD",
                            "condition_groups": [
                                {
                                    "conditions": [
                                        {
                                            "subject": SEVERITY,
                                            "operation": "one_of",
                                            "param_bindings": [
                                                {"array_value": [{"literal": "warning"}]}
                                            ],
                                        }
                                    ]
                                }
                            ],
                        }
                    ],
                    "condition_groups": [],
                    "expressions": [],
                    "enabled": True,
                },
                "holds": False,
            }
        ]
    ]


@pytest.mark.parametrize(
    ("condition", "document"),
    [
        (
            Condition("alert.priority", IS_ENTRY, (one("01P1"),)),
            {
                "subject": "alert.priority",
                "operation": "is entry",
                "param_bindings": [{"array_value": [{"literal": "01P1"}]}],
            },
        ),
        (
            Condition(SEVERITY, PRESENT),
            {"subject": SEVERITY, "operation": "present", "param_bindings": []},
        ),
        (Condition("", EMPTY_GROUP), {"operation": "empty_group"}),
        (
            Condition("text_case", "reading"),
            {"operation": "reading", "subject": "text_case"},
        ),
    ],
)
def test_words_of_our_own(condition: Condition, document: dict[str, object]) -> None:
    assert _word(Word(condition)) == [[{**document, "holds": True}]]


def test_operands_of_a_list_are_a_list_wherever_they_stand() -> None:
    """The canonical form of a route has one value as `value`; incident.io takes lists there."""
    condition = Condition(SEVERITY, "contains_one_of", (one("a"),))
    listed = [{"array_value": [{"literal": "a"}]}]
    branches = Branches(Returns("String"), (Case(((condition,),), one("x")),))
    expressions = (
        Expression("e", "E", ".", (branches,)),
        Expression("f", "F", "alert.title", (Filter(((condition,),)),)),
    )
    route = Route(
        "R",
        sources=(RouteSource("01PROD", ((condition,),)),),
        when=((condition,),),
        expressions=expressions,
    )
    row = replace(ANYTHING, region=region((Word(condition), Word(route))))

    (document,) = _rows(Who((row,)))

    text = json.dumps(document)
    assert text.count(json.dumps(listed)) == 5
    assert '"value": {"literal": "a"}' not in text


def test_a_row_of_one_reading_names_it() -> None:
    (row,) = _rows(Who((DEPENDS,)))

    assert (row["certain"], row["depends_on"], row["nobody"]) == (
        False,
        {"text_case": True},
        "some",
    )


def test_what_a_row_does_not_say_is_left_out() -> None:
    (row,) = _rows(Who((POSTS,)))

    assert (row["channels_gained"], row["unless"]) == (["C01"], True)
    assert not {"lost", "gained", "nobody", "incident", "depends_on"} & row.keys()


def test_expressions_of_conditions_stand_in_the_region() -> None:
    (row,) = _rows(Who((replace(LOST, region=replace(LOST.region, expressions=(TIER,))),)))

    assert row["expressions"] == [
        {
            "reference": "tier",
            "label": "Tier",
            "root_reference": "alert.attributes.01SVC",
            "operations": [{"operation_type": "navigate", "navigate": {"reference": "01TIER"}}],
        }
    ]


def test_a_witness_has_all_that_the_alert_has() -> None:
    alert = Alert(
        "01PROD",
        {
            "alert.title": ("t",),
            "alert.description": ("d",),
            "alert.priority": ("01P1",),
            SEVERITY: (),
            "alert.attributes.01REG": ("eu", "us"),
        },
    )
    (row,) = _rows(Who((replace(LOST, witness=alert),)))

    assert row["witness"] == {
        "source": "01PROD",
        "title": "t",
        "description": "d",
        "priority": "01P1",
        "attributes": {"01REG": ["eu", "us"]},
    }


def test_an_unknown_region_says_why_and_the_answer_is_not_complete() -> None:
    document = who_document(Who((), (UNREAD,), (PINNED,)), KNOWN)

    assert document["complete"] is False
    (unknown,) = _of(document["unknown"])
    assert (unknown["sources"], unknown["why"]) == (["01GRAF"], "the catalog was not read")
    assert document["assumed"] == [
        {
            "question": "text_one_of",
            "answer": True,
            "reason": "seen in three alerts",
            "since": "2026-08-01",
        }
    ]


SEEN = Observation((("text_case", False), ("text_one_of", False)), 5, date(2026, 11, 29))


def test_what_past_alerts_rule_out_stands_apart_from_the_pins() -> None:
    document = who_document(Who((), (), (PINNED, SEEN)), KNOWN)

    assert len(document["assumed"]) == 1  # type: ignore[arg-type]
    assert document["observed"] == [
        {
            "never": {"text_case": False, "text_one_of": False},
            "alerts": 5,
            "since": "2026-11-29",
        }
    ]


def test_the_schema_of_the_plan_file_holds_it() -> None:
    schema = {**plan_schema(), "$ref": "#/$defs/who"}
    schema = {key: schema[key] for key in ("$schema", "$defs", "$ref")}
    document = who_document(Who((LOST, POSTS, DEPENDS, ANYTHING), (UNREAD,), (PINNED, SEEN)), KNOWN)

    jsonschema.validate(document, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "complete": None}, schema)


def _rows(who: Who) -> list[dict[str, object]]:
    return _of(who_document(who, KNOWN)["rows"])


def _of(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


def test_a_row_of_an_incident_says_what_becomes_of_it() -> None:
    row = Row(region(), Alert("01PROD"), incident="doubled")

    assert _rows(Who((row,)))[0]["incident"] == "doubled"
