"""GitHub draws the changed routes, and no name can draw anything else."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from reconciler.model import Binding, Channels, Destination, Reference, RouteSource, Target, one
from reconciler.plan.plan import Plan
from reconciler.report.comment import MOST_EDGES, MOST_TEXT, picture
from tests.plan.expressed import branches, deciding
from tests.plan.parts import CONTEXT, NAMES, declared, live, path, planned, production, when
from tests.report.plans import full_plan

NODE = r"  n\d+(\(\[|\[|\{\{|>|\()\"[^\"\n`<>&\\]+\"(\]\)|\]|\}\}|\))"
LINE = re.compile(rf"flowchart LR|{NODE}|  n\d+ (-->|==>|-\.->) n\d+")


def drawn(plan: Plan) -> list[str]:
    text = picture(plan, NAMES)
    block = text.partition("```mermaid\n")[2].partition("\n```")[0]
    return block.splitlines()


def test_new_edges_are_thick_and_lost_ones_dotted() -> None:
    after = production(
        sources=[RouteSource("01PROD"), RouteSource("01GRAF")], targets=[path("01PLATFORM")]
    )

    text = "\n".join(drawn(planned([declared(after)], [live(production())])))

    nodes = dict(re.findall(r'(n\d+)\W+"([^"]+)"', text))
    edges = {
        (nodes[start], line, nodes[end])
        for start, line, end in re.findall(r"(n\d+) (-->|==>|-\.->) (n\d+)", text)
    }
    route = "Production Alerts"
    assert edges == {
        ("Alertmanager #40;Production#41;", "-->", route),
        ("Grafana Cloud", "==>", route),
        (route, "==>", "Platform On-Call"),
        (route, "-.->", "Engineering On-Call"),
        (route, "-->", "#35;alerts"),
    }


def test_a_create_is_all_thick_and_a_delete_all_dotted() -> None:
    lines = [line for line in drawn(full_plan()) if " n" in line and '"' not in line]

    assert any("==>" in line for line in lines)
    assert any("-.->" in line for line in lines)
    assert picture(full_plan(), NAMES).endswith(
        "```\nThick lines are new, dotted lines are removed.\n"
    )


def test_only_lines_that_are_there_are_explained() -> None:
    old, new = [live(production())], production(targets=[path("01ONCALL"), path("01PLATFORM")])
    filtered = production(sources=[RouteSource("01PROD", when("warning"))])

    assert picture(planned([declared(new)], old), NAMES).endswith("```\nThick lines are new.\n")
    gone = planned([declared(production(targets=[]))], old)
    assert picture(gone, NAMES).endswith("```\nDotted lines are removed.\n")
    assert picture(planned([declared(filtered)], old), NAMES).endswith("\n```\n")


def test_nothing_changed_draws_nothing() -> None:
    assert picture(Plan(CONTEXT), NAMES) == ""


def test_only_some_of_very_many_are_drawn() -> None:
    many = planned([declared(production(f"Route {n}"), f"routes/{n}.yaml") for n in range(50)], [])

    assert "30 more changed routes not drawn." in picture(many, NAMES)


def test_no_more_is_drawn_than_mermaid_draws() -> None:
    sources = [RouteSource(f"01S{n}") for n in range(90)]
    routes = [
        declared(production(f"Route {n}", sources=sources), f"routes/{n}.yaml") for n in range(9)
    ]

    text = picture(planned(routes, []), NAMES)

    assert text.count("==>") <= MOST_EDGES
    assert "5 more changed routes not drawn." in text
    alone = declared(production(sources=[RouteSource(f"01S{n}") for n in range(MOST_EDGES + 1)]))
    assert picture(planned([alone], []), NAMES) == ""


def test_the_text_stays_within_what_mermaid_reads() -> None:
    routes = [declared(production(f"{n}" + "\u0301" * 400), f"routes/{n}.yaml") for n in range(20)]

    text = picture(planned(routes, []), NAMES)

    assert len(text) < MOST_TEXT + 200
    assert "more changed route not drawn." in text


@pytest.mark.parametrize(
    ("name", "label"), [("1. Alerts", "1#46; Alerts"), ("- a", "#45; a"), ("+ a-b", "#43; a-b")]
)
def test_no_name_is_a_list(name: str, label: str) -> None:
    assert f'(["{label}"])' in picture(planned([declared(production(name))], []), NAMES)


def test_references_teams_and_users_are_drawn_too() -> None:
    route = replace(
        production(targets=[Target("user", Binding((Reference("alert.attributes.01SEV"),)))]),
        notify=(Destination(ms_teams=Channels(Binding((Reference("alert.x"),)), "public")),),
    )

    text = "\n".join(drawn(planned([declared(route)], [])))

    assert '{{"#123;#123; severity #125;#125;"}}' in text
    assert '>"#123;#123; x #125;#125;"]' in text


@given(st.text(min_size=1, max_size=80))
def test_no_name_leaves_its_label(name: str) -> None:
    for line in drawn(planned([declared(production(name))], [])):
        assert LINE.fullmatch(line), line


def test_an_expression_leads_to_all_whom_it_may_page_and_perhaps_to_nobody() -> None:
    before = deciding(branches(("P1", one("01PLATFORM"))))
    after = deciding(branches(("P1", one("01ONCALL")), otherwise=one("01PLATFORM")))

    text = "\n".join(drawn(planned([declared(after)], [live(before)])))

    nodes = dict(re.findall(r'(n\d+)\W+"([^"]+)"', text))
    edges = {
        (line, nodes[end])
        for start, line, end in re.findall(r"(n\d+) (-->|==>|-\.->) (n\d+)", text)
        if nodes[start] == "Production Alerts"
    }
    assert edges == {
        ("==>", "Engineering On-Call"),
        ("-->", "Platform On-Call"),
        ("-.->", "perhaps nobody"),
        ("-->", "#35;alerts"),
    }


def test_a_route_that_is_switched_off_leads_nowhere() -> None:
    plan = planned([declared(production(enabled=False))], [live(production())])

    lines = [line for line in drawn(plan) if '"' not in line]
    assert [line.split()[1] for line in lines[1:]] == ["-->", "-.->", "-.->"]
