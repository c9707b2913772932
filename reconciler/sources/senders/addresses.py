"""URLs of alert events and tokens in texts. What is shown of a URL is safe; no token is. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

_EVENTS = re.compile(
    r"(?P<origin>https?://[^\s\"'`<>]{0,500}?)?(?P<path>/v2/alert_events/[^\s\"'`<>?#]+)"
    r"(?P<more>[^\s\"'`<>]*)",
    re.IGNORECASE,
)
_SHOWN = re.compile(r"(?:https?://[^/]*)?/+v\d/alert_events/[^/]+/[^/]+", re.IGNORECASE)
_FILLED_IN = ("{", "$", "%")
_AFTER = "/)]},;."  # of the text around it
# What a token looks like; names of secrets, words of a sentence and what is filled in later
# (`${…}`, `{{…}}`, `" + token`) do not.
_RANDOM = r"(?=\S*\d)[A-Za-z0-9._~+=-][A-Za-z0-9._~+/=-]{7,}"
_WHOLE = re.compile(_RANDOM)
_BEARER = re.compile(rf"\bbearer\s+{_RANDOM}", re.IGNORECASE)
_ALWAYS = ("alertsourcetoken", "secrettoken")
_BESIDE = ("token", "bearertoken", "apitoken")


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of alert events: without query and user, which may be secret. Without an origin where
    the text has only the path, behind a variable for example.
    """

    url: str
    carries_secret: bool

    @property
    def id(self) -> str:
        """The source's id, the last part of the path."""
        return self.url.rsplit("/", 1)[-1]

    @property
    def shown(self) -> str:
        """As people may see it: what follows a source's id, or is no URL of alert events at all,
        may be secret.
        """
        events = _SHOWN.match(self.url)
        if events:
            return events[0] if events[0] == self.url else f"{events[0]}/…"
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/…" if parts.netloc else "…"

    @property
    def has_origin(self) -> bool:
        """Whether it says to which host it goes."""
        return "://" in self.url


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names a URL of alert events; `address` is None where its id is filled in later,
    by a template or a variable.
    """

    address: Address | None
    start: int
    filled_in: bool  # what may be secret in it comes from a variable


def address_of(text: str) -> Address:
    """A URL made safe to show."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return Address("", carries_secret=False)
    host = parts.netloc.rpartition("@")[2]
    secret = bool(parts.query or parts.fragment or "@" in parts.netloc)
    origin = f"{parts.scheme}://{host}" if parts.scheme else ""
    return Address(f"{origin}{parts.path}".rstrip("/"), secret)


def mentions(text: str) -> Iterator[Mention]:
    """Every URL of alert events in the text."""
    for match in _EVENTS.finditer(text):
        origin, path, more = match["origin"] or "", match["path"], match["more"]
        if is_filled_in(path):
            yield Mention(None, match.start(), filled_in=True)
        else:
            path = path.rstrip(_AFTER) if not more else path
            origin = "" if is_filled_in(origin.rpartition("@")[2]) else origin
            yield Mention(address_of(f"{origin}{path}{more}"), match.start(), is_filled_in(more))


def is_filled_in(text: str) -> bool:
    """Whether a part of it comes from a template or a variable: `{{ … }}`, `${…}`, `%s`."""
    return any(sign in text for sign in _FILLED_IN)


def is_token(path: tuple[str, ...], text: str, beside: bool) -> bool:
    """By what stands before it, or by the last of its keys; `beside`: a URL of alert events stands
    beside it.
    """
    if _BEARER.search(text):
        return True
    name = re.sub("[-_]", "", path[-1]).lower() if path else ""
    named = name in _ALWAYS or (beside and name in _BESIDE)
    return named and _WHOLE.fullmatch(text.strip()) is not None
