"""Who wrote a comment or an issue on GitHub: a person, a workflow, or an App."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.forge.folder import Folder
from reconciler.forge.marker import APP, Marked, marker_values
from reconciler.github.api import GitHub
from reconciler.model import Json, text_at, whole_at
from reconciler.text import cut_to_size

_BOT = "[bot]"
BOT = f"github-actions{_BOT}"


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


def author_of(github: GitHub) -> Author:
    """The owner of the token. Raises GitHubError."""
    return Author(text_at(github.user(403, 404), "login"))


def marked(
    row: Mapping[str, Json], kind: str, folder: Folder, author: Author, key: str = "id"
) -> Marked | None:
    """The row, if it has this folder's marker and is by us: every user can paste a marker."""
    body, identity = row.get("body"), row.get(key)
    if not isinstance(body, str) or not isinstance(identity, int):
        return None
    body = body.replace("\r\n", "\n")
    values = marker_values(body, kind, folder)
    if values is None or not author.wrote(text_at(row, "user", "login"), values.get(APP, "")):
        return None
    return Marked(identity, values, body, row.get("state") == "closed")


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
