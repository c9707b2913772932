"""The plan for a terminal and for a pipe."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.model import Finding, Incident, Route, TextSetting, TextTemplate, one
from reconciler.plan.change import Update
from reconciler.report.plan_text import plan_text
from reconciler.text import columns
from tests.plan.parts import declared, live, planned, production
from tests.properties.ids_strategies import routes
from tests.report.plans import full_plan

EVERYTHING = """\
Gone will no longer page Engineering On-Call. Production Alerts will page
  Platform On-Call instead of Engineering On-Call. 1 more route may page
  differently, see the risks.
Plan: 1 to create, 1 to update, 1 to delete, 1 unchanged, 1 undeclared.
Refused: 1 guard, see below.
Risk: Gone: deletes the route
Risk: Gone: paging removed: no longer pages Engineering On-Call
Risk: New: paging added: pages Engineering On-Call
Risk: Production Alerts: target changed: pages Platform On-Call instead of
      Engineering On-Call
Risk: Production Alerts: enabled: the route is switched on
Risk: Production Alerts: source removed: no longer takes alerts from Grafana
      Cloud
Risk: Production Alerts: widened: on Alertmanager (Production): severity is one
      of critical becomes severity is one of critical, page

+ New  routes/new.yaml:1  new
    name  routes/new.yaml:1
      + New
    sources["Alertmanager (Production)"]  routes/new.yaml:4
      + Alertmanager (Production): severity is one of critical
        01PROD
    escalate.to["Engineering On-Call"]  routes/new.yaml:9
      + Engineering On-Call
        01ONCALL
    notify["#alerts"]  routes/new.yaml:11
      + #alerts

~ Production Alerts  routes/production-alerts.yaml:1  01LIVE  v14 → v15
    enabled  routes/production-alerts.yaml:2
      - false
      + true
    sources["Alertmanager (Production)"].when  routes/production-alerts.yaml:5
      - severity is one of critical
      + severity is one of critical, page
    sources["Grafana Cloud"]  routes/production-alerts.yaml:3
      - Grafana Cloud: any alert
        01GRAF
    escalate.to["Engineering On-Call"]  routes/production-alerts.yaml:8
      - Engineering On-Call
        01ONCALL
    escalate.to["Platform On-Call"]  routes/production-alerts.yaml:9
      + Platform On-Call
        01PLATFORM
    10 other fields unchanged

- Gone  routes/zz-gone.yaml:1  01GONE  v3 → deleted

Reverts live edits (the files win; there is no record of who changed these)
  Production Alerts  live v14, updated 2026-08-21 09:12 UTC
    enabled, sources["Alertmanager (Production)"].when, sources["Grafana
    Cloud"], escalate.to["Engineering On-Call"], escalate.to["Platform On-Call"]

Undeclared (live and in no file; left as they are)
  Silent  01SILENT  disabled

Not ours: 1 live route of other owners.

Unknown to this tool, kept as it is
  Production Alerts  name  /managed_by

Unknown to this tool, and removed with the element around it
  Production Alerts  sources["Grafana Cloud"]  /alert_sources/1/priority

routes/new.yaml:3:1: warning: no sources [empty-sources]
  add one

routes/zz-gone.yaml:12:1: error: `state: absent` deletes "Gone", which pages Engineering \
On-Call [guard-delete]
  12 | line 12
     | ^
  if this is intended, add to `approvals` in reconciler.yaml:
  - {route: "Gone", allow: delete, reason: …, expires: DATE}

Plan: 1 to create, 1 to update, 1 to delete, 1 unchanged, 1 undeclared.
"""


def test_the_whole_plan() -> None:
    assert plan_text(full_plan()) == EVERYTHING


def test_nothing_to_do() -> None:
    assert plan_text(planned([declared(production())], [live(production())])) == (
        "Nothing to do: every declared route matches its file.\nPlan: 1 unchanged.\n"
    )


def test_errors_stand_in_the_first_lines() -> None:
    error = Finding("error", "unknown-path", "no path")
    text = plan_text(planned([], [], complete=False, findings=[error]))

    assert text.split("\n")[0] == "Whom this pages is unknown: 1 error, see below."
    assert "Undeclared routes are not listed" in text
    assert "Nothing to do" not in text


def test_the_kind_of_a_field_is_shown() -> None:
    plan = planned([declared(production())], [live(production(enabled=False))])
    (update,) = plan.changes
    assert isinstance(update, Update)
    drift = replace(update, fields=(replace(update.fields[0], kind="drift", position=None),))

    assert "    enabled  [drift]\n" in plan_text(replace(plan, changes=(drift,)))


def test_a_long_value_is_shortened_and_its_lines_stay_lines() -> None:
    lines = tuple((f"line {n}",) for n in range(30))
    said = replace(production(), incident=Incident(name=TextSetting(TextTemplate(lines))))
    text = plan_text(planned([declared(said)], [live(production())]))

    assert "      + line 0\n      + line 1\n" in text
    assert "        … 10 more lines (all of it in --format json)\n" in text


@given(routes("v3"), routes("v3"), st.text(), st.integers(40, 100))
@settings(max_examples=40)
def test_no_line_is_too_wide_and_nothing_is_raw(
    before: Route, after: Route, name: str, width: int
) -> None:
    shown = replace(after, name=f"\x1b[31m{name}\u202e", message_template=one(name))
    text = plan_text(
        planned([declared(shown, previously=before.name)], [live(before)]), width=width
    )

    # The place and the message of a finding stay in one line, and so does what is pasted.
    whole = (": error: ", "- {route: ")
    lines = [line for line in text.split("\n") if not any(part in line for part in whole)]
    assert all(columns(line) <= width for line in lines)
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("colour", [True, False])
def test_an_encoding_without_arrows_gets_none(colour: bool) -> None:
    text = plan_text(full_plan(), unicode=False, colour=colour)

    assert text.isascii()
    assert "v14 -> v15" in text


def test_a_plan_from_a_backup_speaks_of_the_backup() -> None:
    full = full_plan()
    plan = replace(full, context=replace(full.context, scope="backup"))

    text = plan_text(plan)

    assert "the backup wins; these live values are lost" in text
    assert "live and not in the backup; left as they are" in text
    assert "every route matches its backup" in plan_text(replace(plan, changes=(), findings=()))
    assert "are not listed" not in plan_text(replace(plan, undeclared=None))
