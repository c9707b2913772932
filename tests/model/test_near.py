"""A typo finds the name that was meant."""

from reconciler.model import WORTH_COMPARING, did_you_mean, near_matches

NAMES = ["Engineering On-Call", "Platform On-Call", "Payments Primary"]


def test_the_nearest_comes_first_and_case_does_not_count() -> None:
    assert near_matches("engineering oncall", NAMES)[0] == "Engineering On-Call"
    assert near_matches(" PAYMENTS PRIMARY ", NAMES) == ("Payments Primary",)


def test_nothing_near_is_nothing() -> None:
    assert near_matches("xyz", NAMES) == ()
    assert did_you_mean("xyz", NAMES) == ""


def test_several_are_offered() -> None:
    assert did_you_mean("Paymnts Primary", NAMES) == 'did you mean "Payments Primary"?'
    assert did_you_mean("abc", ["abd", "abe"]) == 'did you mean "abe" or "abd"?'


def test_long_lists_are_compared_by_their_first_letter() -> None:
    many = [f"x{number}" for number in range(WORTH_COMPARING + 1)]

    assert near_matches("checkuot", [*many, "checkout"]) == ("checkout",)
    assert near_matches("vheckout", [*many, "checkout"]) == ()
