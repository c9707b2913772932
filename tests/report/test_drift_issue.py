"""The issue names direction, time and both ways out; nothing is no issue."""

import re
from dataclasses import replace

from reconciler.model import Finding, Position
from reconciler.plan.change import FieldChange, Risk, Shown
from reconciler.plan.plan import Conflict, Drift, Plan
from reconciler.report.drift_issue import drift_issue
from reconciler.text import MOST, size
from tests.plan.parts import CONTEXT, declared, live, planned, production

ABOUT = replace(CONTEXT, base="0123456789abcdef")
FIELD = FieldChange(("enabled",), "enabled", Shown(False, "f"), Shown(True, "t"), None, "drift")


def test_without_hand_edits_there_is_no_issue() -> None:
    assert drift_issue(Plan(ABOUT)) == ""


def test_an_edit_has_its_time_its_direction_and_two_ways_out() -> None:
    side = Drift(declared(production("It's @team")), live(production("It's @team")), (FIELD,))

    text = drift_issue(Plan(ABOUT, drift=(side,)))

    assert text.startswith("**1 route has live edits in incident.io** since `0123456789ab`.")
    assert "live v14, updated 2026-08-21 09:12 UTC" in text
    assert "- false\n+ true" in text
    assert """reconciler pull 'It'"'"'s @team'""" in text
    assert "--base 0123456789ab --revert-drift --out plan.json\n```" in text
    assert "```sh\nreconciler apply plan.json\n```" in text


def test_every_command_stands_in_a_block_of_its_own_and_is_of_one_route() -> None:
    place = Position("routes/gone.yaml", 1, 1)
    gone = Finding("warning", "deleted-by-hand", "it was deleted", position=place, route="Gone")
    sides = [
        Drift(declared(production(name)), live(production(name)), (FIELD,)) for name in ("A", "B")
    ]
    both = Conflict(declared(production("C")), live(production("C")), (FIELD,))

    text = drift_issue(Plan(ABOUT, drift=tuple(sides), conflicts=(both,), findings=(gone,)))

    commands = re.findall(r"```sh\n(.*?)\n```", text, re.DOTALL)
    assert all("\n" not in one for one in commands)
    assert text.count("To keep the live value, write it into the file.") == 1  # C: `pull` cannot
    over = "--base 0123456789ab --revert-drift --out plan.json"
    assert commands == [
        *("reconciler pull A", f"reconciler plan A {over}", "reconciler apply plan.json"),
        *("reconciler pull B", f"reconciler plan B {over}", "reconciler apply plan.json"),
        *("reconciler plan C --revert-drift --out plan.json", "reconciler apply plan.json"),
        *(f"reconciler plan Gone {over}", "reconciler apply plan.json"),
    ]


def test_each_difference_says_which_side_is_live_and_which_the_file() -> None:
    side = Drift(declared(production()), live(production()), (FIELD,))

    text = drift_issue(Plan(ABOUT, drift=(side,)))

    assert "```diff\n--- live\n+++ file\n- false\n+ true\n```" in text


def test_a_guard_that_will_refuse_the_file_s_value_is_said_beside_it() -> None:
    pages = planned([declared(production(targets=()))], [live(production())])
    (guard,) = pages.guards
    side = Drift(declared(production()), live(production()), (FIELD,), refused=(guard,))

    text = drift_issue(Plan(ABOUT, drift=(side,)))

    assert '🛑 A guard refuses to write the file\'s value: "Production Alerts" pages' in text
    assert "If this is intended, add to `approvals` in reconciler.yaml" in text


def test_where_paging_stays_as_it_is_the_top_says_so() -> None:
    side = Drift(declared(production()), live(production()), (FIELD,))

    assert drift_issue(Plan(ABOUT, drift=(side,))).splitlines()[2] == (
        "Nobody is paged differently."
    )


def test_who_is_paged_differently_since_the_edit_is_said_first() -> None:
    risk = Risk("target changed", "pages B instead of A")
    side = Drift(declared(production()), live(production()), (FIELD,), (risk,))

    lines = drift_issue(Plan(ABOUT, drift=(side,))).splitlines()

    assert lines[2] == "- ⚠️ `Production Alerts` **target changed**: pages B instead of A"


def test_no_way_out_touches_the_other_routes() -> None:
    def side(name: str) -> Drift:
        return Drift(declared(production(name)), live(production(name)), (FIELD,))

    one = drift_issue(Plan(ABOUT, drift=(side("A"),)))
    two = drift_issue(Plan(ABOUT, drift=(side("A"), side("B"))))

    assert "reconciler plan B --base 0123456789ab --revert-drift --out plan.json" in two
    assert "reconciler apply --base" not in one + two


def test_a_name_that_begins_like_an_option_is_none() -> None:
    side = Drift(declared(production("-x y")), live(production("-x y")), (FIELD,))

    text = drift_issue(Plan(ABOUT, drift=(side,)))

    assert "\nreconciler pull -- '-x y'\n" in text
    assert "--base 0123456789ab --revert-drift --out plan.json -- '-x y'\n" in text


def test_a_conflict_ends_by_a_plan_without_base_since_a_base_keeps_it() -> None:
    side = Conflict(declared(production()), live(production()), (FIELD,))

    text = drift_issue(Plan(ABOUT, conflicts=(side,)))

    assert "reconciler plan 'Production Alerts' --revert-drift --out plan.json\n```" in text
    assert "--base" not in text[text.index("reconciler plan") :]


def test_both_sides_moved_and_deleted_are_told_apart() -> None:
    place = Position("routes/gone.yaml", 1, 1)
    gone = Finding("warning", "deleted-by-hand", "it was deleted", position=place, route="Gone")
    nowhere = replace(gone, position=None, route="Elsewhere")
    side = Conflict(declared(production()), live(production()), (FIELD,))

    text = drift_issue(Plan(ABOUT, conflicts=(side,), findings=(gone, nowhere)))

    assert "3 routes" in text
    assert "The file changed too" in text
    assert "remove `routes/gone.yaml`" in text
    assert "remove `its file`" in text


def test_a_route_that_was_renamed_is_not_to_be_created_a_second_time() -> None:
    hint = "if it is this route, write its new name here"
    renamed = Finding("warning", "renamed-by-hand", "it was renamed", hint, route="Old")

    text = drift_issue(Plan(ABOUT, findings=(renamed,)))

    assert "**1 route has live edits" in text
    assert "\nIf it is this route, write its new name here.\n" in text
    assert "Create it again" not in text
    assert "```" not in text


def test_very_much_drift_leaves_out_the_fields() -> None:
    sides = [
        Drift(declared(production(f"R{n}")), live(production(f"R{n}")), (FIELD,) * 3)
        for n in range(200)
    ]

    text = drift_issue(Plan(ABOUT, drift=tuple(sides)))

    assert len(text) <= MOST
    assert "+ true" not in text


def test_every_route_is_named_however_many_there_are() -> None:
    sides = [
        Drift(declared(production(f"R{n} 🚨")), live(production(f"R{n} 🚨")), (FIELD,))
        for n in range(600)
    ]

    text = drift_issue(Plan(ABOUT, drift=tuple(sides)))

    assert size(text) <= MOST
    assert text.count("```") == 6
    assert all(f"- `R{n} 🚨` (live v14, updated" in text for n in range(600))
    assert "reconciler plan NAME --base 0123456789ab --revert-drift --out plan.json" in text


def test_what_does_not_fit_at_all_is_counted() -> None:
    gone = Finding("warning", "deleted-by-hand", "it was deleted", route="R")
    drift = tuple(
        Drift(declared(production(f"R{n}")), live(production(f"R{n}")), ()) for n in range(900)
    )
    side = Conflict(declared(production("C" * 300)), live(production("C" * 300)), ())
    plan = Plan(ABOUT, drift=drift, conflicts=(side,), findings=(gone,) * 900)

    text = drift_issue(plan)

    assert size(text) <= MOST
    assert "**1801 routes have live edits" in text
    assert re.search(r"- and \d+ more lines, in the run's summary\n\Z", text)


def test_counted_from_the_record_it_names_no_commit() -> None:
    about = replace(ABOUT, base="")
    side = Drift(declared(production()), live(production()), (FIELD,))
    place = Position("routes/gone.yaml", 1, 1)
    gone = Finding("warning", "deleted-and-changed", "it was deleted", position=place, route="Gone")

    text = drift_issue(Plan(about, drift=(side,), findings=(gone,)))
    many = drift_issue(Plan(about, drift=(side,) * 3000))

    assert text.startswith("**2 routes have live edits in incident.io** since the last apply.")
    assert "reconciler plan Gone --revert-drift --out plan.json" in text
    assert "reconciler plan NAME --revert-drift --out plan.json" in many
    assert "--base" not in text + many
