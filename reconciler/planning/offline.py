"""What can be known about files without an account: names by the lock file, both API versions."""

from collections.abc import Sequence
from dataclasses import replace

from reconciler.directory import Directory, resolve
from reconciler.model import (
    ApiVersion,
    Config,
    Declaration,
    Finding,
    has_errors,
)
from reconciler.wire.expressible import expressible_v2, expressible_v3

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
