"""Routing tests are run by what route files and the lock file say, and by nothing else."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from reconciler.directory import LOCK, Directory, parse_lock
from reconciler.files import parse_route
from reconciler.files.config import CONFIG_FILE, parse_config
from reconciler.files.read.cases import parse_cases
from reconciler.model import Assumption, Config, Declaration
from reconciler.planning.first_cases import first_file
from reconciler.planning.tested import Runner, chosen_cases, runner_of
from reconciler.report.cases import report_of
from reconciler.report.explain_words import why_words
from reconciler.routing.case import CaseFile
from reconciler.routing.reading import QUESTIONS

REPOSITORY = Path(__file__).parents[2]
FILE = "routes/database-alerts.yaml"
TODAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def lock() -> Directory:
    found, _ = parse_lock((REPOSITORY / LOCK).read_text(), LOCK)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def declaration() -> Declaration:
    found, _ = parse_route((REPOSITORY / FILE).read_text(), FILE)
    assert found is not None
    return found


def runner(declarations: list[Declaration], lock: Directory, config: Config) -> Runner:
    return runner_of(declarations, lock, config, TODAY, why_words)


def cases(text: str) -> CaseFile:
    file, findings = parse_cases(text, "routing-tests/a.yaml")
    assert (findings, file is None) == ((), False)
    assert file is not None
    return file


def test_a_runner_has_the_routes_with_ids(declaration: Declaration, lock: Directory) -> None:
    found = runner([declaration], lock, Config())

    (source,) = found.routes["Database Alerts"].sources
    assert lock.sources.by_id[source.source].name == "PlanetScale"
    assert found.positions["Database Alerts"].at(("name",)).file == FILE


def test_a_route_to_be_deleted_is_not_tested(declaration: Declaration, lock: Directory) -> None:
    found = runner([replace(declaration, absent=True)], lock, Config())

    assert (found.routes, found.positions) == ({}, {})


def test_an_assumption_of_the_settings_leaves_fewer_readings(lock: Directory) -> None:
    assumed = Assumption(next(iter(QUESTIONS)), True, "tried", TODAY)

    every = runner([], lock, Config()).readings({})
    left = runner([], lock, Config(assume=(assumed,))).readings({})

    assert set(left) < set(every)


def test_a_report_places_what_no_test_decides(declaration: Declaration, lock: Directory) -> None:
    found = runner([declaration], lock, Config())
    file = cases(
        "tests:\n"
        "  - name: main\n"
        "    alert: {source: PlanetScale, attributes: {branch: main}}\n"
        "    expect: {routes: [Database Alerts]}\n"
    )
    ran = tuple(found.run(file, case) for case in file.cases)

    report = report_of(found, ran, Fraction(90), complete=False)

    assert [result.status for result in ran] == ["passed"]
    (uncovered,) = report.uncovered
    assert uncovered.words.endswith("no test shows that it does not hold")
    assert (uncovered.position.file, uncovered.position.line) == (FILE, 6)
    assert (report.ok, report.complete) == (False, False)


def test_without_tests_nothing_is_covered(declaration: Declaration, lock: Directory) -> None:
    report = report_of(runner([declaration], lock, Config()), (), None, complete=True)

    assert len(report.uncovered) == 2  # the condition, and the source
    assert report.ok


def test_a_first_file_passes_as_it_is_written(declaration: Declaration, lock: Directory) -> None:
    config, _ = parse_config((REPOSITORY / CONFIG_FILE).read_text(), CONFIG_FILE)
    found = runner([declaration], lock, config)
    first = first_file(found)
    file = cases(first.text)

    assert len(file.cases) == first.tests
    assert first.sources == len(lock.sources.rows)
    assert {found.run(file, case).status for case in file.cases} == {"passed"}


def test_words_choose_among_those_that_arguments_name() -> None:
    alert = "alert: {source: A}, expect: {unrouted: true}"
    file = cases(f"tests:\n  - {{name: one, tags: [Night], {alert}}}\n  - {{name: two, {alert}}}\n")

    chosen = chosen_cases([file], {}, "NIGHT")

    assert not isinstance(chosen, str)
    assert [case.name for _, case in chosen] == ["one"]
    assert chosen_cases([file], {"two": "two"}, "night") == (
        "no test has `night` in its name or tags"
    )
