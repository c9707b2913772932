"""Route files in short: a text that lacks name and sources gets them."""

from reconciler.files.route import parse_route
from reconciler.model.condition import ConditionGroups
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding
from reconciler.model.route import Route

HEAD = "name: Payments\nsources: [Grafana Cloud]\n"
FILE = "routes/payments.yaml"


def declared(text: str) -> Declaration:
    """The declaration of a text without any finding; two lines stand before the text."""
    declaration, findings = parse_route(HEAD + text, FILE)
    assert findings == ()
    assert declaration is not None
    return declaration


def route(text: str) -> Route:
    return declared(text).route


def when(text: str) -> ConditionGroups:
    return route(f"when:\n{text}").when


def refused(text: str) -> list[tuple[str, int, int, str]]:
    """(code, line, column, hint) of the errors; lines count without the two before the text."""
    declaration, findings = parse_route(HEAD + text, FILE)
    assert declaration is None
    return [_short(finding, 2) for finding in findings if finding.level == "error"]


def refused_alone(text: str) -> list[tuple[str, int, int, str]]:
    """The same for a text that is the whole file."""
    declaration, findings = parse_route(text, FILE)
    assert declaration is None
    return [_short(finding, 0) for finding in findings if finding.level == "error"]


def codes(text: str) -> list[str]:
    """Codes of the errors of a text that goes on after name and sources."""
    return [code for code, *_ in refused(text)]


def _short(finding: Finding, before: int) -> tuple[str, int, int, str]:
    at = finding.position
    assert at is not None
    assert at.file == FILE
    return finding.code, at.line - before, at.column, finding.hint
