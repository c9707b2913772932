"""A team in the middle of a rotation, and the search for what must not be seen."""

from dataclasses import dataclass
from pathlib import Path

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Ended, Team
from tests.sources.clouds import OTHER_KEY, Aws
from tests.sources.cluster import Cluster

TOKEN = "nw7QkXz2Lr9dVb4Tc1HsYf6Jm3Pg8We5"
OLD = "od0RaUe7Ki2Nx5Bq8Zv1Ct4Gy6Mh9Lj3"
PRODUCTION = "Alertmanager (Production)"
PIECE = 8


def pieces(secret: str) -> set[str]:
    """Every eight characters of it in a row, and how base64 and hex would show them."""
    import base64
    import hashlib

    shown = [
        secret,
        base64.b64encode(secret.encode()).decode(),
        hashlib.sha256(secret.encode()).hexdigest(),
        hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest(),
        hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest(),
    ]
    return {text[at : at + PIECE] for text in shown for at in range(len(text) - PIECE + 1)}


FORBIDDEN = frozenset().union(*map(pieces, (TOKEN, OLD, OTHER_KEY)))


def leaks(text: str) -> list[str]:
    """What of a secret stands in the text."""
    return [piece for piece in FORBIDDEN if piece in text]


@dataclass(frozen=True)
class Place:
    """Everything around one rotation."""

    team: Team
    incident_io: RunningSandbox
    aws: Aws
    cluster: Cluster

    def tokens(self, *arguments: str, **environment: str) -> Ended:
        """`reconciler sources tokens`, after which nothing may have leaked."""
        ended = self.team.run("sources", "tokens", *arguments, **environment)
        self.search(ended)
        return ended

    def push(self, *arguments: str, **environment: str) -> Ended:
        """A rotation of the production source, without questions."""
        return self.tokens("--push", PRODUCTION, "--to", "aws", "--auto-approve", *arguments,
                           **environment)  # fmt: skip

    def search(self, ended: Ended) -> None:
        assert leaks(ended.out + ended.err) == []
        for file in self.team.folder.rglob("*"):
            if file.is_file():
                assert leaks(f"{file.name}\n{_text(file)}") == [], file
        assert leaks(repr(self.cluster.calls)) == []


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")
