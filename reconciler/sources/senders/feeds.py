"""Which sources an environment's senders feed, and which they should. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.model import Config, Declaration, Finding, InventorySource, Json, Position
from reconciler.sources.inventory import same_address
from reconciler.sources.senders.addresses import Address
from reconciler.sources.senders.alertmanager import Form

YAML_ENDINGS = (".yaml", ".yml", ".json")
HELM = "Helm replaces whole lists, so every file with a list must be right"


@dataclass(frozen=True, slots=True)
class Feed:
    """Something that posts alerts: to which source, from where in which file."""

    by: str  # "receiver incident-io", "alertmanager.url", "Checkly"
    address: Address
    at: Position
    source: InventorySource | None
    forms: tuple[Form, ...] = ()  # how it is given its token, as far as the file says


@dataclass(frozen=True, slots=True)
class Question:
    """An environment, and all that its senders are compared with."""

    environment: str
    config: Config
    declarations: Sequence[Declaration]
    version: tuple[int, int] | None = None  # Alertmanager's, where the command line names it
    operator: tuple[int, int] | None = None  # the Prometheus operator's, likewise

    @property
    def sources(self) -> tuple[InventorySource, ...]:
        """The environment's own."""
        mine = self.environment
        return tuple(source for source in self.config.sources if source.environment == mine)


def destination_findings(feed: Feed, question: Question) -> Iterator[Finding]:
    """A source that is unknown, of another environment, or has another address."""
    environment = question.environment
    if feed.source is None:
        message = (
            f"{environment} feeds a source that the inventory does not have: {feed.address.shown}"
        )
        hint = "add it to `sources:`, or correct the URL"
        yield Finding("error", "unknown-source-url", message, hint, feed.at)
    elif feed.source.environment and feed.source.environment != environment:
        right = [source for source in question.sources if source.type == feed.source.type]
        instead = f", not {right[0].name}: {right[0].url}" if right else ""
        message = f"{environment} feeds {feed.source.name}{instead}"
        helm = f"; {HELM}" if feed.at.file.endswith(YAML_ENDINGS) else ""
        yield Finding("error", "feeds-wrong-source", message, f"correct the URL{helm}", feed.at)
    elif feed.source.url and not same_address(
        feed.source.url, feed.address.url, local=not feed.address.has_origin
    ):
        message = f"{feed.by} posts to {feed.address.shown}, not to {feed.source.url}"
        hint = f"write the second URL: it is {feed.source.name}'s"
        yield Finding("error", "wrong-url", message, hint, feed.at)


def unfed_findings(
    feeds: Sequence[Feed], replaced: Sequence[Feed], question: Question
) -> Iterator[Finding]:
    """Sources of the environment that none of the files feeds. `replaced`: what values feed before
    later ones are merged over them.
    """
    fed = {feed.source.name for feed in feeds if feed.source}
    for source in question.sources:
        lost = [each for each in replaced if each.source and each.source.name == source.name]
        if lost and source.name not in fed:
            message = (
                f"a later file replaces this sender of {source.name}, so nothing feeds that source"
            )
            yield Finding("error", "sender-replaced", message, HELM, lost[-1].at)
        elif source.url and source.name not in fed:
            message = f"none of these files feeds {source.name} at {source.url}"
            hint = "if its sender is configured elsewhere, compare that URL there"
            yield Finding("note", "not-fed", message, hint)


def feeds_none(question: Question, configured: Position) -> Finding:
    """The finding for an Alertmanager configuration by which no alert of the environment arrives.
    `configured`: its receivers.
    """
    sources = [source for source in question.sources if source.url]
    message = f"{question.environment} feeds none of its sources: no receiver here posts to them"
    wanted = " or ".join(source.name for source in sources)
    return Finding("error", "feeds-none", message, f"add a receiver for {wanted}", configured)


def senders_of(config: Config, environment: str) -> tuple[tuple[str, ...], ...]:
    """The files that configure an environment's senders. Those of sources that share a file belong
    together, each once, in the inventory's order: Helm merges them. Others are another release.
    """
    releases: list[tuple[str, ...]] = []
    for source in config.sources:
        if source.environment == environment and source.senders:
            shared = [release for release in releases if set(release) & set(source.senders)]
            files = dict.fromkeys(file for each in (*shared, source.senders) for file in each)
            at = releases.index(shared[0]) if shared else len(releases)
            releases = [release for release in releases if release not in shared]
            releases.insert(at, tuple(files))
    return tuple(releases)


def feed_document(feed: Feed) -> Json:
    return {
        "by": feed.by,
        "source": feed.source.name if feed.source else None,
        "url": feed.address.shown,
        "file": feed.at.file,
        "line": feed.at.line,
    }


def feed_words(environment: str, feed: Feed) -> str:
    name = feed.source.name if feed.source else f"an unknown source, {feed.address.shown}"
    return f"{environment} feeds {name}  ({feed.by}, {feed.at.file}:{feed.at.line})"
