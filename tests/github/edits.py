"""Ten edits of route files as comments of pull requests: pages of the documentation.

python -m tests.github.edits    writes docs/comments/github-comment-*.md anew

Each begins from the repository's own route files, live as they say, with names from its lock file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from reconciler.directory import LOCK, Directory, parse_lock, resolve
from reconciler.files import parse_route, read_config
from reconciler.model import Config, Declaration, Listed, Live, Names
from reconciler.plan.gate import proved_findings
from reconciler.plan.identify import identify
from reconciler.plan.make import Bases, make_plan
from reconciler.plan.plan import Plan, PlanContext
from reconciler.planning.proved import changes_of, proof_of
from reconciler.planning.world import world_of
from reconciler.report.comment import plan_comment
from tests.e2e.team import REPOSITORY
from tests.plan.parts import TODAY

FOLDER = REPOSITORY / "docs" / "comments"
PRODUCTION = "routes/production-alerts.yaml"
DATABASE = "routes/database-alerts.yaml"
INFORMATIONAL = "routes/informational.yaml"
CHECKLY = "  - Checkly (Production)\n"
NEW = """\
name: {name}
sources:
  - Checkly (Production)
escalate:
  - path: Engineering On-Call
notify:
  - slack: "#alerts"
"""
BY_SEVERITY = """\
name: By Severity
sources:
  - Grafana Cloud
escalate:
  - path: {reference: 'expressions["who"]'}
expressions:
  who:
    branches:
      returns: {catalog: Escalation Path}
      cases:
        - when: [{severity: critical}]
          then: Engineering On-Call
    else: Platform On-Call
"""
Files = dict[str, str]


@dataclass(frozen=True)
class Edit:
    """One pull request. `before` are files besides the repository's own."""

    title: str
    about: str
    change: Callable[[Files], None]
    before: Mapping[str, str] | None = None


def _swap(file: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert files[file].count(old) == 1
        files[file] = files[file].replace(old, new)

    return change


def _several(*changes: Callable[[Files], None]) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for one in changes:
            one(files)

    return change


def _add(file: str, text: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[file] = text

    return change


EDITS: Mapping[str, Edit] = {
    "critical-to-warning": Edit(
        "Another severity pages",
        "`severity: critical` becomes `severity: warning` in Production Alerts.",
        _swap(PRODUCTION, "severity: critical", "severity: warning"),
    ),
    "source-moved": Edit(
        "A source moves to a route that pages nobody",
        "Checkly (Production) moves from Production Alerts to Informational.",
        _several(
            _swap(PRODUCTION, CHECKLY, ""),
            _swap(INFORMATIONAL, "  - Axiom\n", f"  - Axiom\n{CHECKLY}"),
        ),
    ),
    "target-moved": Edit(
        "Another team is paged",
        "Database Alerts pages Database On-Call.",
        _swap(DATABASE, "path: Engineering On-Call", "path: Database On-Call"),
    ),
    "condition-removed": Edit(
        "A condition goes",
        "Database Alerts loses `branch: main`.",
        _swap(DATABASE, "when:\n  - branch: main\n", ""),
    ),
    "route-deleted": Edit(
        "A route is deleted",
        "The file of Database Alerts says `state: absent`.",
        _add(DATABASE, "name: Database Alerts\nstate: absent\n"),
    ),
    "route-split": Edit(
        "A route is split in two",
        "Checkly (Production) gets a route of its own, which pages and posts the same.",
        _several(
            _swap(PRODUCTION, CHECKLY, ""),
            _add("routes/checkly.yaml", NEW.format(name="Checkly")),
        ),
    ),
    "expression-edited": Edit(
        "An expression chooses differently",
        "The expression of By Severity pages Engineering On-Call for warnings, too.",
        _swap("routes/by-severity.yaml", "severity: critical", "severity: [critical, warning]"),
        {"routes/by-severity.yaml": BY_SEVERITY},
    ),
    "case-of-a-text": Edit(
        "The case of a text changes",
        "`severity: critical` becomes `severity: Critical`. incident.io does not document whether\n"
        "case counts.",
        _swap(PRODUCTION, "severity: critical", "severity: Critical"),
    ),
    "route-that-doubles": Edit(
        "A new route doubles another",
        "A new route takes the alerts of Checkly (Production), which Production Alerts has too.",
        _add("routes/checkly.yaml", NEW.format(name="Checkly")),
    ),
    "catalog-not-read": Edit(
        "The answer is unknown",
        "Database Alerts takes alerts by the owner of their service, and the key may not read the\n"
        "catalog.",
        _swap(
            DATABASE, "  - branch: main\n", """  - 'service.["Owner"]': {contains: Platform}\n"""
        ),
    ),
}


@cache
def directory() -> Directory:
    """The names of the repository's account."""
    found, _ = parse_lock((REPOSITORY / LOCK).read_text("utf-8"), LOCK)
    assert found is not None
    return found


@cache
def config() -> Config:
    """The repository's settings."""
    return read_config(REPOSITORY)[0]


def plan_of(edit: Edit) -> tuple[Plan, Names]:
    """The plan of the edited files, in an account that is as the files said before."""
    files = {
        f"routes/{path.name}": path.read_text("utf-8")
        for path in sorted((REPOSITORY / "routes").glob("*.yaml"))
    }
    files |= edit.before or {}
    lives = {
        f"01LIVE{place}": Live(f"01LIVE{place}", 7, "v3", _declared(file, files).route, {})
        for place, file in enumerate(sorted(files))
    }
    bases = Bases({file: _declared(file, files).route for file in files})
    edit.change(files)
    declarations = [_declared(file, files) for file in sorted(files)]
    listed = [Listed(one.id, one.route.name) for one in lives.values()]
    base = "3f9a1c0b7d2e4f5a6b8c9d0e1f2a3b4c5d6e7f80"
    about = PlanContext("0.1.0", "v3", "https://app.example.com/team", "f" * 64, TODAY, base=base)
    names = directory().display(config())
    plan = make_plan(identify(declarations, listed), lives, config(), about, names, bases=bases)
    routes = {identity: live.route for identity, live in lives.items()}
    named = {identity: route.name for identity, route in routes.items()}
    world = world_of(directory(), config(), {**names, **named})
    proof = proof_of(changes_of(plan.changes), routes, world, config())
    plan = replace(plan, who=proof, undeclared=None)
    plan = replace(plan, findings=proved_findings(plan, config(), TODAY))
    return replace(plan, context=replace(about, scope="changed"), unchanged=()), names


def _declared(file: str, files: Files) -> Declaration:
    declaration, findings = parse_route(files[file], file)
    assert declaration is not None, findings
    return resolve(declaration, directory(), config())[0]


def page(name: str) -> str:
    """The page with the comment as GitHub gets it."""
    edit = EDITS[name]
    return f"# {edit.title}\n\n{edit.about}\n\n---\n\n{plan_comment(*plan_of(edit))}"


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name in EDITS:
        (FOLDER / f"github-comment-{name}.md").write_text(page(name), "utf-8")


if __name__ == "__main__":
    main()
