"""Alertmanager's configuration: which receiver posts where, with which token. Pure.

Facts about Alertmanager are those of its source, `notify/incidentio`: the receiver is there since
0.29.0; `alert_source_token_file` is read when the receiver is built, that is at a start or reload;
`http_config.authorization.credentials_file` is read at every request. Its HTTP client refuses to
set the headers that it sets itself (`config/headers.go` of Prometheus' common library).

The VictoriaMetrics operator's VMAlertmanagerConfig has the same keys, with selectors in the place
of secrets: `alert_source_token: {name: …, key: …}` names a Kubernetes secret of its namespace. The
Prometheus operator's AlertmanagerConfig has selectors too, and writes keys in camel case
(`webhookConfigs`, `httpConfig`) and matchers as mappings of `name`, `value` and `matchType`.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from reconciler.model import Position
from reconciler.sources.senders.addresses import Address, address_of, mentions
from reconciler.sources.senders.values import Tree, read_trees, walk

Form = Literal["inline", "token-file", "credentials-file", "selector", "templated", "other"]
ALL_LABELS = "..."
OPERATOR_KIND = "AlertmanagerConfig"  # of the Prometheus operator
_CONFIGS = ("incidentio_configs", "webhook_configs")
_CAPITAL = re.compile(r"(?<!^)[A-Z]")
_FREE = ("httpHeaders", "http_headers")  # whose keys are names
RESERVED_HEADERS = frozenset(
    ("accept-encoding", "authorization", "connection", "content-encoding", "content-length",
     "content-type", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
     "user-agent", "www-authenticate", "x-amz-content-sha256", "x-amz-date",
     "x-amz-security-token", "x-prometheus-remote-read-version",
     "x-prometheus-remote-write-version", "x-prometheus-scrape-timeout-seconds")
)  # fmt: skip
_EQUAL = re.compile(r"[\s{]*\"?([A-Za-z_][A-Za-z0-9_]*)\"?\s*=\s*(?![~=])")


@dataclass(frozen=True, slots=True)
class Credential:
    """One way in which a receiver is given its token. `file` and `secret`, the name and the key of
    a Kubernetes secret, are empty for the forms that have none.
    """

    form: Form
    at: Position
    file: str = ""
    secret: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Grouping:
    """How alerts come to a receiver: `by` splits them into groups, `fixed` labels are equal in
    all of them.
    """

    by: frozenset[str]
    fixed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Receiver:
    """One entry of a receiver that posts to incident.io, under `path` in its configuration.

    `groupings` is empty when no route sends to it; it is `unused` when there are routes, and none
    of them does. Values of a chart may well have receivers and no route: the chart has it.
    """

    name: str
    at: Position
    address: Address | None
    url_file: str
    templated: bool
    credentials: tuple[Credential, ...]
    groupings: tuple[Grouping, ...]
    path: tuple[str, ...] = ()
    native: bool = True  # of `incidentio_configs`, which old Alertmanagers do not know
    unused: bool = False
    url_of_secret: bool = False  # `url_file` is the name of a Kubernetes secret
    reserved: tuple[tuple[str, Position], ...] = ()  # headers that Alertmanager refuses to set


@dataclass(frozen=True, slots=True)
class Configuration:
    """An Alertmanager configuration inside a file, under these keys; None for a text that is no
    YAML, because it is a template for example.
    """

    path: tuple[str, ...]
    tree: Tree | None
    at: Position


def texts(tree: Tree) -> Iterator[tuple[tuple[str, ...], str, Position]]:
    """Every text inside, with its keys and its place; a Secret's data is decoded."""
    for path, value in walk(tree):
        if isinstance(value.value, str):
            yield path, _decoded(tree, path, value.value), value.at


def configurations(tree: Tree) -> Iterator[Configuration]:
    """Every Alertmanager configuration inside, as YAML or as a text of YAML; also one that has no
    receiver.
    """
    of_operator = tree.text("kind") == OPERATOR_KIND
    for path, value in walk(tree):
        if lists_receivers(value):
            yield Configuration(path, _in_snake_case(value) if of_operator else value, value.at)
    for path, text, at in texts(tree):
        if "receivers" in text or _CONFIGS[0] in text:
            inner, wrong = read_trees(text, at.file)
            for each in inner:
                if lists_receivers(each):
                    yield Configuration(path, _placed(each, at), at)
            if wrong and (_CONFIGS[0] in text or any(mentions(text))):
                yield Configuration(path, None, at)


def lists_receivers(tree: Tree) -> bool:
    """Whether it has a list of receivers, be it empty."""
    found = tree.get("receivers")
    return found is not None and isinstance(found.value, tuple)


def _in_snake_case(tree: Tree) -> Tree:
    """The tree with keys as Alertmanager spells them; names of headers and labels are values."""
    if isinstance(tree.value, Mapping):
        inner = {
            _CAPITAL.sub(lambda found: f"_{found[0].lower()}", key): value
            if key in _FREE
            else _in_snake_case(value)
            for key, value in tree.value.items()
        }
        return Tree(inner, tree.at)
    if isinstance(tree.value, tuple):
        return Tree(tuple(map(_in_snake_case, tree.value)), tree.at)
    return tree


def receivers(configuration: Tree) -> Iterator[Receiver]:
    """Every entry of every receiver that posts to incident.io: those of `incidentio_configs`, and
    webhooks whose URL is one of alert events.
    """
    groupings = _groupings(configuration)
    routed = configuration.get("route") is not None
    shared = configuration.get("global", "http_config")
    for place, receiver in enumerate(configuration.items("receivers")):
        name = receiver.text("name")
        ways = groupings.get(name, ())
        for kind in _CONFIGS:
            for number, entry in enumerate(receiver.items(kind)):
                if kind == _CONFIGS[0] or any(mentions(entry.text("url"))):
                    read = _receiver(name, entry, shared, ways)
                    path = ("receivers", str(place), kind, str(number))
                    native = kind == _CONFIGS[0]
                    yield replace(read, path=path, native=native, unused=routed and not ways)


def hidden_webhooks(configuration: Tree) -> Iterator[tuple[str, Position]]:
    """Receivers with a webhook whose URL is in a file or a secret: it may post to incident.io."""
    for receiver in configuration.items("receivers"):
        for entry in receiver.items(_CONFIGS[1]):
            if entry.text("url_file") or _selected(entry, "url_secret"):
                yield receiver.text("name"), entry.at


def _receiver(
    name: str, entry: Tree, shared: Tree | None, groupings: tuple[Grouping, ...]
) -> Receiver:
    url = entry.text("url")
    node = entry.get("url")
    # `url: {{ … }}` without quotes reads as a mapping
    templated = "{{" in url or bool(node and isinstance(node.value, Mapping))
    address = address_of(url) if url and not templated else None
    credentials = [*_own(entry), *_of_http(entry.get("http_config") or shared)]
    if address and address.carries_secret:
        credentials.append(Credential("inline", entry.place("url")))
    return Receiver(
        name,
        entry.place("url"),
        address,
        entry.text("url_file") or _selected(entry, "url_secret"),
        templated,
        tuple(credentials),
        groupings,
        url_of_secret=not entry.text("url_file") and bool(_selected(entry, "url_secret")),
        reserved=tuple(
            (name, header.at)
            for name, header in _headers(entry.get("http_config") or shared)
            if name.lower() in RESERVED_HEADERS
        ),
    )


def _headers(http: Tree | None) -> Iterator[tuple[str, Tree]]:
    found = http.get("http_headers") if http else None
    if found and isinstance(found.value, Mapping):
        yield from found.value.items()


def _own(entry: Tree) -> Iterator[Credential]:
    yield from _inline(entry, "alert_source_token")
    file = entry.text("alert_source_token_file")
    if file:
        yield Credential("token-file", entry.place("alert_source_token_file"), file)


def _of_http(http: Tree | None) -> Iterator[Credential]:
    if http is None:
        return
    if http.text("authorization", "type").lower() not in ("", "bearer"):
        yield Credential("other", http.place("authorization", "type"))
    else:
        for keys in (("authorization", "credentials"), ("bearer_token",)):
            yield from _inline(http, *keys)
        for keys in (("authorization", "credentials_file"), ("bearer_token_file",)):
            file = http.text(*keys)
            if file:
                yield Credential("credentials-file", http.place(*keys), file)
    yield from _selector(http, "bearer_token_secret")
    for name, header in _headers(http):
        if name.lower() == "authorization":
            for each in (*header.items("values"), *header.items("secrets")):
                yield Credential(_form(str(each.value)), each.at)
            for each in header.items("files"):
                yield Credential("credentials-file", each.at, str(each.value))
    for key in ("basic_auth", "oauth2"):
        if http.get(key):
            yield Credential("other", http.place(key))


def _inline(tree: Tree, *keys: str) -> Iterator[Credential]:
    """A token that stands here, or the selector of a secret in its place."""
    text = tree.text(*keys)
    if text:
        yield Credential(_form(text), tree.place(*keys))
    yield from _selector(tree, *keys)


def _selector(tree: Tree, *keys: str) -> Iterator[Credential]:
    found = tree.get(*keys)
    if found and found.text("name") and found.text("key"):
        yield Credential("selector", found.at, secret=(found.text("name"), found.text("key")))


def _selected(tree: Tree, key: str) -> str:
    """The name of the secret that a selector names; "" for none."""
    return next((each.secret[0] for each in _selector(tree, key) if each.secret), "")


def _form(text: str) -> Form:
    return "templated" if "{{" in text or "${" in text else "inline"


def _groupings(configuration: Tree) -> dict[str, tuple[Grouping, ...]]:
    """The groupings with which each receiver is reached."""
    found: dict[str, tuple[Grouping, ...]] = {}
    root = configuration.get("route")
    waiting = [(root, "", Grouping(frozenset(), frozenset()))] if root else []
    while waiting:
        node, receiver, grouping = waiting.pop()
        receiver = node.text("receiver") or receiver
        if node.items("group_by"):  # an empty list says nothing: the route above counts
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
        if matcher.text("name") and matcher.text("match_type") in ("", "="):
            names |= set() if matcher.text("regex") == "true" else {matcher.text("name")}
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
    """The tree of a text inside YAML: its lines are not lines of the file."""
    if isinstance(tree.value, Mapping):
        return Tree({key: _placed(inner, at) for key, inner in tree.value.items()}, at)
    if isinstance(tree.value, tuple):
        return Tree(tuple(_placed(inner, at) for inner in tree.value), at)
    return Tree(tree.value, at)
