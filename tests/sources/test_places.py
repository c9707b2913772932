"""Each place gives its token, its age where it knows one, or a reason without a token in it."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from botocore.exceptions import ParamValidationError

from reconciler.client import Token
from reconciler.model import (
    AwsPlace,
    Environment,
    InventorySource,
    KubernetesPlace,
    TokenPlaces,
)
from reconciler.sources.live import LiveSource
from reconciler.sources.tokens import kubectl as kubectl_room
from reconciler.sources.tokens.aws import MISSING, NO_OBJECT, Secrets, open_secrets
from reconciler.sources.tokens.check import Place, judge, own_places
from reconciler.sources.tokens.kubectl import Kubectl
from reconciler.sources.tokens.places import (
    PlaceRefused,
    StoredToken,
    token_in_file,
    token_in_variable,
)
from tests.client.loopback import reply, serving
from tests.sources.clouds import ACCOUNT, OTHER_KEY, REGION, SECRET, Aws
from tests.sources.cluster import Cluster
from tests.sources.rotations import OLD, TOKEN, leaks

AWS = AwsPlace(ACCOUNT, REGION, SECRET)
CLUSTER = KubernetesPlace(
    "production", "observability", "alertmanager-incidentio", "token", "alertmanager-incidentio"
)


def refused(error: pytest.ExceptionInfo[PlaceRefused]) -> str:
    assert leaks(repr(error.value) + error.value.advice) == []
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return str(error.value)


@pytest.fixture
def surroundings(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    return aws


def test_a_file_is_read_as_a_sender_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    os.utime(file, (1_000, 1_000))

    held = token_in_file(file)

    assert held.token.same_as(Token(TOKEN))
    assert held.since == datetime.fromtimestamp(1_000, UTC)


def test_what_is_no_file_of_a_token_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 100_000)
    for name, words in (
        ("", "this is not a token file"),
        ("large", "this is not a token file"),
        ("nowhere", "no such file"),
        ("large/inside", "Not a directory"),
    ):
        with pytest.raises(PlaceRefused) as error:
            token_in_file(tmp_path / name)
        assert refused(error) == words


def test_a_variable_is_read_or_is_not_set() -> None:
    assert token_in_variable({"T": TOKEN}, "T").token.same_as(Token(TOKEN))
    with pytest.raises(PlaceRefused) as error:
        token_in_variable({}, "T")
    assert refused(error) == "it is not set here"


def test_an_aws_that_gives_no_answer_is_left_within_a_minute(aws: Aws) -> None:
    secrets = open_secrets(AWS, None, None)

    for client in (secrets.manager, secrets.sts):
        limits = client.meta.config
        attempts = limits.retries["total_max_attempts"]
        assert (limits.connect_timeout + limits.read_timeout) * attempts <= 60


def test_aws_gives_the_token_and_when_it_was_written(surroundings: Aws) -> None:
    secrets = open_secrets(AWS, None, None)
    held = secrets.read()

    assert secrets.account() == ACCOUNT
    assert held.token.same_as(Token(OLD))
    assert held.since is not None
    assert abs((datetime.now(UTC) - held.since).total_seconds()) < 60


def test_a_write_keeps_the_other_keys_and_their_order(surroundings: Aws) -> None:
    surroundings.holds({"z": OTHER_KEY, "alert_source_token": OLD, "a": {"inner": 1}})

    open_secrets(AWS, None, None).write(Token(TOKEN))

    assert list(surroundings.values.items()) == [
        ("z", OTHER_KEY),
        ("alert_source_token", TOKEN),
        ("a", {"inner": 1}),
    ]


@pytest.mark.parametrize("text", [OLD, json.dumps([OLD]), '"' + OLD + '"'])
def test_a_secret_that_is_no_object_is_neither_read_nor_written(
    surroundings: Aws, text: str
) -> None:
    surroundings.holds(text)
    secrets = open_secrets(AWS, None, None)

    with pytest.raises(PlaceRefused) as reading:
        secrets.read()
    with pytest.raises(PlaceRefused) as writing:
        secrets.write(Token(TOKEN))
    assert refused(reading) == refused(writing) == NO_OBJECT


def test_a_key_that_is_no_text_is_empty(surroundings: Aws) -> None:
    surroundings.holds({"alert_source_token": 1})

    assert not open_secrets(AWS, None, None).read().token


def test_a_secret_that_is_not_there_is_told_with_what_to_do(surroundings: Aws) -> None:
    secrets = open_secrets(AwsPlace(ACCOUNT, REGION, "nowhere"), None, None)

    with pytest.raises(PlaceRefused) as error:
        secrets.read()
    assert refused(error) == "AWS refused GetSecretValue: ResourceNotFoundException"
    assert "create the secret first" in error.value.advice


def test_faults_of_boto_are_refusals_too(surroundings: Aws) -> None:
    with pytest.raises(PlaceRefused) as error:
        open_secrets(AWS, "no-such-profile", None)
    assert refused(error) == "this machine has no AWS profile no-such-profile"


def test_without_boto3_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(PlaceRefused) as error:
        open_secrets(AWS, None, None)
    assert (
        str(error.value)
        == MISSING
        == "AWS needs boto3: `pip install 'incidentio-reconciler[sources]'`"
    )


def test_boto_s_logs_are_as_they_were_afterwards(surroundings: Aws) -> None:
    logger = logging.getLogger("botocore")
    before = logger.level
    open_secrets(AWS, None, None).read()
    assert logger.level == before


@pytest.fixture
def kubectl(cluster: Cluster) -> Kubectl:
    path = f"{cluster.path}:{os.environ['PATH']}"
    return Kubectl(CLUSTER, {**os.environ, "PATH": path})


def test_kubernetes_gives_the_token_and_when_it_was_copied(kubectl: Kubectl) -> None:
    held = kubectl.secret_and_age()

    assert held.token.same_as(Token(OLD))
    assert held.since == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert kubectl.contexts() == ("production", frozenset({"production", "staging"}))
    assert kubectl.sync_state() == "SecretSynced"


def test_without_an_external_secret_nobody_knows_the_age(kubectl: Kubectl) -> None:
    alone = Kubectl(
        KubernetesPlace("production", "observability", "alertmanager-incidentio"),
        kubectl.environment,
    )
    assert alone.secret_and_age().since is None


def test_a_key_that_is_not_there_or_no_base64_is_empty(kubectl: Kubectl, cluster: Cluster) -> None:
    for data in ({}, {"token": "%%%"}, None):
        cluster.change(data=data)
        assert not kubectl.secret().token


def test_what_kubectl_says_is_the_reason(kubectl: Kubectl) -> None:
    elsewhere = Kubectl(
        KubernetesPlace("nowhere", "observability", "s", external_secret="e"), kubectl.environment
    )
    with pytest.raises(PlaceRefused) as error:
        elsewhere.secret()

    assert refused(error) == "kubectl does not know the context nowhere"
    assert "kubectl config get-contexts" in error.value.advice
    assert elsewhere.sync_state() == "kubectl does not know the context nowhere"


def script(folder: Path, text: str) -> Kubectl:
    file = folder / "kubectl"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return Kubectl(CLUSTER, {"PATH": f"{folder}:{os.environ['PATH']}"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("echo no json", "kubectl did not answer with JSON"),
        ("echo []", "kubectl did not answer with JSON"),
        ("exit 7", "kubectl ended with 7"),
        ("printf 'caf\\351' >&2; exit 1", "kubectl ended with 1"),
        ("head -c 100000 /dev/zero | tr '\\0' '['", "kubectl did not answer with JSON"),
        ("sleep 5", "kubectl did not answer within 0.1 seconds"),
    ],
)
def test_each_other_fault_of_kubectl_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    limit = 0.1 if "sleep" in text else 20
    monkeypatch.setattr(kubectl_room, "LIMIT_SECONDS", limit)
    with pytest.raises(PlaceRefused) as error:
        script(tmp_path, text).secret()
    assert refused(error) == words


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ('Error from server (NotFound): namespaces "o" not found', "this does not exist in the"),
        (
            'Error from server (Forbidden): secrets "a" is forbidden',
            "this user may not get a secret",
        ),
        ("Error from server (Conflict): try again", "the cluster refused it (Conflict)"),
        ("error: You must be logged in to the server (Unauthorized)", "does not know this user"),
        (
            'error: the server doesn\'t have a resource type "secret"',
            "the cluster has no kind secret",
        ),
        ("The connection to the server 10.0.0.1:6443 was refused", "the cluster did not answer"),
        ("Unable to connect to the server: getting credentials: exec", "kubectl got no credentia"),
        ("error: something new", "kubectl ended with 1"),
        (f"Error from server ({OLD[:20]}): what", "kubectl ended with 1"),
    ],
)
def test_what_kubectl_complains_of_is_told_and_never_quoted(
    tmp_path: Path, complaint: str, words: str
) -> None:
    broken = script(tmp_path, f"cat >&2 <<'END'\n{complaint} {OLD} {TOKEN}\nEND\nexit 1")
    with pytest.raises(PlaceRefused) as error:
        broken.secret()

    assert words in refused(error)
    assert error.value.advice
    assert "-o json" not in error.value.advice


def test_what_aws_complains_of_is_never_quoted(
    surroundings: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"__type": "InternalFailure", "message": f"bad {OLD} {TOKEN}"}
    other = {"__type": f"{OLD}", "message": "bad"}
    with serving(*[reply(told, "400 Bad Request"), reply(other, "400 Bad Request")]) as manager:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", manager.url)
        secrets = open_secrets(AWS, None, None)
        said = []
        for _ in range(2):
            with pytest.raises(PlaceRefused) as error:
                secrets.read()
            said.append(refused(error))

    assert said == [
        "AWS refused GetSecretValue: InternalFailure",
        "AWS refused GetSecretValue: HTTP 400",
    ]


@pytest.mark.parametrize(
    "message", [f"Parameter validation failed: {OLD}", f"Could not connect: {TOKEN}"]
)
def test_what_boto_complains_of_is_never_quoted(surroundings: Aws, message: str) -> None:
    class Broken:
        exceptions = open_secrets(AWS, None, None).manager.exceptions

        def get_secret_value(self, **_said: str) -> None:
            raise ParamValidationError(report=message)

    with pytest.raises(PlaceRefused) as error:
        Secrets(AWS, Broken(), None).read()
    assert refused(error) == "AWS cannot be reached: ParamValidationError"


def test_a_kubectl_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    found = script(tmp_path, "")
    (tmp_path / "kubectl").chmod(0o644)
    with pytest.raises(PlaceRefused) as error:
        Kubectl(CLUSTER, {"PATH": str(tmp_path)}).secret()
    assert refused(error) == "kubectl cannot be run: Permission denied"
    assert found.place is CLUSTER


def test_answers_of_another_shape_say_nothing(tmp_path: Path) -> None:
    odd = script(tmp_path, 'echo \'{"contexts": 1, "status": {"refreshTime": "then"}}\'')

    assert odd.contexts() == ("", frozenset())
    assert odd.secret_and_age().since is None
    assert odd.sync_state() == ""


def test_verdicts_tell_what_to_do_next() -> None:
    def held(text: str) -> StoredToken:
        return StoredToken(Token(text))

    def reading() -> StoredToken:
        raise PlaceRefused(f"bad {TOKEN[2:12]}", "look")

    token = Token(TOKEN)
    same = judge(token, Place("aws", "w", lambda: held(TOKEN)), "push")
    other = judge(token, Place("kubernetes", "w", lambda: held(OLD)), "push")
    empty = judge(token, Place("file", "w", lambda: held(" ")), "push")
    variable = judge(token, Place("variable", "w", lambda: held(OLD)), "push")
    unreadable = judge(token, Place("aws", "w", reading), "push")

    assert [one.state for one in (same, other, empty, variable, unreadable)] == [
        "match", "mismatch", "empty", "mismatch", "unreadable",
    ]  # fmt: skip
    assert other.advice == ("if AWS matches, the ExternalSecret has not synced yet; run `push`")
    assert empty.advice == (
        "if Kubernetes matches, the file follows within about a minute; else `push`"
    )
    assert "restart the sender" in variable.advice
    assert unreadable.words.startswith("(withheld")
    assert leaks(repr((same, other, empty, unreadable))) == []


@pytest.mark.parametrize(
    ("kind", "before", "advice"),
    [
        ("kubernetes", TOKEN, "AWS matches: the ExternalSecret has not synced yet; run `push`"),
        ("kubernetes", OLD, "`push` brings it here too"),
        ("kubernetes", "", "`push` brings it here too"),
        ("file", TOKEN, "Kubernetes matches: the file follows within about a minute"),
        ("file", OLD, "`push` brings it here too"),
    ],
)
def test_a_next_step_counts_with_what_is_known(
    kind: Literal["kubernetes", "file"], before: str, advice: str
) -> None:
    source: Literal["aws", "kubernetes"] = "aws" if kind == "kubernetes" else "kubernetes"
    first = judge(Token(TOKEN), Place(source, "w", lambda: StoredToken(Token(before))), "push")
    then = judge(Token(TOKEN), Place(kind, "w", lambda: StoredToken(Token(OLD))), "push", [first])

    assert then.advice.startswith(advice)


def test_places_are_those_of_the_source_and_its_environment() -> None:
    source = InventorySource("AM", token=TokenPlaces(True, True, "/token", "T"))
    environment = Environment("production", AWS, CLUSTER)

    assert [place.kind for place in own_places(source, {"T": TOKEN})] == ["file", "variable"]
    assert [place.read().token for place in list(own_places(source, {"T": TOKEN}))[1:]]
    assert (source.in_aws(environment), source.in_kubernetes(environment)) == (AWS, CLUSTER)
    assert source.in_aws(None) is None
    assert InventorySource("AM").in_kubernetes(environment) is None


def test_a_live_source_never_shows_its_token() -> None:
    assert leaks(repr(LiveSource("01AM", "AM", "alertmanager", "", Token(TOKEN)))) == []


def test_kubectl_and_what_it_starts_get_no_key_of_incident_io(tmp_path: Path) -> None:
    program = tmp_path / "kubectl"
    program.write_text('#!/bin/sh\nenv > "$(dirname "$0")/seen"\necho "{}"\n')
    program.chmod(0o755)
    keys = dict.fromkeys(
        ("INCIDENT_API_KEY", "INCIDENT_API_KEY_SANDBOX", "INCIDENT_IO_TOKEN"), "secret-key"
    )
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "KUBECONFIG": "mine", **keys}

    Kubectl(CLUSTER, environment).contexts()
    seen = (tmp_path / "seen").read_text()

    assert "KUBECONFIG=mine" in seen
    assert "secret-key" not in seen
