"""Which live route a file means: by id, by name, by its former name, and never by guessing."""

from dataclasses import replace

import pytest

from reconciler.model import Declaration, Listed, Positions, Route
from reconciler.plan.identify import Identified, identify
from tests.plan.parts import declared


def file(
    name: str,
    number: int = 1,
    route_id: str | None = None,
    previously: str | None = None,
    absent: bool = False,
) -> Declaration:
    where = f"routes/{number}.yaml"
    return declared(Route(name), where, route_id=route_id, previously=previously, absent=absent)


def pairs(found: Identified) -> list[tuple[str, str]]:
    return [(pair.declaration.file, pair.id) for pair in found.pairs]


def codes(found: Identified) -> list[str]:
    return [finding.code for finding in found.findings]


def test_the_id_wins_over_the_name() -> None:
    found = identify([file("A", route_id="01B")], [Listed("01A", "A"), Listed("01B", "B")])

    assert pairs(found) == [("routes/1.yaml", "01B")]
    assert found.undeclared == (Listed("01A", "A"),)
    assert not found.findings


def test_an_id_that_is_not_live_is_an_error_and_never_a_create() -> None:
    found = identify([file("A", route_id="01X")], [Listed("01A", "A")])

    assert codes(found) == ["id-not-live"]
    assert not found.creates
    assert not found.pairs
    assert found.findings[0].position is not None
    assert found.findings[0].position.line == 13


def test_the_one_live_route_of_the_name() -> None:
    assert pairs(identify([file("A")], [Listed("01A", "A")])) == [("routes/1.yaml", "01A")]


def test_a_name_that_two_live_routes_have_is_a_finding_with_their_ids() -> None:
    found = identify([file("A")], [Listed("01B", "A"), Listed("01A", "A")])

    assert codes(found) == ["ambiguous-route"]
    assert "01A, 01B" in found.findings[0].message
    assert found.undeclared == ()  # one of them is meant, so neither may be deleted
    assert not found.creates


def test_a_route_that_another_file_claims_by_id_is_no_candidate() -> None:
    found = identify(
        [file("A", 1, route_id="01B"), file("A", 2, route_id="01A")],
        [Listed("01A", "A"), Listed("01B", "A")],
    )

    assert sorted(pairs(found)) == [("routes/1.yaml", "01B"), ("routes/2.yaml", "01A")]


def test_the_former_name_counts_when_the_new_one_is_not_live() -> None:
    found = identify([file("New", previously="Old")], [Listed("01A", "Old")])

    assert pairs(found) == [("routes/1.yaml", "01A")]
    assert not found.findings


def test_the_new_name_wins_and_a_live_former_one_is_a_warning() -> None:
    found = identify([file("New", previously="Old")], [Listed("01A", "Old"), Listed("01B", "New")])

    assert pairs(found) == [("routes/1.yaml", "01B")]
    assert codes(found) == ["previously-still-live"]
    assert found.undeclared == (Listed("01A", "Old"),)


def test_a_name_that_nobody_has_is_a_create() -> None:
    found = identify([file("A")], [])

    assert [declaration.route.name for declaration in found.creates] == ["A"]


def test_two_files_of_one_name_mean_no_route_and_reading_them_made_the_error() -> None:
    found = identify([file("A", 1), file("A", 2, route_id="01A")], [Listed("01A", "A")])

    assert codes(found) == []
    assert pairs(found) == [("routes/2.yaml", "01A")]
    assert not found.creates
    assert found.undeclared == ()


def test_two_files_of_one_name_create_nothing() -> None:
    found = identify([file("A", 1), file("A", 2)], [Listed("01A", "A")])

    assert not found.creates
    assert not found.pairs
    assert found.undeclared == ()


def test_two_files_of_one_live_route_are_an_error_for_both() -> None:
    found = identify([file("New", 1, previously="Old"), file("Old", 2)], [Listed("01A", "Old")])

    assert codes(found) == ["one-route-two-files", "one-route-two-files"]
    assert "routes/2.yaml" in found.findings[0].message
    assert not found.pairs


def test_two_files_of_one_id_mean_no_route_and_reading_them_made_the_error() -> None:
    found = identify(
        [file("A", 1, route_id="01A"), file("B", 2, route_id="01A")], [Listed("01A", "A")]
    )

    assert (codes(found), pairs(found), found.creates) == ([], [], ())


def test_a_file_whose_id_the_record_knows_and_one_that_has_it_are_an_error_for_both() -> None:
    by_record = replace(file("A", 1, route_id="01A"), positions=Positions("routes/1.yaml"))
    found = identify([by_record, file("B", 2, route_id="01A")], [Listed("01A", "A")])

    assert codes(found) == ["one-route-two-files", "one-route-two-files"]
    assert not found.pairs


@pytest.mark.parametrize("identity", [None, "01X"])
def test_an_absent_route_that_is_not_live_is_only_noted(identity: str | None) -> None:
    found = identify([file("A", absent=True, route_id=identity)], [])

    assert codes(found) == ["already-absent"]
    assert found.findings[0].level == "note"
    assert len(found.gone) == 1


def test_an_absent_route_that_is_perhaps_misspelt_is_a_warning() -> None:
    live = [Listed("01A", "Payments (Staging)"), Listed("01B", "Payments (Production)")]

    found = identify(
        [file("Payments (Stagin)", absent=True), file("Payments (Production)", 2)], live
    )

    (finding,) = found.findings
    assert (finding.level, finding.code) == ("warning", "already-absent")
    assert finding.hint == 'did you mean "Payments (Staging)"?'
    assert found.undeclared == (live[0],)


def test_an_absent_route_that_is_another_repository_s_is_live() -> None:
    live = [Listed("01A", "Alerts"), Listed("01B", "Others")]

    assert codes(identify([file("Alerts", absent=True)], live, foreign={"01A"})) == []
    (near,) = identify([file("Other", absent=True)], live, foreign={"01B"}).findings
    assert near.level == "note"  # the name of another's route is no help


def test_a_declared_route_is_not_what_an_absent_one_is_taken_for() -> None:
    live = [Listed("01B", "Payments (Production)")]

    found = identify(
        [file("Payments (Staging)", absent=True), file("Payments (Production)", 2)], live
    )

    assert found.findings[0].level == "note"


def test_without_a_list_an_id_is_enough() -> None:
    found = identify([file("A", route_id="01A")], None)

    assert pairs(found) == [("routes/1.yaml", "01A")]
    assert found.undeclared is None


def test_without_a_list_and_without_an_id_nothing_is_created() -> None:
    found = identify([file("A")], None)

    assert codes(found) == ["id-needed"]
    assert not found.creates


def test_when_only_some_files_were_looked_at_nothing_is_undeclared() -> None:
    assert identify([], [Listed("01A", "A")], complete=False).undeclared is None


LIVE = [Listed("01A", "A"), Listed("01B", "B")]


@pytest.mark.parametrize(
    ("files", "listed", "level", "code", "path"),
    [
        ([file("X", route_id="01X")], LIVE, "error", "id-not-live", ("id",)),
        ([file("A")], [*LIVE, Listed("01C", "A")], "error", "ambiguous-route", ("name",)),
        ([file("B", previously="A")], LIVE, "warning", "previously-still-live", ("previously",)),
        ([file("Q", absent=True)], LIVE, "note", "already-absent", ("state",)),
        ([file("Q")], None, "error", "id-needed", ("name",)),
    ],
)
def test_each_finding_names_its_route_and_stands_at_what_it_is_about(
    files: list[Declaration],
    listed: list[Listed] | None,
    level: str,
    code: str,
    path: tuple[str, ...],
) -> None:
    (finding,) = identify(files, listed).findings

    assert (finding.level, finding.code, finding.path) == (level, code, path)
    assert finding.route == files[0].route.name
    assert finding.hint
