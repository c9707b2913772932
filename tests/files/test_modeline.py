"""The line for editors points to a schema that is there, or is not written."""

from pathlib import Path

import pytest

from reconciler.files.write.route import PREFIX, modeline, with_modeline


@pytest.mark.parametrize(
    ("schema", "file", "line"),
    [
        ("route.schema.json", "routes/a.yaml", f"{PREFIX}../route.schema.json\n"),
        ("route.schema.json", "routes/team/a.yaml", f"{PREFIX}../../route.schema.json\n"),
        ("route.schema.json", "a.yaml", f"{PREFIX}route.schema.json\n"),
        (
            "reconciler/files/schema/route.schema.json",
            "routes/a.yaml",
            f"{PREFIX}../reconciler/files/schema/route.schema.json\n",
        ),
    ],
)
def test_it_leads_from_the_file_to_the_schema(
    schema: str, file: str, line: str, tmp_path: Path
) -> None:
    (tmp_path / schema).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / schema).write_text("{}")

    assert modeline(tmp_path, file) == line


def test_without_a_schema_there_is_no_line(tmp_path: Path) -> None:
    assert modeline(tmp_path, "routes/a.yaml") == ""
    assert with_modeline(f"{PREFIX}../nowhere.json\nname: A\n", tmp_path, "routes/a.yaml") == (
        "name: A\n"
    )


def test_a_text_without_the_line_gets_it(tmp_path: Path) -> None:
    (tmp_path / "route.schema.json").write_text("{}")

    assert with_modeline("name: A\n", tmp_path, "routes/a.yaml") == (
        f"{PREFIX}../route.schema.json\nname: A\n"
    )
