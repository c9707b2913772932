"""An alert by names becomes one by ids, or an error says which name is unknown."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from reconciler.directory import Directory, emit_lock, parse_lock, part, unread
from reconciler.directory.described import alert_of, channels_of, things_of
from reconciler.directory.lookup import Lookup
from reconciler.directory.needs import needs_for_lock
from reconciler.model import Config, Positions
from reconciler.routing.case import Case, CaseFile, Described, Expected, Given, Part, Word
from tests.directory.accounts import PRIORITY, SERVICE, plain, ulid
from tests.directory.reading import read

ACCOUNT = plain()
CONFIG = Config(channels={"#alerts": "T012ABCDE/C0000000001"})
SERVICE_OF = f"alert.attributes.{ulid(111)}"
SEVERITY = f"alert.attributes.{ulid(110)}"
LABELS = f"alert.attributes.{ulid(114)}"


def describe(given: Mapping[Part, Given | None], source: str = "sev0@") -> Described:
    return Described(source, {part: one or Given(None) for part, one in given.items()})


def texts(*words: str) -> Given:
    return Given(tuple(map(Word, words)), ("at",))


def alert(
    given: Mapping[Part, Given | None],
) -> tuple[str, Mapping[str, tuple[str, ...]], set[str]]:
    found, findings = alert_of(describe(given), Lookup(ACCOUNT, CONFIG))
    assert findings == ()
    return found.source, found.values, set(found.unknown)


def wrong(
    given: Mapping[Part, Given | None], directory: Directory = ACCOUNT, source: str = "sev0@"
) -> list[tuple[str, str]]:
    _, findings = alert_of(describe(given, source), Lookup(directory, CONFIG))
    assert all(one.level == "error" for one in findings)
    return [(one.code, f"{one.message} {one.hint}") for one in findings]


def test_names_become_ids() -> None:
    source, values, unknown = alert(
        {
            ("title",): texts("PodNotRunning"),
            ("description",): texts(),
            ("priority",): texts("P1"),
            ("attributes", "severity"): texts("critical"),
            ("attributes", "service"): texts("checkout"),
            ("attributes", "labels"): texts("a", "b"),
            ("attributes", "team"): None,
        }
    )

    assert source == ulid(101)
    assert values == {
        "alert.title": ("PodNotRunning",),
        "alert.description": (),
        "alert.priority": (ulid(180),),
        SEVERITY: ("critical",),
        SERVICE_OF: (ulid(170),),
        LABELS: ("a", "b"),
    }
    assert unknown == {f"alert.attributes.{ulid(113)}"}


def test_silence_about_title_and_priority_is_no_statement() -> None:
    assert alert({}) == (ulid(101), {}, {"alert.title", "alert.priority"})
    assert alert({("priority",): texts(), ("title",): texts("x")})[2] == set()


@pytest.mark.parametrize("word", [Word("svc-checkout", "external_id"), Word(ulid(170), "id")])
def test_an_entry_can_be_meant_by_its_ids(word: Word) -> None:
    _, values, _ = alert({("attributes", "service"): Given((word,))})

    assert values[SERVICE_OF] == (ulid(170),)


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({("attributes", "sevrity"): texts("x")}, "unknown-attribute", 'did you mean "severity"?'),
        ({("attributes", "service"): texts("chekout")}, "unknown-entry", '"checkout"'),
        ({("priority",): texts("P9")}, "unknown-entry", 'known names: "P1"'),
        ({("attributes", "severity"): texts("a", "b")}, "alert-value", "holds one value, not 2"),
        ({("title",): texts()}, "alert-value", "always has a title"),
        ({("attributes", "severity"): Given((Word("x", "id"),))}, "alert-value", "is a text"),
        ({("attributes", "service"): Given((Word("x", "id"),))}, "alert-value", "has the id x"),
        (
            {("attributes", "service"): Given((Word("x", "external_id"),))},
            "alert-value",
            "no entry of Service that was read has the external id x",
        ),
    ],
)
def test_what_is_not_known_is_an_error(
    given: Mapping[Part, Given | None], code: str, words: str
) -> None:
    ((found, said),) = wrong(given)

    assert found == code
    assert words in said


def test_a_source_that_is_not_there_is_an_error_with_near_names() -> None:
    assert wrong({}, source="Grafana Clout") == [
        ("unknown-source", 'no alert source is named "Grafana Clout" did you mean "Grafana Cloud"?')
    ]


def test_what_the_lock_file_lacks_is_an_error_too() -> None:
    lock = replace(ACCOUNT, read_on="2026-08-20", entries={SERVICE: part([])})

    ((code, said),) = wrong({("attributes", "service"): texts("checkout")}, lock)

    assert code == "unknown-entry"
    assert "is not in directory.lock.json" in said
    assert "reconciler directory refresh" in said
    assert "`reconciler explain --live` reads all entries" in said
    assert "a plan checks" not in said
    assert "{literal" not in said


def test_a_list_that_was_not_read_is_said() -> None:
    refused = replace(ACCOUNT, attributes=unread("no right"))

    ((code, said),) = wrong({("attributes", "severity"): texts("x")}, refused)

    assert (code, "no right" in said) == ("unread-names", True)


def test_who_is_paged_is_a_path_or_a_user() -> None:
    lookup = Lookup(ACCOUNT, CONFIG)

    assert things_of(("Platform", "Lead@example.com", "Robot"), lookup, ("p",)) == (
        (("path", ulid(121)), ("user", ulid(130)), ("user", ulid(132))),
        (),
    )
    _, findings = things_of(("Platfrom", "x@example.com"), lookup, ("p",))
    assert [(one.code, one.path) for one in findings] == [
        ("unknown-path", ("p", 0)),
        ("unknown-user", ("p", 1)),
    ]


def test_channels_are_ids_without_their_team() -> None:
    assert channels_of(("#alerts",), Lookup(ACCOUNT, CONFIG), ()) == (("C0000000001",), ())
    _, findings = channels_of(("#alrts",), Lookup(ACCOUNT, CONFIG), ())
    assert [one.code for one in findings] == ["unknown-channel"]


def file_of(described: Described, expected: Expected) -> tuple[CaseFile, ...]:
    case = Case("T", described, expected, ())
    return (CaseFile(Positions("a.yaml"), {"other": describe({}, "Grafana Cloud")}, (case,)),)


EXPECTED = Expected(pages=("Platform",), not_pages=("Lead@example.com",), channels=("#alerts",))
FILES = file_of(
    describe({("priority",): texts("P1"), ("attributes", "service"): texts("checkout")}), EXPECTED
)


def test_the_lock_file_asks_for_what_tests_name_and_keeps_it() -> None:
    directory, rounds = Directory(account=ACCOUNT.account), []
    while needs := needs_for_lock(directory, [], CONFIG, FILES):
        rounds.append(needs)
        directory = read(needs, directory, ACCOUNT)

    assert rounds[-1].entries == (SERVICE, PRIORITY)
    assert "users" not in {name for needs in rounds for name in needs.lists}
    assert ("lead@example.com",) in [needs.emails for needs in rounds]
    lock = json.loads(emit_lock(directory, [], CONFIG, tests=FILES))
    assert [one["name"] for one in lock["entries"][SERVICE]] == ["checkout"]
    assert [one["name"] for one in lock["entries"][PRIORITY]] == ["P1", "P2"]
    assert [one["email"] for one in lock["users"]] == ["Lead@example.com"]


def test_what_the_lock_file_keeps_resolves_the_tests() -> None:
    lock, _ = parse_lock(emit_lock(ACCOUNT, [], CONFIG, tests=FILES), "directory.lock.json")
    assert lock is not None

    found, findings = alert_of(FILES[0].cases[0].alert, Lookup(lock, CONFIG))

    assert findings == ()
    assert found.values[SERVICE_OF] == (ulid(170),)
