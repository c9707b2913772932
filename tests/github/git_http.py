"""git's own server behind the fake GitHub: `git http-backend`, as a web server calls it."""

import base64
import binascii
import os
import subprocess
from dataclasses import dataclass
from email.message import Message
from io import BufferedIOBase
from pathlib import Path

# As the machine of a server has it: what a test sets for a job is not for the server.
_OURS = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


@dataclass
class Request:
    """What git sent."""

    method: str
    target: str
    authorization: str
    headers: Message
    body: BufferedIOBase


def token_of(authorization: str) -> str:
    """The password of `x-access-token`, "" for anything else."""
    scheme, _, said = authorization.partition(" ")
    try:
        login, _, password = base64.b64decode(said, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password if (scheme.lower(), login) == ("basic", "x-access-token") else ""


def served(folder: Path, request: Request, prefix: str) -> tuple[int, None, dict[str, str], bytes]:
    """Status, no JSON, headers and body."""
    path, _, query = request.target.partition("?")
    variables = {
        "GIT_PROJECT_ROOT": str(folder / ".git"),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": path.removeprefix(prefix),
        "QUERY_STRING": query,
        "REQUEST_METHOD": request.method,
        "REMOTE_USER": "workflow",  # or nobody may push
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
    }
    ended = subprocess.run(
        ["git", "http-backend"],
        input=_body(request),
        env=_OURS | variables,
        capture_output=True,
        check=True,
    )
    head, _, content = ended.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    return int(headers.pop("Status", "200").split()[0]), None, headers, content


def _body(request: Request) -> bytes:
    if request.headers.get("Transfer-Encoding") != "chunked":
        return request.body.read(int(request.headers.get("Content-Length") or 0))
    content = b""
    while size := int(request.body.readline(), 16):
        content += request.body.read(size)
        request.body.readline()
    request.body.readline()
    return content
