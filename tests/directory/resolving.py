"""Short words for the tests of resolving: routes, and what became of them."""

from reconciler.directory import Directory, resolve
from reconciler.model import (
    Binding,
    Condition,
    Config,
    Declaration,
    Escalation,
    Expression,
    Finding,
    Incident,
    Positions,
    Route,
    Step,
    Target,
)
from tests.directory.accounts import (
    plain,
    ulid,
)

ACCOUNT = plain()
SERVICE_REFERENCE = f"alert.attributes.{ulid(111)}"


def resolved(
    route: Route, directory: Directory = ACCOUNT, config: Config | None = None
) -> tuple[Route, tuple[Finding, ...]]:
    declaration = Declaration(route, Positions("f.yaml"))
    result, findings = resolve(declaration, directory, config or Config())
    return result.route, findings


def without_findings(route: Route, directory: Directory = ACCOUNT) -> Route:
    result, findings = resolved(route, directory)
    assert findings == ()
    return result


def codes(route: Route, directory: Directory = ACCOUNT, config: Config | None = None) -> list[str]:
    return [finding.code for finding in resolved(route, directory, config)[1]]


def when_all(*conditions: Condition) -> Route:
    return Route("R", when=(conditions,))


def paging(*targets: Target) -> Route:
    return Route("R", escalate=Escalation(targets))


def computing(root: str, *steps: Step, otherwise: Binding | None = None) -> Route:
    return Route("R", expressions=(Expression("x", "x", root, steps, otherwise),))


def starting(incident: Incident) -> Route:
    return Route("R", incident=incident)
