"""The inventory in `reconciler.yaml`: alert sources, their environments, where tokens lie.

A finding shows its line, and the log of a run has many readers. So lines of reconciler.yaml are
shown without values that may be a token, pasted into a URL or below a source.
"""

import re
from functools import partial
from urllib.parse import urlsplit

import yaml

from reconciler.files.yaml.reading import Entry, Reading, near
from reconciler.model import (
    AwsPlace,
    Config,
    Environment,
    InventorySource,
    KubernetesPlace,
    Path,
    TokenPlaces,
)

_IN_URL = re.compile(r"(?<=://)[^\s/]*@|(?<=alert_events/)([^\s?#]*[?#])\S*")
_AFTER_KEY = re.compile(r"""((?:^|[\s{,])["']?(?:\w*token|value|in)["']?\s*:\s*)(?=[^\s{[])\S.*""")
# Ids are upper case, words have no digits, a hash or a random text has both: long enough, it is
# taken for a secret.
_RANDOM = re.compile(
    r"(?<![\w/.~+=-])(?=\S*\d)(?:(?=[^\s/]*[a-z])(?=[^\s/]*[A-Z])[\w.~+=-]{16,}|[0-9a-f]{24,})"
)
WITHHELD = "…"
_LONGEST = 2000  # characters of a line that is searched; people read no longer ones


def withheld(line: str) -> str:
    """The line, with an ellipsis for each part that may be a secret; nothing of a very long one,
    in which the search would take as long as its author likes.
    """
    if len(line) > _LONGEST:
        return WITHHELD
    line = _IN_URL.sub(lambda found: f"{found[1] or ''}{WITHHELD}", line)
    line = _AFTER_KEY.sub(lambda found: f"{found[1]}{WITHHELD}", line)
    return _RANDOM.sub(WITHHELD, line)


def is_like_a_token(text: str) -> bool:
    """Whether a name is more likely a token, pasted in its place."""
    return _RANDOM.fullmatch(text.strip()) is not None


SOURCE_KEYS = ("name", "id", "alias", "environment", "url", "token", "senders")
TOKEN_KEYS = ("in", "file", "variable", "aws_key", "kubernetes_key")
ENVIRONMENT_KEYS = ("aws", "kubernetes", "routes")
AWS_KEYS = ("account", "region", "secret", "key")
KUBERNETES_KEYS = (
    "context",
    "namespace",
    "secret",
    "key",
    "external_secret",
    "store",
    "workload",
)
PLACES = ("aws", "kubernetes")
_EVENTS = re.compile(r"/v2/alert_events/[a-z0-9_]+/([0-9A-Za-z]+)")
_ARN = re.compile(r"arn:[^:]*:secretsmanager:([^:]*):([^:]*):")
_ACCOUNT = re.compile(r"\d{12}")


def read_inventory(reading: Reading, node: yaml.Node, path: Path) -> tuple[InventorySource, ...]:
    """`sources:`; mistakes are among the reading's findings."""
    nodes = reading.sequence(node, path, "sources: [{name: …, id: …}]") or []
    sources: list[InventorySource] = []
    for place, item in enumerate(nodes):
        source = _read_source(reading, item, (*path, place))
        if source is not None:
            _check_unique(reading, item, (*path, place), source, sources)
            sources.append(source)
    return tuple(sources)


def read_environments(reading: Reading, node: yaml.Node, path: Path) -> dict[str, Environment]:
    """`environments:`, by name."""
    entries = reading.free_mapping(node, path, "a mapping of environments") or {}
    return {
        name: _read_environment(reading, name, value, (*path, name))
        for name, (_, value) in entries.items()
    }


def check_environments(reading: Reading, config: Config) -> None:
    """Sources of environments that are not there, and tokens in places that those do not have."""
    for place, source in enumerate(config.sources):
        if not source.environment or source.position is None:
            continue
        path: Path = ("sources", place, "environment")
        at = reading.places.get(path, source.position)
        environment = config.environments.get(source.environment)
        if environment is None:
            message = f"the environment `{source.environment}` does not exist"
            hint = near(source.environment, config.environments) or "write it below `environments:`"
            reading.add("error", "unknown-environment", message, hint, at, path)
            continue
        for word, wanted, had in (
            ("aws", source.token.aws, environment.aws),
            ("kubernetes", source.token.kubernetes, environment.kubernetes),
        ):
            if wanted and had is None:
                message = f"the environment `{source.environment}` names no place in `{word}`"
                hint = f"write `{word}:` below `environments: {{{source.environment}: …}}`"
                reading.add("error", "unknown-place", message, hint, at, path)
    _check_shared(reading, config)


def _check_shared(reading: Reading, config: Config) -> None:
    """A place holds one token: with two sources, a rotation of the one takes the other's away."""
    holders: dict[tuple[str, ...], str] = {}
    for number, source in enumerate(config.sources):
        environment = config.environments.get(source.environment)
        aws, cluster = source.in_aws(environment), source.in_kubernetes(environment)
        places: list[tuple[str, ...]] = []
        if aws:
            places.append(("aws", aws.account, aws.region, aws.secret, aws.key))
        if cluster:
            whose = (cluster.context, cluster.namespace, cluster.secret, cluster.key)
            places.append(("kubernetes", *whose))
        for place in places:
            word, key = place[0], place[-1]
            if place in holders and source.position:
                path: Path = ("sources", number, "token")
                message = (
                    f"the tokens of {source.name} and {holders[place]} have the same place: "
                    f"key `{key}` of the secret in `{word}`"
                )
                hint = f"each would overwrite the other: write `token: {{{word}_key: …}}`"
                at = reading.places.get(path, source.position)
                reading.add("error", "shared-place", message, hint, at, path)
            holders.setdefault(place, source.name)


def _read_source(reading: Reading, node: yaml.Node, path: Path) -> InventorySource | None:
    entries = reading.mapping(node, path, SOURCE_KEYS)
    if entries is None:
        return None
    if "name" not in entries:
        reading.missing(node, path, "name", "write the source's name in incident.io")
    texts = _texts(reading, entries, path, ("name", "id", "alias", "environment", "url"))
    if not texts["name"]:
        return None
    read_token = partial(_read_token, environment=texts["environment"])
    token = reading.within(entries, path, "token", read_token) or TokenPlaces()
    senders = partial(Reading.texts, example="senders: [helm/values.yaml]")
    if texts["url"] and not _is_usable(reading, entries["url"][1], (*path, "url"), texts):
        texts["url"] = ""
    return InventorySource(
        **texts,
        token=token,
        senders=reading.within(entries, path, "senders", senders) or (),
        position=reading.position(node),
    )


def _texts(
    reading: Reading, entries: dict[str, Entry], path: Path, keys: tuple[str, ...]
) -> dict[str, str]:
    """The texts of these keys, "" for each that is not there."""
    return {key: reading.within(entries, path, key, Reading.words) or "" for key in keys}


def _is_usable(reading: Reading, node: yaml.Node, path: Path, texts: dict[str, str]) -> bool:
    """Whether the URL is this source's. It is never quoted: it may contain the token."""
    hint = "https://api.incident.io/v2/alert_events/TYPE/ID, as the source's page shows it"
    try:
        parts = urlsplit(texts["url"])
    except ValueError:
        parts = urlsplit("")
    match = _EVENTS.fullmatch(parts.path)
    if parts.query or parts.fragment or "@" in parts.netloc:
        message = "the URL has more than the address; this file must not contain a token"
        reading.error("source-url", message, node, path, hint)
    elif parts.scheme != "https" or match is None:
        reading.error("source-url", "this is not a URL of alert events", node, path, hint)
    elif texts["id"] and match[1] != texts["id"]:
        message = f"the URL belongs to another source than the id {texts['id']}"
        reading.error("source-url", message, node, path, "look for a typo in either")
    else:
        return True
    return False


def _read_token(reading: Reading, node: yaml.Node, path: Path, environment: str) -> TokenPlaces:
    entries = reading.mapping(node, path, TOKEN_KEYS) or {}
    texts = _texts(reading, entries, path, TOKEN_KEYS[1:])
    listed = partial(Reading.texts, example="in: [aws, kubernetes]")
    places = reading.within(entries, path, "in", listed) or ()
    for place in places:
        if place not in PLACES:
            hint = near(place, PLACES) or f"one of {', '.join(PLACES)}"
            message = f"unknown place `{withheld(place)}`"
            reading.error("unknown-word", message, entries["in"][1], (*path, "in"), hint)
    if places and not environment:
        hint = "write the source's `environment:`; it names the account and cluster"
        reading.missing(entries["in"][1], (*path, "in"), "environment", hint)
    for key, text in texts.items():
        if is_like_a_token(text):
            message = f"`{key}` names the place of the token; this looks like the token itself"
            hint = "remove it, and create a new token: every reader of this file has this token"
            reading.error("inline-token", message, entries[key][1], (*path, key), hint)
            texts[key] = ""
    return TokenPlaces("aws" in places, "kubernetes" in places, **texts)


def _read_environment(reading: Reading, name: str, node: yaml.Node, path: Path) -> Environment:
    entries = reading.mapping(node, path, ENVIRONMENT_KEYS) or {}
    routes = partial(Reading.texts, example="routes: [Production]")
    return Environment(
        name,
        reading.within(entries, path, "aws", _read_aws),
        reading.within(entries, path, "kubernetes", _read_kubernetes),
        reading.within(entries, path, "routes", routes) or (),
    )


def _read_aws(reading: Reading, node: yaml.Node, path: Path) -> AwsPlace | None:
    entries = reading.mapping(node, path, AWS_KEYS)
    needed = AWS_KEYS[:3]
    hint = f"write {', '.join(needed)}"
    if entries is None or not reading.needs(node, path, entries, needed, hint):
        return None
    texts = _texts(reading, entries, path, AWS_KEYS)
    if texts["account"] and not _ACCOUNT.fullmatch(texts["account"]):
        message = "the number of an AWS account has 12 digits"
        reading.error("aws-account", message, entries["account"][1], (*path, "account"))
        return None
    if not all(texts[key] for key in AWS_KEYS[:3]):
        return None
    arn = _ARN.match(texts["secret"])
    if arn and (arn[1], arn[2]) != (texts["region"], texts["account"]):
        message = "the secret's ARN is of another account or region"
        hint = "a push would write to the ARN's: correct either"
        reading.error("aws-account", message, entries["secret"][1], (*path, "secret"), hint)
        return None
    return AwsPlace(**{key: text for key, text in texts.items() if text})


def _read_kubernetes(reading: Reading, node: yaml.Node, path: Path) -> KubernetesPlace | None:
    entries = reading.mapping(node, path, KUBERNETES_KEYS)
    needed = KUBERNETES_KEYS[:3]
    hint = f"write {', '.join(needed)}"
    if entries is None or not reading.needs(node, path, entries, needed, hint):
        return None
    texts = _texts(reading, entries, path, KUBERNETES_KEYS)
    if not all(texts[key] for key in needed):
        return None
    return KubernetesPlace(**{key: text for key, text in texts.items() if text})


def _check_unique(
    reading: Reading,
    node: yaml.Node,
    path: Path,
    source: InventorySource,
    others: list[InventorySource],
) -> None:
    """An id belongs to a single source; so does an alias, or a name without ids."""
    spellings = {source.name, source.alias} - {""}
    for other in others:
        if _identity(source) and _identity(source) == _identity(other):
            message = f"`{other.name}` has the id {_identity(source)} already"
            reading.error("duplicate-source", message, node, (*path, "id"), "look for a typo")
        elif spellings & {other.name, other.alias} and not (source.id and other.id):
            message = f"`{sorted(spellings & {other.name, other.alias})[0]}` is listed already"
            hint = "sources with the same name need their ids"
            reading.error("duplicate-source", message, node, (*path, "name"), hint)
        elif source.alias and source.alias in (other.name, other.alias):
            message = f"`{source.alias}` means `{other.name}` already"
            reading.error("duplicate-source", message, node, (*path, "alias"), "choose another")


def _identity(source: InventorySource) -> str:
    """Its id, also where only its URL has it; "" where nothing does."""
    return source.id or source.url.rsplit("/", 1)[-1]
