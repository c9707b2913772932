"""A sender's configuration as it should be, and the step that it needs for a new token. Pure."""

import shlex
from collections.abc import Iterator, Mapping, Sequence

import yaml

from reconciler.model import AwsPlace, Environment, InventorySource, KubernetesPlace
from reconciler.sources.senders.verify import Verified

MOUNTED = "/etc/alertmanager/secrets/{secret}/{key}"
REFRESH = "1h"
MINUTE = "the mounted file follows within about a minute"
WHY = """\
# Alertmanager reads credentials_file at every request, so a rotated token works as soon as the
# mounted file has it: no reload, no restart. alert_source_token_file is read once, when the
# receiver is built. Keep one of them: with both, Alertmanager does not start.
# Needs Alertmanager 0.29. Labels that routes test belong in group_by of the route to it.
"""
OPERATOR = """\
# Copies the token from AWS. Whoever mounts the secret gets it as a file: with the Prometheus
# operator, `secrets: [{secret}]` in the Alertmanager's spec mounts {file}.
"""


def receivers(sources: Sequence[InventorySource], environment: Environment) -> str:
    """A receiver for each source as YAML, with the reasons as comments."""
    listed = [
        {
            "name": "incidentio" if number == 1 else f"incidentio-{number}",
            "incidentio_configs": [
                {
                    "url": source.url,
                    "send_resolved": True,
                    "http_config": {
                        "authorization": {"credentials_file": token_file(source, environment)}
                    },
                }
            ],
        }
        for number, source in enumerate(sources, 1)
    ]
    return WHY + _yaml({"receivers": listed})


def token_file(source: InventorySource, environment: Environment) -> str:
    """The file that Alertmanager reads: the inventory's, else where the operator mounts secrets."""
    if source.token.file:
        return source.token.file
    place = environment.kubernetes
    key = source.token.kubernetes_key or (place.key if place else "KEY")
    return MOUNTED.format(secret=place.secret if place else "SECRET", key=key)


def external_secret(
    sources: Sequence[InventorySource],
    environment: Environment,
    aws: AwsPlace,
    place: KubernetesPlace,
) -> str:
    """The manifest, of external-secrets.io/v1. It makes the whole secret, so the token of each
    source that is stored there is in it.
    """
    keys = {
        source.token.kubernetes_key or place.key: source.token.aws_key or aws.key
        for source in sources
    }
    manifest: Mapping[str, object] = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": place.external_secret or place.secret, "namespace": place.namespace},
        "spec": {
            "refreshInterval": REFRESH,
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": place.store or "STORE"},
            "target": {"name": place.secret, "creationPolicy": "Owner"},
            "data": [
                {"secretKey": key, "remoteRef": {"key": aws.secret, "property": aws_key}}
                for key, aws_key in keys.items()
            ],
        },
    }
    files = ", ".join(token_file(source, environment) for source in sources)
    return OPERATOR.format(secret=place.secret, file=files) + _yaml(manifest)


def lacking(sources: Sequence[InventorySource], environment: Environment) -> Iterator[str]:
    """Gaps of the inventory, for which a placeholder stands, or nothing."""
    if environment.aws is None or environment.kubernetes is None:
        yield (
            f"no ExternalSecret: write `aws:` and `kubernetes:` below {environment.name} "
            "in reconciler.yaml"
        )
    elif not environment.kubernetes.store:
        yield "STORE stands for the ClusterSecretStore: write `store:` below `kubernetes:`"
    if environment.kubernetes is None and not all(source.token.file for source in sources):
        yield "SECRET/KEY stand for the mounted secret: write `token: {file: …}`"


def _yaml(document: Mapping[str, object]) -> str:
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    return text


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
