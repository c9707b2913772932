"""A catalog entry and what it stands for are one thing."""

from reconciler.model import entry_key, same_thing


def test_only_an_entry_stands_for_something_else() -> None:
    names = {"01PATH": "On-Call", entry_key("01ENTRY"): "01PATH"}

    assert same_thing("01ENTRY", names) == same_thing("01PATH", names) == "01PATH"
    assert same_thing("entry 01ENTRY", names) == "entry 01ENTRY"
