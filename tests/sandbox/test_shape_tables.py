"""The tables name the fields that the official SDK writes: no more, no fewer."""

import re

import attrs
import incident_io.models
import pytest

from reconciler.sandbox.routes import shape_tables
from reconciler.sandbox.routes.shapes import Many, Thing


def written_by_sdk(model: type) -> tuple[set[str], set[str]]:
    """The fields of a payload model of the SDK: required, optional."""
    fields = [one for one in attrs.fields(model) if one.name != "additional_properties"]
    required = {one.name.rstrip("_") for one in fields if one.default is attrs.NOTHING}
    return required, {one.name.rstrip("_") for one in fields} - required


def of_field(model: type, name: str) -> type | None:
    """The model that a field of a model holds, alone or in a list."""
    annotation = str({one.name.rstrip("_"): one.type for one in attrs.fields(model)}[name])
    match = re.search(r"\b(?!Unset|None)([A-Z]\w+(?:V2|V3))\b", annotation)
    return getattr(incident_io.models, match[1], None) if match else None


def compare(shape: Thing, model: type, where: str) -> list[str]:
    required, optional = written_by_sdk(model)
    differences = [
        f"{where}: {kind} {name}"
        for kind, ours, theirs in (
            ("required", set(shape.required), required),
            ("optional", set(shape.optional), optional),
        )
        for name in sorted(ours ^ theirs)
    ]
    for name, inner in {**shape.required, **shape.optional}.items():
        thing = inner.of if isinstance(inner, Many) else inner
        inner_model = of_field(model, name)
        if isinstance(thing, Thing) and inner_model is not None and attrs.has(inner_model):
            differences += compare(thing, inner_model, f"{where}/{name}")
    return differences


@pytest.mark.parametrize("call", ["Create", "Update"])
@pytest.mark.parametrize("version", ["V2", "V3"])
def test_the_fields_are_those_of_the_sdk(call: str, version: str) -> None:
    shape = getattr(shape_tables, f"{call.upper()}_{version}")
    model = getattr(incident_io.models, f"AlertRoutes{call}Payload{version}")

    assert compare(shape, model, version) == []


def test_the_comparison_reaches_the_depths() -> None:
    model = incident_io.models.AlertRoutesCreatePayloadV3
    narrower = Thing(
        {**shape_tables.CREATE_V3.required, "expressions": Many(Thing())},
        shape_tables.CREATE_V3.optional,
    )

    assert "V3/expressions: required root_reference" in compare(narrower, model, "V3")
