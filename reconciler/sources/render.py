"""A sender's configuration as it should be: Alertmanager's receiver, the ExternalSecret. Pure."""

from collections.abc import Iterator, Mapping

import yaml

from reconciler.model.config import AwsPlace, Environment, InventorySource, KubernetesPlace

MOUNTED = "/etc/alertmanager/secrets/{secret}/{key}"
REFRESH = "1h"
WHY = """\
# Alertmanager reads credentials_file at every request, so a rotated token counts as soon as the
# mounted file has it: no reload, no restart. alert_source_token_file is read once, when the
# receiver is built. Keep one of them: with both, Alertmanager does not start.
# Needs Alertmanager 0.29. Labels that routes test belong into group_by of the route to it.
"""
OPERATOR = """\
# Copies the token from AWS. Whoever mounts the secret gets it as a file: with the Prometheus
# operator, `secrets: [{secret}]` in the Alertmanager's spec mounts {file}.
"""


def receiver(source: InventorySource, environment: Environment) -> str:
    """The receiver as YAML, with the reasons as comments."""
    entry: Mapping[str, object] = {
        "url": source.url,
        "send_resolved": True,
        "http_config": {
            "authorization": {"credentials_file": token_file(source, environment.kubernetes)}
        },
    }
    return WHY + _yaml({"receivers": [{"name": "incidentio", "incidentio_configs": [entry]}]})


def token_file(source: InventorySource, place: KubernetesPlace | None) -> str:
    """The file that Alertmanager reads: the inventory's, else where the operator mounts secrets."""
    if source.token.file:
        return source.token.file
    secret, key = (place.secret, place.key) if place else ("SECRET", "KEY")
    return MOUNTED.format(secret=secret, key=key)


def external_secret(source: InventorySource, aws: AwsPlace, place: KubernetesPlace) -> str:
    """The manifest, of external-secrets.io/v1."""
    manifest: Mapping[str, object] = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": place.external_secret or place.secret, "namespace": place.namespace},
        "spec": {
            "refreshInterval": REFRESH,
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": place.store or "STORE"},
            "target": {"name": place.secret, "creationPolicy": "Owner"},
            "data": [
                {
                    "secretKey": place.key,
                    "remoteRef": {"key": aws.secret, "property": aws.key},
                }
            ],
        },
    }
    comment = OPERATOR.format(secret=place.secret, file=token_file(source, place))
    return comment + _yaml(manifest)


def lacking(source: InventorySource, environment: Environment) -> Iterator[str]:
    """What the inventory does not say, so that a placeholder or nothing stands in its place."""
    if environment.aws is None or environment.kubernetes is None:
        yield (
            f"no ExternalSecret: write `aws:` and `kubernetes:` below {environment.name} "
            "in reconciler.yaml"
        )
    elif not environment.kubernetes.store:
        yield "STORE stands for the ClusterSecretStore: write `store:` below `kubernetes:`"
    if environment.kubernetes is None and not source.token.file:
        yield "SECRET/KEY stand for the mounted secret: write `token: {file: …}`"


def _yaml(document: Mapping[str, object]) -> str:
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    return text
