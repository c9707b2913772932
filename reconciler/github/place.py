"""Where this run is: repository, API and token, from the environment of GitHub Actions."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
DEFAULT_API = "https://api.github.com"
DEFAULT_SERVER = "https://github.com"


class NoPlace(ValueError):
    """The environment does not say where GitHub is; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Place:
    """The token goes to the origins of `api` and `server`, to nowhere else, and is never shown."""

    api: str  # without a slash at its end
    repository: str  # owner/name
    token: str = field(repr=False)
    run_url: str = ""  # of the workflow run, "" outside of one
    branch: str = ""  # the branch that this run is for
    server: str = DEFAULT_SERVER  # where git finds the repository, without a slash at its end


def place_of(environment: Mapping[str, str]) -> Place:
    """From GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN and their kin. Raises NoPlace."""
    api = (environment.get("GITHUB_API_URL") or DEFAULT_API).rstrip("/")
    if not is_private(api):
        raise NoPlace(f"GITHUB_API_URL must be https:// (or this machine), not {api}")
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(repository) or ".." in repository.split("/"):
        raise NoPlace("GITHUB_REPOSITORY must be OWNER/NAME; GitHub Actions sets it")
    token = environment.get("GITHUB_TOKEN", "")
    if not token.isascii() or not token.isprintable() or not token.strip():
        raise NoPlace("GITHUB_TOKEN is not set; in a workflow: `GITHUB_TOKEN: ${{ github.token }}`")
    server = (environment.get("GITHUB_SERVER_URL") or DEFAULT_SERVER).rstrip("/")
    if not is_private(server):
        raise NoPlace(f"GITHUB_SERVER_URL must be https:// (or this machine), not {server}")
    run = environment.get("GITHUB_RUN_ID", "")
    url = f"{server}/{repository}/actions/runs/{run}" if run.isdigit() else ""
    return Place(api, repository, token, url, environment.get("GITHUB_REF_NAME", ""), server)


def is_private(url: str) -> bool:
    """Whether what is sent there stays private: https, or plain http to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if "@" in parts.netloc or parts.query or parts.fragment or not host:
            return False
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
