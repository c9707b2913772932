"""Which Alertmanager and which operator run there, where a sender's files say it. Pure.

Since when each knows incident.io: Alertmanager 0.29.0; the Prometheus operator 0.88.0, which
refuses the whole configuration before (its issue 8088); the VictoriaMetrics operator reads
`url_file` and `alert_source_token_file` since 0.71.0 (its issue 2222).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.model import Finding, Position
from reconciler.sources.senders.values import Tree, walk

SINCE = (0, 29)  # `incidentio_configs`
VM_KIND = "VMAlertmanagerConfig"
_VERSION = re.compile(r"v?(\d+)\.(\d+)")

Version = tuple[int, int]
Found = tuple[Version, Position]


@dataclass(frozen=True, slots=True)
class Program:
    """A program whose version decides: its image, and the keys of a chart that stand for it."""

    image: re.Pattern[str]  # its name before the tag, at the end of a reference
    keys: tuple[str, ...]  # lower case, without signs


ALERTMANAGER = Program(re.compile(r"(?:^|/)alertmanager:(v?\d+\.\d+)"), ("alertmanager",))
PROMETHEUS_OPERATOR = Program(
    re.compile(r"(?:^|/)prometheus-operator:(v?\d+\.\d+)"), ("prometheusoperator",)
)
VM_OPERATOR = Program(
    re.compile(r"(?:^|/)victoriametrics/operator:(v?\d+\.\d+)"),
    ("victoriametricsoperator", "vmoperator"),
)


def versions(tree: Tree, program: Program = ALERTMANAGER) -> Iterator[Found]:
    """The program's version wherever the tree says it: its image, the version of an operator's
    Alertmanager. Other images beside it, of a reloader for example, have versions of their own.
    """
    for path, value in walk(tree):
        if not isinstance(value.value, str):
            continue
        image = program.image.search(value.value)
        found = parse_version(image[1] if image else value.value)
        if found and (image or _is_version(tree, path, program)):
            yield found, value.at


def parse_version(text: str) -> Version | None:
    """Major and minor of `v0.29.0`."""
    match = _VERSION.match(text.strip())
    return (int(match[1]), int(match[2])) if match else None


def alertmanager_findings(trees: Sequence[Tree], given: Version | None) -> Iterator[Finding]:
    """For a receiver of `incidentio_configs`. `given`: what the command line says runs."""
    found = _oldest(trees, ALERTMANAGER)
    running = given or (found[0] if found else None)
    at = found[1] if found and not given else trees[0].at
    if running is None:
        message = "`incidentio_configs` needs Alertmanager 0.29; the files name no version"
        hint = "name it: --alertmanager-version 0.29"
        yield Finding("note", "alertmanager-version", message, hint, at)
    elif running < SINCE:
        message = f"Alertmanager {_shown(running)} does not know `incidentio_configs`"
        hint = "0.29.0 is the first that does; older versions do not start"
        yield Finding("error", "alertmanager-too-old", message, hint, at)


def operator_findings(trees: Sequence[Tree], given: Version | None) -> Iterator[Finding]:
    """For a receiver of `incidentio_configs` that the Prometheus operator brings to Alertmanager:
    it reads the configuration first.
    """
    found = _oldest(trees, PROMETHEUS_OPERATOR)
    running = given or (found[0] if found else None)
    operated = next((at for tree in trees for at in _operated(tree)), None)
    if running is not None and running < (0, 88):
        message = f"the Prometheus operator {_shown(running)} refuses `incidentio_configs`"
        hint = "upgrade it to 0.88 or newer; Alertmanager keeps its old configuration until then"
        at = found[1] if found and not given else operated or trees[0].at
        yield Finding("error", "operator-too-old", message, hint, at)
    elif running is None and operated:
        message = "`incidentio_configs` needs the Prometheus operator 0.88; no file names a version"
        hint = "find the version that the chart installs, and name it: --operator-version 0.88"
        yield Finding("note", "operator-version", message, hint, operated)


def vm_operator_findings(trees: Sequence[Tree], file: Position) -> Iterator[Finding]:
    """For a VMAlertmanagerConfig that names a file, at `file`, of the URL or of the token."""
    found = _oldest(trees, VM_OPERATOR)
    if found and found[0] < (0, 71):
        message = f"the VictoriaMetrics operator {_shown(found[0])} does not know this file"
        hint = "upgrade it to 0.71 or newer, or name a secret: `alert_source_token: {name, key}`"
        yield Finding("error", "operator-too-old", message, hint, file)


def _oldest(trees: Sequence[Tree], program: Program) -> Found | None:
    """The oldest version that is named counts: it may be the one that runs."""
    found = (each for tree in trees for each in versions(tree, program))
    return min(found, default=None, key=lambda each: each[0])


def _operated(tree: Tree) -> Iterator[Position]:
    """Where the tree shows that the Prometheus operator runs Alertmanager."""
    for path, value in walk(tree):
        if path[-1:] == ("alertmanagerSpec",) or (
            value.text("kind") == "Alertmanager" and "coreos" in value.text("apiVersion")
        ):
            yield value.at


def _is_version(tree: Tree, path: tuple[str, ...], program: Program) -> bool:
    """Whether what stands below these keys is a version of the program."""
    if path[-2:] == ("image", "tag"):
        return _is_of(program, tree, path[:-2])
    operated = tree.text("kind") == "Alertmanager" and path == ("spec", "version")
    named = path[-1:] == ("version",) and _is_named_so(path[:-1], program)
    return named or (operated and program is ALERTMANAGER)


def _is_of(program: Program, tree: Tree, owner: tuple[str, ...]) -> bool:
    """Whether the image below these keys is the program's: by the keys, by its repository, or,
    for Alertmanager, because the configuration stands beside it.
    """
    beside = tree.get(*owner)
    if beside is None:
        return False
    repository = beside.text("image", "repository")
    inner = beside.get("config")
    by_image = program.image.search(f"{repository}:0.0") is not None
    configured = bool(inner and inner.items("receivers")) and program is ALERTMANAGER
    return _is_named_so(owner, program) or by_image or configured


def _is_named_so(owner: tuple[str, ...], program: Program) -> bool:
    key = re.sub("[-_]", "", "".join(owner[-1:])).lower()
    return any(name in key for name in program.keys)


def _shown(version: Version) -> str:
    return f"{version[0]}.{version[1]}"
