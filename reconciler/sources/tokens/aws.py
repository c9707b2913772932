"""A secret in AWS Secrets Manager. boto3 is imported when it is needed, and only here."""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from reconciler.client import Token
from reconciler.model import AwsPlace
from reconciler.sources.tokens.places import (
    PlaceRefused,
    PlaceUnknown,
    StoredToken,
    shown_code,
)

MISSING = "AWS needs boto3: `pip install 'incidentio-reconciler[sources]'`"
_LOGGERS = ("boto3", "botocore", "s3transfer", "urllib3")
_NO_VALUE = "staging label"  # what AWS calls the current value
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 10, 3  # boto's own: five minutes without a word
NO_OBJECT = "the secret is not a JSON object, so a write would lose its other content"
LOG_IN = "log in to AWS again, or name another --profile"
NETWORK = "check profile, region and network"
_ADVICE: dict[str, str] = {
    "ResourceNotFoundException": "create the secret first: this tool only fills it",
    "InvalidRequestException": "if the secret is to be deleted, restore it first",
    "AccessDeniedException": "the role needs secretsmanager:GetSecretValue and PutSecretValue, "
    "and the use of the secret's KMS key",
    "DecryptionFailure": "the role needs the use of the secret's KMS key",
    "EncryptionFailure": "the role needs the use of the secret's KMS key",
    "ThrottlingException": "run the same command again in a minute",
    **dict.fromkeys(
        (
            "ExpiredTokenException",
            "ExpiredToken",
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "NoCredentialsError",
            "PartialCredentialsError",
            "CredentialRetrievalError",
            "SSOTokenLoadError",
            "UnauthorizedSSOTokenError",
            "TokenRetrievalError",
        ),
        LOG_IN,
    ),
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secret of one environment, through the clients of one session."""

    place: AwsPlace
    manager: Any  # boto3's client of Secrets Manager
    sts: Any

    def account(self) -> str:
        """The number of the account that the credentials are of. Raises PlaceRefused."""
        with _calling():
            return str(self.sts.get_caller_identity().get("Account") or "that it does not name")

    def read(self) -> StoredToken:
        """The token that the secret holds. Raises PlaceRefused."""
        values, since = self._values()
        token = values.get(self.place.key)
        return StoredToken(Token(token if isinstance(token, str) else ""), since)

    def write(self, token: Token) -> None:
        """Put the token under its key; the other keys stay as they are. Raises PlaceRefused."""
        values, _ = self._values()
        text = json.dumps({**values, self.place.key: token.reveal()})
        with _calling():
            self.manager.put_secret_value(SecretId=self.place.secret, SecretString=text)

    def _values(self) -> tuple[Mapping[str, object], datetime | None]:
        with _calling():
            try:
                answer = self.manager.get_secret_value(SecretId=self.place.secret)
            except self.manager.exceptions.ResourceNotFoundException as error:
                if _NO_VALUE not in str(error):
                    raise
                return {}, None  # a secret that has no value yet
        since = answer.get("CreatedDate")  # of this version of the value
        try:
            values = json.loads(answer.get("SecretString", ""))
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            example = f'{{"{self.place.key}": "…"}}'
            raise PlaceRefused(NO_OBJECT, f"store it as {example}")
        return values, since if isinstance(since, datetime) else None


def open_secrets(place: AwsPlace, profile: str | None, region: str | None) -> Secrets:
    """Clients for the place. Raises PlaceRefused, also when boto3 is not installed."""
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import ProfileNotFound
    except ImportError:
        raise PlaceRefused(MISSING) from None
    with _calling():
        try:
            session = boto3.Session(profile_name=profile, region_name=region or place.region)
        except ProfileNotFound:
            name = profile or os.environ.get("AWS_PROFILE", "")
            words = f"this machine has no AWS profile {name}"
            raise PlaceRefused(words, "`aws configure list-profiles` lists them") from None
        limits = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        manager, sts = (session.client(name, config=limits) for name in ("secretsmanager", "sts"))
        return Secrets(place, manager, sts)


@contextmanager
def _calling() -> Iterator[None]:
    """Turns errors of AWS into PlaceRefused, and silences boto's logs, which show the bodies of
    requests.
    """
    from botocore import exceptions as boto
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
    from botocore.parsers import ResponseParserError

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        code = shown_code(str(error.response.get("Error", {}).get("Code", ""))) or f"HTTP {status}"
        kind = PlaceUnknown if status >= HTTPStatus.INTERNAL_SERVER_ERROR else PlaceRefused
        raise kind(f"AWS refused {error.operation_name}: {code}", _advice(code)) from None
    except (boto.ConnectionError, HTTPClientError) as error:
        raise PlaceUnknown(f"AWS did not answer: {type(error).__name__}", NETWORK) from None
    except BotoCoreError as error:
        name = type(error).__name__
        raise PlaceRefused(f"AWS cannot be reached: {name}", _advice(name) or NETWORK) from None
    except (ResponseParserError, LookupError, ValueError):
        raise PlaceUnknown(
            "the answer is not from AWS", "check AWS_ENDPOINT_URL and the network"
        ) from None
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _advice(code: str) -> str:
    """The advice for an error code of AWS, or the name of an exception of boto."""
    return _ADVICE.get(code, NETWORK if code.endswith("Error") else "")
