"""Small route files, and what the parser finds in them."""

from reconciler.files.read.route import parse_as_far_as_possible, parse_route
from reconciler.files.write.route import MODELINE, emit_route
from reconciler.model import Declaration, Finding, Route

HEAD = "name: Alerts\nsources: [Grafana Cloud]\n"
CANONICAL_HEAD = "name: Alerts\nsources:\n  - Grafana Cloud\n"
FILE = "routes/alerts.yaml"


def declared(text: str) -> Declaration:
    """The declaration of a file without errors."""
    declaration, findings = parse_route(text, FILE)
    assert declaration is not None, findings
    return declaration


def route(body: str) -> Route:
    """The route of a file with a name and a source, and these lines after them."""
    return declared(HEAD + body).route


def findings(body: str) -> tuple[Finding, ...]:
    """The findings of a file with a name and a source, and these lines after them."""
    return parse_as_far_as_possible(HEAD + body, FILE).findings


def the_finding(body: str) -> Finding:
    """The only finding."""
    (found,) = findings(body)
    return found


def told(finding: Finding) -> tuple[str, int, int]:
    """Code, line and column; the lines of HEAD are not counted."""
    assert finding.position is not None
    return finding.code, finding.position.line - HEAD.count("\n"), finding.position.column


def rewritten(body: str) -> str:
    """What a file with this body is written as, without the lines before it."""
    text = emit_route(declared(HEAD + body))
    return text.removeprefix(f"{MODELINE}\n{CANONICAL_HEAD}")
