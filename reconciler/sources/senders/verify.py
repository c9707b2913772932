"""The sources that senders' configurations really feed, and their mistakes. Pure.

No finding carries a line of a file as its excerpt: the line may hold a token.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model import Finding, Position
from reconciler.sources.senders.addresses import Address, Mention, is_token, mentions
from reconciler.sources.senders.alertmanager import (
    Form,
    Receiver,
    configurations,
    hidden_webhooks,
    lists_receivers,
    receivers,
    texts,
)
from reconciler.sources.senders.external_secrets import (
    external_secret_findings,
    own_external_secrets,
)
from reconciler.sources.senders.feeds import (
    YAML_ENDINGS,
    Feed,
    Question,
    destination_findings,
    feeds_none,
    unfed_findings,
)
from reconciler.sources.senders.receivers import (
    off_findings,
    receiver_findings,
    source_of,
    unreadable_url,
)
from reconciler.sources.senders.values import Tree, merged, read_trees, walk
from reconciler.sources.senders.versions import (
    VM_KIND,
    alertmanager_findings,
    operator_findings,
    vm_operator_findings,
)

# Codes that say why nothing is fed, or that it cannot be known.
EXPLAINED = {"url-elsewhere", "sender-unreadable", "sender-replaced", "no-url"}

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """A file that configures a sender, or several senders."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Verified:
    """The feeds of the files, and their mistakes."""

    feeds: tuple[Feed, ...]
    findings: tuple[Finding, ...]


def verify(releases: Sequence[Sequence[Sender]], question: Question) -> Verified:
    """Read the files of each release in their order, its values merged as Helm does."""
    seen = _Seen(question)
    everything = [tree for senders in releases for tree in _trees(senders, seen)]
    for tree in everything:
        seen.tree(tree)
    findings = [*seen.findings, *_version_findings(everything, seen)]
    # What an anchor names is seen wherever it is used.
    feeds = tuple({(feed.address, feed.at): feed for feed in reversed(seen.feeds)}.values())[::-1]
    for feed in feeds:
        findings += destination_findings(feed, question)
    unfed = tuple(unfed_findings(feeds, seen.replaced, question))
    findings += _silent(seen)
    findings += unfed
    codes = {finding.code for finding in (*findings, *unfed)}
    if (
        not feeds
        and not codes & EXPLAINED
        and seen.listed
        and any(source.url for source in question.sources)
    ):
        hidden = [_hidden(name, at) for name, at in seen.hidden]
        findings += hidden or [feeds_none(question, seen.listed[-1])]
    return Verified(feeds, tuple(findings))


def _version_findings(trees: Sequence[Tree], seen: "_Seen") -> Iterator[Finding]:
    if seen.native:
        yield from alertmanager_findings(trees, seen.question.version)
        yield from operator_findings(trees, seen.question.operator)
    for at in seen.vm_files:
        yield from vm_operator_findings(trees, at)


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
    if len(values) > 1:
        seen.replaced += _fed_alone(values, seen.question)
    together = dict.fromkeys(tree.at.file for tree in values)
    seen.readings += [(sender.file,) for sender in senders if sender.file not in together]
    seen.readings += [tuple(together)] if together else []
    return (*manifests, *([whole] if whole else []))


def _fed_alone(values: Sequence[Tree], question: Question) -> Iterator[Feed]:
    """The feeds of each file's values as if no other were merged over them."""
    for tree in values:
        alone = _Seen(question)
        alone.tree(tree)
        yield from alone.feeds


@dataclass(slots=True)
class _Seen:
    """The content of the files read so far."""

    question: Question
    feeds: list[Feed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    native: bool = False  # a receiver is one of `incidentio_configs`
    copying: set[str] = field(default_factory=set)  # files with an ExternalSecret of a token
    readings: list[tuple[str, ...]] = field(default_factory=list)  # files that are read as one
    replaced: list[Feed] = field(default_factory=list)  # of values, before later ones
    listed: list[Position] = field(default_factory=list)  # lists of receivers, empty ones too
    hidden: list[tuple[str, Position]] = field(default_factory=list)  # see hidden_webhooks
    vm_files: list[Position] = field(default_factory=list)  # named by a VMAlertmanagerConfig

    def tree(self, tree: Tree) -> None:
        """One tree's receivers, and the URLs that stand elsewhere in it."""
        read: list[Keys] = []
        off = tuple(_switched_off(tree))
        for configuration in configurations(tree):
            if configuration.tree is None:
                self.findings.append(_unread(configuration.at))
                continue
            self.listed.append((configuration.tree.get("receivers") or configuration.tree).at)
            self.hidden += hidden_webhooks(configuration.tree)
            entries = tuple(receivers(configuration.tree))
            if tree.text("kind") == VM_KIND:
                self.vm_files += _named_files(entries)
            switch = next((path for path in off if configuration.path[: len(path)] == path), None)
            for receiver in entries:
                if switch is None:
                    self._receiver(receiver)
                else:
                    self.findings += off_findings(receiver, switch)
            self._elsewhere(
                configuration.tree, configuration.path, [receiver.path for receiver in entries]
            )
            read.append(configuration.path)
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
            forms = tuple(credential.form for credential in receiver.credentials)
            self._feed(f"receiver {receiver.name}", receiver.address, receiver.at, forms)
        self.findings += receiver_findings(receiver, self.question)

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
            message = f"{by} posts to a URL whose id is filled in later, so it cannot be checked"
            self.findings.append(unreadable_url(message, at))
            return
        if mention.address.carries_secret and not mention.filled_in:
            self.findings.append(_in_code(at))
        self._feed(by, mention.address, at)

    def _feed(self, by: str, address: Address, at: Position, forms: tuple[Form, ...] = ()) -> None:
        source = source_of(address, self.question.config)
        self.feeds.append(Feed(by, address, at, source, forms))


def _switched_off(tree: Tree) -> Iterator[Keys]:
    """The charts that values switch off, by their keys."""
    if not tree.text("kind"):
        for path, value in walk(tree):
            if path and value.text("enabled").lower() == "false":
                yield path


def _hidden(name: str, at: Position) -> Finding:
    where = "a webhook's URL from a file or a secret, which cannot be read here"
    return unreadable_url(f"the receiver {name} takes {where}", at)


def _named_files(entries: Sequence[Receiver]) -> Iterator[Position]:
    """Where a URL or a token comes from a file. A selector's secret is no file."""
    for receiver in entries:
        if receiver.url_file and not receiver.url_of_secret:
            yield receiver.at
        yield from (
            credential.at for credential in receiver.credentials if credential.form == "token-file"
        )


def _is_of_values(tree: Tree) -> bool:
    """Whether it is merged with others: no configuration or manifest, nor a list of anything."""
    whole = tree.get("kind") or lists_receivers(tree)
    return isinstance(tree.value, Mapping) and not whole


def _unpacked(trees: Sequence[Tree]) -> Iterator[Tree]:
    """`kubectl get` prints several things as a List."""
    for tree in trees:
        yield from tree.items("items") if tree.text("kind") == "List" else (tree,)


def _unread(at: Position) -> Finding:
    message = "a text in here is an Alertmanager configuration, but not plain YAML: it was not read"
    hint = "if it is a template, render it first: `helm template …`"
    return Finding("error", "sender-unreadable", message, hint, at)


def _silent(seen: _Seen) -> Iterator[Finding]:
    """Files of which there would be nothing to say: the wrong ones may have been named."""
    places = [feed.at for feed in seen.feeds] + [finding.position for finding in seen.findings]
    mentioned = {place.file for place in places if place} | seen.copying
    for files in seen.readings:
        if not mentioned & set(files):
            names = f"{', '.join(files)} {'feed' if len(files) > 1 else 'feeds'}"
            message = f"{names} no known source"
            hint = "is this the right file? Other senders may be configured elsewhere"
            yield Finding("note", "feeds-nothing", message, hint, Position(files[0], 1, 1))


def _in_code(at: Position) -> Finding:
    message = "a token is written here"
    hint = (
        "move it to a variable, and create a new token: readers of the repository have this token"
    )
    return Finding("error", "inline-token", message, hint, at)
