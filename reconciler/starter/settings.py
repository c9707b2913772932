"""`reconciler.yaml` of a new folder: the account, the channels that labels name, the sources. Pure.

What is there stays as it is: only what it lacks is added.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.adopt.channels import (
    config_lines,
    known_names,
    unnamed,
    with_account,
    with_known_names,
)
from reconciler.files.config import CONFIG_FILE, is_account, parse_config
from reconciler.files.edit.config import ending_of
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
    whose = with_account(config, account, text, lambda: now)
    left: list[Left] = []
    if is_account(account) and not config.account and whose == text:
        left.append(Left(f"Add this line to {CONFIG_FILE}:", f"account: {json.dumps(account)}\n"))
    text = whose or now
    if inventory and not config.sources:
        longer = _with_sources(text, inventory)
        if longer:
            config, text = parse_config(longer, CONFIG_FILE)[0], longer
        else:
            left.append(_no_sources(inventory))
    left += _unnamed(lives, config, labels)
    if not now.strip():
        text = _ABOUT + text
    return Settings(config, "" if text == now else text, tuple(left))


def _with_sources(text: str, inventory: str) -> str:
    """ "" where the text does not take them."""
    lines = f"{_SOURCES}sources:\n{inventory}".replace("\n", ending_of(text))
    longer = f"{text.rstrip()}{ending_of(text)}{lines}".lstrip()
    _, findings = parse_config(longer, CONFIG_FILE)
    return "" if has_errors(findings) else longer


def _no_sources(inventory: str) -> Left:
    if _with_sources("", inventory):
        words = (
            f"{CONFIG_FILE} got no `sources`, because the file is in braces (`{{…}}`), or ends "
            "with `...`. Write a line for each key, and run `reconciler init` again. Or add what "
            "this prints:"
        )
    else:
        words = f"{CONFIG_FILE} got no `sources`, because some sources share a name or id:"
    return Left(words, "reconciler sources list --format yaml\n")


def _unnamed(lives: Sequence[Live], config: Config, labels: Mapping[str, str]) -> Iterator[Left]:
    """The lines for ids without a name."""
    found = unnamed(lives, config, labels)
    known = {
        (section, id_)
        for section, ids in known_names(found, config).items()
        for id_ in ids.values()
    }
    ends = f"add the lines to {CONFIG_FILE}, then run `reconciler import --all --force`:"
    named = config_lines([row for row in found if (row.section, row.id) in known], config)
    if named:
        words = f"{CONFIG_FILE} got no names of channels and templates, because of its form. To "
        yield Left(f"{words}use names, {ends}", named)
    bare = config_lines([row for row in found if (row.section, row.id) not in known], config)
    if bare:
        words = "The API does not name these channels and templates, so the files have ids."
        yield Left(f"{words} Replace each id on the left by a name, {ends}", bare)
