"""How a receiver is given its token, and what is wrong with that. Pure."""

from collections.abc import Iterator

from reconciler.model import Finding, InventorySource, KubernetesPlace
from reconciler.sources.senders.alertmanager import Receiver

INSTEAD = "http_config: {authorization: {credentials_file: …}}"


def credential_findings(
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
    for one in given:
        if one.form == "inline":
            message = f"the file contains the token of {by}"
            hint = f"write {INSTEAD}, and create a new token: every reader of the file has this one"
            yield Finding("error", "inline-token", message, hint, one.at)
        elif one.form == "other":
            message = f"{by} does not send its token in the form that incident.io reads"
            yield Finding("error", "sender-token-missing", message, f"write {INSTEAD}", one.at)
        elif one.form == "token-file":
            message = f"{by} reads its token once, at a start or reload of Alertmanager"
            hint = f"after a rotation it needs a reload; {INSTEAD} is read at every request"
            yield Finding("warning", "token-read-once", message, hint, one.at)
        wanted = source.token.file if source else ""
        if one.file and wanted and one.file != wanted:
            message = f"{by} reads its token from {one.file}, but the inventory says {wanted}"
            yield Finding("error", "token-file-elsewhere", message, "correct one of them", one.at)
        if one.secret and place and one.secret != (place.secret, place.key):
            name, key = one.secret
            message = f"{by} reads its token from the secret {name} (key {key})"
            hint = f"the inventory says {place.secret} (key {place.key}); correct one of them"
            yield Finding("error", "token-secret-elsewhere", message, hint, one.at)
