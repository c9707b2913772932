"""Three comments as pages of the documentation: small, large, empty.

python -m tests.github.examples    writes docs/github-comment-*.md anew
"""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.plan.make import Bases
from reconciler.plan.plan import Plan
from reconciler.report.comment import plan_comment
from tests.e2e.team import REPOSITORY
from tests.plan.parts import CONTEXT, NAMES, declared, live, path, planned, production

BASE = replace(CONTEXT, base="3f9a1c0b7d2e4f5a6b8c9d0e1f2a3b4c5d6e7f80", scope="changed")
INTRODUCTIONS = {
    "small": "A pull request that changes one route: everything is in its comment.",
    "large": (
        "Three hundred changed routes, five of them deleted. Picture and fields are left out; a\n"
        "risk of many routes is one line, and every route is still there with what it risks."
    ),
    "empty": "A pull request that changes nothing in incident.io, such as one that adopts a value.",
}
TITLES = {
    "small": "The comment of a small plan",
    "large": "The comment of a large plan",
    "empty": "The comment of an empty plan",
}


def plans() -> Mapping[str, Plan]:
    """The plan behind each page."""
    after = production(targets=[path("01PLATFORM")])
    edited = declared(after)
    bases = Bases({edited.file: production()})
    small = planned([edited], [live(production())], bases=bases)
    many = [
        declared(replace(after, name=f"Service {n:03}"), f"routes/service-{n:03}.yaml",
                 absent=n % 60 == 0)
        for n in range(300)
    ]  # fmt: skip
    lives = [live(production(f"Service {n:03}"), f"01LIVE{n:03}") for n in range(300)]
    large = planned(many, lives)
    return {
        "small": replace(small, context=BASE, undeclared=None),
        "large": replace(large, context=BASE, undeclared=None, findings=()),
        "empty": Plan(BASE, unchanged=("Production Alerts",)),
    }


def page(size: str) -> str:
    """The page with the comment as GitHub gets it."""
    more = "How it comes about: [pull requests](how-to/pull-requests.md)."
    about = f"# {TITLES[size]}\n\n{INTRODUCTIONS[size]}\n{more}\n"
    return f"{about}\n---\n\n{plan_comment(plans()[size], NAMES)}"


def main() -> None:
    """Write the three pages."""
    for size in INTRODUCTIONS:
        (REPOSITORY / "docs" / f"github-comment-{size}.md").write_text(page(size), "utf-8")


if __name__ == "__main__":
    main()
