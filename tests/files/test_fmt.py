"""Comments stay with what they speak of; what cannot be read is left alone."""

import pytest

from reconciler.files.write.fmt import format_text
from reconciler.files.write.route import MODELINE

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


KEPT = [
    ("sources:\n  - B\n  # - C\nprivate: true\n", "private: true\nsources:\n  - B\n  # - C\n"),
    ("sources:\n- B\n # - C\nprivate: true\n", "private: true\nsources:\n  - B\n  # - C\n"),
    ("sources: [B]\n\n\n# end\n  # of it\n", "sources:\n  - B\n\n# end\n# of it\n"),
    ("sources: [B]\n\n# one\n\n# two\nprivate: true\n",
     "\n# one\n\n# two\nprivate: true\nsources:\n  - B\n"),
    ("sources: [B]\ngroup: {window: 60s}\nescalate:\n  again: {on_each_new_alert: 60s}  # one\n",
     "sources:\n  - B\ngroup:\n  window: 1m\nescalate:\n  again: {on_each_new_alert: 1m}  # one\n"),
    ("owners: [C, D\n]  # one\nsources: [B]\n", "owners: [C, D]  # one\nsources:\n  - B\n"),
    ("owners:  # one\n  - C\nsources: [B]\n", "owners: [C]  # one\nsources:\n  - B\n"),
    ("owners: [\n  # one\n  C]\nsources: [B]\n",
     "owners:\n  # one\n  - C\nsources:\n  - B\n"),
    ("sources: [B]\nnotify:\n- slack: C\nmessage_template:  # one\n- D\n",
     "sources:\n  - B\nnotify:\n  - slack: C\n# one\nmessage_template: [D]\n"),
    ("sources: [B,\n  C\n]  # one\n", "sources:  # one\n  - B\n  - C\n"),
    ("previously:  # one\n  C\nsources: [B]\n", "# one\npreviously: C\nsources:\n  - B\n"),
    ("previously: 'C\n  D'  # one\nsources: [B]\n",
     "previously: C D  # one\nsources:\n  - B\n"),
    ("sources:\n  # why\n  - when: [{a: b}]  # one\n    source: B  # two\n",
     "sources:\n  # why\n  - source: B  # two\n    when:  # one\n      - a: b\n"),
    ("sources: [B]\nwhen:\n  - subject: a  # one\n    # two\n    operation: one_of  # three\n"
     "    params: [[b]]  # four\n",
     "sources:\n  - B\nwhen:\n  # one\n  # two\n  # three\n  # four\n  - a: b\n"),
    ("sources: [B]\nwhen:\n  any:\n   # one\n  - []\n",
     "sources:\n  - B\nwhen:\n  any:\n    # one\n    - []\n"),
    ("sources: [B]\nescalate:\n- path:\n# one\n    value: C\n",
     "sources:\n  - B\nescalate:\n  # one\n  - path: {value: C}\n"),
    ("sources: [B]\ngroup:\n  window: 60s\n  extend: rolling  # one\nprivate: false  # two\n",
     "sources:\n  - B\ngroup:\n  window: 1m\n  # one\n# two\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical"), KEPT)
def test_where_comments_go(text: str, canonical: str) -> None:
    assert formatted(f"name: A\n{text}") == f"name: A\n{canonical}"


def test_a_blank_line_after_the_head_of_a_file_stays() -> None:
    assert formatted("# one\n\n\nname: A\nsources: [B]\n") == (
        "# one\n\nname: A\nsources:\n  - B\n"
    )


def test_a_default_that_is_written_out_means_the_same() -> None:
    text = "name: A\nsources: [B]\nescalate: {again: on_priority_increase}\ngroup: {window: 1m}\n"

    assert formatted(text) == "name: A\nsources:\n  - B\ngroup:\n  window: 1m\n"


@pytest.mark.parametrize("spelled", ["name: B\nsources: []\n", "name: A\nsources: []\n", "name: ["])
def test_a_rewriting_that_loses_something_is_refused(
    spelled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.files.write.fmt.lay_out", lambda *_: spelled)

    result, (finding,) = format_text("name: A  # one\nsources: []\n", FILE)

    assert (result, finding.code) == (None, "fmt-changes-meaning")


@pytest.mark.parametrize("text", ["", "name: A\n", "name: [\n", "name: A\nsources: [no]\n"])
def test_a_file_with_errors_is_left_as_it_is(text: str) -> None:
    result, findings = format_text(text, FILE)

    assert result is None
    assert any(finding.level == "error" for finding in findings)


def test_comments_of_a_generated_text_and_its_reference_keep_their_lines() -> None:
    text = (
        'name: "A"\nsources:\n  - Grafana\nincident:\n  name: {autogenerated: false}\n  summary:\n'
        "    autogenerated: true  # generated\n    reference: alert.description  # of the alert\n"
    )

    formatted, findings = format_text(text, FILE)

    assert formatted is not None, findings
    assert formatted.partition("summary")[2] == text.partition("summary")[2]
