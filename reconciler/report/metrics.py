"""What a run tells monitoring: OpenMetrics with gauges alone, which every version of Prometheus'
text format takes (the textfile collector of node_exporter knows no other types of OpenMetrics).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from reconciler.model import Declaration, Route
from reconciler.plan.change import Change, Create, Delete, Update, action_of, fields_of, live_id
from reconciler.plan.outcome import Outcome, Written
from reconciler.plan.paging.paging import Paging, paging
from reconciler.plan.plan import Plan
from reconciler.planning.covered import Covered
from reconciler.planning.planning import Planned

Values = Mapping[tuple[str, str], float]
"""By the metric's name, and the value of its own label ("" where it has none)."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """`label`: its own, beside those that all have. `of_run`: about the last run, however it ended;
    the others are about the last run that succeeded.
    """

    name: str
    about: str
    unit: str = ""
    label: str = ""
    of_run: bool = False


GAUGES: Sequence[Gauge] = (
    Gauge("reconciler_build_info", "The version that ran last.", label="version", of_run=True),
    Gauge("reconciler_last_run_success", "1 if the last run succeeded, else 0.", of_run=True),
    Gauge(
        "reconciler_last_run_timestamp_seconds",
        "When the last run ended, as Unix time.",
        unit="seconds",
        of_run=True,
    ),
    Gauge(
        "reconciler_last_run_duration_seconds",
        "How long the last run took.",
        unit="seconds",
        of_run=True,
    ),
    Gauge(
        "reconciler_last_run_requests",
        "Requests of the last run to incident.io, with the repeated requests.",
        of_run=True,
    ),
    Gauge(
        "reconciler_last_success_timestamp_seconds",
        "When a run last succeeded, as Unix time.",
        unit="seconds",
    ),
    Gauge("reconciler_declared_routes", "Routes that the files declare."),
    Gauge(
        "reconciler_drifted_routes", "Declared routes that were edited or deleted in incident.io."
    ),
    Gauge(
        "reconciler_conflicted_routes", "Declared routes that changed both live and in their file."
    ),
    Gauge("reconciler_undeclared_routes", "Live routes that no file declares."),
    Gauge(
        "reconciler_silent_routes",
        "Declared routes that page nobody now, although their files page.",
    ),
    Gauge(
        "reconciler_planned_changes",
        "Changes that the files ask for and that are not applied yet, by action.",
        label="action",
    ),
    Gauge(
        "reconciler_uncovered_alerts",
        "Kinds of alerts that the files leave open, as `reconciler cover` proves them: dropped, "
        "pages-nobody or pages-twice.",
        label="gap",
        of_run=True,
    ),
    Gauge(
        "reconciler_last_run_written_changes",
        "Changes that the last run wrote, by action.",
        label="action",
        of_run=True,
    ),
    Gauge("reconciler_backed_up_routes", "Routes in the backup."),
)
ACTIONS = ("create", "update", "delete")
GAPS = ("dropped", "pages-nobody", "pages-twice")


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended. `account`: as reconciler.yaml names it, "" without one. Times in seconds,
    `ended` as Unix time.
    """

    command: str
    account: str
    version: str
    succeeded: bool
    ended: float
    seconds: float
    requests: int


def metrics_text(run: Run, counts: Values, before: Values) -> str:
    """The whole file. `counts`: what the run found out. `before`: what the file said. Of what a run
    did not look at, and of routes after a run that failed, what was true when one last succeeded
    stays, with the time of it.
    """
    of_run = {gauge.name for gauge in GAUGES if gauge.of_run}
    values: dict[tuple[str, str], float] = {
        ("reconciler_build_info", run.version): 1,
        ("reconciler_last_run_success", ""): int(run.succeeded),
        ("reconciler_last_run_timestamp_seconds", ""): run.ended,
        ("reconciler_last_run_duration_seconds", ""): run.seconds,
        ("reconciler_last_run_requests", ""): run.requests,
    }
    values |= {key: value for key, value in before.items() if key[0] not in of_run}
    values |= {key: value for key, value in counts.items() if run.succeeded or key[0] in of_run}
    if run.succeeded:
        values["reconciler_last_success_timestamp_seconds", ""] = run.ended
    written: bytes = generate_latest(_registry(run, values))  # type: ignore[no-untyped-call]
    return written.decode("utf-8")


def _registry(run: Run, values: Values) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Families(run, values))
    return registry


@dataclass(frozen=True, eq=False)
class _Families(Collector):
    run: Run
    values: Values

    def collect(self) -> list[Metric]:
        found = [_family(gauge, self.run, self.values) for gauge in GAUGES]
        return [metric for metric in found if metric.samples]


def _family(gauge: Gauge, run: Run, values: Values) -> Metric:
    common = {"command": run.command} | ({"account": run.account} if run.account else {})
    labels = [*common, *([gauge.label] if gauge.label else [])]
    family = GaugeMetricFamily(gauge.name, gauge.about, labels=labels, unit=gauge.unit)
    for (name, own), value in values.items():
        if name == gauge.name:
            family.add_metric([*common.values(), *([own] if gauge.label else [])], value)
    return family


@dataclass(frozen=True, slots=True)
class Before:
    """What the file said of this command."""

    values: Values
    account: str = ""
    others: tuple[str, ...] = ()  # the commands that the rest of the file is of


def metrics_before(text: str, command: str) -> Before:
    """Raises ValueError for a text that is no OpenMetrics."""
    known = {row.name: row for row in GAUGES}
    values: dict[tuple[str, str], float] = {}
    account, others = "", set[str]()
    for family in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            gauge = known.get(sample.name)
            if gauge is not None and sample.labels.get("command") == command:
                values[sample.name, sample.labels.get(gauge.label, "")] = sample.value
                account = sample.labels.get("account", "")
            elif gauge is not None:
                others.add(sample.labels.get("command", ""))
    return Before(values, account, tuple(sorted(others)))


def routes_counted(
    planned: Planned,
    declarations: Collection[Declaration],
    outcomes: Sequence[Outcome] = (),
) -> Mapping[tuple[str, str], int]:
    """Of a plan of all files, once what `outcomes` say was written."""
    plan = planned.plan
    written = [
        planned_change
        for planned_change in plan.changes
        if any(_wrote(outcome, planned_change) for outcome in outcomes)
    ]
    left = [planned_change for planned_change in plan.changes if planned_change not in written]
    counts = {
        ("reconciler_declared_routes", ""): sum(
            not declaration.absent for declaration in declarations
        ),
        ("reconciler_drifted_routes", ""): _drifted(plan, left),
        ("reconciler_conflicted_routes", ""): len(plan.conflicts) + len(plan.gone_on_one_side),
        ("reconciler_silent_routes", ""): _silent(planned, declarations, written),
        **{("reconciler_planned_changes", action): 0 for action in ACTIONS},
    }
    for change in left:
        counts["reconciler_planned_changes", action_of(change)] += 1
    if plan.undeclared is not None:
        strays = sum(
            isinstance(planned_change, Delete) and planned_change.declaration is None
            for planned_change in left
        )
        counts["reconciler_undeclared_routes", ""] = len(plan.undeclared) + strays
    return counts


def gaps_counted(found: Covered) -> Mapping[tuple[str, str], int]:
    """Without accepted gaps."""
    kinds: list[str] = [gap.kind for gap in found.cover.gaps]
    return {("reconciler_uncovered_alerts", gap): kinds.count(gap) for gap in GAPS}


def written_counted(outcomes: Sequence[Outcome]) -> Mapping[tuple[str, str], int]:
    written: list[str] = [outcome.action for outcome in outcomes if isinstance(outcome, Written)]
    return {
        ("reconciler_last_run_written_changes", action): written.count(action) for action in ACTIONS
    }


def _wrote(outcome: Outcome, change: Change) -> bool:
    """A create has no id before it is written."""
    if not isinstance(outcome, Written) or outcome.action != action_of(change):
        return False
    if isinstance(change, Create):
        return outcome.name == change.name
    return outcome.id == live_id(change)


def _drifted(plan: Plan, left: Sequence[Change]) -> int:
    """Live edits that are kept, and those that the plan overwrites and that are still there."""
    overwritten = sum(
        isinstance(change, Update) and any(field.kind == "drift" for field in fields_of(change))
        for change in left
    )
    gone = len(plan.deleted_by_hand) + len(plan.created_again)
    return len(plan.drift) + gone + overwritten


def _silent(
    planned: Planned, declarations: Collection[Declaration], written: Collection[Change]
) -> int:
    """Files that page whose route is not live, or is switched off, or has no sources or no targets.
    What only perhaps pages nobody does so by the file, too. Of a file that waits for the correction
    of an error the live route is not known here.
    """
    live = {
        declared.file: candidate.route for declared, candidate in (*planned.equals, *planned.others)
    }
    live |= {
        change.declaration.file: change.after
        for change in written
        if not isinstance(change, Delete)
    }
    waiting = {finding.position.file for finding in planned.plan.waiting if finding.position}
    return sum(
        _pages(declaration.route)
        and not (declaration.file in live and _pages(live[declaration.file]))
        for declaration in declarations
        if not declaration.absent and declaration.file not in waiting
    )


def _pages(route: Route) -> bool:
    return paging(route) is not Paging.NOBODY
