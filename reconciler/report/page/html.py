"""The page as HTML: one file that asks for nothing else and runs nothing but its own script.

Jinja2 escapes each value, `visible` writes out control characters and direction overrides first,
and the policy in the file's head names the script and the style by their digests.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import cycle

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reconciler.report.page.model import Page
from reconciler.text import visible

KINDS: Mapping[str, str] = {
    "pages": "Pages",
    "posts": "Posts",
    "incident": "Incident",
    "twice": "Pages twice",
    "nobody": "Pages nobody",
    "dropped": "Not taken",
    "unknown": "Unknown",
}

_CODE = re.compile(r"`([^`]+)`")


def page_html(page: Page) -> str:
    """The whole file; ends with a newline."""
    style, script = _own("page.css"), _own("page.js")
    policy = (
        f"default-src 'none'; script-src '{digest(script)}'; style-src '{digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            page=page,
            kinds=KINDS,
            policy=Markup(policy),  # noqa: S704 - of this file and digests alone
            style=Markup(style),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704 - a file of this package
            data=_data(page),
        )
    )


def digest(text: str) -> str:
    """As a policy names an inline script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _own(name: str) -> str:
    return (files("reconciler.report.page") / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reconciler.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters["coded"] = coded
    return environment


def coded(sentence: str) -> Markup:
    """With what a sentence has in backticks as code, as a terminal's and a comment's reader knows
    it. A backtick without a partner stays.
    """
    parts = _CODE.split(visible(sentence))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd else escape(part)
        for part, odd in zip(parts, cycle((False, True)))
    )


def _shown(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _data(page: Page) -> Mapping[str, object]:
    """What the search looks at, by the id of a route: written as the page shows it, since people
    type what they see, and the filters have what is shown.
    """
    return {
        route.id: {
            "text": visible(
                " ".join(
                    (
                        route.name,
                        *route.sources,
                        route.condition.now,
                        route.paged.now,
                        route.posted.now,
                        route.place.text,
                    )
                )
            ).lower(),
            "source": [*map(visible, route.sources)],
            "path": [*map(visible, route.paths)],
            "channel": [*map(visible, route.channels)],
            "attribute": [*map(visible, route.attributes)],
        }
        for route in page.routes
    }
