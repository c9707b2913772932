"""A past: alerts of the last days, and what the account's routes did with them.

Alerts come from the words that the routes use, and from words near them, so that readings differ on
many. Every 40th was held by a maintenance window; every 25th was escalated by hand as well.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from reconciler.sandbox.account.account import Account, base32
from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.past.judge import Done, Reading, judge
from reconciler.sandbox.routes.operations import TEXT_TYPES
from reconciler.sandbox.routes.store import Route

HELD, BY_HAND = 40, 25
TITLES = ("PodNotRunning", "High latency", "Disk almost full", "Replica lag", "Certificate expires")
DESCRIPTIONS = (None, "", "It has fired for five minutes.", "See the runbook.")
TEXTS = ("", "other", "critical", "warning", "info", "Critical", "main", "maintenance")


@dataclass(slots=True)
class Past:
    """`alerts`, `escalations` and `incident_alerts` as their lists show them, the newest first.
    `held`: ids of alerts that a maintenance window held.
    """

    alerts: list[Body] = field(default_factory=list)
    escalations: list[Body] = field(default_factory=list)
    incident_alerts: list[Body] = field(default_factory=list)
    held: set[str] = field(default_factory=set)

    def add(self, *, alerts: list[Body], escalations: list[Body], incidents: list[Body]) -> None:
        """More of it; the lists stay in their order."""
        self.alerts += alerts
        self.escalations += escalations
        self.incident_alerts += incidents
        for rows in (self.alerts, self.escalations):
            rows.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)


@dataclass(frozen=True, slots=True)
class Happening:
    """How much happens, and when: `count` alerts over `days` before `now` (unix seconds)."""

    count: int
    days: float
    now: float
    reading: Reading
    seed: int = 0


def happen(past: Past, account: Account, routes: Sequence[Route], what: Happening) -> None:
    """Let alerts come in, and let the routes do what they do with each."""
    chance = random.Random(what.seed)  # noqa: S311 - the same in every run
    words = sorted({*TEXTS, *_words(account, routes)})
    alerts: list[Body] = []
    pages: list[Body] = []
    incidents: list[Body] = []
    step = timedelta(days=what.days) / max(what.count, 1)
    start = datetime.fromtimestamp(what.now, UTC) - timedelta(days=what.days)
    for number in range(what.count):
        at = start + step * (number + chance.random())
        alert = _alert(account, words, chance, at, f"{what.seed} {number}")
        alerts.append(alert)
        if number % HELD == HELD - 1:
            past.held.add(alert["id"])
            continue
        for route in routes:
            done = judge(account, what.reading, route.body, alert)
            if done is not None:
                pages += _escalations(route, done, alert, at)
                incidents += _incidents(route, done, alert, at)
        if number % BY_HAND == BY_HAND - 1:
            pages.append(_by_hand(account, alert, at, chance))
    past.add(alerts=alerts, escalations=pages, incidents=incidents)


def _words(account: Account, routes: Sequence[Route]) -> Iterator[str]:
    """What conditions of the routes compare with, and what nearly is that."""
    for route in routes:
        for text in _literals(route.body):
            if account.find("catalog_entries", text) is None and not text.startswith("01"):
                yield from (text, text.upper(), text.title(), f"x{text}y")


def _literals(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for condition in node.get("conditions", ()):
            for binding in condition["param_bindings"]:
                for value in binding.get("array_value") or [binding.get("value") or {}]:
                    yield from filter(None, [value.get("literal")])
        for below in node.values():
            yield from _literals(below)
    elif isinstance(node, list):
        for below in node:
            yield from _literals(below)


def stamp(at: datetime) -> str:
    """A time as the API writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ulid(at: datetime, what: str) -> str:
    """An id of that moment."""
    digest = int.from_bytes(hashlib.sha256(what.encode()).digest()[:10], "big")
    return base32(int(at.timestamp() * 1000), 10) + base32(digest, 16)


def _alert(
    account: Account, words: Sequence[str], chance: random.Random, at: datetime, what: str
) -> Body:
    ended = chance.random() < 0.8
    moment, identity = stamp(at), ulid(at, f"alert {what}")
    title = chance.choice(TITLES)
    alert: Body = {
        "id": identity,
        "title": title if chance.random() < 0.5 else f"{title}: {chance.choice(words)}",
        "alert_source_id": chance.choice(account.sources)["id"],
        "deduplication_key": identity.lower(),
        "status": "resolved" if ended else "firing",
        "source_url": f"https://alerts.invalid/{identity}",
        "created_at": moment,
        "updated_at": moment,
        "attributes": [
            _attribute(account, attribute, words, chance) for attribute in account.attributes
        ],
    }
    description = chance.choice(DESCRIPTIONS)
    if description is not None:
        alert["description"] = description
    if ended:
        alert["resolved_at"] = alert["updated_at"] = stamp(at + timedelta(minutes=20))
    return alert


def _attribute(
    account: Account, attribute: Body, words: Sequence[str], chance: random.Random
) -> Body:
    row: Body = {"attribute": {**attribute}}
    if chance.random() < 0.25:
        return row
    kind = attribute["type"]
    if attribute["array"]:
        row["array_value"] = [_value(account, kind, words, chance) for _ in range(2)]
    else:
        row["value"] = _value(account, kind, words, chance)
    return row


def _value(account: Account, kind: str, words: Sequence[str], chance: random.Random) -> Body:
    catalog_type = account.catalog_type(kind)
    if catalog_type is None:
        text = chance.choice(words) if kind in TEXT_TYPES else chance.choice(("true", "false"))
        return {"literal": text, "label": text}
    mine = [
        catalog_entry
        for catalog_entry in account.catalog_entries
        if catalog_entry["catalog_type_id"] == catalog_type["id"]
    ]
    entry = chance.choice(mine)
    shown = {"id": entry["id"], "name": entry["name"], "catalog_type_id": catalog_type["id"]}
    return {"catalog_entry": shown, "label": entry["name"], "literal": entry["id"]}


def slim(alert: Body) -> Body:
    """The alert as escalations and incidents show it."""
    return {key: value for key, value in alert.items() if key != "attributes"}


def _escalations(route: Route, done: Done, alert: Body, at: datetime) -> Iterator[Body]:
    creator = {"alert": {"id": alert["id"], "title": alert["title"]}}
    for path in done.paths:
        yield _escalation(alert, at, f"{route.id} {path}", creator) | {"escalation_path_id": path}
    for user in done.users:
        yield _escalation(alert, at, f"{route.id} {user}", creator, user)


def _escalation(alert: Body, at: datetime, what: str, creator: Body, user: str = "") -> Body:
    moment = stamp(at + timedelta(seconds=1))
    identity = ulid(at, f"escalation {alert['id']} {what}")
    people = [{"id": user, "name": user, "role": "responder"}] if user else []
    names = ["triggered", "notified_users"] if people else ["triggered"]
    return {
        "id": identity,
        "title": alert["title"],
        "description": alert.get("description", ""),
        "status": "acked",
        "priority": {"name": "P2"},
        "creator": creator,
        "created_at": moment,
        "updated_at": moment,
        "related_alerts": [slim(alert)],
        "related_incidents": [],
        "events": [
            {
                "id": ulid(at, f"{identity} {name}"),
                "event": name,
                "occurred_at": moment,
                "urgency": "high",
                **({"users": people} if name == "notified_users" else {}),
            }
            for name in names
        ],
    }


def _by_hand(account: Account, alert: Body, at: datetime, chance: random.Random) -> Body:
    person = chance.choice(account.users)
    user = {"id": person["id"], "name": person["name"], "role": "responder"}
    path = chance.choice(account.escalation_paths)["id"]
    body = _escalation(alert, at + timedelta(minutes=3), f"by hand {path}", {"user": user})
    return body | {"escalation_path_id": path}


def _incidents(route: Route, done: Done, alert: Body, at: datetime) -> Iterator[Body]:
    if done.incident:
        number = int(at.timestamp()) % 100_000
        yield {
            "id": ulid(at, f"incident alert {alert['id']} {route.id}"),
            "alert": slim(alert),
            "alert_route_id": route.id,
            "incident": {
                "id": ulid(at, f"incident {alert['id']} {route.id}"),
                "external_id": number,
                "name": alert["title"],
                "reference": f"INC-{number}",
                "visibility": "private" if route.body["is_private"] else "public",
                "status_category": "closed",
            },
        }
