"""The hidden first line by which our own comments and issues are found again."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.github.api import GitHub
from reconciler.model import Json, text_at, whole_at
from reconciler.text import cut_to_size

_BOT = "[bot]"
BOT = f"github-actions{_BOT}"
APP = "app"  # the value of a marker that names the App which wrote it
_MARKER = re.compile(r"<!-- reconciler:([a-z]+) v1((?: [a-z]+=[\w.-]*)*) -->")
_VALUE = re.compile(r"[\w.-]*")


@dataclass(frozen=True, slots=True)
class Author:
    """The owner of the token. `login` is "" where GitHub does not say: the token of a workflow and
    that of an App may not ask.
    """

    login: str = ""

    def wrote(self, login: str, app: str) -> bool:
        """Whether a text by this login is ours; `app` is what its marker says. An App's login ends
        in brackets, which no person's has, so no person can pass for an App.
        """
        if self.login:
            return login == self.login
        return login == BOT or (bool(app) and login == f"{app}{_BOT}")


@dataclass(frozen=True, slots=True)
class Marked:
    """A comment or an issue of ours: its id (or number), its values and its body."""

    id: int
    values: Mapping[str, str]
    body: str
    closed: bool = False

    @property
    def app(self) -> Mapping[str, str]:
        """Its App, for the marker of the next edit."""
        return {key: value for key, value in self.values.items() if key == APP}

    @property
    def text(self) -> str:
        """The body without the marker."""
        return self.body.partition("\n")[2]


def marker(kind: str, values: Mapping[str, str]) -> str:
    """`<!-- reconciler:plan v1 sha=… digest=… -->`; values are plain words."""
    pairs = "".join(f" {key}={value}" for key, value in values.items() if _VALUE.fullmatch(value))
    return f"<!-- reconciler:{kind} v1{pairs} -->"


def marker_values(body: str, kind: str) -> Mapping[str, str] | None:
    """The values of the first line; None when it is no marker of this kind."""
    match = _MARKER.fullmatch(body.partition("\n")[0].strip())
    if match is None or match[1] != kind:
        return None
    pairs = (part.partition("=") for part in match[2].split())
    return {key: value for key, _, value in pairs}


def checksum(*parts: str) -> str:
    """16 digits that stand for a long text in a marker, and change with it."""
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(whole).hexdigest()[:16]


def author_of(github: GitHub) -> Author:
    """The owner of the token. Raises GitHubError."""
    return Author(text_at(github.user(403, 404), "login"))


def marked(row: Mapping[str, Json], kind: str, author: Author, key: str = "id") -> Marked | None:
    """The row, if it has our marker and is by us: every user can paste a marker."""
    body, identity = row.get("body"), row.get(key)
    if not isinstance(body, str) or not isinstance(identity, int):
        return None
    body = body.replace("\r\n", "\n")
    values = marker_values(body, kind)
    if values is None or not author.wrote(text_at(row, "user", "login"), values.get(APP, "")):
        return None
    return Marked(identity, values, body, row.get("state") == "closed")


def run_of(github: GitHub) -> Mapping[str, str]:
    """The number of this run, for a marker. One that is started again keeps it."""
    number = github.place.run_url.rpartition("/")[2]
    return {"run": number} if number.isdigit() else {}


def is_newer(found: Marked, github: GitHub) -> bool:
    """Whether a later run wrote it than this one, which was started again."""
    ours, theirs = run_of(github).get("run", ""), found.values.get("run", "")
    return bool(ours) and theirs.isdigit() and int(theirs) > int(ours)


def app_of(made: Json) -> str:
    """The slug of the App that made something, by what GitHub says of it; "" for a person, and for
    the token of a workflow.
    """
    login = text_at(made, "user", "login")
    slug = login.removesuffix(_BOT)
    return "" if login in (slug, BOT) else slug


def signed(body: str, app: str) -> str:
    """The body, whose marker names its App from now on."""
    first, end, rest = body.partition("\n")
    return cut_to_size(f"{first.removesuffix(' -->')} {APP}={app} -->{end}{rest}")


def sign(github: GitHub, made: Json, body: str, place: str, key: str = "id") -> None:
    """Write into what was just made which App made it: no App may ask GitHub who it is, so the next
    run knows by that alone. Raises GitHubError.
    """
    app = app_of(made)
    identity = whole_at(made, key)
    if app and identity is not None:
        github.patch(f"{place}/{identity}", {"body": signed(body, app)})
