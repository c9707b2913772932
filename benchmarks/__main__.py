"""`make bench`: counted requests, ratios and bounds. Ends with 1 when a bound is broken.

The bounds stand beside each figure; docs/performance.md keeps the measured ones. Figures are the
best of several runs, for whatever else a shared machine does only ever adds to them.
"""

import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import routing
from benchmarks.measure import REPOSITORY, Account, Run, account, run, write_files
from benchmarks.page import page
from reconciler.directory import resolve
from reconciler.files import parse_route, read_routes
from reconciler.live.survey import survey
from reconciler.model import Config, canonical_pair
from reconciler.wire.codec import codec

PYTHON = sys.executable
PRODUCTION = "routes/production-alerts.yaml"
LIVE, DECLARED, LATENCY = 3_000, 1_000, 0.050
RUNS = 5
PROOFS = ((6, 5), (300, 40), (3_000, 40))
"""Routes, and sources that they share."""
ALERTS = 100_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, and the most it may be."""

    name: str
    measured: float
    bound: float
    unit: str

    @property
    def holds(self) -> bool:
        """Whether the bound holds."""
        return self.measured <= self.bound


def main() -> int:
    """Measure everything, print a table, say whether all bounds hold."""
    broken = 0
    print(f"{'what':<58}{'measured':>10}{'bound':>10}")
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), DECLARED)
        every = Path(folder)
        plans = (*big_plan(every), *whole_plan(every), *cpu_of_plans(every))
        for figure in (
            *starts(),
            *explanations(),
            *proofs(),
            *plans,
            *proved_plans(),
            *one_route(every),
            *imports(),
            *pages(),
        ):
            broken += not figure.holds
            sign = "" if figure.holds else "  BROKEN"
            measured = f"{figure.measured:.4g} {figure.unit}"
            print(f"{figure.name:<58}{measured:>10}{figure.bound:>10.4g}{sign}", flush=True)
    print("all bounds hold" if not broken else f"{broken} bounds are broken")
    return 1 if broken else 0


def best(measure: Callable[[], float]) -> float:
    """The least of several runs."""
    return min(measure() for _ in range(RUNS))


def starts() -> Iterator[Figure]:
    """How long somebody waits for help, and for a check of the six files."""
    bare = best(lambda: run([PYTHON, "-c", "pass"]).wall)
    libraries = best(lambda: run([PYTHON, "-c", "import click, yaml, jsonschema"]).wall)
    shown = best(lambda: run([PYTHON, "-m", "reconciler", "--help"]).wall)
    checked = best(_validate)
    yield Figure("reconciler --help", 1000 * shown, 1000 * bare + 100, "ms")
    yield Figure("reconciler validate, six files", 1000 * checked, 1500 * libraries + 100, "ms")


def explanations() -> Iterator[Figure]:
    """One alert at night, and a replay of many, under all readings."""
    libraries = best(lambda: run([PYTHON, "-c", "import click, yaml, jsonschema"]).wall)
    explained = best(_explain)
    yield Figure("reconciler explain, one alert", 1000 * explained, 1500 * libraries + 100, "ms")
    few, many = _alerts(ALERTS // 10), _alerts(ALERTS)
    each = (many.cpu - few.cpu) / (ALERTS * 9 // 10)
    yield Figure("100,000 alerts, 300 routes: CPU of each alert", 1000 * each, 0.6, "ms")
    yield Figure("their CPU", many.cpu, 60, "s")
    yield Figure("their peak memory, by that of 10,000", many.peak_mib / few.peak_mib, 1.1, "")
    few, many = _replay(ALERTS // 2), _replay(ALERTS)
    yield Figure("replay of 100,000 alerts, 300 routes: CPU", many.cpu, 60, "s")
    yield Figure("its peak memory, by that of 50,000", many.peak_mib / few.peak_mib, 1.1, "")


def _explain() -> float:
    asked = ["explain", "--source", "PlanetScale", "--set", "branch=main"]
    ended = run([PYTHON, "-m", "reconciler", "-C", str(REPOSITORY), *asked])
    assert ended.code == 0, ended.err[-2000:]
    return ended.wall


def _alerts(count: int) -> Run:
    ended = run([PYTHON, "-m", "benchmarks.alerts", str(count)])
    assert ended.code == 0, ended.err[-2000:]
    return ended


def _replay(count: int) -> Run:
    ended = run([PYTHON, "-m", "benchmarks.replay", str(count)])
    assert ended.code == 0, ended.err[-2000:]
    return ended


def _validate() -> float:
    ended = run([PYTHON, "-m", "reconciler", "-C", str(REPOSITORY), "validate"])
    assert ended.code == 0, ended.err[-2000:]
    return ended.wall


def big_plan(folder: Path) -> Iterator[Figure]:
    """A plan of 1,000 files among 3,000 live routes, at 50 ms latency."""
    command = [PYTHON, "-m", "reconciler", "-v", "-C", str(folder), "plan"]
    with account(LIVE, 1000 * LATENCY) as live:
        ended = run(command, live.environment())
    assert ended.code == 0, ended.err[-2000:]
    lines = ended.err.splitlines()
    sent = sum(line.startswith("GET ") for line in lines)
    details = sum(line.startswith("GET /v3/alert_routes/") for line in lines)
    pages = sum(line.startswith("GET /v3/alert_routes ") for line in lines)
    yield Figure("pages of the list", pages, math.ceil(LIVE / 50), "")
    yield Figure("details", details, DECLARED, "")
    yield Figure("requests besides (identity and lists)", sent - details - pages, 8, "")
    yield Figure("answers 429", sum("  429  " in line for line in lines), 0, "")
    turns = max(sent / 32, math.ceil(LIVE / 50))
    bound = 1.3 * turns * LATENCY + 0.0015 * DECLARED + 1
    yield Figure("plan of 1,000 among 3,000, wall", ended.wall, bound, "s")
    yield Figure("its peak memory", ended.peak_mib, 200, "MiB")


def whole_plan(folder: Path) -> Iterator[Figure]:
    """A plan of 1,000 files that declare every live route, at 50 ms latency."""
    ended = [_plan(folder, DECLARED, 1000 * LATENCY) for _ in range(RUNS)]
    sent = sum(line.startswith("GET ") for line in ended[0].err.splitlines())
    turns = max(sent / 32, math.ceil(DECLARED / 50))
    bound = 1.3 * turns * LATENCY + 0.3
    yield Figure("plan of 1,000 of 1,000, wall", min(one.wall for one in ended), bound, "s")


def cpu_of_plans(folder: Path) -> Iterator[Figure]:
    """CPU of such a plan for each route, without what a plan of any size takes to start."""
    few = DECLARED // 10
    with tempfile.TemporaryDirectory() as smaller:
        write_files(Path(smaller), few)
        little = best(lambda: _plan(Path(smaller), few, 0).cpu)
    much = best(lambda: _plan(folder, DECLARED, 0).cpu)
    each = 1000 * (much - little) / (DECLARED - few)
    yield Figure("its CPU for each further route", each, 0.8, "ms")


def _plan(folder: Path, routes: int, latency_ms: float) -> Run:
    """In an account of its own: plans share a bucket of requests."""
    with account(routes, latency_ms) as live:
        command = [PYTHON, "-m", "reconciler", "-v", "-C", str(folder), "plan"]
        ended = run(command, live.environment())
    assert ended.code == 0, ended.err[-2000:]
    return ended


def one_route(folder: Path) -> Iterator[Figure]:
    """CPU of one ten-line route: read, validate, resolve, canonical form, compare."""
    config = Config()
    with account(DECLARED, 0) as seeded, seeded.client() as client:
        files = read_routes(folder)
        seen = survey(client, files.declarations, config)
    by_name = {live.route.name: live for live in seen.lives.values()}
    bodies = [
        ((folder / one.file).read_text(), one.file, by_name[one.route.name].body)
        for one in files.declarations[:500]
    ]

    def compare() -> float:
        start = time.process_time()
        for text, file, body in bodies:
            declaration, _ = parse_route(text, file)
            assert declaration is not None
            resolved, _ = resolve(declaration, seen.directory, config)
            one, other = canonical_pair(resolved.route, codec("v3").decode(body).route)
            assert one == other
        return (time.process_time() - start) / len(bodies)

    yield Figure("CPU for one route, files to comparison", 1000 * best(compare), 1.5, "ms")


def proved_plans() -> Iterator[Figure]:
    """What the proof of who is paged differently costs a plan: CPU, and reads of other routes."""
    with account(6, 0) as live:
        plain = best(lambda: _edited(live, "\nname:", "\nprivate: true\nname:").cpu)
        proved = best(lambda: _edited(live, "severity: critical", "severity: warning").cpu)
    yield Figure("plan of 6, one edited: CPU of the proof", 1000 * (proved - plain), 50, "ms")
    # Of more than 200 others only those are read that share a source with it: two.
    for routes, read in ((100, 100), (300, 3)):
        with account(routes, 0) as live:
            ended = _edited(live, "severity: critical", "severity: warning", "-v", only=PRODUCTION)
        sent = [line for line in ended.err.splitlines() if line.startswith("GET ")]
        details = sum(line.startswith("GET /v3/alert_routes/") for line in sent)
        yield Figure(f"plan of 1 of {routes}, routing edited: details", details, read, "")
        yield Figure("its requests besides", len(sent) - details, math.ceil(routes / 50) + 8, "")


def _edited(live: Account, old: str, new: str, *options: str, only: str = "") -> Run:
    """A plan of the repository's own routes, one of them edited. The one that has drifted in each
    new account has its live target.
    """
    drifted = ("path: Engineering On-Call", "path: Database On-Call")
    edits = {PRODUCTION: (old, new), "routes/database-alerts.yaml": drifted}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "routes").mkdir()
        for path in (REPOSITORY / "routes").glob("*.yaml"):
            file = f"routes/{path.name}"
            (folder / file).write_text(path.read_text().replace(*edits.get(file, ("\0", ""))))
        (folder / "reconciler.yaml").write_text((REPOSITORY / "reconciler.yaml").read_text())
        command = [PYTHON, "-m", "reconciler", *options, "-C", place, "plan"]
        ended = run([*command, *([only] if only else [])], live.environment())
    assert ended.code == 0, ended.err[-2000:]
    return ended


def imports() -> Iterator[Figure]:
    """`import --all` of 100 and of 1,000 live routes: linear, and each route is read once."""
    few, many = _import_all(DECLARED // 10), _import_all(DECLARED)
    sent = [line for line in many.err.splitlines() if line.startswith("GET ")]
    details = sum(line.startswith("GET /v3/alert_routes/") for line in sent)
    yield Figure("import of 1,000: details", details, DECLARED, "")
    yield Figure("its requests besides", len(sent) - details, math.ceil(DECLARED / 50) + 8, "")
    yield Figure("its CPU for each route", 1000 * many.cpu / DECLARED, 5, "ms")
    yield Figure("its CPU, by ten times that of 100", many.cpu / (10 * few.cpu), 1, "")


def pages() -> Iterator[Figure]:
    """The page of 3,000 routes; `make browser` measures how soon it answers."""
    ended, size = page(LIVE)
    yield Figure("page of 3,000 routes, CPU", ended.cpu, 30, "s")
    yield Figure("its peak memory", ended.peak_mib, 350, "MiB")
    yield Figure("its size", size, 5, "MB")


def _import_all(routes: int) -> Run:
    with account(routes, 0) as live, tempfile.TemporaryDirectory() as folder:
        command = [PYTHON, "-m", "reconciler", "-v", "-C", folder, "import", "--all"]
        ended = run(command, live.environment())
    assert ended.code == 0, ended.err[-2000:]
    return ended


def proofs() -> Iterator[Figure]:
    """Who is paged differently, among few routes and many."""
    few, some, much = (best(lambda n=n, s=s: routing.proof(n, s, 1)) for n, s in PROOFS)  # type: ignore[misc]
    yield Figure("proof for one of 6 routes, CPU", 1000 * few, 50, "ms")
    yield Figure("proof for one of 300, CPU", some, 0.5, "s")
    yield Figure("proof for one of 3,000, CPU", much, 2, "s")
    seconds, mib = routing.proof_in_a_process(3_000, 40, 50)
    yield Figure("proof for 50 of 3,000, CPU", seconds, 30, "s")
    yield Figure("its peak memory", mib, 250, "MiB")
    yield Figure("cover of 300 routes, CPU", best(lambda: routing.gaps(300, 40)), 10, "s")


if __name__ == "__main__":
    sys.exit(main())
