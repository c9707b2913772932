"""Each name of a run is looked up in what is known, and looked up once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler import sandbox as sandboxes
from reconciler.directory import Directory, parse_lock, resolve, type_subjects, whole
from reconciler.directory.directory import Named
from reconciler.directory.walk import Walk
from reconciler.files import read_routes
from reconciler.files.config import read_config
from reconciler.model import Config, Declaration, Positions, Route, RouteSource
from reconciler.planning.planning import plan_routes
from reconciler.planning.request import PlanRequest
from tests.apply.account import TODAY, reader

REPOSITORY = Path(__file__).resolve().parents[2]
FILE = Declaration(Route("One", sources=(RouteSource("PlanetScale"),)), Positions("one.yaml"))


def knowing(identity: str) -> Directory:
    return Directory(sources=whole([Named(identity, "PlanetScale")]))


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[Walk]:
    """The walks through routes from here on: one for each translation."""
    begun: list[Walk] = []
    begin = Walk.__init__

    def noted(self: Walk, *given: Any) -> None:
        begun.append(self)
        begin(self, *given)

    monkeypatch.setattr(Walk, "__init__", noted)
    return begun


@pytest.mark.parametrize("with_lock", [False, True])
def test_a_plan_translates_six_files_and_their_routes_three_times(
    walks: list[Walk], with_lock: bool
) -> None:
    lock = parse_lock((REPOSITORY / "directory.lock.json").read_text(), "lock")[0]
    files = read_routes(REPOSITORY).declarations
    settings = sandboxes.Settings(rate_limit=False)
    with sandboxes.start(settings) as sandbox, reader(sandbox) as client:
        account = "https://sandbox.invalid/acme"
        known = replace(lock or Directory(), account=account) if with_lock else None
        config = read_config(REPOSITORY)[0]
        asked = PlanRequest(files, config, "0" * 64, TODAY, "0.1.0", known)
        walks.clear()

        plan = plan_routes(client, asked).plan

    assert (len(plan.unchanged), len(plan.changes)) == (5, 1)
    # Files: to tell what to read, with what was read, and with the lock's names. Live routes: once.
    # For the proof, the one route of the source that changes: to tell what to read, and with it.
    assert len(walks) == 6 * (2 + with_lock) + 6 + 2


def test_a_directory_that_differs_translates_anew() -> None:
    before = knowing("01J0000000000000000000000A")
    after = replace(before, sources=knowing("01J0000000000000000000000B").sources)

    found = [resolve(FILE, one, Config())[0].route.sources[0].source for one in (before, after)]

    assert found == ["01J0000000000000000000000A", "01J0000000000000000000000B"]


def test_other_settings_translate_anew() -> None:
    unknown = Config()
    known = Config(channels={"#alerts": "C1"})
    directory = Directory()

    found = [resolve(FILE, directory, one)[1] for one in (unknown, known, unknown)]

    assert found[0] == found[2]
    assert len(directory.translated) == 2


def test_findings_stand_where_each_file_says_the_name() -> None:
    directory = Directory(sources=whole([Named("01J0000000000000000000000A", "Other")]))
    copied = replace(FILE, positions=Positions("two.yaml"))

    places = [
        finding.position.file
        for one in (FILE, copied)
        for finding in resolve(one, directory, Config())[1]
        if finding.position
    ]

    assert places == ["one.yaml", "two.yaml"]


def test_names_and_ids_of_one_route_are_two_translations() -> None:
    directory = knowing("01J0000000000000000000000A")

    typed = type_subjects(FILE.route, directory)
    resolved = resolve(FILE, directory, Config())[0].route

    assert typed == FILE.route
    assert resolved.sources[0].source == "01J0000000000000000000000A"
