"""An alert as the API has it."""

from reconciler.routing.world import Alert
from reconciler.wire.past import decode_alert


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


def decoded(body: dict[str, object]) -> Alert:
    return decode_alert({"id": "01A", "title": "Pod", "alert_source_id": "01S", **body})[0]


def test_an_empty_description_may_be_missing_and_one_that_is_not_there_is() -> None:
    empty, missing = decoded({"description": ""}), decoded({})

    assert empty.blank == {"alert.description"}
    assert missing.blank == decoded({"description": None}).blank == frozenset()
    assert "alert.description" not in {*empty.values, *missing.values}
    assert "alert.description" not in empty.unknown | missing.unknown


def test_a_title_that_the_answer_lacks_is_not_the_empty_one() -> None:
    """Every alert has a title (fact 7.7), so one that is not told is unknown."""
    assert decoded({"title": ""}).values["alert.title"] == ("",)
    assert "alert.title" not in decoded({"title": None}).values


def test_an_attribute_with_an_empty_text_is_not_one_without_a_value() -> None:
    def of(row: dict[str, object]) -> tuple[str, ...] | None:
        alert = decoded({"attributes": [{"attribute": {"id": "A", "name": "a"}, **row}]})
        return None if "alert.attributes.A" in alert.unknown else alert.values["alert.attributes.A"]

    assert of({"value": {"literal": "", "label": ""}}) == ("",)
    assert of({"array_value": [{"literal": ""}]}) == ("",)
    assert of({}) == of({"value": None}) == of({"array_value": []}) == ()
    assert of({"value": {"label": ""}}) is None
    assert of({"array_value": [{"literal": "x"}, {}]}) is None
