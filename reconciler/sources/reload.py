"""What Alertmanager needs after its token changed: nothing, a reload, or a restart. Pure."""

from reconciler.model.config import InventorySource, KubernetesPlace
from reconciler.sources.verify import Verified

MINUTE = "the mounted file follows within about a minute"


def reload_words(
    verified: Verified | None, place: KubernetesPlace | None, source: InventorySource
) -> str:
    """By how its configuration, where it is at hand, gives it the token."""
    if source.type != "alertmanager":
        return f"the sender of {source.name} must take the new token: see its own documentation"
    feeds = [
        feed for feed in (verified.feeds if verified else ())
        if feed.source is not None and feed.source.name == source.name
    ]  # fmt: skip
    forms = {form for feed in feeds for form in feed.forms}
    if "inline" in forms:
        return "Alertmanager's token stands in its configuration: no rotation reaches it"
    if forms == {"selector"}:
        return "the operator brings the new secret into Alertmanager's configuration: no reload"
    if "templated" in forms:
        return "Alertmanager's token comes into its configuration by a template: deploy it again"
    if all(set(feed.forms) == {"credentials-file"} for feed in feeds) and feeds:
        return f"Alertmanager reads its credentials_file at every request: {MINUTE}, no reload"
    once = bool(feeds) and all("token-file" in feed.forms for feed in feeds)
    known = (
        "" if once else "if it has alert_source_token_file (how it is configured is not known): "
    )
    return f"{MINUTE}; then reload Alertmanager: {known}{_command(place)}"


def _command(place: KubernetesPlace | None) -> str:
    if place is None or not place.workload:
        return "POST to its /-/reload, or restart it"
    scoped = f"kubectl --context {place.context} -n {place.namespace}"
    reload = f"exec {place.workload} -- wget -qO- --post-data= http://localhost:9093/-/reload"
    return (
        f"{scoped} {reload} (which reaches one pod: of several replicas reload each, or restart "
        f"all: {scoped} rollout restart {place.workload})"
    )
