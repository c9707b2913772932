"""One request as it goes out, and every way in which its answer does not come back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import responses
from hypothesis import given, strategies as st

from reconciler import __version__
from reconciler.client import Key, parse_endpoint
from reconciler.client.errors import PathRefused, ProxyRefused, ReadOnly, TrustRefused
from reconciler.client.faults import Fault
from reconciler.client.transport import BearerAuth, Call, OneOrigin, Reply, Timeouts, Transport
from tests.client.loopback import HANG_UP, RESET, SILENCE, closed_port, reply, serving

KEY = Key("inc_5ecr3t")
ALL = frozenset({"GET", "POST", "PUT", "DELETE"})
HTTPS = "https://api.incident.io"
PROXY_VARIABLES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*PROXY_VARIABLES, *map(str.upper, PROXY_VARIABLES)]:
        monkeypatch.delenv(name, raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_a_read_goes_out_with_the_key_and_our_name() -> None:
    with serving(reply({"a": 1}, headers=["X-Request-Id: R1"])) as server:
        answer = _exchange(
            server.url, Call("GET", "/v3/alert_routes", {"page_size": 50, "q": "é&"})
        )

    assert isinstance(answer, Reply)
    assert (answer.status, json.loads(answer.content)) == (200, {"a": 1})
    assert answer.headers["x-request-id"] == "R1"
    request = server.requests[0]
    assert server.request_lines == ["GET /v3/alert_routes?page_size=50&q=%C3%A9%26 HTTP/1.1"]
    assert "\r\nAuthorization: Bearer inc_5ecr3t\r\n" in request
    assert f"\r\nUser-Agent: reconciler/{__version__} (+python " in request
    assert "Content-Type" not in request


def test_a_list_in_the_parameters_is_repeated() -> None:
    with serving(reply({})) as server:
        _exchange(server.url, Call("GET", "/v2/users", {"id": ["a", "b"]}))

    assert server.request_lines == ["GET /v2/users?id=a&id=b HTTP/1.1"]


def test_a_write_carries_its_json() -> None:
    with serving(reply({})) as server:
        _exchange(server.url, Call("PUT", "/v3/x", body={"name": "é\ud800"}))

    assert "\r\nContent-Type: application/json\r\n" in server.requests[0]
    assert server.requests[0].endswith('{"name": "\\u00e9\\ud800"}')


def test_a_base_path_is_kept() -> None:
    with serving(reply({})) as server:
        _exchange(server.url + "/proxy/incident", Call("GET", "/v1/identity"))

    assert server.request_lines == ["GET /proxy/incident/v1/identity HTTP/1.1"]


@pytest.mark.parametrize("body", [{"n": float("nan")}, {"n": object()}])
def test_a_body_that_is_no_json_is_not_sent(body: object) -> None:
    with serving() as server, pytest.raises((ValueError, TypeError)):
        _exchange(server.url, Call("PUT", "/v3/x", body=body))

    assert server.requests == []


def test_a_path_that_join_did_not_make_is_not_sent() -> None:
    with serving() as server, pytest.raises(PathRefused):
        _exchange(server.url, Call("GET", "/v3/../v1/identity"))

    assert server.requests == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "get"])
def test_a_transport_for_reading_sends_only_get(method: str) -> None:
    with serving() as server, pytest.raises(ReadOnly, match=method):
        _exchange(server.url, Call(method, "/v3/x"), frozenset({"GET"}))

    assert server.requests == []


def test_the_last_guard_holds_whatever_is_done_with_a_session() -> None:
    with serving() as server, requests.Session() as session:
        session.mount("http://", OneOrigin(server.url, frozenset({"GET"}), 1))
        with pytest.raises(ReadOnly, match="POST"):
            session.post(server.url)
        with pytest.raises(ReadOnly, match="own endpoint"):
            session.get(f"http://127.0.0.1:{closed_port()}")

    assert server.requests == []


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        (f"{HTTPS}/v3/x", True),
        (f"{HTTPS}:443/v3/x", True),
        ("http://api.incident.io/v3/x", False),
        (f"{HTTPS}:8443/v3/x", False),
        ("https://api.incident.io.example/v3/x", False),
    ],
)
def test_the_key_is_put_into_requests_to_its_own_origin_only(url: str, is_ours: bool) -> None:
    request = requests.PreparedRequest()
    request.prepare("GET", url, auth=BearerAuth(KEY, parse_endpoint(HTTPS).origin))

    assert ("Authorization" in request.headers) is is_ours


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(status: str) -> None:
    with serving() as other:
        away = reply({}, status, [f"Location: {other.url}/v1/identity"])
        with serving(away) as server:
            answer = _exchange(server.url, Call("GET", "/v3/x"))

    assert isinstance(answer, Reply)
    assert answer.status == int(status[:3])
    assert other.requests == []


def test_cookies_are_not_kept() -> None:
    with serving(reply({}, headers=["Set-Cookie: a=b; Path=/"]), reply({})) as server:
        transport = _transport(server.url)
        transport.exchange(Call("GET", "/v3/x"))
        transport.exchange(Call("GET", "/v3/x"))
        transport.close()

    assert "Cookie" not in server.requests[1]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (HANG_UP, "lost"),
        (RESET, "lost"),
        (SILENCE, "timeout"),
        (b"nonsense\r\n\r\n", "lost"),
        (reply({"a": "long enough"}, cut=5), "truncated"),
        (reply(b"no gzip", headers=["Content-Encoding: gzip"]), "truncated"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_that_does_not_come_may_follow_on_what_was_sent(
    method: str, answer: bytes, reason: str
) -> None:
    with serving(answer) as server:
        fault = _exchange(server.url, Call(method, "/v3/x"), timeouts=Timeouts(5, 0.05))

    assert isinstance(fault, Fault)
    assert (fault.reason, fault.maybe_sent, fault.is_transient) == (reason, True, True)
    assert len(server.requests) == 1


def test_where_nobody_listens_nothing_was_sent() -> None:
    fault = _exchange(f"http://127.0.0.1:{closed_port()}", Call("POST", "/v3/x"))

    assert fault == Fault("refused", "the connection was refused", False, True)


def test_netrc_never_replaces_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(reply({})) as server:
        _exchange(server.url, Call("GET", "/v3/x"))

    assert "\r\nAuthorization: Bearer inc_5ecr3t\r\n" in server.requests[0]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_the_proxy_of_the_environment_is_asked_first(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with serving(reply({}, "407 Proxy Authentication Required")) as proxy:
        monkeypatch.setenv(variable, proxy.url.replace("http://", "http://user:hunter2@"))
        fault = _exchange(HTTPS, Call("PUT", "/v3/x", body={}))

    assert fault == Fault("proxy", "the proxy refused or could not be reached", False, True)
    assert proxy.requests[0].startswith("CONNECT api.incident.io:443 ")
    assert "inc_5ecr3t" not in proxy.requests[0]


def test_a_host_of_no_proxy_is_reached_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.0/8,.invalid")
        fault = _exchange(f"https://127.0.0.1:{closed_port()}", Call("GET", "/v3/x"))

    assert isinstance(fault, Fault)
    assert fault.reason == "refused"
    assert proxy.requests == []


def test_this_machine_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy, serving(reply({})) as server:
        for variable in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(variable, proxy.url)
        answer = _exchange(server.url, Call("GET", "/v3/x"))

    assert isinstance(answer, Reply)
    assert proxy.requests == []


@pytest.mark.parametrize("address", ["http://user:hunter2@", "http://u:hunter2@h:0", "h:hunter2"])
def test_a_proxy_address_that_cannot_be_used_is_said_at_once_without_its_password(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(ProxyRefused, match="HTTPS_PROXY") as caught:
        _transport(HTTPS)

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_private_ca_is_used_and_a_missing_one_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mocked: responses.RequestsMock, variable: str
) -> None:
    bundle = tmp_path / "ca.pem"
    monkeypatch.setenv(variable, str(bundle))
    with pytest.raises(TrustRefused, match=r"ca\.pem"):
        _transport(HTTPS)

    bundle.write_text("")
    seen = mocked.get(f"{HTTPS}/v3/x", json={})
    _exchange(HTTPS, Call("GET", "/v3/x"))
    sent = seen.calls[0].request
    assert getattr(sent, "req_kwargs", {})["verify"] == str(bundle)


def test_without_a_private_ca_certificates_are_still_verified(
    mocked: responses.RequestsMock,
) -> None:
    seen = mocked.get(f"{HTTPS}/v3/x", json={})
    _exchange(HTTPS, Call("GET", "/v3/x"))

    assert getattr(seen.calls[0].request, "req_kwargs", {})["verify"] is True


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_any_json_body_arrives_as_it_was(body: dict[str, str]) -> None:
    with responses.RequestsMock() as mock:
        seen = mock.put(f"{HTTPS}/v3/x", json={})
        _exchange(HTTPS, Call("PUT", "/v3/x", body=body))
        sent = seen.calls[0].request.body

    assert sent is not None
    assert json.loads(sent) == body


def _transport(
    url: str, methods: frozenset[str] = ALL, timeouts: Timeouts | None = None
) -> Transport:
    return Transport(parse_endpoint(url), KEY, methods, timeouts or Timeouts(5, 5), 4)


def _exchange(
    url: str,
    call: Call,
    methods: frozenset[str] = ALL,
    timeouts: Timeouts | None = None,
) -> Reply | Fault:
    transport = _transport(url, methods, timeouts)
    try:
        return transport.exchange(call)
    finally:
        transport.close()
