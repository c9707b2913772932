"""Mistakes of a receiver of Alertmanager: URL, token, headers. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model import (
    Config,
    Finding,
    InventorySource,
    KubernetesPlace,
    Position,
)
from reconciler.sources.senders.addresses import Address
from reconciler.sources.senders.alertmanager import Receiver
from reconciler.sources.senders.feeds import Question
from reconciler.sources.senders.labels import label_findings

INSTEAD = "http_config: {authorization: {credentials_file: …}}"


def receiver_findings(receiver: Receiver, question: Question) -> Iterator[Finding]:
    by = f"the receiver {receiver.name}"
    source = source_of(receiver.address, question.config) if receiver.address else None
    if receiver.unused:
        message = f"no route of Alertmanager sends to {by}"
        yield Finding("warning", "receiver-unused", message, "route to it", receiver.at)
        yield from _tokens_in(receiver)
        return
    if receiver.address and receiver.url_file:
        message = f"{by} has a url and a url_file: Alertmanager does not start"
        yield Finding("error", "two-urls", message, "keep the url", receiver.at)
    elif receiver.url_file or receiver.templated:
        what = "a template"
        if receiver.url_file:
            what = "a secret" if receiver.url_of_secret else "a url_file"
        yield unreadable_url(
            f"{by} takes its URL from {what}, which cannot be read here", receiver.at
        )
    elif not receiver.address:
        message = f"{by} has no url: Alertmanager does not start"
        yield Finding("error", "no-url", message, "`reconciler sources render`", receiver.at)
    environment = question.config.environments.get(question.environment)
    place = source.in_kubernetes(environment) if source else None
    yield from _credential_findings(receiver, source, place)
    yield from label_findings(receiver, source, question)


def off_findings(receiver: Receiver, switch: Sequence[str]) -> Iterator[Finding]:
    message = f"`{'.'.join(switch)}.enabled` is false: the receiver {receiver.name} posts nothing"
    yield Finding("warning", "sender-off", message, "switch it on, or remove it", receiver.at)
    yield from _tokens_in(receiver)


def _tokens_in(receiver: Receiver) -> Iterator[Finding]:
    found = _credential_findings(receiver, None, None)
    yield from (each for each in found if each.code == "inline-token")


def unreadable_url(message: str, at: Position) -> Finding:
    hint = "compare the URL yourself: `reconciler sources table` prints it"
    return Finding("note", "url-elsewhere", message, hint, at)


def source_of(address: Address, config: Config) -> InventorySource | None:
    known: Mapping[str, InventorySource] = {
        source.id or source.url.rsplit("/", 1)[-1]: source for source in config.sources
    }
    return known.get(address.id) if address.id else None


def _credential_findings(
    receiver: Receiver, source: InventorySource | None, place: KubernetesPlace | None
) -> Iterator[Finding]:
    """None, several, a token in the file itself, a file that is read once, another file, another
    secret than `place`, a header that Alertmanager refuses.
    """
    by, given = f"the receiver {receiver.name}", receiver.credentials
    for name, at in receiver.reserved:
        message = f"{by} sets the header {name}: Alertmanager refuses the configuration"
        yield Finding("error", "reserved-header", message, f"write {INSTEAD}", at)
    if not given:
        message = f"{by} sends no token: incident.io refuses its alerts (401)"
        hint = f"Alertmanager starts nevertheless. Write {INSTEAD}"
        yield Finding("error", "sender-token-missing", message, hint, receiver.at)
    if len(given) > 1:
        message = f"{by} has {len(given)} kinds of credentials at once"
        hint = f"Alertmanager refuses some pairs, and uses only one of others; keep {INSTEAD}"
        yield Finding("error", "two-credentials", message, hint, given[1].at)
    for each in given:
        if each.form == "inline":
            message = f"the file contains the token of {by}"
            hint = (
                f"write {INSTEAD}, and create a new token: every reader of the file has this token"
            )
            yield Finding("error", "inline-token", message, hint, each.at)
        elif each.form == "other":
            message = f"{by} does not send its token in the form that incident.io reads"
            yield Finding("error", "sender-token-missing", message, f"write {INSTEAD}", each.at)
        elif each.form == "token-file":
            message = f"{by} reads its token once, at a start or reload of Alertmanager"
            hint = f"after a rotation it needs a reload; {INSTEAD} is read at every request"
            yield Finding("warning", "token-read-once", message, hint, each.at)
        wanted = source.token.file if source else ""
        if each.file and wanted and each.file != wanted:
            message = f"{by} reads its token from {each.file}, but the inventory says {wanted}"
            yield Finding("error", "token-file-elsewhere", message, "correct one of them", each.at)
        if each.secret and place and each.secret != (place.secret, place.key):
            name, key = each.secret
            message = f"{by} reads its token from the secret {name} (key {key})"
            hint = f"the inventory says {place.secret} (key {place.key}); correct one of them"
            yield Finding("error", "token-secret-elsewhere", message, hint, each.at)
