"""The key goes to https, or to this machine; an id never changes where a request goes."""

import pytest
from hypothesis import given, strategies as st
from requests import PreparedRequest

from reconciler.client import Endpoint, endpoint_from_environment, join, parse_endpoint
from reconciler.client.endpoint import DEFAULT_ENDPOINT, checked_path, origin_of
from reconciler.client.errors import EndpointRefused, PathRefused


@pytest.mark.parametrize("text", ["", "   ", DEFAULT_ENDPOINT, "HTTPS://API.incident.io/", "\n"])
def test_blank_and_differently_written_text_is_the_default(text: str) -> None:
    assert parse_endpoint(text) == Endpoint(DEFAULT_ENDPOINT)


@pytest.mark.parametrize(
    "text",
    [
        "https://proxy.example:8443/incident/API",
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://[::1]:9",
        "http://localhost:1234",
    ],
)
def test_https_anywhere_and_http_on_this_machine_are_kept_as_written(text: str) -> None:
    assert parse_endpoint(text).url == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http://api.incident.io", "unencrypted to api.incident.io"),
        ("http://128.0.0.1", "unencrypted"),
        ("http://127.1", "unencrypted"),
        ("http://0.0.0.0", "unencrypted"),
        ("http://localhost.example", "unencrypted"),
        ("http://[::ffff:127.0.0.1]", "unencrypted"),
        ("api.incident.io", "no scheme"),
        ("ftp://api.incident.io", "https://"),
        ("https://user:hunter2@api.incident.io", "INCIDENT_API_KEY"),
        ("https://@api.incident.io", "user name"),
        ("https://api.incident.io/v2?token=hunter2", "query"),
        ("https://api.incident.io?", "query"),
        ("https://api.incident.io#x", "fragment"),
        ("https://", "no usable host"),
        ("https:///v2", "no usable host"),
        ("https://api.incident.io:0", "no usable host"),
        ("https://%61pi.incident.io", "no usable host"),
        ("https://api.incident.io:99999", "host or port"),
        ("https://[::1", "host or port"),
        ("https://api.incident.io\\@evil.example", "character"),
        ("https://api.inci\tdent.io", "character"),
        ("https://apí.incident.io", "character"),
        ("https://api.incident.io/a/../b", "path"),
        ("https://api.incident.io/a%2Fb", "path"),
        ("https://api.incident.io/a//b", "path"),
    ],
)
def test_all_else_is_refused_in_words_that_repeat_no_secret(text: str, words: str) -> None:
    with pytest.raises(EndpointRefused, match=words) as caught:
        parse_endpoint(text)

    assert "hunter2" not in str(caught.value)


def test_an_endpoint_cannot_be_made_around_the_check() -> None:
    with pytest.raises(EndpointRefused):
        Endpoint("http://api.incident.io")


def test_the_environment_names_the_endpoint() -> None:
    assert endpoint_from_environment({}).url == DEFAULT_ENDPOINT
    assert endpoint_from_environment({"INCIDENT_ENDPOINT": "http://[::1]:5"}).origin == (
        "http://[::1]:5"
    )


@pytest.mark.parametrize(
    ("text", "is_loopback"),
    [("https://127.0.0.1", True), ("http://localhost", True), ("https://api.incident.io", False)],
)
def test_loopback_is_known(text: str, is_loopback: bool) -> None:
    assert parse_endpoint(text).is_loopback is is_loopback


def test_the_port_is_part_of_an_origin() -> None:
    assert origin_of("https://a.example/x") == origin_of("https://a.example:443/y")
    assert origin_of("http://a.example") == "http://a.example:80"
    assert origin_of("https://a.example:8443") != origin_of("https://a.example")


@pytest.mark.parametrize("segment", ["", ".", "..", " .. ", "  ", "a\nb", "\x00", "\ud800"])
def test_a_segment_that_quoting_cannot_tame_is_refused(segment: str) -> None:
    with pytest.raises(PathRefused):
        join("v3", "alert_routes", segment)


@given(st.text(min_size=1))
def test_an_id_never_changes_which_resource_is_meant(segment: str) -> None:
    try:
        path = join("v3", "alert_routes", segment)
    except PathRefused:
        return
    request = PreparedRequest()
    request.prepare(method="GET", url=DEFAULT_ENDPOINT + checked_path(path))

    # What goes out on the wire still has three segments, and the first two are ours.
    assert request.path_url.split("/")[:3] == ["", "v3", "alert_routes"]
    assert request.path_url.count("/") == 3
    assert "?" not in request.path_url


def test_an_id_with_dots_and_a_slash_stays_one_segment() -> None:
    assert join("v3", "alert_routes", "../identity") == "/v3/alert_routes/..%2Fidentity"


@pytest.mark.parametrize(
    "path", ["", "v3", "//evil.example", "/v3/", "/v3/../v1", "/a/%2e%2E", "/a?b", "/a#b", "/%zz"]
)
def test_a_path_that_join_did_not_make_is_refused(path: str) -> None:
    with pytest.raises(PathRefused, match="join"):
        checked_path(path)
