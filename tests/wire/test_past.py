"""What happened, as the API lists it."""

from datetime import UTC, datetime

import pytest

from reconciler.routing.past import Attached, Observed, Page, PastAlert, observed
from reconciler.routing.who import Thing
from reconciler.routing.world import Alert
from reconciler.wire.past import Unreadable, decode_attached, decode_page, decode_past_alert

AT = "2026-11-20T10:00:00.5Z"
WHEN = datetime(2026, 11, 20, 10, 0, 0, 500_000, UTC)
ROW = {
    "id": "01A",
    "title": "Pod",
    "description": "down",
    "alert_source_id": "01S",
    "status": "resolved",
    "created_at": AT,
    "updated_at": AT,
    "alert_group_ids": ["01G", "01H"],
    "attributes": [
        {"attribute": {"id": "C", "name": "team"},
         "value": {"catalog_entry": {"id": "01E", "name": "Platform"}}},
    ],
}  # fmt: skip
ESCALATION = {
    "id": "01P",
    "created_at": AT,
    "escalation_path_id": "01PATH",
    "priority": {"name": "P1"},
    "status": "acked",
    "creator": {"alert": {"id": "01A", "title": "Pod"}},
    "related_alerts": [{"id": "01A"}, {"id": "01B"}],
    "events": [{"event": "notified_users", "users": [{"id": "01U"}]}],
}


def test_an_alert_of_a_public_source_keeps_its_texts() -> None:
    past, names = decode_past_alert(ROW, {"01S"}, "https://app.incident.io/acme/")

    values = {
        "alert.title": ("Pod",),
        "alert.description": ("down",),
        "alert.attributes.C": ("01E",),
    }
    alert = Alert("01S", values, frozenset({"alert.priority"}))
    url = "https://app.incident.io/acme/alerts/01A"
    assert past == PastAlert("01A", WHEN, alert, "resolved", WHEN, groups=2, url=url)
    assert (past.source, names["01E"]) == ("01S", "Platform")


def test_title_and_description_of_a_source_that_is_not_known_to_be_public_are_dropped() -> None:
    past, _ = decode_past_alert(ROW, ())

    assert past.redacted
    assert past.url == ""
    assert dict(past.alert.values) == {"alert.attributes.C": ("01E",)}
    assert past.alert.unknown == {"alert.priority", "alert.title", "alert.description"}


def test_an_escalation_pages_its_path() -> None:
    page = decode_page(ESCALATION)

    assert page == Page(
        "01P", WHEN, (("path", "01PATH"),), "alert", "01A", ("01A", "01B"), "P1", "acked"
    )


def test_an_escalation_without_a_path_pages_the_users_whom_it_notified() -> None:
    page = decode_page({**ESCALATION, "escalation_path_id": None})

    assert page.things == (("user", "01U"),)


@pytest.mark.parametrize(
    ("creator", "by", "identity"),
    [
        ({"user": {"id": "01U"}}, "user", "01U"),
        ({"workflow": {"id": "01W"}}, "workflow", "01W"),
        ({"user": {"id": "01U"}, "alert": {"id": "01A"}}, "user", "01U"),
        ({}, "unknown", ""),
    ],
)
def test_who_started_an_escalation(creator: object, by: str, identity: str) -> None:
    page = decode_page({**ESCALATION, "creator": creator})

    assert (page.by, page.started_by) == (by, identity)


def test_an_alert_of_an_incident_names_its_route() -> None:
    row = {"id": "1", "alert": {"id": "01A"}, "incident": {"id": "01I"}, "alert_route_id": "01R"}

    assert decode_attached(row) == Attached("1", "01A", "01I", "01R")
    assert decode_attached({**row, "alert_route_id": None}).route == ""


def test_rows_without_an_id_or_a_time_are_refused() -> None:
    with pytest.raises(Unreadable, match="no id"):
        decode_attached({})
    with pytest.raises(Unreadable, match="01A has no time in created_at"):
        decode_past_alert({**ROW, "created_at": "yesterday"}, ())
    naive = decode_past_alert({**ROW, "created_at": "2026-11-20T10:00:00.5"}, ())[0]
    assert naive.created_at == WHEN


def test_what_happened_is_joined_by_alert() -> None:
    path: tuple[Thing, ...] = (("path", "X"),)
    own = Page("1", WHEN, path, "alert", "A", ("A", "B"))
    by_hand = Page("2", WHEN, (("user", "U"),), "user", "U", ("A",))
    elsewhere = Page("3", WHEN, path, "alert", "Z", ("Z",))
    attached = Attached("4", "B", "I", "R")

    found = observed(["A", "B", "C"], [own, by_hand, elsewhere], [attached, attached])

    assert found["A"] == Observed("A", (own, by_hand))
    assert found["A"].paged == {("path", "X")}
    assert found["B"] == Observed("B", (own,), (attached,))
    assert found["B"].paged == frozenset()
    assert found["C"] == Observed("C")
