"""What AWS and kubectl complain of, in our own words. Pure.

Their words are never shown: they may quote what they were given or have read, and so a token.
"""

import re

from reconciler.model import KubernetesPlace
from reconciler.sources.tokens.places import PlaceAbsent, PlaceRefused, PlaceUnknown

LOG_IN = "log in to AWS again, or name another --profile"
NETWORK = "check profile, region and network"
_WORD = re.compile(r"[A-Z][A-Za-z]{1,60}")
_AWS: dict[str, str] = {
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
_SERVER = re.compile(r"Error from server \((\w+)\)")
_NO_CONTEXT = re.compile(r'context "[^"]*" does not exist|context was not found')
_NO_KIND = "doesn't have a resource type"
_NO_USER = re.compile(r"\(Unauthorized\)|must be logged in")
_NO_LOGIN = re.compile(r"getting credentials|exec: executable")
_NO_ANSWER = re.compile(
    r"connection to the server|unable to connect to the server|dial tcp|i/o timeout|no such host",
    re.IGNORECASE,
)


def shown_code(text: str) -> str:
    """An error's code as people may see it; "" for what is no single word."""
    return text if _WORD.fullmatch(text) else ""


def aws_advice(code: str) -> str:
    """What to do about an error of AWS, or about the exception of boto that is called so."""
    return _AWS.get(code, NETWORK if code.endswith("Error") else "")


def kubectl_refusal(
    said: str, ended: int, place: KubernetesPlace, what: tuple[str, ...]
) -> PlaceRefused:
    """The exception for a call that failed. `what`: verb, kind and name, as far as it has them."""
    verb, kind, name = (*what, "", "", "")[:3]
    if _NO_CONTEXT.search(said):
        advice = "`kubectl config get-contexts` lists them; the inventory's must be one of them"
        return PlaceRefused(f"kubectl does not know the context {place.context}", advice)
    if _NO_USER.search(said):
        words = "the cluster does not know this user (Unauthorized)"
        return PlaceRefused(words, "log in to the cluster again")
    if _NO_KIND in said:
        advice = "is the External Secrets Operator installed there?"
        return PlaceRefused(f"the cluster has no kind {kind}", advice)
    if _NO_LOGIN.search(said):
        advice = "the kubeconfig gets them from a program, often `aws`: does it run?"
        return PlaceRefused("kubectl got no credentials for the cluster", advice)
    if _NO_ANSWER.search(said):
        return PlaceUnknown("the cluster did not answer", "is the cluster reachable from here?")
    found = _SERVER.search(said)
    code = shown_code(found[1]) if found else ""
    here = f"the namespace {place.namespace}"
    if code == "NotFound" and name and f'"{name}" not found' in said:
        advice = (
            "the operator makes it when it first syncs" if kind == "secret" else
            "is `external_secret:` of the inventory right, and the manifest rolled out?"
        )  # fmt: skip
        return PlaceAbsent(f"{kind} {name} does not exist in {here} (NotFound)", advice)
    if code == "NotFound":
        return PlaceRefused(f"this does not exist in {here} (NotFound)", "correct `namespace:`")
    if code == "Forbidden":
        advice = "the role needs get of secrets, and get and patch of externalsecrets"
        article = "a" if kind == "secret" else "an"
        return PlaceRefused(
            f"this user may not {verb} {article} {kind} in {here} (Forbidden)", advice
        )
    words = f"the cluster refused it ({code})" if code else f"kubectl ended with {ended}"
    return PlaceRefused(words)
