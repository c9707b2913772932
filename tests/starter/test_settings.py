"""`reconciler.yaml` of a new folder, in whatever form it is there already."""

import pytest

from reconciler.files.config import CONFIG_FILE, parse_config
from reconciler.model import Binding, Channels, Config, Destination, Literal, Live, Route
from reconciler.starter.settings import Settings, settings_of

ACCOUNT = "https://app.incident.io/acme"
INVENTORY = '  - name: "Prod"\n    id: 01JSRC0000000000000000000A\n'
LIVE = Live(
    "1",
    1,
    "v3",
    Route("A", notify=(Destination(Channels(Binding((Literal("C0AAAAAA1"),), many=True))),)),
    {},
)
LABELS = {"C0AAAAAA1": "#alerts"}
FORMS = [
    "",
    "# ours\n",
    "# ours\r\n",
    "max_deletes: 2\n",
    "max_deletes: 2\r\n",
    "max_deletes: 2",
    "---\nmax_deletes: 2\n",
    "channels: {ops: C2}\n",
    "\ufeffmax_deletes: 2\n",
]
BRACES = ["{}", "{max_deletes: 2}\n", "{channels: {ops: C2}}\n", "{ # ours\n}\n"]


def made(now: str, account: str = ACCOUNT, inventory: str = INVENTORY) -> Settings:
    config, findings = parse_config(now, CONFIG_FILE)
    assert not findings
    return settings_of(now, config, account, [LIVE], LABELS, inventory)


@pytest.mark.parametrize("now", FORMS)
def test_every_form_gets_account_names_and_sources(now: str) -> None:
    settings = made(now)

    config, findings = parse_config(settings.text, CONFIG_FILE)
    assert not findings
    assert config.account == ACCOUNT
    assert config.channels["#alerts"] == "C0AAAAAA1"
    assert [source.name for source in config.sources] == ["Prod"]
    assert settings.left == ()
    lines = settings.text.count("\n") if "\r\n" in now else 0
    assert settings.text.count("\r") == settings.text.count("\r\n") == lines
    assert settings.text.startswith("\ufeff") == now.startswith("\ufeff")


@pytest.mark.parametrize("now", BRACES)
def test_braces_get_account_and_names_and_say_why_no_sources(now: str) -> None:
    settings = made(now)

    config, findings = parse_config(settings.text, CONFIG_FILE)
    assert not findings
    assert (config.account, config.channels["#alerts"]) == (ACCOUNT, "C0AAAAAA1")
    assert config.sources == ()
    (left,) = settings.left
    assert "because the file is in braces" in left.words
    assert "share a name or id" not in left.words


def test_sources_of_one_name_have_their_own_reason() -> None:
    (left,) = made("", inventory=INVENTORY + INVENTORY).left

    assert "because some sources share a name or id" in left.words


def test_what_a_form_does_not_take_is_left_with_the_lines() -> None:
    settings = made("max_deletes: 2\n...\n")

    assert parse_config(settings.text, CONFIG_FILE)[0].account == ACCOUNT
    sources, names = settings.left
    assert "because the file is in braces (`{…}`), or ends with `...`" in sources.words
    assert "got no names of channels and templates, because of its form" in names.words
    assert names.lines == 'channels:\n  "#alerts": C0AAAAAA1  # A\n'


def test_an_account_that_cannot_be_written_as_it_is_is_left_to_the_user() -> None:
    settings = made("", account="https://x.org/acme:")

    assert settings.left[0].words == "Add this line to reconciler.yaml:"
    assert parse_config(settings.left[0].lines, CONFIG_FILE)[0] == Config(
        account="https://x.org/acme:"
    )
