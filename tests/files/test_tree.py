"""Which files are route files, and what is refused on the way to them."""

import os
from pathlib import Path

import pytest

from reconciler.files.disk import routes_of as find_routes
from reconciler.model import Finding
from tests.files.folders import put, route_text


def files(root: Path) -> list[str]:
    found, findings = find_routes(root)
    assert findings == ()
    return [route.file for route in found]


def the_finding(root: Path) -> Finding:
    _, (finding,) = find_routes(root)
    assert finding.level == "error"
    return finding


def told(root: Path) -> tuple[str, str]:
    finding = the_finding(root)
    assert finding.position is not None
    return finding.code, finding.position.file


def test_subfolders_and_both_suffixes_are_read_in_the_order_of_paths(tmp_path: Path) -> None:
    for file in ("b.yaml", "a.yml", "team/c.yaml", "team/deep/a.YAML"):
        put(tmp_path, f"routes/{file}", "")

    assert files(tmp_path) == [
        "routes/a.yml",
        "routes/b.yaml",
        "routes/team/c.yaml",
        "routes/team/deep/a.YAML",
    ]


def test_hidden_and_other_files_are_no_routes(tmp_path: Path) -> None:
    for file in ("a.yaml", ".b.yaml", ".git/c.yaml", "README.md", "d.yaml.bak"):
        put(tmp_path, f"routes/{file}", "")

    assert files(tmp_path) == ["routes/a.yaml"]


@pytest.mark.parametrize("file", ["other.yaml", "routes/.hidden.yaml", "routes/team/README.md"])
def test_no_route_file_is_an_error_and_never_means_delete(tmp_path: Path, file: str) -> None:
    put(tmp_path, file, route_text("Payments"))

    finding = the_finding(tmp_path)

    assert finding.code == "no-routes"
    assert "an empty folder never deletes" in finding.hint
    assert "reconciler import --all" in finding.hint
    assert "reconciler -C DIR" in finding.hint


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    put(tmp_path, "routes", "")

    assert told(tmp_path) == ("unreadable", "routes")


@pytest.mark.parametrize("target", ["/etc/hostname", "../../outside.yaml"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, target: str) -> None:
    root = tmp_path / "project"
    put(root, "routes/README.md", "")
    put(tmp_path, "outside.yaml", route_text("Outside"))
    (root / "routes" / "a.yaml").symlink_to(target)

    assert told(root) == ("outside-tree", "routes/a.yaml")


def test_a_linked_folder_outside_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    root = tmp_path / "project"
    put(root, "routes/a.yaml", "")
    put(tmp_path, "outside/b.yaml", "")
    (root / "routes" / "team").symlink_to(tmp_path / "outside")

    found, findings = find_routes(root)

    assert [route.file for route in found] == ["routes/a.yaml"]
    assert [finding.code for finding in findings] == ["outside-tree"]


def test_the_folder_itself_may_not_be_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    put(tmp_path, "project-2/b.yaml", "")
    (root / "routes").symlink_to(tmp_path / "project-2")

    assert told(root) == ("outside-tree", "routes")


def test_a_link_to_a_hidden_place_brings_no_secret_into_a_finding(tmp_path: Path) -> None:
    put(tmp_path, ".git/config", "token = abc")
    put(tmp_path, "routes/b.yaml", "")
    (tmp_path / "routes" / "a.yaml").symlink_to("../.git/config")

    found, (finding,) = find_routes(tmp_path)

    assert [route.file for route in found] == ["routes/b.yaml"]
    assert finding.code == "outside-tree"


def test_a_link_inside_is_followed_once(tmp_path: Path) -> None:
    put(tmp_path, "teams/payments/a.yaml", "")
    (tmp_path / "routes").mkdir()
    (tmp_path / "routes" / "payments").symlink_to("../teams/payments")
    (tmp_path / "routes" / "again").symlink_to("../teams/payments")

    assert len(files(tmp_path)) == 1


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path, "routes/team/a.yaml", "")
    (tmp_path / "routes" / "team" / "up").symlink_to("..")
    (tmp_path / "routes" / "self").symlink_to("self")

    assert files(tmp_path) == ["routes/team/a.yaml"]


def test_a_broken_link_with_a_routes_name_is_told(tmp_path: Path) -> None:
    put(tmp_path, "routes/b.yaml", "")
    (tmp_path / "routes" / "a.yaml").symlink_to("nowhere.yaml")

    assert told(tmp_path) == ("unreadable", "routes/a.yaml")


def test_a_folder_with_a_routes_name_is_told(tmp_path: Path) -> None:
    put(tmp_path, "routes/a.yaml/b.yaml", "")

    assert told(tmp_path) == ("not-a-file", "routes/a.yaml")


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "routes").mkdir()
    os.mkfifo(tmp_path / "routes" / "a.yaml")

    assert told(tmp_path) == ("not-a-file", "routes/a.yaml")


def test_a_name_that_cannot_be_printed_is_told_in_escapes(tmp_path: Path) -> None:
    (tmp_path / "routes").mkdir()
    place = os.fsencode(tmp_path / "routes") + b"/gr\xfcn.yaml"
    os.close(os.open(place, os.O_CREAT | os.O_WRONLY))

    assert told(tmp_path) == ("file-name", "routes/gr\\xfcn.yaml")


def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "routes/a.yaml", "")
    put(tmp_path, "routes/team/b.yaml", "")
    listed = Path.iterdir

    def iterdir(path: Path) -> object:
        if path.name == "team":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    found, (finding,) = find_routes(tmp_path)

    assert [route.file for route in found] == ["routes/a.yaml"]
    assert finding.code == "unreadable"
    assert "permission denied" in finding.message
