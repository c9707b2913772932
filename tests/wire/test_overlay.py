"""What nobody knows is carried, goes with its element, or refuses the write."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import ApiVersion, UnknownField, canonical
from reconciler.wire.codec import codec
from reconciler.wire.overlay import Overlaid
from tests.wire.corpus import Body, at, body_of

V3 = codec("v3")


def put(body: Body, api: ApiVersion = "v3", **changes: Any) -> Overlaid:
    """A PUT of the live route with some fields changed."""
    spelling = codec(api)
    live = spelling.decode(body)
    return spelling.overlay(spelling.encode(replace(live.route, **changes)), live)


def test_without_unknown_fields_the_payload_is_ours() -> None:
    body = body_of("v3", "grouped")
    payload = V3.encode(V3.decode(body).route)

    assert put(body) == Overlaid(payload)


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_fields_of_a_newer_api_are_sent_back(api: ApiVersion) -> None:
    overlaid = put(body_of(api, "newer-api"), api)

    payload: Any = overlaid.payload
    assert (overlaid.lost, overlaid.ambiguous) == ((), ())
    assert payload["managed_resource"]["managed_by"] == "terraform"
    assert payload["alert_sources"][1]["priority"] == 3
    assert payload["escalation_config"]["escalation_targets"][0]["urgency"] == "high"
    assert payload["expressions"][0]["operations"][0]["navigate"]["depth"] == 2
    assert "version" not in payload


def test_what_belongs_to_a_removed_element_goes_with_it() -> None:
    body = body_of("v3", "newer-api")
    sources = V3.decode(body).route.sources

    overlaid = put(body, sources=sources[:1])

    assert [(field.pointer, field.value, field.path) for field in overlaid.lost] == [
        ("/alert_sources/1/priority", 3, ("sources", 1))
    ]


def test_an_element_is_found_by_what_it_is() -> None:
    body = body_of("v3", "newer-api")
    sources = V3.decode(body).route.sources
    emptied = replace(sources[0], when=())

    payload: Any = put(body, sources=(sources[1], emptied)).payload

    assert payload["alert_sources"][0]["priority"] == 3
    assert "filter_condition_groups" in payload["alert_sources"][1]


def test_a_changed_condition_loses_what_is_unknown_about_it() -> None:
    body = body_of("v3", "newer-api")
    first = replace(V3.decode(body).route.sources[0], when=())

    lost = put(body, sources=(first, *V3.decode(body).route.sources[1:])).lost

    assert [field.pointer for field in lost] == [
        "/alert_sources/0/condition_groups/0/conditions/0/since"
    ]


def test_incidents_that_are_switched_off_take_their_new_fields_along() -> None:
    body = body_of("v3", "newer-incident-template")
    assert put(body).payload["incident_config"] == {
        "enabled": True,
        "auto_decline_enabled": True,
        "condition_groups": [],
        "incident_template": {"value": {"literal": "01JH9STANDALONE"}},
    }

    overlaid = put(body, incident=None)

    assert overlaid.payload["incident_config"] == {"enabled": False}
    assert [field.pointer for field in overlaid.lost] == ["/incident_config/incident_template"]


def test_grouping_that_is_switched_off_takes_its_new_fields_along() -> None:
    overlaid = put(body_of("v3", "newer-api"), group=None)

    assert overlaid.payload["grouping_config"] == {"default": {"enabled": False}}
    assert "/grouping_config/default/ai_enabled" in [field.pointer for field in overlaid.lost]


def test_v2_keeps_new_fields_of_an_incident_that_is_off() -> None:
    body = body_of("v2", "incident-declines")
    body["incident_config"]["newer"] = 1

    overlaid = put(body, "v2", incident=None)

    payload: Any = overlaid.payload
    assert payload["incident_config"]["newer"] == 1


def twins() -> Body:
    """A channel in two destinations, the first with a new field."""
    body = body_of("v3", "same-channel-twice")
    body["message_config"]["destinations"][0]["newer"] = 1
    return body


def test_of_two_elements_with_one_key_the_unchanged_one_is_meant() -> None:
    first, second = V3.decode(twins()).route.notify

    swapped: Any = put(twins(), notify=(second, first)).payload
    assert "newer" in swapped["message_config"]["destinations"][1]
    edited: Any = put(twins(), notify=(replace(first, when=()), second)).payload
    assert "newer" in edited["message_config"]["destinations"][0]
    removed = put(twins(), notify=(second,))
    assert [field.pointer for field in removed.lost] == ["/message_config/destinations/0/newer"]


def test_when_both_changed_nobody_can_say_which_is_meant() -> None:
    first, second = V3.decode(twins()).route.notify

    overlaid = put(twins(), notify=(replace(first, when=()), replace(second, when=((),))))

    assert [field.value for field in overlaid.ambiguous] == [1]
    assert overlaid.carried == ()


def test_a_third_filter_in_place_of_two_may_be_the_change_of_either() -> None:
    first, _second = V3.decode(twins()).route.notify

    overlaid = put(twins(), notify=(replace(first, when=()),))

    assert [field.value for field in overlaid.ambiguous] == [1]


def test_two_new_filters_in_place_of_one_may_each_be_its_change() -> None:
    first, second = V3.decode(twins()).route.notify

    overlaid = put(twins(), notify=(replace(first, when=()), second, replace(first, when=((),))))

    assert [field.value for field in overlaid.ambiguous] == [1]


def test_of_equal_copies_each_keeps_its_own() -> None:
    body = body_of("v3", "same-target-twice")
    targets = body["escalation_config"]["escalation_targets"]
    targets[0]["newer"], targets[1]["newer"] = "a", "b"

    kept: Any = put(body).payload

    written = kept["escalation_config"]["escalation_targets"]
    assert [target.get("newer") for target in written] == ["a", "b", None]


def test_when_one_of_two_equal_copies_goes_nobody_can_say_which() -> None:
    body = body_of("v3", "same-target-twice")
    body["escalation_config"]["escalation_targets"][1]["newer"] = "b"
    escalation = V3.decode(body).route.escalate

    overlaid = put(body, escalate=replace(escalation, targets=escalation.targets[1:]))

    assert [field.value for field in overlaid.ambiguous] == ["b"]


def test_users_beside_paths_are_sent_back() -> None:
    payload: Any = put(body_of("v3", "users-beside-paths")).payload

    target = payload["escalation_config"]["escalation_targets"][0]
    assert target["users"] == {"array_value": [{"literal": "01JD1USER0000000000000000A"}]}
    assert target["escalation_paths"] == {
        "array_value": [{"literal": "01JC1PATHENGINEERING000001"}]
    }


def test_an_empty_part_is_written_when_something_new_is_in_it() -> None:
    body = body_of("v2", "computed-severity")
    template = body["incident_template"]
    template["incident_type"] = {"newer": [1], "binding": {"array_value": []}}
    template["incident_mode"] = {"newer": {"literal": "a", "label": "A"}}

    overlaid = put(body, "v2")

    payload: Any = overlaid.payload
    assert overlaid.lost == ()
    assert payload["incident_template"]["incident_type"] == {
        "newer": [1],
        "binding": {"array_value": []},
    }
    assert payload["incident_template"]["incident_mode"]["newer"] == {"literal": "a"}


@pytest.mark.parametrize("api", ["v2", "v3"])
@pytest.mark.parametrize("before", [[], [{}]])
def test_an_operand_of_a_newer_kind_is_carried(api: ApiVersion, before: list[Body]) -> None:
    """It looks like one of the empty operands that a read adds (fact 3.4)."""
    operands = [*before, {"relative": {"hours": 1, "token": "a"}}, {}]
    body = body_of(api, "message-template") | {
        "condition_groups": [
            {
                "conditions": [
                    {
                        "subject": {"label": "Title", "reference": "alert.title"},
                        "operation": {"label": "is set", "value": "is_set"},
                        "param_bindings": copy.deepcopy(operands),
                    }
                ]
            }
        ]
    }

    overlaid = put(body, api, private=True)

    payload: Any = overlaid.payload
    assert overlaid.lost == ()
    (condition,) = payload["condition_groups"][0]["conditions"]
    assert condition["param_bindings"] == operands[:-1]


def test_a_part_that_the_change_empties_is_lost() -> None:
    body = body_of("v3", "message-template")
    body["message_config"]["template"]["newer"] = 1

    overlaid = put(body, message_template=None)

    assert [field.pointer for field in overlaid.lost] == ["/message_config/template/newer"]
    payload: Any = overlaid.payload
    assert "template" not in payload["message_config"]


def test_a_step_that_changed_loses_its_new_fields() -> None:
    body = body_of("v3", "newer-api")
    original = copy.deepcopy(body)
    expression = V3.decode(body).route.expressions[0]

    overlaid = put(body, expressions=(replace(expression, steps=expression.steps[1:]),))

    assert "/expressions/0/operations/0/navigate/depth" in [f.pointer for f in overlaid.lost]
    assert body == original


def test_nothing_is_put_back_that_v3_refuses_while_it_is_off() -> None:
    body = body_of("v3", "minimal")
    field = UnknownField("/incident_config/template/newer", 1)
    body["incident_config"]["template"] = {"newer": 1}
    live = replace(V3.decode(body), unknown=(field,))

    overlaid = V3.overlay(V3.encode(live.route), live)

    assert overlaid.lost == (field,)
    assert overlaid.payload == V3.encode(live.route)


@pytest.mark.parametrize(
    ("name", "value", "pointer"),
    [
        ("name", {"newer": 1}, "/name/newer"),
        ("name", {"deep": {"newer": 1}}, "/name/deep/newer"),
        ("owning_team_ids", [{"newer": 1}], "/owning_team_ids/0/newer"),
    ],
)
def test_a_place_of_another_structure_is_gone(name: str, value: Any, pointer: str) -> None:
    live = V3.decode(body_of("v3", "private-and-owned"))
    field = UnknownField(pointer, 1)
    changed = replace(live, body={**live.body, name: value}, unknown=(field,))

    assert V3.overlay(V3.encode(live.route), changed).lost == (field,)


def test_an_empty_part_in_an_element_that_is_there_twice_is_written() -> None:
    body = body_of("v2", "same-channel-twice")
    for place in body["channel_config"]:
        place["ms_teams_targets"] = {"binding": {}, "channel_visibility": "public"}
    body["channel_config"][1]["ms_teams_targets"]["newer"] = [{"literal": "a", "label": "A"}]

    overlaid = put(body, "v2")

    payload: Any = overlaid.payload
    assert payload["channel_config"][1]["ms_teams_targets"]["newer"] == [{"literal": "a"}]


def test_labels_of_an_empty_part_are_not_written() -> None:
    body = body_of("v2", "computed-severity")
    value: Any = {"label": "nothing", "literal": None, "newer": 1}
    body["incident_template"]["incident_mode"] = {"binding": {"value": value}}

    overlaid = put(body, "v2")

    payload: Any = overlaid.payload
    assert len(overlaid.carried) == 1
    assert payload["incident_template"]["incident_mode"] == {
        "binding": {"value": {"literal": None, "newer": 1}}
    }


WEBHOOK: dict[str, Any] = {"binding": {"value": {"literal": "https://example.com"}}, "signed": True}


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_a_destination_of_a_kind_that_nobody_knows_is_carried_whole(api: Any) -> None:
    """Fact 3.10: nothing that this version knows is bound in it, so it is one unknown field."""
    body = body_of(api, "channels")
    listed = body["channel_config"] if api == "v2" else body["message_config"]["destinations"]
    conditions = copy.deepcopy(listed[0]["condition_groups"])
    listed.insert(
        0,
        {
            "condition_groups": conditions,
            "slack_targets": {"binding": {}, "channel_visibility": ""},
            "webhook_targets": WEBHOOK,
        },
    )
    plain = codec(api).decode(body_of(api, "channels"))
    live = codec(api).decode(body)
    assert canonical(live.route) == canonical(plain.route)

    overlaid = codec(api).overlay(codec(api).encode(live.route), live)

    payload: Any = overlaid.payload
    sent = payload["channel_config"] if api == "v2" else payload["message_config"]["destinations"]
    assert [(field.name, field.path) for field in overlaid.carried] == [
        ("channel_config" if api == "v2" else "destinations", ("notify",))
    ]
    assert len(sent) == len(listed)
    assert sent[-1]["webhook_targets"] == WEBHOOK
    assert set(sent[-1]) == {"condition_groups", "webhook_targets"}


def test_a_field_stands_at_the_files_place_of_its_element() -> None:
    """A file has no elements that say nothing, so it counts without them."""
    body = body_of("v3", "channels")
    listed = body["message_config"]["destinations"]
    listed[0]["slack_targets"]["mentions"] = ["@here"]
    listed.insert(0, {"condition_groups": [], "slack_targets": {"binding": {}}})

    (field,) = V3.decode(body).unknown

    assert field.pointer == "/message_config/destinations/1/slack_targets/mentions"
    assert field.path == ("notify", 0, "slack")


def test_an_empty_operand_keeps_what_is_unknown_in_it() -> None:
    """A payload leaves the empty operands at the end out, and a PUT must not lose their fields."""
    place = ("alert_sources", 0, "condition_groups", 1, "conditions", 0, "param_bindings", 0)
    body = body_of("v2", "source-alternatives")
    at(body, place)["newer"] = 1
    live = codec("v2").decode(body)

    overlaid = codec("v2").overlay(codec("v2").encode(live.route), live)

    assert overlaid.carried == live.unknown
    assert at(overlaid.payload, place) == {"newer": 1}
