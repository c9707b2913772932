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
        "Requests of the last run to incident.io, repeated ones included.",
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
    of_run = {one.name for one in GAUGES if one.of_run}
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
        found = [_family(one, self.run, self.values) for one in GAUGES]
        return [one for one in found if one.samples]


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


def metrics_before(text: str, command: str) -> Before:
    """Raises ValueError for a text that is no OpenMetrics."""
    known = {one.name: one for one in GAUGES}
    values: dict[tuple[str, str], float] = {}
    account = ""
    for family in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            gauge = known.get(sample.name)
            if gauge is not None and sample.labels.get("command") == command:
                values[sample.name, sample.labels.get(gauge.label, "")] = sample.value
                account = sample.labels.get("account", "")
    return Before(values, account)


def routes_counted(
    planned: Planned,
    declarations: Collection[Declaration],
    outcomes: Sequence[Outcome] = (),
) -> Mapping[tuple[str, str], int]:
    """Of a plan of all files, once what `outcomes` say was written."""
    plan = planned.plan
    written = [one for one in plan.changes if any(_wrote(outcome, one) for outcome in outcomes)]
    left = [one for one in plan.changes if one not in written]
    counts = {
        ("reconciler_declared_routes", ""): sum(not one.absent for one in declarations),
        ("reconciler_drifted_routes", ""): _drifted(plan, left),
        ("reconciler_conflicted_routes", ""): len(plan.contested) + len(plan.gone_on_one_side),
        ("reconciler_silent_routes", ""): _silent(planned, declarations, written),
        **{("reconciler_planned_changes", one): 0 for one in ACTIONS},
    }
    for change in left:
        counts["reconciler_planned_changes", action_of(change)] += 1
    if plan.undeclared is not None:
        strays = sum(isinstance(one, Delete) and one.declaration is None for one in left)
        counts["reconciler_undeclared_routes", ""] = len(plan.undeclared) + strays
    return counts


def gaps_counted(found: Covered) -> Mapping[tuple[str, str], int]:
    """Without accepted gaps."""
    kinds: list[str] = [gap.kind for gap in found.cover.gaps]
    return {("reconciler_uncovered_alerts", one): kinds.count(one) for one in GAPS}


def written_counted(outcomes: Sequence[Outcome]) -> Mapping[tuple[str, str], int]:
    written: list[str] = [one.action for one in outcomes if isinstance(one, Written)]
    return {("reconciler_last_run_written_changes", one): written.count(one) for one in ACTIONS}


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
        isinstance(one, Update) and any(field.kind == "drift" for field in fields_of(one))
        for one in left
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
    live = {declared.file: one.route for declared, one in (*planned.equals, *planned.others)}
    live |= {one.declaration.file: one.after for one in written if not isinstance(one, Delete)}
    waiting = {one.position.file for one in planned.plan.waiting if one.position}
    return sum(
        _pages(one.route) and not (one.file in live and _pages(live[one.file]))
        for one in declarations
        if not one.absent and one.file not in waiting
    )


def _pages(route: Route) -> bool:
    return paging(route) is not Paging.NOBODY
