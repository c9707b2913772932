"""The plan for a pull request."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from reconciler.model import Finding
from reconciler.plan.change import Update
from reconciler.report.plan_markdown import plan_markdown
from tests.plan.parts import declared, live, planned, production
from tests.report.plans import full_plan

EVERYTHING = """\
**Gone will no longer page Engineering On-Call. Production Alerts will page Platform On-Call \
instead of Engineering On-Call. 1 more route may page differently, see the risks.** \
Plan: 1 to create, 1 to update, 1 to delete, 1 unchanged, 1 undeclared.

🛑 **Refused: 1 guard, see the findings.**
- ⚠️ `Gone` **deletes** the route
- ⚠️ `Gone` **paging removed**: no longer pages Engineering On-Call
- ⚠️ `New` **paging added**: pages Engineering On-Call
- ⚠️ `Production Alerts` **target changed**: pages Platform On-Call instead of Engineering \
On-Call
- ⚠️ `Production Alerts` **enabled**: the route is switched on
- ⚠️ `Production Alerts` **source removed**: no longer takes alerts from Grafana Cloud
- ⚠️ `Production Alerts` **widened**: on Alertmanager (Production): severity is one of critical \
becomes severity is one of critical, page

<details>
<summary>➕ <code>New</code> <code>routes/new.yaml:1</code> · new</summary>

`name` · `routes/new.yaml:1`

```diff
+ New
```

`sources["Alertmanager (Production)"]` · `routes/new.yaml:4`

```diff
+ Alertmanager (Production): severity is one of critical  (01PROD)
```

`escalate.to["Engineering On-Call"]` · `routes/new.yaml:9`

```diff
+ Engineering On-Call  (01ONCALL)
```

`notify["#alerts"]` · `routes/new.yaml:11`

```diff
+ #alerts
```

</details>

<details>
<summary>✏️ <code>Production Alerts</code> <code>routes/production-alerts.yaml:1</code> · \
<code>01LIVE</code> · v14 → v15</summary>

`enabled` · `routes/production-alerts.yaml:2`

```diff
- false
+ true
```

`sources["Alertmanager (Production)"].when` · `routes/production-alerts.yaml:5`

```diff
- severity is one of critical
+ severity is one of critical, page
```

`sources["Grafana Cloud"]` · `routes/production-alerts.yaml:3`

```diff
- Grafana Cloud: any alert  (01GRAF)
```

`escalate.to["Engineering On-Call"]` · `routes/production-alerts.yaml:8`

```diff
- Engineering On-Call  (01ONCALL)
```

`escalate.to["Platform On-Call"]` · `routes/production-alerts.yaml:9`

```diff
+ Platform On-Call  (01PLATFORM)
```

10 other fields unchanged

</details>

<details>
<summary>🗑️ <code>Gone</code> <code>routes/zz-gone.yaml:1</code> · <code>01GONE</code> · v3 → \
deleted</summary>

</details>

### Findings

- **warning** `routes/new.yaml:3` no sources `empty-sources` (add one)
- **error** `routes/zz-gone.yaml:12` `state: absent` deletes "Gone", which pages Engineering \
On-Call `guard-delete` (if this is intended, add to `approvals` in reconciler.yaml: \
`- {route: "Gone", allow: delete, reason: …, expires: DATE}`)

### Reverts live edits

The files win; there is no record of who changed these.

- `Production Alerts` (live v14, updated 2026-08-21 09:12 UTC): `enabled`, \
`sources["Alertmanager (Production)"].when`, `sources["Grafana Cloud"]`, \
`escalate.to["Engineering On-Call"]`, `escalate.to["Platform On-Call"]`

### Undeclared

Live and in no file; left as they are.

- `Silent` `01SILENT` (disabled)

Not ours: 1 live route of other owners.

### Unknown to this tool, kept as it is

- `Production Alerts`: `name` `/managed_by`

### Unknown to this tool, and removed with the element around it

- `Production Alerts`: `sources["Grafana Cloud"]` `/alert_sources/1/priority`
"""


def test_the_whole_plan() -> None:
    assert plan_markdown(full_plan()) == EVERYTHING


def test_nothing_to_do() -> None:
    assert plan_markdown(planned([declared(production())], [live(production())])) == (
        "**Nothing to do: every declared route matches its file.** Plan: 1 unchanged.\n\n"
    )


def test_errors_stand_outside_of_what_is_folded() -> None:
    error = Finding("error", "unknown-path", "no path @team")
    text = plan_markdown(planned([], [], complete=False, findings=[error]))

    assert text.split("\n")[2] == "❌ **1 error, see the findings.**"
    assert "- **error** no path @&#8203;team `unknown-path`\n" in text
    assert "Undeclared routes are not listed." in text


def test_drift_is_marked() -> None:
    plan = planned([declared(production())], [live(production(enabled=False), updated_at="")])
    (update,) = plan.changes
    assert isinstance(update, Update)
    drift = replace(update, fields=(replace(update.fields[0], kind="drift", position=None),))

    text = plan_markdown(replace(plan, changes=(drift,)))
    assert "`enabled` **drift**\n" in text
    assert "(live v14): `enabled`" in text


@given(st.text(alphabet="`@#1a<>|*\n\x1b", min_size=1))
@settings(max_examples=40)
def test_a_name_cannot_act(name: str) -> None:
    text = plan_markdown(planned([declared(production(name))], []))

    assert text.count("<details>") == text.count("</details>") == 1
    assert "\x1b" not in text
