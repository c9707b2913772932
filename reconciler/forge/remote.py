"""git and a forge, for the record: the job's token reaches the forge, and no other place.

The settings of a checkout can name programs and other addresses. So the call that has the token
runs in an empty repository of its own, which borrows the objects of the checkout, without the
settings of the machine and the user, and with little of the environment. The token is a header in
the environment of that one call: never an argument, never in a file.
"""

import base64
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.client import Redaction
from reconciler.git.git import GitAnswer, git
from reconciler.record.exchange import bring_in
from reconciler.record.repository import MOST_TRIES, REFS, RecordRefused, output_of, records_of

SECONDS = 60.0
TRIES = 3  # of a fetch or push that the forge did not answer to; twice the same is one
# What leads to the network of a company. Not HOME, and nothing that begins with GIT_: they name
# programs and files with passwords. The certificates are those of the API's calls.
_KEPT = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_AWAY = re.compile(r"Could not resolve|Failed to connect|timed out|error: 5\d\d|gave no answer")


@dataclass(frozen=True, slots=True)
class GitPlace:
    """A repository on a forge, as git reaches it. The token goes to `server` alone."""

    server: str  # without a slash at its end
    repository: str  # owner/name
    login: str  # what goes with a token
    token: str = field(repr=False)
    forge: str  # its name
    advice: Callable[[str, str], str]  # what to do about a complaint of git, by the right it needs


@dataclass(frozen=True, slots=True)
class Remote:
    """The repository on a forge, as one run of git reaches it."""

    root: Path  # the checkout
    bare: Path  # the empty repository
    url: str
    environment: Mapping[str, str]
    settings: Mapping[str, str] = field(repr=False)  # with the token
    redact: Redaction
    place: GitPlace

    def records(self) -> dict[str, str]:
        """Every record that the forge has, by ref; the checkout has their objects then. Raises
        RecordRefused.
        """
        answer = self._git(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
            "--no-auto-maintenance", self.url, f"+{REFS}/*:{REFS}/*",
        )  # fmt: skip
        if not answer.ok:
            raise RecordRefused(self._why(answer, "read"))
        return records_of(self.bare, self.environment)

    def send(self, records: Mapping[str, str]) -> str:
        """Why the forge did not take them all, "" where it did. Another run may have been faster.
        Raises RecordRefused for what no other try would change.
        """
        wanted = (f"{commit}:{ref}" for ref, commit in records.items())
        answer = self._git("push", "--quiet", "--no-verify", self.url, *wanted)
        if not answer.ok and "rejected]" not in answer.complaint:
            raise RecordRefused(self._why(answer, "write"))
        return "" if answer.ok else self._why(answer, "write")

    def fetch(self, ref: str) -> None:
        """Bring in the objects of a ref. Raises RecordRefused."""
        answer = self._git(
            "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance",
            self.url, f"+{ref}:{ref}",
        )  # fmt: skip
        if not answer.ok:
            raise RecordRefused(self._why(answer, "read"))

    def commit(
        self,
        base: str,
        files: Mapping[str, tuple[str, str]],
        parents: Sequence[str],
        message: str,
        author: tuple[str, str],
    ) -> str:
        """A commit of the base's files with these in their place; `files`: mode and content by
        path, `author`: name and address. Raises RecordRefused.
        """
        more = {"GIT_INDEX_FILE": str(self.bare / "index")}
        for who in ("AUTHOR", "COMMITTER"):
            more |= {f"GIT_{who}_NAME": author[0], f"GIT_{who}_EMAIL": author[1]}

        def run(*arguments: str, stdin: str = "") -> str:
            answer = git(self.bare, *arguments, only=self.environment, more=more, stdin=stdin)
            return output_of(answer).decode("ascii").strip()

        run("read-tree", base)
        for path, (mode, content) in files.items():
            blob = run("hash-object", "-w", "--no-filters", "--stdin", stdin=content)
            run("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
        after = [part for parent in parents for part in ("-p", parent)]
        return run("commit-tree", run("write-tree"), *after, stdin=message)

    def _git(self, *arguments: str) -> GitAnswer:
        for attempt in range(1, TRIES + 1):
            answer = git(self.bare, *arguments, only=self.environment, more=self.settings,
                       seconds=SECONDS)  # fmt: skip
            if answer.ok or attempt == TRIES or not _AWAY.search(answer.complaint):
                break
        return answer

    def _why(self, answer: GitAnswer, right: str) -> str:
        lines = [line.strip() for line in answer.complaint.splitlines() if line.strip()]
        reason = next((line for line in lines if "rejected]" in line or "fatal:" in line), "")
        reason = self.redact(reason or (lines[-1] if lines else "git gave no reason"))[:300]
        return f"{reason}; {self.place.advice(answer.complaint, right)}"


def fetch_records(remote: Remote, at: datetime) -> dict[str, str]:
    """Every record that the forge has, joined with those of the checkout. Raises RecordRefused."""
    found = remote.records()
    bring_in(remote.root, found, at)
    return found


def push_records(remote: Remote, at: datetime) -> dict[str, str]:
    """Push records that the forge lacks, by ref, joined with those of other runs meanwhile. Raises
    RecordRefused.
    """
    before, refused = None, ""
    for _ in range(MOST_TRIES):
        known = fetch_records(remote, at)
        if known == before:  # no other run was faster: the forge refuses it
            break
        mine = records_of(remote.root)
        newer = {ref: commit for ref, commit in mine.items() if known.get(ref) != commit}
        refused = remote.send(newer) if newer else ""
        if not refused:
            return newer
        before = known
    raise RecordRefused(refused)


@contextmanager
def reached(root: Path, place: GitPlace) -> Iterator[Remote]:
    """The repository of this run. Raises RecordRefused and NoGit."""
    objects = git(root, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    if not objects.ok:
        why = objects.complaint.splitlines()[0] if objects.complaint else "git gave no reason"
        raise RecordRefused(
            f"this folder is not in a git repository ({why}); check out the repository first"
        )
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        bare = Path(folder)
        plain = _surroundings(bare)
        made = git(bare, "init", "--quiet", "--bare", "--template=", str(bare), only=plain)
        if not made.ok:
            raise RecordRefused(f"git cannot create a temporary repository: {made.complaint}")
        borrowed = {"GIT_DIR": folder, "GIT_OBJECT_DIRECTORY": os.fsdecode(objects.output).strip()}
        url = f"{place.server}/{place.repository}"
        settings = _variables(_settings(place))
        yield Remote(root, bare, url, plain | borrowed, settings, Redaction(place.token), place)


def _surroundings(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for key in _KEPT for name in (key, key.lower())
            if name in os.environ}  # fmt: skip
    named = next(filter(None, map(os.environ.get, _CERTIFICATES)), "")
    kept |= {"GIT_SSL_CAINFO": named} if named else {}
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return {
        **kept,
        "PATH": os.pathsep.join(place for place in path if Path(place).is_absolute()),
        "HOME": str(home),  # where a .netrc could be
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


def _settings(place: GitPlace) -> Mapping[str, str]:
    """Nothing else is allowed to git; objects that no ref here names are the checkout's, so nothing
    is tidied up.
    """
    login = base64.b64encode(f"{place.login}:{place.token}".encode()).decode("ascii")
    return {
        f"http.{place.server}/.extraHeader": f"Authorization: Basic {login}",
        "http.followRedirects": "false",
        "protocol.allow": "never",
        f"protocol.{urlsplit(place.server).scheme}.allow": "always",
        "gc.auto": "0",
        "maintenance.auto": "false",
    }


def _variables(settings: Mapping[str, str]) -> dict[str, str]:
    found = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found
