"""Where a forge shows a line of a file: GitHub and GitLab, by the address of git's remote."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_SSH = re.compile(r"(?:[^@/]+@)?(?P<host>[A-Za-z0-9.-]+):(?P<path>[^:]+)")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")


@dataclass(frozen=True, slots=True)
class Links:
    """`before` and `behind` stand around a path; both "" where the forge is unknown."""

    before: str = ""
    line: str = "#L"

    def to(self, file: str, line: int) -> str:
        """The address of a line, "" where nothing is known."""
        return f"{self.before}{quote(file)}{self.line}{line}" if self.before else ""


def links_of(remote: str, commit: str, folder: str, environment: Mapping[str, str]) -> Links:
    """`folder`: of the checkout, "" or with a slash at its end. A login in the address is dropped.
    A host that is neither GitHub's nor GitLab's by its name is known by the job that runs there.
    """
    host, path = _parts(remote)
    if not (host and path and re.fullmatch(r"[0-9a-f]{40,64}", commit)):
        return Links()
    if _is(host, "github", environment.get("GITHUB_SERVER_URL", "")):
        seat = "blob"
    elif _is(host, "gitlab", environment.get("CI_SERVER_URL", "")):
        seat = "-/blob"
    else:
        return Links()
    return Links(f"https://{host}/{quote(path)}/{seat}/{commit}/{quote(folder)}")


def _is(host: str, word: str, server: str) -> bool:
    return word in host.split(":")[0].split(".") or (
        bool(server) and urlsplit(server).netloc == host
    )


def _parts(remote: str) -> tuple[str, str]:
    """Host and path, without a login, a port of ssh and `.git`."""
    if "://" in remote:
        try:
            split = urlsplit(remote)
            port = split.port
        except ValueError:
            return "", ""
        keeps = split.scheme in ("http", "https") and port is not None
        host = f"{split.hostname or ''}{f':{port}' if keeps else ''}"
        path = split.path if split.scheme in ("http", "https", "ssh", "git") else ""
    else:
        found = _SSH.fullmatch(remote)
        host, path = (found["host"], found["path"]) if found else ("", "")
    path = path.strip("/").removesuffix(".git")
    return (host, path) if _HOST.fullmatch(host) else ("", "")
