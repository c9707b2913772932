"""`python -m tests.monitoring FOLDER`: what promtool checks beside the rules: a file of metrics,
and the queries of the dashboard as rules.
"""

import sys
from pathlib import Path

import yaml

from tests.monitoring.reading import dashboard_queries, every_metric


def main(folder: Path) -> None:
    queries = [one for one in dashboard_queries() if not one.startswith("label_values(")]
    recorded = [{"record": f"query:{n}", "expr": expr} for n, expr in enumerate(queries)]
    text = yaml.safe_dump({"groups": [{"name": "dashboard", "rules": recorded}]})
    (folder / "queries.yaml").write_text(text, "utf-8")
    (folder / "metrics.prom").write_text(every_metric(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
