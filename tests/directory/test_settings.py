"""Every setting that the table gives names has its names looked up."""

import pytest

from reconciler.model import (
    Channels,
    CustomField,
    Destination,
    Incident,
    Path,
    Route,
    RouteSource,
    Setting,
    Severity,
    TextSetting,
    TextTemplate,
    every_setting,
    many,
    one,
)
from tests.directory.resolving import resolved

NONE = "No such thing"
ROUTE = Route(
    "a",
    owners=(NONE,),
    sources=(RouteSource(NONE),),
    notify=(Destination(Channels(many(f"#{NONE}")), Channels(many(f"{NONE} / a"))),),
    message_template=one(NONE),
    incident=Incident(
        name=TextSetting(TextTemplate((("named",),))),
        severity=Severity(one(NONE)),
        type=one(NONE),
        members=many(NONE),
        custom_fields=(CustomField(NONE, one("x")),),
    ),
)
NAMED: list[tuple[Path, Setting]] = [
    *((path, row) for path, row in every_setting() if row.names not in ("", "text")),
    *((("sources", 0), row) for _, row in every_setting(RouteSource) if row.names),
    *((("notify", 0, *path), row) for path, row in every_setting(Destination) if row.names),
]


@pytest.mark.parametrize(("path", "row"), NAMED, ids=lambda one: str(one)[:40])
def test_a_name_that_nothing_has_is_an_error_in_each_of_them(path: Path, row: Setting) -> None:
    findings = [one for one in resolved(ROUTE)[1] if one.path[: len(path)] == path]

    errors = [one.code for one in findings if one.level == "error"]
    assert errors == [f"unknown-{row.names}"]
