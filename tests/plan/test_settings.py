"""A change cannot switch off its own review; an approval counts once a plan shows it."""

import json
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given, strategies as st

from reconciler.model import (
    READINGS,
    Approval,
    ApprovedRisk,
    Assumption,
    Config,
    Elsewhere,
    Semantics,
    admissible,
)
from reconciler.plan.settings import allowing, loosened, standing, without_guards

APPROVAL = Approval("A", "delete", "retired", date(2026, 12, 31))
CASE = Assumption("text_case", True, "seen", date(2026, 8, 1))
NO_CASE = replace(CASE, answer=False)
WHOLE = replace(CASE, question="text_one_of")
DELETING = Config(undeclared="delete", owns_teams=("Platform",), max_deletes=2)


def approvals() -> st.SearchStrategy[tuple[Approval, ...]]:
    days = st.dates(date(2026, 1, 1), date(2026, 1, 9))
    allowed = st.sampled_from(["pages-nobody", "delete"])
    one = st.builds(Approval, st.sampled_from("AB"), allowed, st.text(max_size=3), days)
    return st.lists(one, max_size=3).map(tuple)


def configs() -> st.SearchStrategy[Config]:
    return st.builds(
        Config,
        undeclared=st.sampled_from(["report", "delete"]),
        owns_teams=st.lists(st.sampled_from(["X", "Y"]), unique=True).map(tuple),
        elsewhere=st.sampled_from([(), (Elsewhere("ledger", ("Z",)),)]),
        max_deletes=st.integers(0, 2),
        approvals=approvals(),
        require_reviewed_plan=st.booleans(),
        assume=st.sampled_from([(), (CASE,), (NO_CASE,), (CASE, WHOLE)]),
    )


@given(configs(), configs())
def test_what_counts_allows_nothing_more_than_either_side(now: Config, before: Config) -> None:
    counts = standing(now, before, agreed=())

    assert loosened(counts, before) == ()
    # What the other side owns counts as a whole until a review: two rules have no stricter one.
    assert {one.setting for one in loosened(counts, now)} <= {"owns"}


@given(configs(), configs())
def test_where_nothing_is_loosened_all_settings_count_at_once(now: Config, before: Config) -> None:
    counts = standing(now, before, agreed=())
    if not loosened(now, before):
        assert without_guards(counts) == without_guards(now)
        assert counts.require_reviewed_plan == now.require_reviewed_plan
        assert counts.approvals == now.approvals
        assert loosened(now, counts) == ()


@given(configs())
def test_the_same_settings_count_as_they_are(config: Config) -> None:
    assert loosened(config, config) == ()
    assert standing(config, config).approvals == config.approvals


def test_reviews_are_switched_off_for_the_next_change_only() -> None:
    (one,) = loosened(Config(require_reviewed_plan=False), Config())

    assert one.setting == "require_reviewed_plan"
    assert "takes effect with the next change" in one.sentence
    assert standing(Config(require_reviewed_plan=False), Config()).require_reviewed_plan
    assert standing(Config(), Config(require_reviewed_plan=False)).require_reviewed_plan


def test_a_reading_is_pinned_for_the_next_change_only() -> None:
    """Else a change could pin away the reading in which it loses a page."""
    (one,) = loosened(Config(assume=(CASE, WHOLE)), Config(assume=(WHOLE,)))

    assert one.setting == "assume"
    assert one.sentence == (
        "the proof of who is paged assumes that case counts. This takes effect with the next change"
    )
    assert standing(Config(assume=(CASE, WHOLE)), Config(assume=(WHOLE,))).assume == (WHOLE,)
    assert standing(Config(assume=(NO_CASE,)), Config(assume=(CASE,))).assume == ()
    assert standing(Config(), Config(assume=(CASE,))).assume == ()
    assert loosened(Config(), Config(assume=(CASE,))) == ()


def test_what_past_alerts_rule_out_counts_for_the_next_change_only() -> None:
    """As a pin does: a fork's pull request could bring a lock file of its own."""
    case = Semantics("a", tuple(one for one in READINGS if one.text_case))
    both = Semantics("a", tuple(one for one in case.left if one.text_one_of))
    (one,) = loosened(Config(semantics=both), Config(semantics=case))
    counting = standing(Config(semantics=both), Config(semantics=case))

    assert one.setting == "semantics.lock.yaml"
    assert allowing([one]) == "semantics.lock.yaml allows"
    (pin,) = loosened(Config(assume=(CASE,)), Config())
    assert allowing([one, pin]) == "reconciler.yaml and semantics.lock.yaml allow"
    assert one.sentence == (
        "the proof of who is paged assumes that `one_of` compares whole texts. "
        "This takes effect with the next change"
    )
    assert {*admissible(counting.assumed)} == {*case.left}
    assert admissible(standing(Config(semantics=both), Config()).assumed) == READINGS
    assert admissible(standing(Config(), Config(semantics=both)).assumed) == READINGS
    assert loosened(Config(semantics=case), Config(semantics=both)) == ()
    assert loosened(Config(), Config(semantics=both)) == ()


def test_what_alerts_of_another_account_ruled_out_says_nothing_of_this_one() -> None:
    left = tuple(one for one in READINGS if one.text_case)
    before, now = (Config(semantics=Semantics(account, left)) for account in ("a", "b"))
    (one,) = loosened(now, before)

    assert one.setting == "semantics.lock.yaml"
    assert admissible(standing(now, before).assumed) == READINGS


def test_files_that_belong_to_no_account_more_guard_themselves_once_more() -> None:
    before = Config(account="https://app.incident.io/a")
    (one,) = loosened(Config(), before)

    assert (one.setting, "takes effect with the next change" in one.sentence) == ("account", True)
    assert standing(Config(), before).account == before.account
    assert loosened(before, Config()) == ()
    assert standing(before, Config()).account == before.account


def test_another_account_counts_at_once_and_is_shown() -> None:
    before, now = Config(account="https://x.io/a/"), Config(account="https://x.io/b")
    (one,) = loosened(now, before)

    assert one.sentence == "the files belong to https://x.io/b instead of https://x.io/a/"
    assert standing(now, before).account == now.account
    assert loosened(Config(account="https://x.io/a"), before) == ()


def test_an_approval_counts_where_its_digest_is_agreed() -> None:
    now = Config(approvals=(APPROVAL,))
    (one,) = loosened(now, Config())

    assert (one.route, one.sentence) == ("A", '"A" may be deleted until 2026-12-31 (retired)')
    assert standing(now, Config()).approvals == (APPROVAL,)
    assert standing(now, Config(), agreed=[one.digest]).approvals == (APPROVAL,)
    assert standing(now, Config(), agreed=["0" * 64]).approvals == ()


def test_a_longer_approval_is_another_and_a_shorter_one_is_none() -> None:
    longer = replace(APPROVAL, expires=date(2027, 12, 31))
    before = Config(approvals=(APPROVAL,))

    assert loosened(Config(approvals=(longer,)), before)
    assert not loosened(before, Config(approvals=(longer,)))
    assert not loosened(Config(approvals=(replace(APPROVAL, reason="x"),)), before)


def test_deletions_widen_by_team_by_number_and_at_all() -> None:
    teams = replace(DELETING, owns_teams=("Platform", "Payments"))
    many = replace(DELETING, max_deletes=3)

    later = "This takes effect with the next change"
    assert [(one.setting, one.sentence) for one in loosened(DELETING, Config())] == [
        (
            "undeclared",
            f"apply may delete up to 2 live routes of Platform that no file declares. {later}",
        )
    ]
    assert [(one.setting, one.sentence) for one in loosened(teams, DELETING)] == [
        ("owns", "apply may change routes of Payments, too"),
        ("undeclared", f"apply may delete undeclared routes of Payments, too. {later}"),
    ]
    assert [(one.setting, one.sentence) for one in loosened(many, DELETING)] == [
        (
            "max_deletes",
            f"apply may delete up to 3 undeclared routes at once instead of 2. {later}",
        )
    ]
    assert standing(many, DELETING).max_deletes == 2
    assert standing(teams, DELETING).undeclared == "report"
    assert standing(replace(DELETING, owns_teams=("Other",)), DELETING).undeclared == "report"
    assert loosened(Config(owns_teams=("Platform",)), DELETING) == ()


PAYMENTS = Config(owns_teams=("Payments",))
LEDGER = Elsewhere("ledger-alerts", ("Ledger",))


@pytest.mark.parametrize(
    ("now", "before", "more"),
    [
        (Config(owns_teams=("Ledger", "Payments")), PAYMENTS, ["Ledger"]),
        (PAYMENTS, Config(owns_teams=("Ledger", "Payments")), []),
        (PAYMENTS, Config(), []),
        (Config(), PAYMENTS, ["all other owners"]),
        (Config(owns_prefixes=("Pay",)), Config(owns_prefixes=("Payments: ",)), ["Pay"]),
        (Config(owns_prefixes=("Payments: ",)), Config(owns_prefixes=("Pay",)), []),
        (Config(owns_prefixes=("A",)), PAYMENTS, ["A"]),
        (PAYMENTS, replace(PAYMENTS, elsewhere=(LEDGER,)), ["Ledger"]),
        (replace(PAYMENTS, elsewhere=(LEDGER,)), PAYMENTS, []),
    ],
)
def test_routes_that_were_not_owned_before_need_a_review(
    now: Config, before: Config, more: list[str]
) -> None:
    found = [one for one in loosened(now, before) if one.setting == "owns"]

    assert [json.loads(one.content) for one in found] == ([more] if more else [])
    assert standing(now, before).owns_teams == now.owns_teams
    assert standing(now, before, [one.digest for one in found]).elsewhere == now.elsewhere
    counts = standing(now, before, agreed=())
    kept = before if more else now
    assert (counts.owns_teams, counts.owns_prefixes, counts.elsewhere) == (
        kept.owns_teams,
        kept.owns_prefixes,
        kept.elsewhere,
    )


def test_each_risk_that_can_be_approved_has_its_words() -> None:
    for risk in get_args(ApprovedRisk):
        (one,) = loosened(Config(approvals=(replace(APPROVAL, allow=risk),)), Config())

        assert f"may {risk} until" not in one.sentence


@given(configs(), configs(), configs())
def test_a_review_of_one_permission_is_none_of_another(
    now: Config, other: Config, before: Config
) -> None:
    """Of approvals the reason allows nothing, so it may differ."""
    allowed = {
        one.digest: (one.setting, one.sentence.partition(" (")[0])
        for side in (now, other)
        for one in loosened(side, before)
    }

    assert len(set(allowed.values())) == len(allowed)


@given(configs())
def test_without_guards_nothing_is_left_that_allows_anything(config: Config) -> None:
    named = replace(config, channels={"#a": "C1"}, table_order=("Axiom",))

    assert without_guards(named) == Config(channels={"#a": "C1"})
