"""The tables say what the inventory says, in each form."""

import json

from reconciler.model import Config, InventorySource
from reconciler.sources.inventory import compare
from reconciler.sources.table import (
    LINE_COLUMNS,
    URL_COLUMNS,
    as_json,
    as_markdown,
    line_rows,
    url_rows,
)
from reconciler.text import aligned
from tests.sources.nouns import declared, known, live, team, url


def test_urls_stand_kind_by_kind() -> None:
    checkly = InventorySource("Checkly", "01C", environment="staging", url=url("01C", "checkly"))
    config = Config(
        sources=(
            known("A", "01A", "production"),
            checkly,
            known("B", "01B"),
            InventorySource("Without a URL"),
        )
    )

    assert url_rows(config) == (
        ("Production", "A", url("01A")),
        ("—", "B", url("01B")),
        ("Staging", "Checkly", url("01C", "checkly")),
    )


def test_each_state_has_its_word() -> None:
    config = team(known("A", "01A", "production"), known("B", "01B"), production=("Alerts",))
    lines = compare(config, [live("01A", "A"), live("01X", "X", "http")], [declared("Other", "A")])

    assert line_rows(lines) == (
        ("A", "production", "alertmanager", "wrong environment", "Other"),
        ("B", "—", "alertmanager", "missing, no route", "—"),
        ("X", "—", "http", "not in the inventory", "—"),
    )
    assert line_rows(compare(team(InventorySource("C")), [], []))[0][2] == "—"


def test_text_is_aligned_and_safe_to_print() -> None:
    rows = (("a\x1b[2J", "bb", "c"),)

    assert aligned([URL_COLUMNS, *rows], width=None, unicode=True) == (
        "Environment  Alert source  URL\na\\x1b[2J     bb            c\n"
    )
    assert "—" not in aligned([("x",), ("—",)], width=None, unicode=False)


def test_markdown_keeps_urls_and_disarms_the_rest() -> None:
    rows = (("Production", "a|b @team", url("01A")),)

    assert as_markdown(URL_COLUMNS, rows).splitlines()[2] == (
        f"| Production | a\\|b @&#8203;team | {url('01A')} |"
    )


def test_json_has_a_key_for_each_column() -> None:
    (row,) = json.loads(as_json(LINE_COLUMNS, (("A", "p", "http", "ok", "—"),)))

    assert row == {"source": "A", "environment": "p", "type": "http", "state": "ok", "routes": "—"}
    assert set(json.loads(as_json(URL_COLUMNS, (("", "", ""),)))[0]) == {
        "environment",
        "alert_source",
        "url",
    }
