"""What an import finds in the folder, and what it may write there."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.adopt.channels import with_account, with_known_names
from reconciler.adopt.importing import (
    Checkout,
    Imported,
    checkout_of,
    import_routes,
    pretended,
    within_reach,
)
from reconciler.files import parse_route
from reconciler.files.routes import read_routes
from reconciler.model import Config, Listed, Live, Route
from tests.adopt.live_corpus import NOBODY

ID = "01JR0000000000000000000001"
ACCOUNT = "https://app.incident.io/acme"


def live(name: str, identity: str = ID) -> Live:
    return Live(identity, 3, "v3", Route(name), {})


def imported(*lives: Live) -> Imported:
    rows = [Listed(one.id, one.route.name) for one in lives]
    return import_routes(lives, rows, Checkout({}, frozenset()), NOBODY, force=False)


def unread() -> str:
    raise AssertionError("nothing is to be written, so nothing is read")


def test_a_word_that_looks_like_an_id_is_read_as_both() -> None:
    assert [(one.route.name, one.id) for one in pretended(["Alerts", ID])] == [
        ("Alerts", None),
        (ID, None),
        (ID, ID),
    ]


def test_a_draft_with_a_free_place_is_written(tmp_path: Path) -> None:
    drafts = imported(live("Alerts"))

    assert within_reach(tmp_path, Checkout({}, frozenset()), drafts) == drafts


@pytest.mark.parametrize("kind", ["folder", "dangling link", "link to a file", "linked folder"])
def test_a_place_that_is_no_route_file_is_never_written_through(tmp_path: Path, kind: str) -> None:
    root, elsewhere = tmp_path / "team", tmp_path / "elsewhere"
    drafts = imported(live("Alerts"))
    (draft,) = drafts.drafts
    place = root / draft.file
    root.mkdir()
    elsewhere.mkdir()
    if kind == "linked folder":
        place.parent.symlink_to(elsewhere)
    else:
        place.parent.mkdir()
    if kind == "folder":
        place.mkdir()
    if kind in ("dangling link", "link to a file"):
        place.symlink_to(elsewhere / "file.yaml")
    if kind == "link to a file":
        (elsewhere / "file.yaml").write_text("mine")

    left = within_reach(root, Checkout({}, frozenset()), drafts)

    assert left.drafts == ()
    assert [(one.code, one.route) for one in left.findings] == [("file-exists", "Alerts")]


@pytest.mark.parametrize(("complete", "sure"), [(True, 1), (False, 0)])
def test_a_file_without_a_live_route_is_renamed_only_where_all_routes_are_known(
    tmp_path: Path, complete: bool, sure: int
) -> None:
    text = (
        "name: Old name\nsources: [01JR0000000000000000000009]\nnotify:\n  - slack: C06E4KQ7R2N\n"
    )
    (tmp_path / "routes").mkdir()
    (tmp_path / "routes/old.yaml").write_text(text)
    declaration, _ = parse_route(text, "routes/old.yaml")
    assert declaration is not None
    route = Live(ID, 3, "v3", replace(declaration.route, name="New name"), {})

    found = checkout_of(
        read_routes(tmp_path),
        frozenset({"routes/old.yaml", "routes/broken.yaml"}),
        [route],
        [Listed(ID, "New name")],
        NOBODY,
        complete=complete,
    )

    assert len(found.renamed.sure) + len(found.renamed.perhaps) == sure
    assert found.unreadable == {"routes/broken.yaml"}


def test_names_that_no_label_tells_leave_the_configuration() -> None:
    assert with_known_names(Config(), [live("Alerts")], {}, unread) == (Config(), "")


def test_the_account_is_named_once_and_only_as_the_api_tells_it() -> None:
    named = with_account(Config(), f"{ACCOUNT}/", "", lambda: "require_reviewed_plan: true\n")

    assert f"account: {ACCOUNT}\n" in named
    assert "require_reviewed_plan: true\n" in named
    assert with_account(Config(account=ACCOUNT), ACCOUNT, "text", unread) == "text"
    assert with_account(Config(), "", "text", unread) == "text"
    assert with_account(Config(), "javascript:alert(1)", "", unread) == ""
