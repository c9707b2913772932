"""What senders' configurations really feed, and what is wrong with them. Pure.

No finding carries a line of a file as its excerpt: the line may hold a token.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.config import Config, InventorySource
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding, Level, Position
from reconciler.sources.alertmanager import (
    EVENTS,
    Address,
    Receiver,
    address_of,
    configurations,
    receivers,
    version,
)
from reconciler.sources.credentials import credential_findings
from reconciler.sources.labels import label_findings
from reconciler.sources.values import Tree, merged, read_trees, walk

SINCE = (0, 29)  # `incidentio_configs`
YAML_ENDINGS = (".yaml", ".yml")
BEARER = "earer "  # however it is capitalised


@dataclass(frozen=True, slots=True)
class Sender:
    """A file that configures a sender, or several senders."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Something that posts alerts: to which source, from where in which file."""

    by: str  # "receiver incident-io", "alertmanager.url", "Checkly"
    address: Address
    at: Position
    source: InventorySource | None


@dataclass(frozen=True, slots=True)
class Verified:
    """What is fed, and what is wrong."""

    feeds: tuple[Feed, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Whose senders these are, and what they are held against."""

    environment: str
    config: Config
    declarations: Sequence[Declaration]
    version: tuple[int, int] | None = None  # Alertmanager's, where somebody said it


def verify(senders: Sequence[Sender], question: Question) -> Verified:
    """Read the files in their order, values merged as Helm does."""
    feeds: list[Feed] = []
    findings: list[Finding] = []
    values: list[Tree] = []
    manifests: list[Tree] = []
    for sender in senders:
        if sender.file.endswith(YAML_ENDINGS):
            trees, wrong = read_trees(sender.text, sender.file)
            findings += wrong
            for tree in trees:
                is_whole = tree.get("kind") or tree.items("receivers")
                (manifests if is_whole else values).append(tree)
        else:
            feeds += _code_feeds(sender, question, findings)
    whole = merged(values)
    for tree in (*manifests, *([whole] if whole else [])):
        _look_at(tree, question, feeds, findings)
    for feed in feeds:
        findings += _destination(feed, question)
    findings += _unfed(feeds, question)
    return Verified(tuple(feeds), tuple(findings))


def _look_at(tree: Tree, question: Question, feeds: list[Feed], findings: list[Finding]) -> None:
    """One tree's receivers, and the URLs that stand elsewhere in it."""
    found = [(path, tuple(receivers(inner))) for path, inner in configurations(tree)]
    for _, entries in found:
        for receiver in entries:
            if receiver.address and receiver.groupings:
                feeds.append(
                    _feed(f"receiver {receiver.name}", receiver.address, receiver.at, question)
                )
            findings += _receiver_findings(receiver, question)
    if any(entries for _, entries in found):
        findings += _age(tree, question)
    for path, value in walk(tree):
        inside = any(path[: len(start)] == start for start, _ in found)
        if not inside and isinstance(value.value, str):
            for match in EVENTS.finditer(value.value):
                name = ".".join(path)
                feeds.append(_feed(name, address_of(match[0]), value.at, question))


def _receiver_findings(receiver: Receiver, question: Question) -> Iterator[Finding]:
    by = f"the receiver {receiver.name}"
    source = _source_of(receiver.address, question.config) if receiver.address else None
    if not receiver.groupings:
        message = f"no route of Alertmanager sends to {by}"
        yield _finding("warning", "receiver-unused", message, receiver.at, "route to it")
        return
    if receiver.address and receiver.url_file:
        message = f"{by} has a url and a url_file: Alertmanager does not start"
        yield _finding("error", "two-urls", message, receiver.at, "keep the url")
    elif receiver.url_file or receiver.templated:
        what = "a url_file" if receiver.url_file else "a template"
        message = f"{by} takes its URL from {what}, which is not at hand"
        hint = "compare the URL by hand: `reconciler sources table`"
        yield _finding("note", "url-elsewhere", message, receiver.at, hint)
    elif not receiver.address:
        message = f"{by} has no url: Alertmanager does not start"
        yield _finding("error", "no-url", message, receiver.at, "`reconciler sources render`")
    yield from credential_findings(receiver, source)
    yield from label_findings(receiver, source, question.declarations)


def _age(tree: Tree, question: Question) -> Iterator[Finding]:
    found = version(tree)
    said = question.version or (found[0] if found else None)
    at = found[1] if found and not question.version else tree.at
    if said is None:
        message = "`incidentio_configs` needs Alertmanager 0.29; no version is named here"
        hint = "say it: --alertmanager-version 0.29"
        yield _finding("note", "alertmanager-version", message, at, hint)
    elif said < SINCE:
        message = f"Alertmanager {said[0]}.{said[1]} does not know `incidentio_configs`"
        hint = "0.29.0 is the first that does; an older one does not start"
        yield _finding("error", "alertmanager-too-old", message, at, hint)


def _destination(feed: Feed, question: Question) -> Iterator[Finding]:
    environment = question.environment
    if feed.source is None:
        message = (
            f"{environment} feeds a source that the inventory does not have: {feed.address.url}"
        )
        hint = "add it to `sources:`, or correct the URL"
        yield _finding("error", "unknown-source-url", message, feed.at, hint)
    elif feed.source.environment and feed.source.environment != environment:
        right = [one for one in _sources(question) if one.type == feed.source.type]
        instead = f", and not {right[0].name}: {right[0].url}" if right else ""
        message = f"{environment} feeds {feed.source.name}{instead}"
        hint = (
            "correct the URL; Helm replaces lists whole, so every file that has one must be right"
        )
        yield _finding("error", "feeds-wrong-source", message, feed.at, hint)
    elif feed.source.url and feed.source.url.rstrip("/") != feed.address.url:
        message = f"{feed.by} posts to {feed.address.url}, and not to {feed.source.url}"
        hint = f"the latter is {feed.source.name}'s address"
        yield _finding("error", "wrong-url", message, feed.at, hint)


def _unfed(feeds: Sequence[Feed], question: Question) -> Iterator[Finding]:
    """Sources of the environment that none of these files feeds: for eyes to compare."""
    fed = {feed.source.name for feed in feeds if feed.source}
    for source in _sources(question):
        if source.url and source.name not in fed:
            message = f"none of these files feeds {source.name}; compare by hand: {source.url}"
            hint = "its sender may be configured elsewhere, in a dashboard for example"
            yield Finding("note", "not-fed", message, hint)


def _sources(question: Question) -> list[InventorySource]:
    return [one for one in question.config.sources if one.environment == question.environment]


def _code_feeds(sender: Sender, question: Question, findings: list[Finding]) -> Iterator[Feed]:
    """Configuration as code, e.g. Checkly's: URLs are found as texts."""
    for number, line in enumerate(sender.text.splitlines(), 1):
        for match in EVENTS.finditer(line):
            at = Position(sender.file, number, match.start() + 1)
            address = address_of(match[0])
            if address.carries_secret and "${" not in match[0]:
                findings.append(_in_code(at))
            yield _feed("code", address, at, question)
        place = line.find(BEARER)
        if place > 0 and not _is_variable(line[place + len(BEARER) :]):
            findings.append(_in_code(Position(sender.file, number, place)))


def _is_variable(text: str) -> bool:
    """Whether what follows `Bearer ` is filled in later: `${…}`, `{{…}}`, `" + token`, `$TOKEN`."""
    return text.lstrip()[:1] in ("$", "{", '"', "'", "`", "<", "")


def _in_code(at: Position) -> Finding:
    message = "a token stands in this line"
    hint = "move it to a variable, and make a new one: whoever reads the repository knows this one"
    return _finding("error", "inline-token", message, at, hint)


def _feed(by: str, address: Address, at: Position, question: Question) -> Feed:
    return Feed(by, address, at, _source_of(address, question.config))


def _source_of(address: Address, config: Config) -> InventorySource | None:
    known: Mapping[str, InventorySource] = {
        source.id or source.url.rsplit("/", 1)[-1]: source for source in config.sources
    }
    return known.get(address.id)


def _finding(level: Level, code: str, message: str, at: Position, hint: str) -> Finding:
    return Finding(level, code, message, hint, at)
