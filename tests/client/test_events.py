"""One event goes to the source's own URL, once, with its own token; the answer is told safely."""

import pytest

from reconciler import sandbox
from reconciler.client import ConfigurationRefused, Token, post_event
from reconciler.client.transport import Timeouts
from tests.client.loopback import HANG_UP, SILENCE, reply, serving

TOKEN = Token("tok-2f9c1d77aa01")
PATH = "/v2/alert_events/http/01AX"


def test_the_source_gets_the_event_with_its_token() -> None:
    with serving(reply({"status": "success", "message": "ok"}, "202 Accepted")) as server:
        taken = post_event(server.url + PATH, TOKEN, {"title": "Test"})

    assert (taken.accepted, taken.status, taken.words) == (True, 202, "ok")
    (request,) = server.requests
    assert request.startswith(f"POST {PATH} HTTP/1.1\r\n")
    assert "Authorization: Bearer tok-2f9c1d77aa01\r\n" in request
    assert request.endswith('{"title": "Test"}')


def test_the_sandbox_takes_it() -> None:
    with sandbox.start(sandbox.Settings(rate_limit=False)) as running:
        account = running.state.account
        (source,) = (row for row in account.sources if row["name"] == "Axiom")
        url = f"{running.url}/v2/alert_events/{source['source_type']}/{source['id']}"
        event = {"title": "Test", "status": "resolved"}

        assert post_event(url, Token(account.secrets[source["id"]]), event).accepted
        refused = post_event(url, Token(running.key), event)
        assert (refused.status, len(running.events)) == (401, 1)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply({"message": "bad token tok-2f9c"}, "401 Unauthorized"), "(withheld"),
        (reply(b"<html>", "502 Bad Gateway"), ""),
        (reply([1], "422 Unprocessable"), ""),
        (reply({"message": 1}, "422 Unprocessable"), ""),
    ],
)
def test_a_refusal_is_told_without_the_token(answer: bytes, words: str) -> None:
    with serving(answer) as server:
        taken = post_event(server.url + PATH, TOKEN, {})

    assert not taken.accepted
    assert taken.words.startswith(words)
    assert "tok-2f9c" not in repr(taken)


@pytest.mark.parametrize("answer", [HANG_UP, SILENCE])
def test_an_event_that_may_have_arrived_is_not_sent_again(answer: bytes) -> None:
    with serving(answer, reply({})) as server:
        taken = post_event(server.url + PATH, TOKEN, {}, Timeouts(1, 0.2))

    assert (taken.status, len(server.requests)) == (0, 1)
    assert taken.words.endswith("whether it arrived is not known")


def test_nobody_there_is_certainly_not_arrived() -> None:
    with serving() as server:
        address = server.url
    assert post_event(address + PATH, TOKEN, {}).words == "the connection was refused"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.incident.io/v2/alert_events/http/01AX",
        "https://api.incident.io/v3/alert_routes",
        "https://api.incident.io/v2/alert_events/http/01AX?token=x",
        "https://api.incident.io/v2/alert_events/http/01AX#x",
        "https://user@api.incident.io/v2/alert_events/http/01AX",
        "",
    ],
)
def test_the_token_goes_nowhere_else(url: str) -> None:
    with pytest.raises(ConfigurationRefused):
        post_event(url, TOKEN, {})


def test_a_token_that_no_header_can_carry_is_not_sent() -> None:
    with pytest.raises(ConfigurationRefused, match="the alert source"):
        post_event("https://api.incident.io" + PATH, Token("two words"), {})
