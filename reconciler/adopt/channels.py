"""Names for what the API does not list: channels and message templates; and the account.

Imported files hold their ids until reconciler.yaml names them. Reads of API v2 label them, so the
lines to add can usually be written out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal as Word

from reconciler.files.config import is_account
from reconciler.files.edit.config import with_ids, with_setting
from reconciler.files.write.nodes import spelled
from reconciler.model import Config, Literal, Live, Route, bindings, without_team
from reconciler.text import visible

Section = Word["channels", "message_templates"]


@dataclass(frozen=True, slots=True)
class Unnamed:
    """An id without a name in reconciler.yaml; `label` is the dashboard's, "" if unknown."""

    section: Section
    id: str
    label: str
    routes: tuple[str, ...]


def unnamed(
    lives: Sequence[Live], config: Config, labels: Mapping[str, str]
) -> tuple[Unnamed, ...]:
    """Things that the routes use and reconciler.yaml does not name, by section and id."""
    named = {
        "channels": {without_team(given) for given in config.channels.values()},
        "message_templates": set(config.message_templates.values()),
    }
    users: dict[tuple[Section, str], list[str]] = {}
    shown: dict[tuple[Section, str], str] = {}
    known = {**labels}
    for live in lives:
        known |= live.labels
    for live in lives:
        for section, given, sign in _used(live.route):
            if without_team(given) in named[section] or " " in given:
                continue
            users.setdefault((section, given), []).append(live.route.name)
            label = known.get(given, "")
            if label and label != given:
                shown[section, given] = label if label.startswith(sign) else sign + label
    return tuple(
        Unnamed(section, given, shown.get((section, given), ""), tuple(dict.fromkeys(routes)))
        for (section, given), routes in sorted(users.items())
    )


def known_names(found: Iterable[Unnamed], config: Config) -> Mapping[Section, Mapping[str, str]]:
    """Names to write, with their ids, by section: those that the dashboard gives, where nothing
    else has them.
    """
    taken = {"channels": {*config.channels}, "message_templates": {*config.message_templates}}
    names: dict[Section, dict[str, str]] = {}
    for each in found:
        if each.label and each.label not in taken[each.section]:
            taken[each.section].add(each.label)
            names.setdefault(each.section, {})[each.label] = each.id
    return names


def witnesses(lives: Sequence[Live], found: Iterable[Unnamed]) -> tuple[Live, ...]:
    """For each id without a label one route that uses it: enough to read to learn the label."""
    needed = {each.id for each in found if not each.label}
    chosen: list[Live] = []
    for live in lives:
        here = {given for _, given, _ in _used(live.route)} & needed
        if here:
            chosen.append(live)
            needed -= here
    return tuple(chosen)


_SECTIONS: Mapping[str, tuple[Section, str]] = {
    "channel": ("channels", "#"),
    "ms-teams-channel": ("channels", ""),
    "message-template": ("message_templates", ""),
}
"""The section of reconciler.yaml for each kind of thing that the API lists nowhere, and the sign
that its names start with.
"""


def _used(route: Route) -> Iterator[tuple[Section, str, str]]:
    """Section, id and sign."""
    for kind, binding in bindings(route):
        if kind in _SECTIONS:
            section, sign = _SECTIONS[kind]
            for value in binding.values:
                if isinstance(value, Literal):
                    yield section, value.text, sign


def config_lines(found: Iterable[Unnamed], config: Config) -> str:
    """The lines to add to reconciler.yaml; the id stands for a name that is unknown, so that they
    are right as they are.
    """
    lines: list[str] = []
    section = ""
    for each in found:
        if each.section != section:
            section = each.section
            there = config.channels if section == "channels" else config.message_templates
            lines.append(f"# below `{section}:`" if there else f"{section}:")
        blank = f"#{each.id}" if section == "channels" else each.id
        name = spelled(each.label or blank, flow=True)
        lines.append(f"  {name}: {each.id}  # {_users(each.routes)}")
    return "".join(f"{line}\n" for line in lines)


def _users(routes: Sequence[str]) -> str:
    listed = ", ".join(visible(" ".join(name.split()))[:40] for name in routes[:3])
    return listed if len(routes) <= 3 else f"{listed} and {len(routes) - 3} more"


def with_known_names(
    config: Config, lives: Sequence[Live], labels: Mapping[str, str], read: Callable[[], str]
) -> tuple[Config, str]:
    """The configuration with the names of channels and templates that labels tell, and the text of
    reconciler.yaml that has them; "" where nothing is to be written. `read` gives today's text.
    """
    known = known_names(unnamed(lives, config, labels), config)
    if not known:
        return config, ""
    text = read()
    for section, names in known.items():
        edited = with_ids(text, section, names)
        if edited is None:
            return config, ""
        text = edited
    channels = {**config.channels, **known.get("channels", {})}
    templates = {**config.message_templates, **known.get("message_templates", {})}
    return replace(config, channels=channels, message_templates=templates), text


def with_account(config: Config, account: str, settings: str, read: Callable[[], str]) -> str:
    """The text of reconciler.yaml that names the account, too; from then on no other is planned.
    `settings` is the text so far, "" where nothing is to be written.
    """
    if config.account or not is_account(account):  # the API does not tell, or not as it should
        return settings
    return with_setting(settings or read(), "account", account.rstrip("/")) or settings
