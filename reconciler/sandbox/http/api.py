"""The API as a function: a call goes in, an answer comes out. No sockets, no clock of its own.

Key first (401), then the bucket (429), then the path (404, 405), the scope (403), the payload.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from reconciler.sandbox.account.account import Account
from reconciler.sandbox.errors import RefusedError, envelope, refusal
from reconciler.sandbox.http import lookups
from reconciler.sandbox.http.events import Event, take_event
from reconciler.sandbox.http.keys import FULL, POWERLESS, READ_ONLY, Key, authenticate, authorise
from reconciler.sandbox.http.managed import ManagedResources
from reconciler.sandbox.http.ratelimit import Bucket
from reconciler.sandbox.jsontype import Body, Node, encode
from reconciler.sandbox.past import lists
from reconciler.sandbox.past.make import Happening, Past, happen
from reconciler.sandbox.routes.store import Route, Store
from reconciler.sandbox.settings import Settings


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str  # without query
    query: Mapping[str, str] = field(default_factory=dict)
    authorization: str = ""
    body: bytes = b""
    base_url: str = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """One response; the body is JSON, or empty (204)."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Endpoint = Callable[[Call, Key, str], Answer]


@dataclass(frozen=True, slots=True)
class Served:
    """A method of a path: the scope that it needs, and what answers it."""

    scope: str
    answer: Endpoint


class Api:
    """One account's API. Safe to call from several threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.events: list[Event] = []
        self.past = Past(alerts=[*store.account.alerts])
        self.happen(settings.past, seed=settings.past_seed)
        self.managed = ManagedResources(store)
        self.keys = {
            key.secret: replace(key, missing=settings.missing_scopes)
            for key in (FULL, READ_ONLY, POWERLESS)
        }
        self._buckets: dict[str, Bucket] = {}
        self._numbers = 0
        self._lock = threading.Lock()
        self._table = self._endpoints()

    def answer(self, call: Call) -> Answer:
        """Never raises: what is refused is an answer, too."""
        request_id = self.request_id()
        headers = {"X-Request-ID": request_id}
        try:
            if call.path.startswith("/v2/alert_events/"):
                answer = self._event(call)
            else:
                key = authenticate(call.authorization, self.keys)
                headers |= self._pay(key)
                answer = self._dispatch(call, key)
        except RefusedError as error:
            return refused(error, request_id, headers)
        return Answer(answer.status, answer.body, headers)

    def request_id(self) -> str:
        with self._lock:
            self._numbers += 1
            return f"sandbox-{self._numbers:08}"

    def happen(self, count: int, *, seed: int) -> None:
        """Let alerts come in over the last days, to the routes as they are now."""
        settings = self.settings
        what = Happening(count, settings.past_days, settings.clock(), settings.reading, seed)
        routes = [self.store.find(each) for each in self.store.ids()]
        happen(self.past, self.store.account, routes, what)

    def _pay(self, key: Key) -> Mapping[str, str]:
        if not self.settings.rate_limit:
            return {}
        with self._lock:
            bucket = self._buckets.get(key.secret)
            if bucket is None:
                settings = self.settings
                bucket = Bucket.full(settings.bucket, settings.refill_per_second, settings.clock)
                self._buckets[key.secret] = bucket
            return bucket.take()

    def _dispatch(self, call: Call, key: Key) -> Answer:
        path, thing_id = call.path, ""
        if path not in self._table:
            parent, _, thing_id = path.rpartition("/")
            path = f"{parent}/{{id}}"
        methods = self._table.get(path)
        if methods is None or (path.endswith("/{id}") and not thing_id):
            raise refusal(404, "not_found", f"There is nothing at {call.path}")
        served = methods.get(call.method)
        if served is None:
            raise refusal(405, "method_not_allowed", f"{call.path} does not take {call.method}")
        if path.startswith("/v3/alert_routes") and not self.settings.v3_available:
            message = "This organisation has not been migrated to v3 of alert routes"
            raise refusal(403, "api_not_yet_available", message)
        authorise(key, served.scope)
        return served.answer(call, key, thing_id)

    def _event(self, call: Call) -> Answer:
        event = take_event(
            self.store.account, call.method, call.path, call.authorization, call.query, parsed(call)
        )
        self.events.append(event)
        body = {
            "status": "success",
            "message": "Event accepted for processing",
            "deduplication_key": event.deduplication_key,
        }
        return _json(body, 202)

    def _endpoints(self) -> dict[str, dict[str, Served]]:
        account = self.store.account

        def identity(_: Call, key: Key, __: str) -> Answer:
            return _json(lookups.identity(account, key))

        def sources(call: Call, key: Key, _: str) -> Answer:
            return _json(lookups.sources(account, key, call.base_url))

        def source(call: Call, key: Key, source_id: str) -> Answer:
            return _json(lookups.source(account, source_id, key, call.base_url))

        def claim(call: Call, _: Key, __: str) -> Answer:
            return _json(self.managed.claim(parsed(call)))

        table = {
            "/v1/identity": {"GET": Served("", identity)},
            "/v2/alert_sources": {"GET": Served("alert_sources.view", sources)},
            "/v2/alert_sources/{id}": {"GET": Served("alert_sources.view", source)},
            "/v2/managed_resources": {"POST": Served("alert_route.update", claim)},
        }
        for name, scope, happened in (
            ("alerts", "alerts.view", lists.alerts),
            ("escalations", "escalations.view", lists.escalations),
            ("incident_alerts", "alerts.view", lists.incident_alerts),
        ):
            table[f"/v2/{name}"] = {"GET": Served(scope, self._happened(happened))}
        table["/v2/alerts/{id}"] = {"GET": Served("alerts.view", self._alert)}
        for path, (scope, look_up) in lookups.LISTS.items():
            table[path] = {"GET": Served(scope, _listing(account, look_up))}
        for path, (scope, rows, name) in lookups.DETAILS.items():
            table[path] = {"GET": Served(scope, _detail(account, rows, name))}
        for api in ("v2", "v3"):
            table |= RouteEndpoints(self.store, api).table()
        return table

    def _happened(self, rows: Callable[[Past, lookups.Query], Body]) -> Endpoint:
        return lambda call, _, __: _json(rows(self.past, call.query))

    def _alert(self, _: Call, __: Key, alert_id: str) -> Answer:
        for row in self.past.alerts:
            if row["id"] == alert_id:
                return _json({"alert": row})
        raise refusal(404, "not_found", f"There is no such thing: {alert_id}")


class RouteEndpoints:
    """The five calls on alert routes, in one version of the API."""

    def __init__(self, store: Store, api: str) -> None:
        self.store = store
        self.api = api

    def table(self) -> dict[str, dict[str, Served]]:
        return {
            f"/{self.api}/alert_routes": {
                "GET": Served("alert_routes.view", self.list),
                "POST": Served("alert_route.create", self.create),
            },
            f"/{self.api}/alert_routes/{{id}}": {
                "GET": Served("alert_routes.view", self.show),
                "PUT": Served("alert_route.update", self.update),
                "DELETE": Served("alert_route.destroy", self.delete),
            },
        }

    def list(self, call: Call, _: Key, __: str) -> Answer:
        size = lookups.page_size(call.query, most=50)
        routes, after = self.store.page(call.query.get("after", ""), size)
        slim = [self._slim(route) for route in routes]
        return _json({"alert_routes": slim, "pagination_meta": lookups.meta(size, after)})

    def _slim(self, route: Route) -> Body:
        slim = {"id": route.id, "name": route.body["name"], "enabled": route.body["enabled"]}
        if self.api == "v2" and self.store.settings.stale_list_versions:
            slim["version"] = route.version - 1
        return slim

    def show(self, _: Call, __: Key, route_id: str) -> Answer:
        return self._answer(self.store.show(route_id), 200)

    def create(self, call: Call, _: Key, __: str) -> Answer:
        return self._answer(self.store.create(parsed(call), self.api), 201)

    def update(self, call: Call, _: Key, route_id: str) -> Answer:
        return self._answer(self.store.update(route_id, parsed(call), self.api), 200)

    def delete(self, _: Call, __: Key, route_id: str) -> Answer:
        self.store.show(route_id)
        self.store.delete(route_id)
        return Answer(204)

    def _answer(self, route: Route, status: int) -> Answer:
        return Answer(status, b'{"alert_route":' + self.store.rendered(route, self.api) + b"}")


def refused(error: RefusedError, request_id: str, headers: Mapping[str, str]) -> Answer:
    return Answer(error.status, encode(envelope(error, request_id)), {**headers, **error.headers})


def parsed(call: Call) -> Node:
    """The payload. Raises RefusedError (400) when it is not JSON."""
    try:
        return json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise refusal(400, "invalid_json", "The body is not JSON") from error


def _json(body: Body, status: int = 200) -> Answer:
    return Answer(status, encode(body))


def _listing(account: Account, look_up: lookups.LookUp) -> Endpoint:
    return lambda call, _, __: _json(look_up(account, call.query))


def _detail(account: Account, table: str, name: str) -> Endpoint:
    return lambda _, __, thing_id: _json({name: lookups.existing(account, table, thing_id)})
