"""What is not surely kept may be lost; what is surely kept needs no approval."""

from dataclasses import replace

import pytest

from reconciler.model import Expression, Filter, Navigate, Route, Target, one
from reconciler.plan.paging.silence import decision, may_fall_silent, used_expressions
from tests.plan.expressed import ATTRIBUTE, branches, computed, deciding, named, priority, ref
from tests.plan.parts import NAMES, path, production

A, B, C = one("01ONCALL"), one("01PLATFORM"), one("01OTHER")
HOP = Navigate('catalog_attribute["01HOP"]')
P1_A = branches(("P1", A))
P1_A_ELSE_B = branches(("P1", A), otherwise=B)
REFERENCE = Target("path", ref(ATTRIBUTE))
EMPTY = (priority("P1", "P2"), ref(ATTRIBUTE))
EMPTY_LAST = branches(("P1", A), EMPTY, otherwise=B)
EMPTY_FIRST = branches(EMPTY, ("P1", A), otherwise=B)
INNER = Expression("inner", "", ".", P1_A.steps)

LOSES = [
    (production(), deciding(P1_A)),
    (deciding(P1_A_ELSE_B), deciding(P1_A)),
    (deciding(P1_A), deciding(branches(("P1", B)))),  # what README's case 7 is without its else
    (deciding(branches(("P1", A), ("P2", A))), deciding(branches(("P2", A)))),
    (deciding(P1_A), deciding(branches(("P2", A)))),
    (deciding(P1_A), deciding(branches(("P2", ref(ATTRIBUTE)), ("P1", A)))),
    (  # an alert of P1 now falls into the case that may be empty
        deciding(EMPTY_LAST),
        deciding(EMPTY_FIRST),
    ),
    (
        deciding(computed(ATTRIBUTE, HOP)),
        deciding(computed(ATTRIBUTE, HOP, Filter(priority("P1")))),
    ),
    (deciding(computed(ATTRIBUTE, HOP, otherwise=B)), deciding(computed(ATTRIBUTE, HOP))),
    (production(targets=[REFERENCE]), deciding(P1_A)),
    (
        deciding(computed('expressions["inner"]', HOP), INNER),
        deciding(
            computed('expressions["inner"]', HOP), replace(INNER, steps=branches(("P2", A)).steps)
        ),
    ),
    (deciding(P1_A_ELSE_B), replace(deciding(P1_A_ELSE_B), enabled=False)),
]
KEEPS = [
    (production(), deciding(P1_A_ELSE_B)),
    (deciding(P1_A), deciding(P1_A_ELSE_B)),
    (deciding(P1_A), deciding(branches(("P1", A), ("P2", B)))),
    (deciding(EMPTY_FIRST), deciding(EMPTY_LAST)),
    (deciding(EMPTY_LAST), deciding(branches(("P3", B), ("P1", A), EMPTY, otherwise=B))),
    (deciding(P1_A), deciding(P1_A, targets=(named("who"), REFERENCE))),
    (deciding(P1_A), deciding(replace(P1_A, label="Another label"))),
    (deciding(P1_A), deciding(replace(P1_A, reference="other"), targets=(named("other"),))),
    (deciding(P1_A), production()),
    (deciding(computed(ATTRIBUTE, HOP)), deciding(computed(ATTRIBUTE, HOP, otherwise=B))),
    (production(targets=[REFERENCE]), production("Other Name", targets=[REFERENCE])),
    (replace(deciding(P1_A), enabled=False), deciding(branches(("P2", A)))),
    (production(targets=[]), deciding(P1_A)),
]


@pytest.mark.parametrize(("before", "after"), LOSES)
def test_an_alert_that_paged_may_page_nobody(before: Route, after: Route) -> None:
    assert may_fall_silent(before, after, NAMES)


@pytest.mark.parametrize(("before", "after"), KEEPS)
def test_every_alert_that_paged_still_does(before: Route, after: Route) -> None:
    assert not may_fall_silent(before, after, NAMES)


def test_a_path_by_its_entry_is_the_same_path() -> None:
    known = {**NAMES, "entry 01ENTRY": "01ONCALL"}
    by_entry = deciding(branches(("P1", one("01ENTRY"))))

    assert not may_fall_silent(deciding(P1_A), by_entry, known)
    assert may_fall_silent(deciding(P1_A), by_entry, NAMES)


def test_an_expression_that_no_target_uses_decides_nothing() -> None:
    unused = Expression("unused", "", ATTRIBUTE)

    assert decision(deciding(P1_A, unused)) == decision(deciding(P1_A))
    assert decision(deciding(P1_A)) != decision(production(targets=[path("01ONCALL")]))


def test_an_expression_decides_whatever_is_made_of_it() -> None:
    outer, middle = computed('expressions["middle"]'), computed(ATTRIBUTE, HOP, name="middle")
    chain = deciding(outer, replace(middle, root='expressions["inner"]'), INNER)

    assert {one.reference for one in decision(chain)[1]} == {"who", "middle", "inner"}
    assert {one.reference for one in used_expressions(chain, (outer,))} == {"middle", "inner"}
