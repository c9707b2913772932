"""What `deploy/monitoring/` asks Prometheus, and metrics as a run writes them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from reconciler.report.metrics import ACTIONS, GAPS, GAUGES, Run, metrics_text

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "monitoring"
OWN = {"action": ACTIONS, "gap": GAPS}
METRIC = re.compile(r"\breconciler_\w+")


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))
    return read


def dashboard_queries() -> Iterator[str]:
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            yield target["expr"]
    for variable in dashboard()["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["query"]["query"]


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((FOLDER / "rules.yaml").read_text("utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def every_metric() -> str:
    """A file with all metrics, as no single command writes it."""
    counts = {
        (gauge.name, own): 1
        for gauge in GAUGES
        if not gauge.of_run or gauge.label in OWN
        for own in (OWN[gauge.label] if gauge.label else ("",))
    }
    run = Run("plan", "https://app.incident.io/acme", "1.0", True, 1_700_000_000.5, 2.25, 14)
    return metrics_text(run, counts, {})
