"""Alertmanager's configuration: which receiver posts where, with what, for which groups. Pure.

Facts about Alertmanager are those of its source, `notify/incidentio`: the receiver is there since
0.29.0; `alert_source_token_file` is read when the receiver is built, that is at a start or reload;
`http_config.authorization.credentials_file` is read at every request.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from reconciler.model.finding import Position
from reconciler.sources.values import Tree, read_trees, walk

Form = Literal["inline", "token-file", "credentials-file", "templated", "other"]
ALL_LABELS = "..."
EVENTS = re.compile(r"https?://[^\s\"'`<>]+/v2/alert_events/[^\s\"'`<>]+")
_EQUAL = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?![~=])")
_VERSION = re.compile(r"v?(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of alert events: without query and user, which may be secret."""

    url: str
    carries_secret: bool

    @property
    def id(self) -> str:
        """The source's id, the last part of the path."""
        return self.url.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Credential:
    """One way in which a receiver is given its token; `file` is "" for what is no file."""

    form: Form
    at: Position
    file: str = ""


@dataclass(frozen=True, slots=True)
class Grouping:
    """How alerts come to a receiver: `by` splits them into groups, `fixed` labels are equal in
    all of them.
    """

    by: frozenset[str]
    fixed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Receiver:
    """One entry of `incidentio_configs`. `groupings` is empty when no route sends to it."""

    name: str
    at: Position
    address: Address | None
    url_file: str
    templated: bool
    credentials: tuple[Credential, ...]
    groupings: tuple[Grouping, ...]


def address_of(text: str) -> Address:
    """A URL made safe to show."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return Address("", carries_secret=False)
    host = parts.netloc.rpartition("@")[2]
    secret = bool(parts.query or parts.fragment or "@" in parts.netloc)
    return Address(f"{parts.scheme}://{host}{parts.path}".rstrip("/"), secret)


def configurations(tree: Tree) -> Iterator[tuple[tuple[str, ...], Tree]]:
    """Every Alertmanager configuration inside, as YAML or as a text of YAML, with its keys."""
    for path, value in walk(tree):
        if value.items("receivers"):
            yield path, value
        elif isinstance(value.value, str):
            text = _decoded(tree, path, value.value)
            if "receivers" in text:
                for inner in read_trees(text, value.at.file)[0]:
                    if inner.items("receivers"):
                        yield path, _placed(inner, value.at)


def receivers(configuration: Tree) -> Iterator[Receiver]:
    """Every entry of every receiver's `incidentio_configs`."""
    groupings = _groupings(configuration)
    shared = configuration.get("global", "http_config")
    for receiver in configuration.items("receivers"):
        name = receiver.text("name")
        for entry in receiver.items("incidentio_configs"):
            yield _receiver(name, entry, shared, groupings.get(name, ()))


def version(tree: Tree) -> tuple[tuple[int, int], Position] | None:
    """Alertmanager's version where values say it: an image's tag below a key of its name."""
    for path, value in walk(tree):
        if "alertmanager" not in " ".join(path).lower() or not isinstance(value.value, str):
            continue
        if path[-1] in ("tag", "version") and (path[-1] == "version" or "image" in path[-2:-1]):
            found = parse_version(value.value)
            if found:
                return found, value.at
    return None


def parse_version(text: str) -> tuple[int, int] | None:
    """Major and minor of `v0.29.0`."""
    match = _VERSION.match(text.strip())
    return (int(match[1]), int(match[2])) if match else None


def _receiver(
    name: str, entry: Tree, shared: Tree | None, groupings: tuple[Grouping, ...]
) -> Receiver:
    url = entry.text("url")
    at = entry.get("url")
    address = address_of(url) if url and "{{" not in url else None
    credentials = [*_own(entry), *_of_http(entry.get("http_config") or shared)]
    if address and address.carries_secret:
        credentials.append(Credential("inline", at.at if at else entry.at))
    return Receiver(
        name,
        at.at if at else entry.at,
        address,
        entry.text("url_file"),
        "{{" in url,
        tuple(credentials),
        groupings,
    )


def _own(entry: Tree) -> Iterator[Credential]:
    yield from _inline(entry, "alert_source_token")
    file = entry.text("alert_source_token_file")
    if file:
        yield Credential("token-file", _at(entry, "alert_source_token_file"), file)


def _of_http(http: Tree | None) -> Iterator[Credential]:
    if http is None:
        return
    for keys in (("authorization", "credentials"), ("bearer_token",)):
        yield from _inline(http, *keys)
    for keys in (("authorization", "credentials_file"), ("bearer_token_file",)):
        file = http.text(*keys)
        if file:
            yield Credential("credentials-file", _at(http, *keys), file)
    for key in ("basic_auth", "oauth2"):
        if http.get(key):
            yield Credential("other", _at(http, key))


def _inline(tree: Tree, *keys: str) -> Iterator[Credential]:
    text = tree.text(*keys)
    if text:
        form: Form = "templated" if "{{" in text or text.startswith("${") else "inline"
        yield Credential(form, _at(tree, *keys))


def _at(tree: Tree, *keys: str) -> Position:
    found = tree.get(*keys)
    return found.at if found else tree.at


def _groupings(configuration: Tree) -> dict[str, tuple[Grouping, ...]]:
    """The groupings with which each receiver is reached."""
    found: dict[str, tuple[Grouping, ...]] = {}
    root = configuration.get("route")
    waiting = [(root, "", Grouping(frozenset(), frozenset()))] if root else []
    while waiting:
        node, receiver, grouping = waiting.pop()
        receiver = node.text("receiver") or receiver
        if node.get("group_by"):
            labels = (item.value for item in node.items("group_by"))
            by = frozenset(label for label in labels if isinstance(label, str))
            grouping = replace(grouping, by=by)
        grouping = replace(grouping, fixed=grouping.fixed | _fixed(node))
        found[receiver] = (*found.get(receiver, ()), grouping)
        waiting += [(inner, receiver, grouping) for inner in node.items("routes")]
    return found


def _fixed(node: Tree) -> frozenset[str]:
    """Labels that every alert of this route has with one value."""
    match = node.get("match")
    names = set(match.value) if match and isinstance(match.value, Mapping) else set()
    for matcher in node.items("matchers"):
        if isinstance(matcher.value, str):
            names |= {found[1] for found in map(_EQUAL.match, matcher.value.split(",")) if found}
    return frozenset(names)


def _decoded(tree: Tree, path: tuple[str, ...], text: str) -> str:
    """A Secret's data is in base64."""
    if tree.text("kind") != "Secret" or path[:1] != ("data",):
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _placed(tree: Tree, at: Position) -> Tree:
    """The tree of a text inside YAML: nobody can say in which line of the file it stands."""
    if isinstance(tree.value, Mapping):
        return Tree({key: _placed(inner, at) for key, inner in tree.value.items()}, at)
    if isinstance(tree.value, tuple):
        return Tree(tuple(_placed(inner, at) for inner in tree.value), at)
    return Tree(tree.value, at)
