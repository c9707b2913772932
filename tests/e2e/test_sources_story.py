"""A sender is corrected, a token rotated end to end; each failure says how things stand."""

import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from reconciler.cli.sources import tokens as sources_push
from reconciler.client import key_from_environment
from reconciler.plan import exit_codes
from tests.client.clocks import FakeTime
from tests.client.loopback import reply, serving
from tests.sources.clouds import OTHER_KEY, SECRET
from tests.sources.conftest import aws, cluster, place
from tests.sources.rotations import OLD, PRODUCTION, TOKEN, Place, leaks

__all__ = ["aws", "cluster", "place"]

STAGING_URL = "https://api.incident.io/v2/alert_events/alertmanager/01KH7FNXWPMH6KPCQTYJJY947G"
PRODUCTION_URL = "https://api.incident.io/v2/alert_events/alertmanager/01KHSNW67SZJ1KGWEMA9C0GPT7"
TOKEN_FILE = "/etc/alertmanager/secrets/alertmanager-incidentio/token"
VALUES = """\
alertmanager:
  image: {{tag: v0.29.0}}
  config:
    route: {{receiver: incidentio, group_by: [alertname, severity]}}
    receivers:
      - name: incidentio
        incidentio_configs:
          - url: {url}
            http_config: {{authorization: {{credentials_file: {file}}}}}
"""


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    fake = FakeTime()
    monkeypatch.setattr(sources_push, "CLOCK", fake.clock)
    return fake


def test_the_wrong_cluster_talks_to_the_wrong_source_until_its_values_are_corrected(
    place: Place,
) -> None:
    team = place.team
    team.write("helm/values.yaml", VALUES.format(url=STAGING_URL, file=TOKEN_FILE))
    team.write("helm/production.yaml", "alertmanager: {replicas: 3}\n")
    files = ("helm/values.yaml", "helm/production.yaml")

    wrong = team.run("sources", "verify", *files, "--environment", "production")
    team.write("helm/production.yaml", VALUES.format(url=PRODUCTION_URL, file=TOKEN_FILE))
    right = team.run("sources", "verify", *files, "--environment", "production")

    assert wrong.code == exit_codes.ERROR
    assert "production feeds Alertmanager (Staging)" in wrong.out
    assert PRODUCTION_URL in wrong.out
    assert right.code == exit_codes.DONE
    assert right.out.startswith("production feeds Alertmanager (Production)")


def test_what_render_prints_is_what_verify_wants(place: Place) -> None:
    rendered = place.team.run("sources", "render", "--environment", "production")
    config, _, manifest = rendered.out.partition("---\n")
    route = "route: {receiver: incidentio, group_by: [severity]}\n"
    place.team.write("alertmanager.yaml", route + config)
    done = place.team.run(
        "sources", "verify", "alertmanager.yaml", "--environment", "production",
        "--alertmanager-version", "0.29",
    )  # fmt: skip

    assert (rendered.code, done.code) == (exit_codes.DONE, exit_codes.DONE)
    assert "0 errors, 0 warnings, 1 note" in done.out
    assert yaml.safe_load(manifest)["spec"] == {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "aws"},
        "target": {"name": "alertmanager-incidentio", "creationPolicy": "Owner"},
        "data": [
            {
                "secretKey": "token",
                "remoteRef": {"key": SECRET, "property": "alert_source_token"},
            }
        ],
    }


def test_a_token_is_rotated_end_to_end(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    before = place.tokens("--check", "--region", "eu-west-1")
    pushed = place.push("--send-test-event")
    after = place.tokens("--check")
    again = place.push()
    records = list(caplog.records)  # before this test looks into AWS itself, and logs what it sees

    assert (before.code, before.out.count("MISMATCH")) == (exit_codes.ERROR, 2)
    assert f'next: `reconciler sources tokens --push "{PRODUCTION}" --to aws --region' in before.out
    assert pushed.code == exit_codes.DONE
    assert place.aws.values == {"alert_source_token": TOKEN, "another": OTHER_KEY}
    assert place.cluster.token == TOKEN
    assert (after.code, after.out.count(" match")) == (exit_codes.DONE, 2)
    (event,) = place.incident_io.events
    assert event.payload["status"] == "resolved"
    assert (again.code, again.out.count("[done already]")) == (exit_codes.DONE, 3)
    assert sum(call[4:5] == ["annotate"] for call in place.cluster.calls) == 1
    assert [record for record in records if leaks(repr(record.__dict__))] == []
    assert len(records) > 10


def test_the_api_key_never_goes_to_a_source(place: Place) -> None:
    key = key_from_environment(place.team.environment)
    assert key is not None

    place.push("--send-test-event")

    # The sandbox takes a source's own token and no API key, and it took the event.
    (sent,) = (one for one in place.incident_io.requests if "alert_events" in one.path)
    assert (sent.method, sent.status) == ("POST", 202)
    assert key.reveal() not in sent.path


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({}, ("--region", "us-east-1"), "--region is us-east-1, but the inventory says eu-west-1"),
        (
            {},
            ("--context", "staging"),
            "--context is staging, but the inventory says production (use `--context production`)",
        ),
        ({"current": "staging"}, (), "the context is staging, but the inventory says production"),
        ({"current": ""}, (), "the context is not set"),
        ({"contexts": ["staging"]}, (), "kubectl does not know the context production"),
    ],
)
def test_another_context_or_region_is_refused_before_anything_is_written(
    place: Place, change: dict[str, object], options: tuple[str, ...], words: str
) -> None:
    place.cluster.change(**change)
    versions = place.aws.versions

    ended = place.push(*options)

    assert ended.code == exit_codes.REFUSED
    assert words in ended.out
    assert "nothing was written" in ended.out
    assert (place.aws.versions, place.cluster.token) == (versions, OLD)


def test_the_inventory_s_context_may_be_said_instead_of_being_current(place: Place) -> None:
    place.cluster.change(current="staging")

    assert place.push("--context", "production").code == exit_codes.DONE


def test_another_aws_account_is_refused_before_anything_is_written(place: Place) -> None:
    place.team.edit("reconciler.yaml", '"123456789012"', '"210987654321"')
    versions = place.aws.versions

    ended, checked = place.push(), place.tokens("--check")

    assert ended.code == exit_codes.REFUSED
    assert "AWS says account 123456789012, but the inventory says 210987654321" in ended.out
    assert (place.aws.versions, place.cluster.token) == (versions, OLD)
    assert checked.code == exit_codes.ERROR
    assert "UNREADABLE: these credentials are of account 123456789012" in checked.out


def test_without_rights_in_aws_nothing_is_written_and_a_later_run_goes_on(place: Place) -> None:
    held = {"SecretString": '{"alert_source_token": "' + OLD + '"}', "Name": SECRET}
    denied = {"__type": "AccessDeniedException", "message": "not authorized"}
    answers = [reply(held), reply(held), reply(denied, "400 Bad Request")]
    with serving(*answers) as manager:
        ended = place.push(AWS_ENDPOINT_URL_SECRETS_MANAGER=manager.url)

    assert ended.code == exit_codes.ERROR
    assert "error: AWS refused PutSecretValue: AccessDeniedException" in ended.out
    assert "secretsmanager:GetSecretValue and PutSecretValue" in ended.out
    assert "nothing was written. Run the same command again" in ended.out
    assert place.cluster.token == OLD
    assert place.push().code == exit_codes.DONE


def test_a_sync_that_never_happens_leaves_a_clear_state_and_resumes(
    place: Place, time: FakeTime
) -> None:
    place.cluster.change(syncs=False, ready=["False", "SecretSyncedError", "could not get secret"])

    ended = place.push("--timeout", "60")

    assert ended.code == exit_codes.PARTLY_APPLIED
    assert sum(time.pauses) >= 60
    assert "error: no sync within 60 s" in ended.out
    assert "the operator reports: SecretSyncedError\n" in ended.out
    assert "the last sync: 2026-11-20 10:00 UTC\n" in ended.out
    assert "AWS has the token. Run the same command again" in ended.out
    assert (place.aws.values["alert_source_token"], place.cluster.token) == (TOKEN, OLD)

    place.cluster.change(syncs=True)
    resumed = place.push()

    assert resumed.code == exit_codes.DONE
    assert resumed.out.count("[done already]") == 1
    assert place.cluster.token == TOKEN


def test_an_operator_that_repeats_the_token_is_not_quoted(place: Place, time: FakeTime) -> None:
    for reason, said in (("Error", "the operator reports: Error\n"), (OLD, "error: no sync")):
        place.cluster.change(syncs=False, ready=["False", reason, f"bad {TOKEN[3:14]}, was {OLD}"])
        assert said in place.push("--timeout", "1").out


def test_without_kubectl_nothing_is_written_and_a_later_run_goes_on(
    place: Place, tmp_path: Path
) -> None:
    versions = place.aws.versions

    ended = place.push(PATH=str(tmp_path))

    assert ended.code == exit_codes.ERROR
    assert "error: kubectl is not on the PATH" in ended.out
    assert place.aws.versions == versions
    assert place.push().code == exit_codes.DONE


def test_each_step_is_asked_for_and_a_no_leaves_the_rest(place: Place) -> None:
    push = ("sources", "tokens", "--push", PRODUCTION, "--to", "aws")

    first = place.team.process(*push, stdin="no\n")
    second = place.team.process(*push, stdin="yes\nno\n")
    third = place.team.process(*push, stdin="yes\n")

    for ended in (first, second, third):
        place.search(ended)
    assert (first.code, second.code, third.code) == (1, 1, 0)
    assert "declined; nothing was written" in first.out
    assert "declined; AWS has the token" in second.out
    assert "Kubernetes has the token" in third.out


def test_a_source_whose_routes_page_on_everything_gets_no_test_event(place: Place) -> None:
    place.team.edit("routes/production-alerts.yaml", "    when:\n      - severity: critical\n", "")
    assert place.team.run("apply", "--auto-approve").code == exit_codes.DONE

    ended = place.push("--send-test-event")

    assert ended.code == exit_codes.REFUSED
    assert "Production Alerts might page on a test event" in ended.err
    assert place.incident_io.events == []
    assert place.cluster.token == OLD


def test_a_key_that_may_not_see_tokens_is_told_so(place: Place) -> None:
    key = place.incident_io.read_only_key

    for ended in (
        place.push(INCIDENT_API_KEY=key),
        place.tokens("--check", INCIDENT_API_KEY=key),
    ):
        assert ended.code == exit_codes.ERROR
        assert "this key cannot see the token" in ended.err


def test_inside_a_cluster_a_file_is_enough(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    check = ("--check", PRODUCTION, "--file", str(file))

    right = place.tokens(*check, PATH="", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    file.write_text(OLD)
    wrong = place.tokens(*check, PATH="")
    (place.team.folder / "reconciler.yaml").unlink()
    without_inventory = place.tokens(*check, PATH="")

    assert (right.code, wrong.code, without_inventory.code) == (0, 1, 1)
    assert "file        match, written just now" in right.out
    assert "MISMATCH" in wrong.out
    assert "MISMATCH" in without_inventory.out


def test_the_token_of_another_source_is_named(place: Place) -> None:
    """Two tokens that were swapped, and one that no source has."""
    account = place.incident_io.state.account
    (staging,) = (row for row in account.sources if row["name"] == "Alertmanager (Staging)")
    place.aws.holds({"alert_source_token": account.secrets[staging["id"]], "another": OTHER_KEY})

    checked = place.tokens("--check", "--environment", "production")
    wide = " ".join(checked.out.split())

    assert checked.code == exit_codes.ERROR
    assert (
        "another token than in incident.io: this is the token of Alertmanager (Staging), written"
        in wide
    )
    assert wide.count("this is the token of") == 1
    assert account.secrets[staging["id"]] not in checked.out + checked.err


def test_inside_a_cluster_a_folder_with_nothing_in_it_is_enough(
    place: Place, tmp_path: Path
) -> None:
    """A key, a file, and the source by its name or id in incident.io."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "token").write_text(TOKEN)
    alone = replace(place, team=replace(place.team, folder=folder))

    for name in (PRODUCTION, "01KHSNW67SZJ1KGWEMA9C0GPT7"):
        ended = alone.team.run("sources", "tokens", "--check", name, "--file", "token", PATH="")
        assert (ended.code, ended.err) == (exit_codes.DONE, "")
        assert "file        match" in ended.out


def test_a_broken_route_file_keeps_no_token_from_being_compared_or_pushed(place: Place) -> None:
    place.team.write("routes/broken.yaml", "name: [\n")

    checked, pushed = place.tokens("--check"), place.push("--send-test-event")

    assert checked.out.count("MISMATCH") == 2
    assert (pushed.code, place.cluster.token) == (exit_codes.DONE, TOKEN)
    assert len(place.incident_io.events) == 1


def test_region_is_the_inventory_s(place: Place) -> None:
    checked = place.tokens("--check", "--region", "us-east-1", "--only", "aws")

    assert "UNREADABLE" in checked.out
    assert place.tokens("--check", "--only", "kubernetes").code == exit_codes.ERROR


def test_a_test_event_that_is_refused_is_told_and_sent_again_by_the_next_run(place: Place) -> None:
    place.incident_io.fault("status", method="POST", path="alert_events", status=503)

    first = place.push("--send-test-event")
    place.incident_io.fault("drop", method="POST", path="alert_events")
    second = place.push("--send-test-event")
    third = place.push("--send-test-event")

    assert (first.code, second.code, third.code) == (5, 1, 0)
    assert "refused the test event: 503" in first.out
    assert "whether it arrived is not known" in second.out
    assert len(place.incident_io.events) == 1


def test_a_test_event_may_be_declined(place: Place) -> None:
    push = ("sources", "tokens", "--push", PRODUCTION, "--to", "aws", "--send-test-event")

    ended = place.team.process(*push, stdin="yes\nyes\nno\n")

    place.search(ended)
    assert ended.code == exit_codes.ERROR
    assert "declined; AWS and Kubernetes have the token" in ended.out
    assert place.incident_io.events == []


def test_the_sender_s_files_say_whether_a_reload_is_needed(place: Place) -> None:
    text = place.team.read("reconciler.yaml")
    text = text.replace("    token:\n", "    senders: [values.yaml]\n    token:\n", 1)
    place.team.write("reconciler.yaml", text)
    missing = place.push()
    place.team.write("values.yaml", VALUES.format(url=PRODUCTION_URL, file=TOKEN_FILE))
    known = place.push()

    assert "alert_source_token_file (which is not known), reload Alertmanager" in missing.out
    assert "reads its credentials_file at every request" in known.out


def test_an_environment_without_a_cluster_ends_with_aws(place: Place) -> None:
    place.team.edit("reconciler.yaml", "      in: [aws, kubernetes]\n", "      in: [aws]\n")

    ended = place.push(PATH="")

    assert ended.code == exit_codes.DONE
    assert place.aws.values["alert_source_token"] == TOKEN
    assert place.cluster.token == OLD


def test_without_an_external_secret_somebody_else_has_to_copy(place: Place, time: FakeTime) -> None:
    place.team.edit("reconciler.yaml", "      external_secret: alertmanager-incidentio\n", "")

    ended = place.push("--timeout", "5")

    assert (ended.code, time.pauses) == (exit_codes.PARTLY_APPLIED, [])
    assert (
        "error: the inventory names nothing that copies it: write `external_secret:` below"
        in ended.out
    )
    assert "the operator reports" not in ended.out
    again = place.push("--timeout", "5")
    assert again.code == exit_codes.ERROR
    assert "nothing was written by this run; AWS has the token" in again.out


def test_aws_that_shows_another_value_after_the_write_is_told(place: Place) -> None:
    held = reply({"SecretString": "{}", "Name": SECRET})
    with serving(held, held, reply({"Name": SECRET}), held) as manager:
        ended = place.push(AWS_ENDPOINT_URL_SECRETS_MANAGER=manager.url)

    assert ended.code == exit_codes.PARTLY_APPLIED
    assert "AWS accepted the token but shows another token" in ended.out


def test_without_boto3_one_line_says_what_to_install(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)

    pushed, checked = place.push(), place.tokens("--check", "--only", "aws")

    line = "AWS needs boto3: `pip install 'incidentio-reconciler[sources]'`"
    assert (pushed.code, checked.code) == (exit_codes.ERROR, exit_codes.ERROR)
    assert pushed.err == f"error: {line}; nothing was written\n"
    assert line in checked.out
