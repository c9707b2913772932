"""Rules and dashboard ask for metrics that a run writes. `make monitoring` has promtool check and
unit-test them.
"""

from collections import Counter

import pytest
import yaml
from hypothesis import given, strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from reconciler.report.metrics import GAUGES, Run, metrics_before, metrics_text
from tests.monitoring.reading import (
    FOLDER,
    METRIC,
    dashboard,
    dashboard_queries,
    every_metric,
    rules,
)

NAMES = {one.name for one in GAUGES}
RUN = Run("plan", "", "1.0", False, 1_700_000_000, 1, 2)


def test_the_dashboard_shows_every_metric_and_no_other() -> None:
    asked = {name for query in dashboard_queries() for name in METRIC.findall(query)}

    assert asked <= NAMES
    assert NAMES - asked == {"reconciler_last_run_timestamp_seconds"}


def test_the_dashboard_is_one_of_any_data_source() -> None:
    read = dashboard()
    panels = read["panels"]

    assert len({one["id"] for one in panels}) == len(panels)
    for one in (*panels, *(target for panel in panels for target in panel["targets"])):
        assert one["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert [one["name"] for one in read["templating"]["list"]] == ["datasource", "account"]
    cells = Counter(
        (x, y)
        for place in (one["gridPos"] for one in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    )
    assert set(cells.values()) == {1}, "panels lie on each other"
    assert max(x for x, _ in cells) == 23


def test_the_rules_ask_for_metrics_that_exist() -> None:
    assert [one["alert"] for one in rules()] == [
        "AlertRoutesDrifted",
        "AlertRoutesNotChecked",
        "AlertRoutePagesNobody",
    ]
    for rule in rules():
        assert METRIC.findall(rule["expr"])
        assert set(METRIC.findall(rule["expr"])) <= NAMES


def test_every_alert_is_tested_firing_and_silent() -> None:
    text = (FOLDER / "rules.test.yaml").read_text("utf-8")
    seen: dict[str, set[bool]] = {}
    for test in yaml.safe_load(text)["tests"]:
        for one in test["alert_rule_test"]:
            seen.setdefault(one["alertname"], set()).add(bool(one["exp_alerts"]))

    assert seen == {one["alert"]: {True, False} for one in rules()}


def test_names_units_and_help_are_as_prometheus_wants_them() -> None:
    families = list(text_string_to_metric_families(every_metric()))  # type: ignore[no-untyped-call]

    assert {one.name for one in families} == NAMES
    for one in families:
        assert one.type == "gauge"  # the textfile collector knows no `info`
        assert one.documentation.endswith(".")
        assert (one.unit == "seconds") == one.name.endswith("_seconds")
        assert not one.name.endswith(("_total", "_count", "_sum", "_bucket"))


LABELS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(account=LABELS, own=LABELS, value=st.integers(0, 10**9))
def test_what_is_written_is_read_back(account: str, own: str, value: int) -> None:
    counts = {("reconciler_planned_changes", own): value}
    run = Run("plan", account, "1.0", True, 1_700_000_000.125, 1, 2)

    before = metrics_before(metrics_text(run, counts, {}), "plan")

    assert before.account == account
    assert before.values["reconciler_planned_changes", own] == value
    failed = metrics_before(metrics_text(RUN, {}, before.values), "plan")
    assert failed.values["reconciler_last_success_timestamp_seconds", ""] == 1_700_000_000.125
    assert failed.values["reconciler_planned_changes", own] == value


@given(st.text() | st.text('#{}="reconcilr_\n 0E ').map(lambda text: text + "\n# EOF\n"))
def test_a_text_of_another_kind_is_refused_or_says_nothing(text: str) -> None:
    try:
        before = metrics_before(text, "plan")
    except ValueError:
        return
    assert before.values == {}


@pytest.mark.parametrize("cut", range(0, 2000, 97))
def test_a_file_that_was_cut_is_refused(cut: int) -> None:
    with pytest.raises(ValueError):
        metrics_before(every_metric()[:cut], "plan")
