"""An alert as the API has it."""

from reconciler.routing.alert import Alert
from reconciler.wire.alerts import decode_alert


def test_texts_entries_arrays_and_what_is_missing() -> None:
    alert, names = decode_alert(
        {
            "id": "01A",
            "title": "Pod",
            "description": "down",
            "alert_source_id": "01S",
            "attributes": [
                {"attribute": {"id": "A", "name": "severity"}, "value": {"literal": "x"}},
                {"attribute": {"id": "B", "name": "regions"},
                 "array_value": [{"literal": "eu"}, {"literal": "us"}]},
                {"attribute": {"id": "C", "name": "team"},
                 "value": {"catalog_entry": {"id": "01E", "name": "Platform"}, "literal": "01E"}},
                {"attribute": {"id": "D", "name": "branch"}},
            ],
        }
    )  # fmt: skip

    assert alert == Alert(
        "01S",
        {
            "alert.title": ("Pod",),
            "alert.description": ("down",),
            "alert.attributes.A": ("x",),
            "alert.attributes.B": ("eu", "us"),
            "alert.attributes.C": ("01E",),
            "alert.attributes.D": (),
        },
        frozenset({"alert.priority"}),
    )
    assert names["01E"] == "Platform"
    assert names["alert.attributes.D"] == "branch"
