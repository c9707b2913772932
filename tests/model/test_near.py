"""A typo finds the name that was meant."""

from reconciler.model import WORTH_COMPARING, did_you_mean, known_names, near_matches

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


def test_a_name_of_which_the_text_is_a_part_is_near_where_no_other_is() -> None:
    names = ("Checkly (Production)", "Axiom")

    assert near_matches("checkly", names) == ("Checkly (Production)",)
    assert near_matches("ch", names) == ()


def test_the_first_names_are_known_and_the_others_counted() -> None:
    assert known_names(()) == ""
    assert known_names("AB") == 'known names: "A", "B"'
    assert known_names("ABCDEFG") == 'known names: "A", "B", "C", "D", "E" and 2 more'
