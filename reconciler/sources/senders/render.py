"""A sender's configuration as it should be: Alertmanager's receiver, the ExternalSecret. Pure."""

from collections.abc import Iterator, Mapping, Sequence

import yaml

from reconciler.model import AwsPlace, Environment, InventorySource, KubernetesPlace

MOUNTED = "/etc/alertmanager/secrets/{secret}/{key}"
REFRESH = "1h"
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
