"""A secret in AWS Secrets Manager. boto3 is imported when it is needed, and only here."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.client import Token
from reconciler.model.config import AwsPlace
from reconciler.sources.places import Held, PlaceRefused

MISSING = "AWS needs boto3: pip install 'reconciler[aws]'"
_LOGGERS = ("boto3", "botocore", "s3transfer", "urllib3")
_ADVICE = {
    "ResourceNotFoundException": "create the secret first: this tool fills it, and makes none",
    "AccessDeniedException": "the role needs secretsmanager:GetSecretValue and PutSecretValue",
    "ExpiredTokenException": "log in to AWS again",
    "ExpiredToken": "log in to AWS again",
}
NO_OBJECT = "the secret is no JSON object, so its other content would be lost"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secret of one environment, through the clients of one session."""

    place: AwsPlace
    manager: Any  # boto3's client of Secrets Manager
    sts: Any

    def account(self) -> str:
        """The number of the account that the credentials are of. Raises PlaceRefused."""
        with _asking():
            return str(self.sts.get_caller_identity()["Account"])

    def read(self) -> Held:
        """The token that the secret holds. Raises PlaceRefused."""
        values, since = self._values()
        held = values.get(self.place.key)
        return Held(Token(held if isinstance(held, str) else ""), since)

    def write(self, token: Token) -> None:
        """Put the token under its key; the other keys stay as they are. Raises PlaceRefused."""
        values, _ = self._values()
        text = json.dumps({**values, self.place.key: token.reveal()})
        with _asking():
            self.manager.put_secret_value(SecretId=self.place.secret, SecretString=text)

    def _values(self) -> tuple[Mapping[str, object], datetime | None]:
        with _asking():
            answer = self.manager.get_secret_value(SecretId=self.place.secret)
        since = answer.get("CreatedDate")  # of this version of the value
        try:
            values = json.loads(answer.get("SecretString") or "{}")
        except ValueError:
            values = None
        if not isinstance(values, dict) or "SecretBinary" in answer:
            example = f'{{"{self.place.key}": "…"}}'
            raise PlaceRefused(NO_OBJECT, f"store it as {example}")
        return values, since if isinstance(since, datetime) else None


def open_secrets(place: AwsPlace, profile: str | None, region: str | None) -> Secrets:
    """Clients for the place. Raises PlaceRefused, also when boto3 is not installed."""
    try:
        import boto3
    except ImportError:
        raise PlaceRefused(MISSING) from None
    with _asking():
        session = boto3.Session(profile_name=profile, region_name=region or place.region)
        return Secrets(place, session.client("secretsmanager"), session.client("sts"))


@contextmanager
def _asking() -> Iterator[None]:
    """Calls to AWS: their errors become PlaceRefused, and boto's logs, which show the bodies of
    requests, are silent meanwhile.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        code = str(told.get("Code", ""))
        raise PlaceRefused(f"{code}: {told.get('Message', '')}", _ADVICE.get(code, "")) from None
    except BotoCoreError as error:
        raise PlaceRefused(str(error), "check profile, region and network") from None
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
