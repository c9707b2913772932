"""Each operation on known, missing and unknown values, in every reading."""

from collections.abc import Mapping

import pytest

from reconciler.model import Condition, many, one, reference
from reconciler.routing.evaluate import evaluate, judge, prepare
from reconciler.routing.outcome import Answer
from reconciler.routing.reading import Reading, admissible
from reconciler.routing.text import fold
from reconciler.routing.world import Alert
from tests.routing.small import (
    PATH,
    PRIORITY,
    REGIONS,
    SERVICE,
    SERVICE_TYPE,
    SEVERITY,
    TITLE,
    WORLD,
    alert,
    check,
    route,
    when,
)

Values = Mapping[str, str | tuple[str, ...]]


def answer(condition: Condition, given: Alert, reading: Reading | None = None) -> Answer:
    """Whether a route with this condition alone takes the alert."""
    routes = {"r": route(when(condition))}
    if reading is not None:
        return evaluate(given, routes, reading, WORLD).routes["r"].answer
    return judge(given, routes, admissible(), WORLD).routes["r"].answer


def has(**values: str | tuple[str, ...]) -> Alert:
    """An alert with a severity, regions, a service."""
    names = {"severity": SEVERITY, "regions": REGIONS, "service": SERVICE, "priority": PRIORITY}
    return alert({names[name]: value for name, value in values.items()})


ONE_OF = check(SEVERITY, "contains_one_of", "critical", "page")
CONTAINS = check(SEVERITY, "contains", "crit")


@pytest.mark.parametrize(
    ("condition", "given", "expected"),
    [
        (ONE_OF, has(severity="critical"), "yes"),
        (ONE_OF, has(severity="info"), "no"),
        (ONE_OF, has(), "no"),
        (check(SEVERITY, "one_of", "critical"), has(severity="critical"), "yes"),
        (CONTAINS, has(severity="critical"), "yes"),
        (CONTAINS, has(severity="info"), "no"),
        (CONTAINS, has(), "no"),
        (check(SEVERITY, "is_set"), has(severity="x"), "yes"),
        (check(SEVERITY, "is_set"), has(), "no"),
        (check(SEVERITY, "is_not_set"), has(severity="x"), "no"),
        (check(SEVERITY, "is_not_set"), has(), "yes"),
        (check(REGIONS, "contains_one_of", "eu"), has(regions=("us", "eu")), "yes"),
        (check(REGIONS, "contains_one_of", "eu"), has(regions=("us", "ap")), "no"),
        (check(REGIONS, "is_set"), has(regions=("", "eu")), "yes"),
        (check(SERVICE, "one_of", "E1"), has(service="E1"), "yes"),
        (check(SERVICE, "one_of", "E1"), has(service="E2"), "no"),
        (check(SERVICE, "one_of", "checkout"), has(service="E1"), "yes"),
        (check(SERVICE, "one_of", "shop"), has(service="E1"), "yes"),
        (check(SERVICE, "one_of", "shop"), has(service="E2"), "no"),
        (check(SERVICE, "one_of", "shop"), has(), "no"),
        (check(SERVICE, "one_of", "nothing"), has(service="E1"), "unknown"),
        (check(SERVICE, "one_of", "nothing"), has(), "no"),
        (check(SERVICE, "one_of", "nothing", "E1"), has(service="E1"), "yes"),
        (check(SERVICE, "name_contains", "API"), has(service="E1"), "yes"),
        (check(SERVICE, "contains", "API"), has(service="E1"), "yes"),
        (check(SERVICE, "name_contains", "API"), has(service="E2"), "no"),
        (check(SERVICE, "name_contains", "API"), has(service="E9"), "unknown"),
        (check(SERVICE, "name_contains", "API"), has(service=("E9", "E1")), "yes"),
        (check(SERVICE, "name_contains", "API"), has(), "no"),
        (check(PRIORITY, "one_of", "Y1"), has(priority="Y1"), "yes"),
        (check(PRIORITY, "one_of", "Y1"), has(priority="Y2"), "no"),
    ],
)
def test_the_answer_is_the_same_in_every_reading(
    condition: Condition, given: Alert, expected: Answer
) -> None:
    assert answer(condition, given) == expected


@pytest.mark.parametrize(
    ("condition", "given", "questions"),
    [
        (CONTAINS, has(severity="CRITICAL"), {"text_case"}),
        (ONE_OF, has(severity="CRITICAL"), {"text_case"}),
        (ONE_OF, has(severity="critical-page"), {"text_one_of"}),
        (ONE_OF, has(severity="CRITICAL!"), {"text_case", "text_one_of"}),
        (check(SEVERITY, "contains_one_of", ""), has(severity="x"), {"text_one_of"}),
        (check(SEVERITY, "is_set"), has(severity=""), {"empty_text_is_set"}),
        (check(REGIONS, "is_not_set"), has(regions=("", "")), {"empty_text_is_set"}),
        (check(SERVICE, "name_contains", "api"), has(service="E1"), {"text_case"}),
    ],
)
def test_what_incident_io_does_not_document_depends_on_the_question(
    condition: Condition, given: Alert, questions: set[str]
) -> None:
    verdict = judge(given, {"r": route(when(condition))}, admissible(), WORLD).routes["r"]
    assert verdict.answer == "unknown"
    assert verdict.depends_on == questions


@pytest.mark.parametrize(
    ("condition", "given", "reading", "expected"),
    [
        (CONTAINS, has(severity="CRITICAL"), Reading(text_case=True), "no"),
        (CONTAINS, has(severity="CRITICAL"), Reading(text_case=False), "yes"),
        (ONE_OF, has(severity="critical!"), Reading(text_one_of=True), "no"),
        (ONE_OF, has(severity="critical!"), Reading(text_one_of=False), "yes"),
        (ONE_OF, has(severity="CRITICAL!"), Reading(True, False), "no"),
        (ONE_OF, has(severity="CRITICAL!"), Reading(False, False), "yes"),
        (check(SEVERITY, "is_set"), has(severity=""), Reading(empty_text_is_set=True), "yes"),
        (check(SEVERITY, "is_set"), has(severity=""), Reading(empty_text_is_set=False), "no"),
    ],
)
def test_a_reading_answers_it(
    condition: Condition, given: Alert, reading: Reading, expected: Answer
) -> None:
    assert answer(condition, given, reading) == expected


@pytest.mark.parametrize(
    "condition",
    [
        check(SEVERITY, "not_one_of", "critical"),
        check(SEVERITY, "starts_with", "critical"),
        check(SEVERITY, "is_blank"),
        check(SERVICE, "gte", "E1"),
        Condition(SEVERITY, "contains", (one("a"), one("b"))),
        Condition(SEVERITY, "contains", (many("a", "b"),)),
        Condition(SEVERITY, "contains_one_of", (reference(TITLE),)),
        Condition(SEVERITY, "contains_one_of"),
        Condition(SEVERITY, "is_set", (one("x"),)),
        Condition("alert.source_url", "is_set"),
        Condition("alert.attributes.01NEW", "contains", (one("critical"),)),
        Condition(SEVERITY, "contains_one_of", (many("true"),), "Bool"),
    ],
)
@pytest.mark.parametrize("given", [has(severity="critical", service="E1"), has()])
def test_a_test_of_unproven_meaning_is_unknown(condition: Condition, given: Alert) -> None:
    assert answer(condition, given) == "unknown"


@pytest.mark.parametrize("operation", ["is_set", "is_not_set", "contains", "contains_one_of"])
def test_a_value_that_is_not_known_decides_nothing(operation: str) -> None:
    operands = () if operation.startswith("is") else ("critical",)
    given = alert({SEVERITY: "critical"}, unknown=(SEVERITY,))
    assert answer(check(SEVERITY, operation, *operands), given) == "unknown"


@pytest.mark.parametrize(
    ("condition", "set_if_empty", "not_set_if_empty"),
    [
        (check("alert.description", "is_set"), "unknown", "no"),
        (check("alert.description", "is_not_set"), "unknown", "yes"),
        (check("alert.description", "contains", "disk"), "no", "no"),
        (check("alert.description", "contains", ""), "unknown", "unknown"),
    ],
)
def test_what_may_be_empty_or_missing_is_known_where_both_have_one_answer(
    condition: Condition, set_if_empty: Answer, not_set_if_empty: Answer
) -> None:
    given = Alert("01PROD", {TITLE: ("Disk",)}, blank=frozenset({"alert.description"}))

    assert answer(condition, given, Reading(empty_text_is_set=True)) == set_if_empty
    assert answer(condition, given, Reading(empty_text_is_set=False)) == not_set_if_empty


def test_an_alert_with_an_empty_text_is_not_remembered_as_one_without() -> None:
    routes = {"r": route(when(check("alert.description", "is_set")))}
    prepared = prepare(routes, [Reading()], WORLD)
    blank = Alert("01PROD", {TITLE: ("Disk",)}, blank=frozenset({"alert.description"}))

    assert prepared.judge(Alert("01PROD", {TITLE: ("Disk",)})).routes["r"].answer == "no"
    assert prepared.judge(blank).routes["r"].answer == "unknown"


def test_an_alert_without_a_title_is_one_whose_title_is_not_known() -> None:
    assert answer(check(TITLE, "is_set"), Alert("01PROD")) == "unknown"
    assert answer(check("alert.description", "is_set"), Alert("01PROD")) == "no"


def test_a_subject_of_unknown_type_is_a_text_for_one_of() -> None:
    new = "alert.attributes.01NEW"
    given = alert({new: "critical"})
    assert answer(check(new, "one_of", "critical"), given) == "yes"
    assert answer(check(new, "one_of", "info"), given) == "no"


def test_the_type_of_a_condition_counts_before_the_type_of_the_account() -> None:
    new = "alert.attributes.01NEW"
    typed = Condition(new, "contains", (one("API"),), SERVICE_TYPE)
    assert answer(typed, alert({new: "E1"})) == "yes"


def test_an_entry_is_resolved_by_id_where_only_a_part_of_the_catalog_was_read() -> None:
    from dataclasses import replace

    catalog = {**WORLD.catalog, SERVICE_TYPE: replace(WORLD.catalog[SERVICE_TYPE], whole=False)}
    part = replace(WORLD, catalog=catalog)

    def asked(operand: str, service: str) -> Answer:
        routes = {"r": route(when(check(SERVICE, "one_of", operand)))}
        return judge(has(service=service), routes, admissible(), part).routes["r"].answer

    assert asked("E1", "E2") == "no"
    assert asked("checkout", "E1") == "unknown"


def test_a_hop_follows_the_catalog() -> None:
    tier = f'{SERVICE}.catalog_attribute["01TIER"]'
    owner = f'{SERVICE}.catalog_attribute["01OWNER"]'
    assert answer(check(tier, "one_of", "1"), has(service="E1")) == "yes"
    assert answer(check(tier, "one_of", "1"), has(service="E2")) == "no"
    assert answer(check(tier, "one_of", "1"), has(service=("E2", "E1"))) == "yes"
    assert answer(check(tier, "one_of", "1"), has(service="E3")) == "unknown"
    assert answer(check(tier, "one_of", "1"), has(service="E9")) == "unknown"
    assert answer(check(tier, "is_set"), has()) == "no"
    unread = f'{SERVICE}.catalog_attribute["01NEW"]'
    assert answer(check(unread, "is_set"), has(service="E1")) == "unknown"
    assert answer(check(owner, "one_of", "P1"), has(service="E1")) == "yes"
    assert answer(check(owner, "is_set"), has(service="E2")) == "no"
    assert answer(check(f'{PATH}.catalog_attribute["01NO"]', "is_set"), has()) == "no"


@pytest.mark.parametrize(
    ("text", "folded"), [("CRITICAL", "critical"), ("STRASSE", "strasse"), ("ß", "ß"), ("Σς", "σς")]
)
def test_case_is_folded_one_character_for_one(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert len(fold(text + "İ")) == len(text) + 1
