"""Who is paged differently, in a pull request's comment."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from reconciler.model import Condition
from reconciler.plan.paging.proof import Proof
from reconciler.report.who_markdown import who_markdown
from reconciler.routing.who import Cube, Who
from reconciler.routing.world import Alert
from tests.plan.parts import SEVERITY
from tests.plan.proofs import (
    ALERT,
    ANYTHING,
    DEPENDS,
    LOST,
    OTHER,
    POSTS,
    UNREAD,
    is_,
    proof,
    region,
    taken,
)


def test_the_summary_is_the_first_line_and_nobody_is_bold() -> None:
    text = who_markdown(proof(LOST, OTHER))

    assert text.startswith(
        "**Who is paged: 1 kind of alert stops paging, 1 pages another target.** Proved for every "
        "alert of 2 sources.\n\n| | Alerts |"
    )
    assert (
        "| 🔴 page lost | Alertmanager (Production), `severity is one of critical` | "
        "Engineering On-Call | **nobody** | Production Alerts | `severity: critical` |\n" in text
    )
    assert "| Engineering On-Call | Platform On-Call | Production Alerts |" in text


def test_nothing_to_see_is_one_line() -> None:
    assert who_markdown(proof(changed=2)).startswith(
        "**✅ Nobody is paged differently: proved for every alert. 2 routes changed.**\n"
    )


def test_what_depends_on_a_reading_has_a_table_of_its_own() -> None:
    text = who_markdown(proof(DEPENDS))

    assert "### 🟡 Depends on how incident.io compares text (not documented)\n" in text
    assert "| 🟡 page lost |" in text
    assert text.count("| only if case counts |") == 1
    assert "🔴" not in text


def test_what_is_unknown_says_why_and_what_to_do() -> None:
    text = who_markdown(proof(POSTS, unknown=(UNREAD,)))

    assert (
        "- Grafana Cloud, `branch is one of main`: **the catalog was not read**; run `reconciler "
        "plan` with a key that can read the catalog\n" in text
    )
    assert "✅" not in text


def test_more_rows_than_fit_are_counted() -> None:
    text = who_markdown(proof(LOST, LOST, LOST, DEPENDS, DEPENDS, unknown=(UNREAD,) * 3), most=1)

    assert "and 2 more rows: `reconciler who` lists them all." in text
    assert "and 1 more row: `reconciler who` lists them all." in text
    assert "- and 2 more\n" in text


HOSTILE = "<b>@everyone</b> | #12 `x` [a](http://b) **"


def test_a_name_is_never_markup() -> None:
    names = {**proof().names, **dict.fromkeys(("01PROD", "01ONCALL", "01LIVE", "C01"), HOSTILE)}
    who = Who((LOST, POSTS, DEPENDS, ANYTHING), (UNREAD,), sources=("01PROD",))
    text = who_markdown(Proof(who, names, 1))

    assert "<b>" not in text
    assert "@everyone" not in text.replace("@&#8203;everyone", "")
    assert "[a](http" not in text.replace("\\[a\\]", "")
    for line in text.splitlines():
        if line.startswith("| 🔴"):
            assert line.replace("\\|", "").count("|") == 7


@given(st.text(min_size=1))
def test_a_row_stays_one_line_of_its_table(name: str) -> None:
    names = {**proof().names, "01PROD": name, "01ONCALL": name, "01LIVE": name}
    text = who_markdown(Proof(Who((replace(LOST),), sources=("01PROD",)), names, 1))

    (row,) = [line for line in text.splitlines() if line.startswith("| 🔴")]
    assert row.replace("\\\\", "").replace("\\|", "").count("|") == 7


@pytest.mark.parametrize(
    ("words", "cell"),
    [
        ((), "any"),
        (((taken("Unrouted Alerts", holds=False),),), "—"),
        (((is_(SEVERITY, "critical"),),), "`severity: critical`"),
    ],
)
def test_any_alert_is_an_example_only_of_every_alert(words: tuple[Cube, ...], cell: str) -> None:
    alert = ALERT if words and isinstance(words[0][0].test, Condition) else Alert("01PROD")
    page = who_markdown(proof(replace(LOST, region=region(*words), witness=alert)))

    (row,) = [line for line in page.splitlines() if "page lost" in line]
    assert row.endswith(f"| {cell} |")
