"""A name that looks like another one, by characters that turn the direction, is said."""

import pytest

from reconciler.files import parse_config, parse_route

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("character", CONTROLS)
@pytest.mark.parametrize("escaped", [True, False])
def test_a_name_with_a_control_is_a_warning(character: str, escaped: bool) -> None:
    said = f"\\u{ord(character):04x}" if escaped else character
    text = f'sources: [Axiom]\nname: "Prod {said}gnigatS"\n'

    declaration, findings = parse_route(text, "routes/a.yaml")

    assert declaration is not None
    assert declaration.route.name == f"Prod {character}gnigatS"
    (finding,) = [one for one in findings if one.code == "direction-control"]
    assert (finding.level, finding.position and finding.position.line) == ("warning", 2)
    assert f"U+{ord(character):04X}" in finding.message
    assert character not in finding.message


def test_every_name_in_a_file_counts() -> None:
    text = (
        "name: A\nsources: ['Ax\u202eiom']\n"
        "when: [{'\u2066branch': main}]\nescalate: [{path: 'On\u202eCall'}]\n"
    )
    _, findings = parse_route(text, "routes/a.yaml")
    assert [one.code for one in findings].count("direction-control") == 3

    _, config = parse_config("channels: {'#al\u202eerts': C06E4KQ7R2N}\n", "reconciler.yaml")
    assert [one.code for one in config] == ["direction-control"]


@pytest.mark.parametrize("name", ["تنبيهات الإنتاج", "התראות", "👩\u200d💻 pages", "\\u0041"])
def test_other_scripts_and_joiners_are_names_like_any(name: str) -> None:
    assert parse_route(f'name: "{name}"\nsources: [Axiom]\n', "routes/a.yaml")[1] == ()
