"""The corpus in an account: its ids exchanged for those of the sandbox, its routes live there."""

import json
from typing import Any

from reconciler.model import ApiVersion
from reconciler.sandbox.account.seed import ALERTS_CHANNEL, ident
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.wire.codec import codec
from tests.wire.corpus import CORPUS, body_of

IDS = {
    "01JE1SOURCECHECKS000000003": ident("source", "Checkly (Production)"),
    "01JE1SOURCEGRAFANA00000002": ident("source", "Grafana Cloud"),
    "01JE1SOURCEPROMETHEUS00001": ident("source", "Alertmanager (Production)"),
    "01JB2PRIORITY000000000000P1": ident("entry", "Alert Priority P1"),
    "01JB2PRIORITY000000000000P2": ident("entry", "Alert Priority P2"),
    "01JB3SERVICECHECKOUT000001": ident("entry", "Service gateway"),
    "01JB3SERVICELEDGER00000002": ident("entry", "Service ledger"),
    "01JB4PRODUCTION": ident("entry", "Environment production"),
    "01JC1PATHENGINEERING000001": ident("escalation path", "Engineering On-Call"),
    "01JC1PATHNIGHTS00000000002": ident("escalation path", "Platform On-Call"),
    "01JD1USER0000000000000000A": ident("user", "lead@example.com"),
    "01JD1USER0000000000000000B": ident("user", "platform@example.com"),
    "01JG1TEAMPLATFORM00000002": ident("team", "Platform"),
    "01JG1TEAMSECURITY00000001": ident("team", "Database"),
    "01JI1SEVERITYMAJOR": ident("severity", "Major"),
    "01JI2TYPEDEFAULT": ident("incident type", "Default"),
    "01JI3AFFECTED": ident("custom field", "Affected teams"),
    "01JI3COUNT": ident("custom field", "Customers affected"),
    "01JI3IMPACT": ident("custom field", "Impact"),
    "01JA7BRANCH000000000000002": ident("attribute", "branch"),
    "01JA7ENVIRONMENT00000000004": ident("attribute", "environment"),
    "01JA7PATH00000000000000008": ident("attribute", "Escalation path"),
    "01JA7RUNBOOK00000000000005": ident("attribute", "runbook"),
    "01JA7SERVICE00000000000003": ident("attribute", "service"),
    "01JA7SEVERITY0000000000001": ident("attribute", "severity"),
    "01JA7SILENCED0000000000006": ident("attribute", "silenced"),
    "01JA7TEAM00000000000000007": ident("attribute", "team"),
    "01JA7CHANNEL": ident("attribute", "branch"),
    "01JF2TEAMPATH": ident("catalog attribute", "Team Escalation path"),
    "01JF1TYPEPATH": ident("catalog type", "Escalation Path"),
    "01JF1TYPETEAM": ident("catalog type", "Team"),
    "C0ALERTS1": ALERTS_CHANNEL,
}


def mapped(api: ApiVersion, slug: str) -> dict[str, Any]:
    """One body of the corpus with ids that the sandbox knows."""
    text = json.dumps(body_of(api, slug))
    for theirs, ours in IDS.items():
        text = text.replace(theirs, ours)
    body: dict[str, Any] = json.loads(text)
    return body


def load(running: RunningSandbox) -> list[str]:
    """Make the corpus live, as far as this account takes it; the names, one for each."""
    names = []
    for api, slug in CORPUS:
        live = codec(api).decode(mapped(api, slug))
        payload: dict[str, Any] = codec(api).encode(live.route)
        payload["name"] = f"{slug} of {api}"
        try:
            running.state.create(payload, api)
        except RefusedError:
            continue
        names.append(payload["name"])
    return names
