"""Live routes get the types of what they test."""

from hypothesis import given

from reconciler.directory import Directory, type_subjects
from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    CustomField,
    Expression,
    Filter,
    Incident,
    Literal,
    Navigate,
    Reference,
    Returns,
    Route,
    TextTemplate,
    many,
    one,
    reference,
)
from tests.directory.accounts import PATH_TYPE, SERVICE_OWNER, TEAM_TYPE, engine, odd, plain, ulid
from tests.directory.strategies import routes

ODD = odd()
ACCOUNT = plain()


@given(routes)
def test_types_are_found_once(route: Route) -> None:
    typed = type_subjects(route, ODD)

    assert type_subjects(typed, ODD) == typed


def test_every_way_to_a_subject_is_typed() -> None:
    service = f"alert.attributes.{ulid(111)}"
    owner = f'catalog_attribute["{SERVICE_OWNER}"]'
    inside = Filter(((Condition("input", "is_set"),),))
    route = Route(
        "R",
        when=(
            (Condition("alert.title", "is_set"), Condition(f"{service}.{owner}", "is_set")),
            (Condition('expressions["x"]', "is_set"), Condition("alert.other", "is_set")),
        ),
        expressions=(Expression("x", "x", service, (Navigate(owner), inside)),),
    )

    typed = type_subjects(route, ACCOUNT)

    team = engine(TEAM_TYPE)
    types = [[condition.subject_type for condition in group] for group in typed.when]
    assert types == [["String", team], [team, ""]]
    assert typed.expressions[0].steps[1] == Filter(((Condition("input", "is_set", (), team),),))


def test_without_a_directory_only_built_ins_have_types() -> None:
    conditions = (Condition(f"alert.attributes.{ulid(111)}", "one_of", (many("x"),)),)

    assert type_subjects(Route("R", when=(conditions,)), Directory()).when == (conditions,)


def test_the_text_of_a_text_field_is_the_template_that_the_api_makes_of_it() -> None:
    fields = (
        CustomField(ulid(160), one("on {{ alert.title }}")),
        CustomField(ulid(160), one("{{ no template")),
        CustomField(ulid(160), reference("alert.title")),
        CustomField(ulid(160), Binding((Literal("a"), Literal("b")), many=True)),
        CustomField(ulid(163), one("3")),
    )

    typed = type_subjects(Route("R", incident=Incident(custom_fields=fields)), ACCOUNT)

    assert typed.incident is not None
    assert typed.incident.custom_fields == (
        CustomField(ulid(160), TextTemplate((("on ", Reference("alert.title")),))),
        CustomField(ulid(160), TextTemplate((("{{ no template",),))),
        *fields[2:],
    )


def test_a_path_in_a_branch_is_its_entry_and_keeps_its_own_id_for_writing() -> None:
    """Fact 4.12: either id is the path."""

    def by(*ids: str) -> Route:
        cases = (Case((), many(*ids)),)
        steps = (Branches(Returns(engine(PATH_TYPE)), cases),)
        return Route("R", expressions=(Expression("who", "who", ".", steps, one(ids[0])),))

    typed = type_subjects(by(ulid(120), "other"), ACCOUNT)

    assert typed == by(ulid(190), "other")
    assert typed.expressions[0].otherwise is not None
    (value,) = typed.expressions[0].otherwise.values
    assert isinstance(value, Literal)
    assert value.stored == ulid(120)
