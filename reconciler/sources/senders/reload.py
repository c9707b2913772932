"""The step that Alertmanager needs for a new token: none, a reload, or a restart. Pure."""

import shlex

from reconciler.model import InventorySource, KubernetesPlace
from reconciler.sources.senders.verify import Verified

MINUTE = "the mounted file follows within about a minute"


def reload_words(
    verified: Verified | None, place: KubernetesPlace | None, source: InventorySource
) -> str:
    """The step in words, by the way in which its configuration names the token."""
    if source.type != "alertmanager":
        return f"the sender of {source.name} needs the new token: see its documentation"
    feeds = [
        feed for feed in (verified.feeds if verified else ())
        if feed.source is not None and feed.source.name == source.name
    ]  # fmt: skip
    forms = {form for feed in feeds for form in feed.forms}
    if "inline" in forms:
        return "Alertmanager's configuration contains the token: a rotation does not reach it"
    if forms == {"selector"}:
        return "the operator copies the new secret into Alertmanager's configuration: no reload"
    if "templated" in forms:
        return "a template writes the token into Alertmanager's configuration: deploy it again"
    if all(set(feed.forms) == {"credentials-file"} for feed in feeds) and feeds:
        return f"Alertmanager reads its credentials_file at every request: {MINUTE}, no reload"
    once = bool(feeds) and all("token-file" in feed.forms for feed in feeds)
    known = "" if once else "if it has alert_source_token_file (which is not known), "
    return f"{MINUTE}; then {known}{_how(place)}"


def _how(place: KubernetesPlace | None) -> str:
    """Commands stand on lines of their own, to be pasted."""
    if place is None or not place.workload:
        return "reload Alertmanager: POST to its /-/reload, or restart it"
    scoped = ("kubectl", "--context", place.context, "-n", place.namespace)
    address = "http://localhost:9093/-/reload"
    reload = (*scoped, "exec", place.workload, "--", "wget", "-qO-", "--post-data=", address)
    return (
        f"reload Alertmanager:\n  {shlex.join(reload)}\n"
        "That reaches one pod. Of several replicas reload each, or restart all:\n"
        f"  {shlex.join((*scoped, 'rollout', 'restart', place.workload))}"
    )
