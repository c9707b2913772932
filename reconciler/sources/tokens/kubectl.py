"""A cluster through `kubectl`, always with the inventory's context and namespace.

No token is ever an argument, which every user of the machine can see. Answers with a secret are
read from the pipe and wrapped at once.
"""

import base64
import binascii
import json
import math
import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.client import KEY_VARIABLES, Token
from reconciler.model import KubernetesPlace
from reconciler.sources.tokens.places import (
    PlaceAbsent,
    PlaceRefused,
    PlaceUnknown,
    StoredToken,
    shown_code,
)

LIMIT_SECONDS = 30.0  # of one call
LEAST_SECONDS = 5.0  # a login to the cluster takes its time
FORCE_SYNC = "force-sync"
JSON = ("-o", "json")
_SERVER = re.compile(r"Error from server \((\w+)\)")
_NO_CONTEXT = re.compile(r'context "[^"]*" does not exist|context was not found')
_NO_KIND = "doesn't have a resource type"
_NO_USER = re.compile(r"\(Unauthorized\)|must be logged in")
_NO_LOGIN = re.compile(r"getting credentials|exec: executable")
_NO_ANSWER = re.compile(
    r"connection to the server|unable to connect to the server|dial tcp|i/o timeout|no such host",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kubectl:
    """Commands for one place. Every method raises PlaceRefused."""

    place: KubernetesPlace
    environment: Mapping[str, str]
    limit: float = math.inf  # seconds to wait for one call at most

    def within(self, seconds: float) -> "Kubectl":
        """The same, with no call longer than that, as far as a call can be so short."""
        return replace(self, limit=seconds)

    def contexts(self) -> tuple[str, frozenset[str]]:
        """The current context ("" for none), and all that kubectl's configuration has."""
        config = _json(self._run(("config", "view"), *JSON))
        listed = config.get("contexts")
        rows = listed if isinstance(listed, list) else []
        names = {str(row.get("name")) for row in rows if isinstance(row, Mapping)}
        return str(config.get("current-context") or ""), frozenset(names)

    def secret(self) -> StoredToken:
        """The token in the secret; empty where the secret lacks the key."""
        found = _json(self._run(("get", "secret", self.place.secret), *JSON))
        data = found.get("data")
        encoded = data.get(self.place.key) if isinstance(data, Mapping) else None
        try:
            text = base64.b64decode(str(encoded or ""), validate=True)
        except (binascii.Error, ValueError):
            text = b""
        return StoredToken(Token(text.decode("utf-8", "surrogateescape")))

    def secret_and_age(self) -> StoredToken:
        """The same, with the time of the operator's last copy."""
        return replace(self.secret(), since=self.last_sync())

    def force_sync(self, stamp: int) -> None:
        """Annotate the ExternalSecret, which makes the operator read AWS now."""
        what = ("annotate", "externalsecret", self.place.external_secret)
        self._run(what, f"{FORCE_SYNC}={stamp}", "--overwrite")

    def force_sync_command(self, stamp: int) -> str:
        """The command of `force_sync`, for the question before it."""
        name = self.place.external_secret
        return self.command(
            "annotate", "externalsecret", name, f"{FORCE_SYNC}={stamp}", "--overwrite"
        )

    def sync_state(self) -> str:
        """The operator's reason why the ExternalSecret is ready or not, a word; "" for none. Its
        message may quote what it read.
        """
        try:
            conditions = _at(self._external_secret(), "status", "conditions")
        except PlaceRefused as refused:
            return str(refused)
        ready = [
            shown_code(str(row.get("reason", "")))
            for row in (conditions if isinstance(conditions, list) else ())
            if isinstance(row, Mapping) and row.get("type") == "Ready"
        ]
        return ready[0] if ready else ""

    def command(self, *arguments: str) -> str:
        """A command of this place, for people to run."""
        return shlex.join(("kubectl", *self._scoped(*arguments)))

    def last_sync(self) -> datetime | None:
        """When the operator last copied the value; None where nothing says."""
        if not self.place.external_secret:
            return None
        try:
            time = _at(self._external_secret(), "status", "refreshTime")
            return datetime.fromisoformat(time) if isinstance(time, str) else None
        except (PlaceRefused, ValueError):
            return None

    def _external_secret(self) -> Mapping[str, object]:
        name = self.place.external_secret
        return _json(self._run(("get", "externalsecret", name), *JSON))

    def _scoped(self, *arguments: str) -> tuple[str, ...]:
        return "--context", self.place.context, "-n", self.place.namespace, *arguments

    def _without_keys(self) -> dict[str, str]:
        """kubectl starts programs of its own, for a login, which need no key of incident.io. A
        folder may name a variable of its own, which begins like the first.
        """
        drop = KEY_VARIABLES
        return {k: value for k, value in self.environment.items() if not k.startswith(drop)}

    def _run(self, what: tuple[str, ...], *options: str) -> str:
        """`what`: verb, kind and name. Complaints of kubectl are never shown as they are."""
        arguments = what if what[0] == "config" else self._scoped(*what)
        limit = min(LIMIT_SECONDS, max(LEAST_SECONDS, self.limit))
        try:
            ended = subprocess.run(
                ("kubectl", *arguments, *options),
                env=self._without_keys(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=limit,
                check=False,
            )
        except FileNotFoundError:
            advice = "install it, or check a file with --file where the sender runs"
            raise PlaceRefused("kubectl is not on the PATH", advice) from None
        except OSError as error:
            raise PlaceRefused(f"kubectl cannot be run: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            words = f"kubectl did not answer within {limit:g} seconds"
            raise PlaceUnknown(words, "is the cluster reachable from here?") from None
        if ended.returncode:
            refusal = _refusal(ended.stderr, ended.returncode, self.place, what)
            # Without `-o json`, which would show the token.
            refusal.advice = refusal.advice or f"try it: kubectl {' '.join(arguments)}"
            raise refusal
        return ended.stdout


def _json(text: str) -> Mapping[str, object]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise PlaceRefused("kubectl did not answer with JSON")
    return body


def _at(body: Mapping[str, object], *keys: str) -> object:
    found: object = body
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _refusal(
    complaint: str, ended: int, place: KubernetesPlace, what: tuple[str, ...]
) -> PlaceRefused:
    """The exception for a call that failed. `what`: verb, kind and name, as far as it has them."""
    verb, kind, name = (*what, "", "", "")[:3]
    if _NO_CONTEXT.search(complaint):
        advice = "`kubectl config get-contexts` lists them; the inventory's must be one of them"
        return PlaceRefused(f"kubectl does not know the context {place.context}", advice)
    if _NO_USER.search(complaint):
        words = "the cluster does not know this user (Unauthorized)"
        return PlaceRefused(words, "log in to the cluster again")
    if _NO_KIND in complaint:
        advice = "is the External Secrets Operator installed there?"
        return PlaceRefused(f"the cluster has no kind {kind}", advice)
    if _NO_LOGIN.search(complaint):
        advice = "the kubeconfig gets them from a program, often `aws`: does it run?"
        return PlaceRefused("kubectl got no credentials for the cluster", advice)
    if _NO_ANSWER.search(complaint):
        return PlaceUnknown("the cluster did not answer", "is the cluster reachable from here?")
    found = _SERVER.search(complaint)
    code = shown_code(found[1]) if found else ""
    here = f"the namespace {place.namespace}"
    if code == "NotFound" and name and f'"{name}" not found' in complaint:
        advice = (
            "the operator makes it when it first syncs" if kind == "secret" else
            "is `external_secret:` of the inventory right, and the manifest rolled out?"
        )  # fmt: skip
        return PlaceAbsent(f"{kind} {name} does not exist in {here} (NotFound)", advice)
    if code == "NotFound":
        return PlaceRefused(f"this does not exist in {here} (NotFound)", "correct `namespace:`")
    if code == "Forbidden":
        advice = "the role needs get of secrets, and get and patch of externalsecrets"
        article = "a" if kind == "secret" else "an"
        return PlaceRefused(
            f"this user may not {verb} {article} {kind} in {here} (Forbidden)", advice
        )
    words = f"the cluster refused it ({code})" if code else f"kubectl ended with {ended}"
    return PlaceRefused(words)
