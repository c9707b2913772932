"""What becomes of an alert: routes, pages, channels, the incident, and the reasons."""

from dataclasses import replace

import pytest

from reconciler.model import Incident, RouteSource, Target, one, reference
from reconciler.routing.evaluate import evaluate, judge, prepare
from reconciler.routing.outcome import Verdict
from reconciler.routing.reading import Reading, admissible
from tests.routing.small import (
    OTHER,
    PATH,
    SERVICE,
    SEVERITY,
    SOURCE,
    WORLD,
    alert,
    check,
    route,
    when,
)

CRITICAL = check(SEVERITY, "one_of", "critical")
UNKNOWN = check(SEVERITY, "not_one_of", "x")
ALL = admissible()


def test_every_route_that_matches_does_its_part() -> None:
    routes = {"a": route(when(CRITICAL)), "b": route(pages=(one("PLATFORM"),))}
    outcome = evaluate(alert({SEVERITY: "critical"}), routes, Reading(), WORLD)
    assert {key: verdict.answer for key, verdict in outcome.routes.items()} == {
        "a": "yes",
        "b": "yes",
    }
    assert outcome.pages["path", "ONCALL"].routes == ("a",)
    assert outcome.pages["path", "PLATFORM"].routes == ("b",)
    assert outcome.nobody == "no"
    assert outcome.unrouted == "no"


def test_a_path_that_two_routes_page_is_paged_twice() -> None:
    routes = {"a": route(), "b": route(pages=(one("P1"), one("ONCALL")))}
    effect = judge(alert(), routes, ALL, WORLD).pages["path", "ONCALL"]
    assert effect.routes == ("a", "b")
    assert effect.twice.answer == "yes"


def test_two_targets_of_one_route_are_one_page() -> None:
    effect = judge(
        alert({PATH: "P1"}), {"a": route(pages=(one("ONCALL"), reference(PATH)))}, ALL, WORLD
    ).pages["path", "ONCALL"]
    assert effect.twice.answer == "no"


def test_paged_twice_in_some_readings_alone() -> None:
    routes = {"a": route(), "b": route(when(CRITICAL))}
    effect = judge(alert({SEVERITY: "Critical"}), routes, ALL, WORLD).pages["path", "ONCALL"]
    assert effect.verdict.answer == "yes"
    assert effect.twice.answer == "unknown"
    assert effect.twice.depends_on == {"text_case"}


@pytest.mark.parametrize(
    ("made", "stop"),
    [
        (route(enabled=False), "disabled"),
        (route(sources=()), "no source"),
        (route(sources=(OTHER,)), "other source"),
    ],
)
def test_a_route_that_takes_no_such_alert_says_why(made: object, stop: str) -> None:
    outcome = judge(alert(), {"a": made}, ALL, WORLD)  # type: ignore[dict-item]
    assert outcome.routes["a"].answer == "no"
    assert outcome.why("a").stop == stop
    assert outcome.nobody == "yes"
    assert outcome.unrouted == "yes"


def test_the_groups_of_the_source_and_of_the_route_must_hold() -> None:
    both = route(when(CRITICAL), source_groups=when(check(SERVICE, "is_set")))
    given = alert({SEVERITY: "critical", SERVICE: "E1"})
    assert judge(given, {"a": both}, ALL, WORLD).routes["a"].answer == "yes"
    for lacks in (SEVERITY, SERVICE):
        less = replace(given, values={**given.values, lacks: ()})
        assert judge(less, {"a": both}, ALL, WORLD).routes["a"].answer == "no"


def test_a_source_that_is_listed_twice_is_known_where_both_agree() -> None:
    twice = replace(route(), sources=(RouteSource(SOURCE), RouteSource(SOURCE, when(CRITICAL))))
    judged = prepare({"a": twice}, ALL, WORLD)
    assert judged.judge(alert({SEVERITY: "critical"})).routes["a"].answer == "yes"
    assert judged.judge(alert()).routes["a"].answer == "unknown"


@pytest.mark.parametrize(
    ("groups", "severity", "expected"),
    [
        ((), None, "yes"),
        (((CRITICAL,), (UNKNOWN,)), "critical", "yes"),
        (((CRITICAL,), (UNKNOWN,)), "info", "unknown"),
        (((CRITICAL, UNKNOWN),), "critical", "unknown"),
        (((CRITICAL, UNKNOWN),), "info", "no"),
        (((CRITICAL, UNKNOWN), (CRITICAL,)), "info", "no"),
    ],
)
def test_groups_are_alternatives_of_conditions_that_must_all_hold(
    groups: object, severity: str | None, expected: str
) -> None:
    given = alert({SEVERITY: severity} if severity else {})
    made = route(groups)  # type: ignore[arg-type]
    assert judge(given, {"a": made}, ALL, WORLD).routes["a"].answer == expected


def test_what_an_empty_group_does_is_a_question() -> None:
    verdict = judge(alert(), {"a": route(((),))}, ALL, WORLD).routes["a"]
    assert verdict.depends_on == {"empty_group"}
    assert evaluate(alert(), {"a": route(((),))}, Reading(), WORLD).routes["a"].answer == "yes"


def test_a_verdict_that_rests_on_a_pinned_answer_says_so() -> None:
    sensitive = [reading for reading in ALL if reading.text_case]
    routes = {"a": route(when(check(SEVERITY, "contains", "critical")))}
    pinned = judge(alert({SEVERITY: "Critical"}), routes, sensitive, WORLD).routes["a"]
    assert pinned.answer == "no"
    assert pinned.rests_on == {"text_case"}
    certain = judge(alert({SEVERITY: "critical"}), routes, sensitive, WORLD).routes["a"]
    assert (certain.answer, certain.rests_on) == ("yes", frozenset())


def test_a_verdict_that_two_answers_together_would_change_names_both() -> None:
    part = judge(
        alert({SEVERITY: "Critical!"}), {"a": route(when(CRITICAL))}, [Reading()], WORLD
    ).routes["a"]
    assert part.answer == "no"
    assert part.rests_on == {"text_case", "text_one_of"}


def test_the_outcome_may_be_certain_where_no_route_is() -> None:
    case = check(SEVERITY, "contains", "critical")
    routes = {
        "a": route(when(case), posts=((one("C1"), ()),)),
        "b": route(
            ((check(SEVERITY, "contains", "CRITICAL"),), (check(SEVERITY, "is_not_set"),)),
            posts=((one("C1"), ()),),
        ),
    }
    outcome = judge(alert({SEVERITY: "CRITICAL"}), routes, ALL, WORLD)
    assert outcome.routes["a"].answer == "unknown"
    assert outcome.channels["C1"].verdict.answer == "yes"


def test_channels_have_conditions_and_no_team() -> None:
    posts = ((one("T1/C1"), ()), (one("C2"), when(CRITICAL)))
    routes = {"a": route(posts=posts), "b": route(posts=((one("C1"), ()),))}
    outcome = judge(alert(), routes, ALL, WORLD)
    assert set(outcome.channels) == {"C1"}
    assert outcome.channels["C1"].twice.answer == "yes"


def test_a_channel_that_the_alert_names_and_nobody_knows() -> None:
    outcome = judge(
        alert(unknown=(PATH,)), {"a": route(posts=((reference(PATH), ()),))}, ALL, WORLD
    )
    assert list(outcome.anywhere) == ["a"]


def test_the_incident_has_conditions() -> None:
    routes = {"a": replace(route(), incident=Incident(when(CRITICAL)))}
    assert judge(alert(), routes, ALL, WORLD).incident is None
    started = judge(alert({SEVERITY: "critical"}), routes, ALL, WORLD).incident
    assert started is not None
    assert started.routes == ("a",)


def test_whoever_is_unknown_may_be_paged_twice() -> None:
    routes = {"a": route(), "b": route(pages=(reference(PATH),))}
    effect = judge(alert(unknown=(PATH,)), routes, ALL, WORLD).pages["path", "ONCALL"]
    assert effect.routes == ("a",)
    assert effect.via["b"].answer == "unknown"
    assert effect.twice.answer == "unknown"


def test_a_target_that_is_empty_pages_nobody() -> None:
    made = replace(route(), escalate=replace(route().escalate, targets=(Target("path", one("")),)))
    assert judge(alert(), {"a": made}, ALL, WORLD).nobody == "yes"
    assert judge(alert(), {"a": route(pages=(reference(PATH),))}, ALL, WORLD).nobody == "yes"


def test_why_names_the_false_conditions_of_every_group() -> None:
    info = check(SEVERITY, "one_of", "info")
    has_service = check(SERVICE, "is_set")
    made = route(((has_service, CRITICAL), (info,)))
    why = judge(alert({SERVICE: "E1", SEVERITY: "warn"}), {"a": made}, ALL, WORLD).why("a")
    assert [[one.condition for one in group] for group in why.groups] == [[CRITICAL], [info]]
    assert why.groups[0][0].path == ("when", 0, 1)
    assert why.groups[0][0].value == ("warn",)


def test_why_names_the_first_group_that_holds() -> None:
    made = route(((check(SERVICE, "is_set"),), (CRITICAL,), (check(SEVERITY, "is_set"),)))
    why = judge(alert({SEVERITY: "critical"}), {"a": made}, ALL, WORLD).why("a")
    assert [[one.condition for one in group] for group in why.groups] == [[CRITICAL]]


def test_why_names_the_unknown_conditions() -> None:
    made = route(((CRITICAL, UNKNOWN),), source_groups=when(check(SEVERITY, "is_set")))
    why = judge(alert({SEVERITY: "critical"}), {"a": made}, ALL, WORLD).why("a")
    assert [[one.condition for one in group] for group in why.groups] == [[UNKNOWN]]
    assert why.groups[0][0].unclear == "operation"


def test_why_leaves_out_what_is_true_where_another_part_fails() -> None:
    made = route(when(CRITICAL), source_groups=when(check(SERVICE, "is_set")))
    why = judge(alert({SEVERITY: "critical"}), {"a": made}, ALL, WORLD).why("a")
    (group,) = why.groups
    assert [one.path for one in group] == [("sources", 0, "when", 0, 0)]


def test_why_names_all_that_may_fail_where_each_reading_fails_elsewhere() -> None:
    either = route(
        (
            (
                check(SEVERITY, "contains", "critical"),
                check(SEVERITY, "is_not_set"),
            ),
        )
    )
    why = judge(alert({SEVERITY: "CRITICAL"}), {"a": either}, ALL, WORLD).why("a")
    assert [one.condition.operation for one in why.groups[0]] == ["is_not_set"]


def test_alerts_that_look_alike_to_every_route_share_an_outcome() -> None:
    judged = prepare({"a": route(when(CRITICAL))}, ALL, WORLD)
    first = judged.judge(alert({SEVERITY: "critical", "alert.title": "one"}))
    assert judged.judge(alert({SEVERITY: "critical", "alert.title": "two"})) is first
    assert judged.judge(alert({SEVERITY: "info"})) != first


def test_without_a_reading_nothing_is_judged() -> None:
    with pytest.raises(ValueError, match="reading"):
        prepare({}, (), WORLD)


def test_a_verdict_is_true_where_its_answer_is_yes() -> None:
    assert Verdict("yes")
    assert not Verdict("no")
    assert not Verdict("unknown")


def test_the_first_of_several_groups_that_hold_decides_whatever_is_unknown_before_it() -> None:
    made = route(((UNKNOWN,), (CRITICAL,), (check(SEVERITY, "is_set"),)))
    why = judge(alert({SEVERITY: "critical"}), {"a": made}, ALL, WORLD).why("a")
    assert [[one.condition for one in group] for group in why.groups] == [[CRITICAL]]


def test_of_a_source_listed_twice_both_places_may_decide() -> None:
    twice = replace(
        route(),
        sources=(RouteSource(SOURCE, when(check(SERVICE, "is_set"))),
                 RouteSource(SOURCE, when(CRITICAL))),
    )  # fmt: skip
    why = judge(alert({SEVERITY: "critical"}), {"a": twice}, ALL, WORLD).why("a")
    assert why.verdict.answer == "unknown"
    assert [one.path[:2] for group in why.groups for one in group] == [("sources", 0)]
