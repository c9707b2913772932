"""AWS on this machine: moto's server, over real HTTP."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

ACCOUNT = "123456789012"  # moto's
REGION = "eu-west-1"
SECRET = "unkey/alertmanager-incident-io"
OTHER_KEY = "another-s3cret-of-the-team"


@dataclass(frozen=True)
class Aws:
    """Where it answers, and what its secret holds."""

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
        }

    def holds(self, values: Mapping[str, object] | str) -> None:
        text = values if isinstance(values, str) else json.dumps(values)
        self._client().put_secret_value(SecretId=SECRET, SecretString=text)

    @property
    def values(self) -> dict[str, str]:
        read: dict[str, str] = json.loads(
            self._client().get_secret_value(SecretId=SECRET)["SecretString"]
        )
        return read

    @property
    def versions(self) -> int:
        """How many values the secret has had."""
        listed = self._client().list_secret_version_ids(SecretId=SECRET, IncludeDeprecated=True)
        return len(listed["Versions"])

    def create(self) -> None:
        self._client().create_secret(Name=SECRET, SecretString="{}")

    def create_empty(self) -> None:
        """As infrastructure as code makes it: a secret that has no value yet."""
        self.delete()
        self._client().create_secret(Name=SECRET)

    def delete(self) -> None:
        self._client().delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)

    def _client(self) -> Any:
        return boto3.client(
            "secretsmanager",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )


@contextmanager
def serving_aws() -> Iterator[Aws]:
    """An account with the one secret, empty."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    aws = Aws(f"http://{host}:{port}")
    aws.create()
    try:
        yield aws
    finally:
        aws.delete()
        server.stop()
