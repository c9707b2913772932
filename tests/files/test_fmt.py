"""Comments stay with what they speak of; what cannot be read is left alone."""

import pytest

from reconciler.files.emit import MODELINE
from reconciler.files.fmt import format_text

FILE = "routes/a.yaml"


def formatted(text: str) -> str:
    result, findings = format_text(text, FILE)
    assert findings == ()
    assert result is not None
    assert format_text(result, FILE) == (result, ())
    return result


def test_a_whole_file() -> None:
    text = f"""\
{MODELINE}
# Owned by the platform team.

# who
"name":   'Alerts'    # the name
sources: [{{source: "Grafana", when: [{{subject: severity, operation: one_of,
  params: [[critical]]}}]}}, B]
notify:
- slack: {{channel: "#alerts"}}   # everybody
# - slack: "#old"
escalate: {{to: [{{path: On-Call}}]}} # wakes people
"""
    assert (
        formatted(text)
        == f"""\
{MODELINE}
# Owned by the platform team.

# who
name: Alerts  # the name
sources:
  - source: Grafana
    when:
      - severity: critical
  - B
# - slack: "#old"
escalate:  # wakes people
  - path: On-Call
notify:
  - slack: "#alerts"  # everybody
"""
    )


def test_comments_move_with_their_keys() -> None:
    text = "sources: [A]  # one\n# two\nname: B  # three\n"

    assert formatted(text) == "# two\nname: B  # three\nsources:  # one\n  - A\n"


def test_comments_inside_lists_stay_at_their_items() -> None:
    text = "name: A\nsources: [\n  B, # one\n  # two\n  C # three\n  # four\n]\n"

    assert formatted(text) == (
        "name: A\nsources:\n  - B  # one\n  # two\n  - C  # three\n  # four\n"
    )


def test_a_comment_forces_lines_of_its_own() -> None:
    text = "name: A\nsources: [B]\nowners:\n  - C  # one\n  - D\n"

    assert formatted(text) == "name: A\nowners:\n  - C  # one\n  - D\nsources:\n  - B\n"


def test_byte_order_mark_and_line_ends_of_other_systems_go() -> None:
    assert formatted("\ufeffname: A # x\r\nsources: [B]\r\n") == ("name: A  # x\nsources:\n  - B\n")


def test_a_default_that_is_written_out_goes_and_its_comment_stays() -> None:
    assert "# never off" in formatted("name: A\nsources: [B]\nenabled: true  # never off\n")


@pytest.mark.parametrize("text", ["", "name: A\n", "name: [\n", "name: A\nsources: [no]\n"])
def test_a_file_with_errors_is_left_as_it_is(text: str) -> None:
    result, findings = format_text(text, FILE)

    assert result is None
    assert any(finding.level == "error" for finding in findings)
