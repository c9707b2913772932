"""From a plan to payloads: what each write would send, and what of the live route it carries.

Pure. A payload is laid over the live body, so that what we do not know survives a PUT
(semantics: what nobody knows is carried); where that is not possible the route is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.directory import Directory, resolve
from reconciler.model import (
    ApiVersion,
    Config,
    Declaration,
    Finding,
    Json,
    UnknownField,
    has_errors,
)
from reconciler.plan.change import Change, Create, Delete, Update
from reconciler.wire.codec import codec, expressible_v2, expressible_v3


@dataclass(frozen=True, slots=True)
class Prepared:
    """One change with its payload (without `version`; None for a delete)."""

    change: Change
    payload: Mapping[str, Json] | None
    carried: tuple[UnknownField, ...] = ()


def prepare(
    changes: Sequence[Change], api: ApiVersion
) -> tuple[tuple[Prepared, ...], tuple[Finding, ...]]:
    """The payload of every change, and findings about what cannot be carried through."""
    prepared: list[Prepared] = []
    findings: list[Finding] = []
    for change in changes:
        match change:
            case Create():
                prepared.append(Prepared(change, codec(api).encode(change.after)))
            case Update():
                ready, found = _prepare_update(change, api)
                prepared.append(ready)
                findings += found
            case Delete():
                prepared.append(Prepared(change, None))
    return tuple(prepared), tuple(findings)


def _prepare_update(change: Update, api: ApiVersion) -> tuple[Prepared, list[Finding]]:
    overlaid = codec(api).overlay(codec(api).encode(change.after), change.live)
    findings = [
        Finding(
            "error",
            "guard-ambiguous-unknown",
            f"this version does not support {unknown.pointer} of the live route, and cannot keep "
            "it: its place is ambiguous",
            hint="make this edit in the dashboard, then run `reconciler plan` again",
            path=unknown.path,
            route=change.name,
        )
        for unknown in overlaid.ambiguous
    ]
    findings += [
        Finding(
            "error",
            "guard-standalone-template",
            "the live route uses a standalone incident template, and this change sets fields of a "
            "template too; incident.io accepts only one of the two",
            hint="remove these fields from `incident`, or remove the standalone template first, in "
            "the dashboard",
            path=("incident",),
            route=change.name,
        )
        for _ in overlaid.excluded
    ]
    findings += [
        Finding(
            "warning",
            "unknown-removed",
            f"the change also removes {unknown.pointer}, which this version does not support",
            path=unknown.path,
            route=change.name,
        )
        for unknown in overlaid.lost
    ]
    located = [change.declaration.positions.locate(finding) for finding in findings]
    return Prepared(change, overlaid.payload, tuple(overlaid.carried)), located


BOTH: tuple[ApiVersion, ...] = ("v3", "v2")
EXPRESSIBLE = {"v2": expressible_v2, "v3": expressible_v3}  # the codecs take longer to load


def offline_findings(
    declarations: Sequence[Declaration], config: Config, lock: Directory | None
) -> tuple[Finding, ...]:
    """Names that the lock does not know, and what the configured API version cannot say. With
    `auto` the latter only where neither version can.
    """
    findings: list[Finding] = []
    for declaration in declarations:
        if declaration.absent:
            continue
        known, found = (declaration, ()) if lock is None else resolve(declaration, lock, config)
        findings += [*found, *inexpressible(known, config)]
    return tuple(findings)


def inexpressible(declaration: Declaration, config: Config) -> tuple[Finding, ...]:
    """What no version that may be used can say, by the first of them."""
    versions = BOTH if config.api == "auto" else (config.api,)
    by_version = [EXPRESSIBLE[api](declaration.route) for api in versions]
    if any(not has_errors(found) for found in by_version):
        found = min(by_version, key=len)
    else:
        found = by_version[0]
    name = declaration.route.name
    return tuple(declaration.positions.locate(replace(one, route=name)) for one in found)
