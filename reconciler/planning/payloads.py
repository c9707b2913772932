"""From a plan to payloads. Pure.

A payload is laid over the live body, so that unknown fields survive a PUT; where that is not
possible the route is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.directory import Directory, resolve
from reconciler.model import (
    ApiVersion,
    Config,
    Declaration,
    Finding,
    Json,
    UnknownField,
)
from reconciler.plan.change import Change, Create, Delete, Update
from reconciler.planning.request import inexpressible
from reconciler.wire.codec import codec


@dataclass(frozen=True, slots=True)
class Prepared:
    """One change with its payload (without `version`; None for a delete)."""

    change: Change
    payload: Mapping[str, Json] | None
    carried: tuple[UnknownField, ...] = ()


def payloads_of(
    declarations: Sequence[Declaration], directory: Directory, config: Config, api: ApiVersion
) -> tuple[Mapping[str, Json], tuple[Finding, ...]]:
    """The payload of a POST of each file, by path, and what is wrong with it. Of several files,
    those of routes to be deleted are left out: they have none.
    """
    payloads: dict[str, Json] = {}
    findings: list[Finding] = []
    for declaration in declarations:
        if declaration.absent and len(declarations) > 1:
            continue
        resolved, found = resolve(declaration, directory, config)
        findings += [*found, *inexpressible(resolved, Config(api=api))]
        payloads[declaration.file] = codec(api).encode(resolved.route)
    return payloads, tuple(findings)


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
    file = change.declaration
    findings = [
        file.finding(
            "error",
            "guard-ambiguous-unknown",
            f"this version does not support {unknown.pointer} of the live route, and cannot keep "
            "it: its place is ambiguous",
            "make this edit in the dashboard, then run `reconciler plan` again",
            unknown.path,
            change.name,
        )
        for unknown in overlaid.ambiguous
    ]
    findings += [
        file.finding(
            "error",
            "guard-standalone-template",
            "the live route uses a standalone incident template, and this change sets fields of a "
            "template too; incident.io accepts only one of the two",
            "remove these fields from `incident`, or remove the standalone template first, in the "
            "dashboard",
            ("incident",),
            change.name,
        )
        for _ in overlaid.excluded
    ]
    findings += [
        file.finding(
            "warning",
            "unknown-removed",
            f"the change also removes {unknown.pointer}, which this version does not support",
            path=unknown.path,
            route=change.name,
        )
        for unknown in overlaid.lost
    ]
    return Prepared(change, overlaid.payload, tuple(overlaid.carried)), findings
