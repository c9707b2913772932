"""`reconciler.yaml` of a new folder: the account, the channels that labels name, the sources. Pure.

What is there stays as it is: only what it lacks is added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.adopt.channels import config_lines, unnamed, with_account, with_known_names
from reconciler.files.config import CONFIG_FILE, parse_config
from reconciler.files.write.route import line_of
from reconciler.model import Config, Live, has_errors
from reconciler.starter.start import CONFIG_SCHEMA, Left

_ABOUT = (
    line_of(CONFIG_SCHEMA, CONFIG_FILE)
    + "# The account that these routes belong to: the commands refuse a key of any other.\n"
)
_SOURCES = "\n# The alert sources of the account. `environment` and `alias` may be added to each.\n"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, their text ("" where it stays as it is), and what a user has to add."""

    config: Config
    text: str = ""
    left: tuple[Left, ...] = ()


def settings_of(
    now: str,
    config: Config,
    account: str,
    lives: Sequence[Live],
    labels: Mapping[str, str],
    inventory: str,
) -> Settings:
    """`now` is the text that is there; `inventory` has the lines below `sources:`."""
    config, text = with_known_names(config, lives, labels, lambda: now)
    text = with_account(config, account, text, lambda: now) or now
    left: list[Left] = []
    if inventory and not config.sources:
        longer = f"{text.rstrip()}\n{_SOURCES}sources:\n{inventory}".lstrip()
        parsed, findings = parse_config(longer, CONFIG_FILE)
        if has_errors(findings):
            words = f"{CONFIG_FILE} got no `sources`, because some have one name or id:"
            left.append(Left(words, "reconciler sources list --format yaml\n"))
        else:
            config, text = parsed, longer
    lines = config_lines(unnamed(lives, config, labels), config)
    if lines:
        words = (
            "The API does not name these channels and templates, so the files have ids. Replace "
            f"each id on the left by a name, add the lines to {CONFIG_FILE}, then run "
            "`reconciler import --all --force`:"
        )
        left.append(Left(words, lines))
    if not now.strip():
        text = _ABOUT + text
    return Settings(config, "" if text == now else text, tuple(left))
