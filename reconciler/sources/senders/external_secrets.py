"""ExternalSecrets beside the inventory: what they copy from where, and whether they ever do. Pure.

Facts are those of External Secrets Operator v1: `refreshInterval: 0` and the policy `CreatedOnce`
copy a value once, and then neither the hour nor the annotation `force-sync` copies it again;
`target.immutable` makes a Kubernetes secret that no later sync may change.
"""

import re
from collections.abc import Iterator

from reconciler.model import AwsPlace, Config, Finding, KubernetesPlace, Position
from reconciler.sources.senders.values import Tree, walk

KIND = "ExternalSecret"
CLUSTER_KIND = "ClusterExternalSecret"  # makes an ExternalSecret in each namespace that it selects
_NEVER = re.compile(r"(?:0+(?:\.0+)?[a-zµ]*)+")
YAML_TRUE = ("true", "True", "TRUE", "yes", "on")
_TEMPLATE = "{{"


def own_external_secrets(tree: Tree, config: Config, environment: str) -> Iterator[Tree]:
    """ExternalSecrets of the environment's secret, also among the extra manifests of a chart."""
    known = config.environments.get(environment)
    place = known.kubernetes if known else None
    for _, value in walk(tree) if place else ():
        made = _made_of_cluster_wide(value) if value.text("kind") == CLUSTER_KIND else value
        if place and made.text("kind") == KIND and _fills(made, place):
            yield made


def _made_of_cluster_wide(tree: Tree) -> Tree:
    """The ExternalSecret that a ClusterExternalSecret makes in a namespace."""
    name = tree.get("spec", "externalSecretName") or tree.get("metadata", "name")
    return Tree(
        {
            "kind": Tree(KIND, tree.at),
            "metadata": Tree({"name": name} if name else {}, tree.at),
            "spec": tree.get("spec", "externalSecretSpec") or Tree({}, tree.at),
        },
        tree.at,
    )


def external_secret_findings(tree: Tree, config: Config, environment: str) -> Iterator[Finding]:
    """Mistakes of one of them."""
    policy = tree.text("spec", "refreshPolicy")
    stopped = _NEVER.fullmatch(tree.text("spec", "refreshInterval")) and policy != "OnChange"
    if stopped or policy == "CreatedOnce":
        message = "this ExternalSecret copies a token once, and never again after a rotation"
        hint = "write `refreshInterval: 1h`; with 0 the operator ignores `force-sync` as well"
        at = tree.place("spec", "refreshInterval") if stopped else tree.at
        yield Finding("error", "never-refreshed", message, hint, at)
    immutable = tree.get("spec", "target", "immutable")
    if immutable and immutable.value in YAML_TRUE:
        message = "this ExternalSecret makes an immutable secret: a rotated token never reaches it"
        hint = "remove `immutable: true`, and delete the Kubernetes secret: the operator makes "
        yield Finding("error", "never-refreshed", message, f"{hint}it anew", immutable.at)
    known = config.environments[environment]
    for source in config.sources:
        aws, cluster = source.in_aws(known), source.in_kubernetes(known)
        if source.environment == environment and aws and cluster:
            yield from _copied(tree, source.name, aws, cluster)


def _fills(tree: Tree, place: KubernetesPlace) -> bool:
    target = tree.text("spec", "target", "name") or tree.text("metadata", "name")
    named = place.external_secret and tree.text("metadata", "name") == place.external_secret
    return bool(target == place.secret or named)


def _copied(tree: Tree, source: str, aws: AwsPlace, cluster: KubernetesPlace) -> Iterator[Finding]:
    """Where the key of the secret comes from. A template of the target may make it of others, and
    one that merges leaves it to another.
    """
    entries = [row for row in tree.items("spec", "data") if row.text("secretKey") == cluster.key]
    target = tree.get("spec", "target") or tree
    merges = target.text("creationPolicy") == "Merge"
    if not (entries or merges or target.get("template") or tree.get("spec", "dataFrom")):
        message = f"this ExternalSecret does not fill the key {cluster.key}, of {source}"
        yield _wrong(message, tree.at)
    for entry in entries:
        key, part = entry.text("remoteRef", "key"), entry.text("remoteRef", "property")
        at = entry.get("remoteRef") or entry
        if _TEMPLATE in key or _TEMPLATE in part:
            continue
        if not _is_secret(key, aws):
            message = f"the key {cluster.key}, of {source}, is copied from another secret"
            yield _wrong(f"{message} than {aws.secret}", at.place("key"))
        if part != aws.key:
            message = f"the key {cluster.key}, of {source}, is copied from another property"
            yield _wrong(f"{message} than {aws.key}", at.place("property"))


def _is_secret(key: str, aws: AwsPlace) -> bool:
    """By name, or by ARN, which ends with six characters of AWS's own."""
    arn = rf"arn:[^:]+:secretsmanager:{aws.region}:{aws.account}:secret:{re.escape(aws.secret)}"
    return key == aws.secret or re.fullmatch(rf"{arn}(?:-\w{{6}})?", key) is not None


def _wrong(message: str, at: Position) -> Finding:
    hint = "`reconciler sources render` prints the ExternalSecret as the inventory has it"
    return Finding("error", "wrong-remote-ref", message, hint, at)
