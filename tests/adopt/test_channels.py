"""Lines for reconciler.yaml: what the files hold as ids, by name where anybody knows it."""

from dataclasses import replace

from reconciler.adopt.channels import config_lines, known_names, unnamed, witnesses
from reconciler.files import parse_config
from reconciler.model import (
    Binding,
    Channels,
    Config,
    Destination,
    Literal,
    Live,
    Reference,
    Route,
    many,
    one,
)

ROUTE = Route(
    "One\x07",
    notify=(
        Destination(
            Channels(Binding((Literal("C0AAAAAA1"), Reference("alert.title")), many=True)),
            Channels(many("19:x@thread.tacv2")),
        ),
        Destination(Channels(many("T0TEAM/C0NAMED01"))),
    ),
    message_template=one("01J7Q3A1S265RF3Z4T5ZB2KH53"),
)
LIVE = Live("1", 1, "v2", ROUTE, {}, labels={"C0AAAAAA1": "alerts", "19:x@thread.tacv2": "Ops"})
CONFIG = Config(channels={"#named": "C0NAMED01"})


def test_each_id_without_a_name_gets_a_line_that_can_be_read() -> None:
    lines = config_lines(unnamed([LIVE], CONFIG, {}), Config())

    assert lines.splitlines() == [
        "channels:",
        "  Ops: 19:x@thread.tacv2  # One\\x07",
        '  "#alerts": C0AAAAAA1  # One\\x07',
        "message_templates:",
        "  01J7Q3A1S265RF3Z4T5ZB2KH53: 01J7Q3A1S265RF3Z4T5ZB2KH53  # One\\x07",
    ]
    config, findings = parse_config(lines, "reconciler.yaml")
    assert not findings
    assert config.channels == {"#alerts": "C0AAAAAA1", "Ops": "19:x@thread.tacv2"}


def test_labels_of_another_read_help() -> None:
    bare = replace(LIVE, labels={})

    found = unnamed([bare], CONFIG, {"C0AAAAAA1": "#alerts"})

    assert [one.label for one in found] == ["", "#alerts", ""]


def test_only_a_few_of_the_routes_are_named() -> None:
    lives = [replace(LIVE, route=replace(ROUTE, name=f"R{n}")) for n in range(5)]

    assert "# R0, R1, R2 and 2 more" in config_lines(unnamed(lives, CONFIG, {}), CONFIG)


def test_nothing_to_name_is_no_line() -> None:
    assert config_lines(unnamed([replace(LIVE, route=Route("x"))], CONFIG, {}), CONFIG) == ""


def test_one_route_an_id_is_enough_to_learn_its_label() -> None:
    bare = [replace(LIVE, id=str(number), labels={}) for number in range(3)]
    named = replace(LIVE, id="named", route=Route("x"))

    assert witnesses([named, *bare], unnamed(bare, CONFIG, {})) == (bare[0],)
    assert witnesses(bare, ()) == ()


def test_two_ids_without_a_name_are_two_lines_that_can_be_pasted() -> None:
    bare = replace(LIVE, labels={})

    config, findings = parse_config(config_lines(unnamed([bare], CONFIG, {}), Config()), "x.yaml")

    assert not findings
    assert config.channels == {"#C0AAAAAA1": "C0AAAAAA1", "#19:x@thread.tacv2": "19:x@thread.tacv2"}
    assert config_lines(unnamed([bare], CONFIG, {}), CONFIG).startswith("# below `channels:`\n")


def test_a_label_of_one_route_names_the_channel_of_all() -> None:
    found = unnamed([replace(LIVE, id="2", labels={}), LIVE], CONFIG, {})

    assert {one.id: one.label for one in found}["C0AAAAAA1"] == "#alerts"
    assert known_names(found, CONFIG) == {
        "channels": {"Ops": "19:x@thread.tacv2", "#alerts": "C0AAAAAA1"}
    }
    assert known_names(found, Config(channels={"#alerts": "C0OTHER01"})) == {
        "channels": {"Ops": "19:x@thread.tacv2"}
    }
