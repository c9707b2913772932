"""What senders' configurations really feed, and what is wrong with them. Pure.

No finding carries a line of a file as its excerpt: the line may hold a token.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.config import Config, InventorySource
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding, Level, Position
from reconciler.sources.addresses import Address, Mention, mentions
from reconciler.sources.alertmanager import Form, Receiver, configurations, receivers, texts
from reconciler.sources.credentials import credential_findings
from reconciler.sources.external_secrets import external_secret_findings, own_external_secrets
from reconciler.sources.inventory import same_address
from reconciler.sources.labels import label_findings
from reconciler.sources.tokens import is_token
from reconciler.sources.values import Tree, merged, read_trees
from reconciler.sources.versions import versions

SINCE = (0, 29)  # `incidentio_configs`
YAML_ENDINGS = (".yaml", ".yml", ".json")

Keys = tuple[str, ...]


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
    forms: tuple[Form, ...] = ()  # how it is given its token, as far as the file says


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


def verify(releases: Sequence[Sequence[Sender]], question: Question) -> Verified:
    """Read the files of each release in their order, its values merged as Helm does."""
    seen = _Seen(question)
    everything = [tree for senders in releases for tree in _trees(senders, seen)]
    for tree in everything:
        seen.tree(tree)
    findings = [*seen.findings, *(_age(everything, question) if seen.native else ())]
    # What an anchor names is seen wherever it is used.
    feeds = tuple({(feed.address, feed.at): feed for feed in reversed(seen.feeds)}.values())[::-1]
    for feed in feeds:
        findings += _destination(feed, question)
    findings += _silent(seen)
    findings += _unfed(feeds, question)
    return Verified(feeds, tuple(findings))


def _trees(senders: Sequence[Sender], seen: "_Seen") -> Sequence[Tree]:
    """Configurations and manifests one by one, then what all values are together."""
    values: list[Tree] = []
    manifests: list[Tree] = []
    for sender in senders:
        if sender.file.endswith(YAML_ENDINGS):
            trees, wrong = read_trees(sender.text, sender.file)
            seen.findings += wrong
            for tree in _unpacked(trees):
                (values if _is_of_values(tree) else manifests).append(tree)
        else:
            seen.code(sender)
    whole = merged(values)
    together = dict.fromkeys(tree.at.file for tree in values)
    seen.readings += [(sender.file,) for sender in senders if sender.file not in together]
    seen.readings += [tuple(together)] if together else []
    return (*manifests, *([whole] if whole else []))


@dataclass(slots=True)
class _Seen:
    """What was seen so far in the files, one after the other."""

    question: Question
    feeds: list[Feed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    native: bool = False  # a receiver is one of `incidentio_configs`
    copying: set[str] = field(default_factory=set)  # files with an ExternalSecret of a token
    readings: list[tuple[str, ...]] = field(default_factory=list)  # files that are read as one

    def tree(self, tree: Tree) -> None:
        """One tree's receivers, and the URLs that stand elsewhere in it."""
        read: list[Keys] = []
        for one in configurations(tree):
            if one.tree is None:
                self.findings.append(_unread(one.at))
                continue
            entries = tuple(receivers(one.tree))
            for receiver in entries:
                self._receiver(receiver)
            self._elsewhere(one.tree, one.path, [receiver.path for receiver in entries])
            read.append(one.path)
        self._elsewhere(tree, (), read)
        if tree.text("kind") == "Secret":
            self._secret(tree)
        config, environment = self.question.config, self.question.environment
        for secret in own_external_secrets(tree, config, environment):
            self.copying.add(secret.at.file)
            self.findings += external_secret_findings(secret, config, environment)

    def code(self, sender: Sender) -> None:
        """Configuration as code, e.g. Checkly's: URLs are found as texts."""
        for number, line in enumerate(sender.text.splitlines(), 1):
            for mention in mentions(line):
                self._mention(mention, "code", Position(sender.file, number, mention.start + 1))
            if is_token((), line, beside=False):
                self.findings.append(_in_code(Position(sender.file, number, 1)))

    def _receiver(self, receiver: Receiver) -> None:
        self.native |= receiver.native
        if receiver.address and not receiver.unused:
            forms = tuple(one.form for one in receiver.credentials)
            self._feed(f"receiver {receiver.name}", receiver.address, receiver.at, forms)
        self.findings += _receiver_findings(receiver, self.question)

    def _secret(self, tree: Tree) -> None:
        """The manifest of the environment's own secret, with a token in it."""
        config = self.question.config
        environment = config.environments.get(self.question.environment)
        places = [source.in_kubernetes(environment) for source in config.sources]
        kept = {(place.secret, place.key) for place in places if place}
        name = tree.text("metadata", "name")
        for path, text, at in texts(tree):
            own = path[:1] in (("data",), ("stringData",)) and (name, path[-1]) in kept
            if own and is_token(("secret_token",), text, beside=False):
                self.findings.append(_in_code(at))

    def _elsewhere(self, tree: Tree, keys: Keys, done: Sequence[Keys]) -> None:
        """URLs in the tree below these keys, but in the parts that are done."""
        beside: set[Keys] = set()
        rest = [
            (path, text, at)
            for path, text, at in texts(tree)
            if not any(path[: len(start)] == start for start in done)
        ]
        for path, text, at in rest:
            for mention in mentions(text):
                beside.add(path[:-1])
                self._mention(mention, ".".join((*keys, *path)), at)
        for path, text, at in rest:
            if is_token(path, text, path[:-1] in beside):
                self.findings.append(_in_code(at))

    def _mention(self, mention: Mention, by: str, at: Position) -> None:
        if mention.address is None:
            message = f"{by} posts to a URL whose id is filled in later, so it is not at hand"
            self.findings.append(_not_at_hand(message, at))
            return
        if mention.address.carries_secret and not mention.filled_in:
            self.findings.append(_in_code(at))
        self._feed(by, mention.address, at)

    def _feed(self, by: str, address: Address, at: Position, forms: tuple[Form, ...] = ()) -> None:
        source = _source_of(address, self.question.config)
        self.feeds.append(Feed(by, address, at, source, forms))


def _is_of_values(tree: Tree) -> bool:
    """Whether it is merged with others: no configuration or manifest, nor a list of anything."""
    whole = tree.get("kind") or tree.items("receivers")
    return isinstance(tree.value, Mapping) and not whole


def _unpacked(trees: Sequence[Tree]) -> Iterator[Tree]:
    """What `kubectl get` prints of several things is a list of them."""
    for tree in trees:
        yield from tree.items("items") if tree.text("kind") == "List" else (tree,)


def _unread(at: Position) -> Finding:
    message = "a text in here is an Alertmanager configuration, and no plain YAML: it was not read"
    hint = "if it is a template, render it first: `helm template …`"
    return _finding("error", "sender-unreadable", message, at, hint)


def _not_at_hand(message: str, at: Position) -> Finding:
    hint = "compare the URL by hand: `reconciler sources table`"
    return _finding("note", "url-elsewhere", message, at, hint)


def _receiver_findings(receiver: Receiver, question: Question) -> Iterator[Finding]:
    by = f"the receiver {receiver.name}"
    source = _source_of(receiver.address, question.config) if receiver.address else None
    if receiver.unused:
        message = f"no route of Alertmanager sends to {by}"
        yield _finding("warning", "receiver-unused", message, receiver.at, "route to it")
        credentials = credential_findings(receiver, source)
        yield from (one for one in credentials if one.code == "inline-token")
        return
    if receiver.address and receiver.url_file:
        message = f"{by} has a url and a url_file: Alertmanager does not start"
        yield _finding("error", "two-urls", message, receiver.at, "keep the url")
    elif receiver.url_file or receiver.templated:
        what = "a url_file" if receiver.url_file else "a template"
        yield _not_at_hand(f"{by} takes its URL from {what}, which is not at hand", receiver.at)
    elif not receiver.address:
        message = f"{by} has no url: Alertmanager does not start"
        yield _finding("error", "no-url", message, receiver.at, "`reconciler sources render`")
    yield from credential_findings(receiver, source)
    yield from label_findings(receiver, source, question.declarations)


def _age(trees: Sequence[Tree], question: Question) -> Iterator[Finding]:
    """The oldest version that is named counts: it may be the one that runs."""
    found = min((one for tree in trees for one in versions(tree)), default=None, key=lambda v: v[0])
    said = question.version or (found[0] if found else None)
    at = found[1] if found and not question.version else trees[0].at
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
            f"{environment} feeds a source that the inventory does not have: {feed.address.shown}"
        )
        hint = "add it to `sources:`, or correct the URL"
        yield _finding("error", "unknown-source-url", message, feed.at, hint)
    elif feed.source.environment and feed.source.environment != environment:
        right = [one for one in _sources(question) if one.type == feed.source.type]
        instead = f", and not {right[0].name}: {right[0].url}" if right else ""
        message = f"{environment} feeds {feed.source.name}{instead}"
        helm = "; Helm replaces lists whole, so every file that has one must be right"
        hint = f"correct the URL{helm if feed.at.file.endswith(YAML_ENDINGS) else ''}"
        yield _finding("error", "feeds-wrong-source", message, feed.at, hint)
    elif feed.source.url and not same_address(
        feed.source.url, feed.address.url, local=not feed.address.has_origin
    ):
        message = f"{feed.by} posts to {feed.address.shown}, and not to {feed.source.url}"
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


def _silent(seen: _Seen) -> Iterator[Finding]:
    """Files of which there would be nothing to say: the wrong ones may have been named."""
    places = [feed.at for feed in seen.feeds] + [one.position for one in seen.findings]
    told = {place.file for place in places if place} | seen.copying
    for files in seen.readings:
        if not told & set(files):
            names = f"{', '.join(files)} {'feed' if len(files) > 1 else 'feeds'}"
            message = f"{names} no source that is known"
            hint = "is it the right file? Senders that are configured elsewhere are not seen in it"
            yield _finding("note", "feeds-nothing", message, Position(files[0], 1, 1), hint)


def _sources(question: Question) -> list[InventorySource]:
    return [one for one in question.config.sources if one.environment == question.environment]


def _in_code(at: Position) -> Finding:
    message = "a token stands here"
    hint = "move it to a variable, and make a new one: whoever reads the repository knows this one"
    return _finding("error", "inline-token", message, at, hint)


def _source_of(address: Address, config: Config) -> InventorySource | None:
    known: Mapping[str, InventorySource] = {
        source.id or source.url.rsplit("/", 1)[-1]: source for source in config.sources
    }
    return known.get(address.id) if address.id else None


def _finding(level: Level, code: str, message: str, at: Position, hint: str) -> Finding:
    return Finding(level, code, message, hint, at)
