"""All files are read together: asked for by path or name, and never half of them silently."""

import os
from pathlib import Path

import pytest

from reconciler.files.routes import MOST_HINTS, RouteFiles, read_routes, route_paths
from reconciler.files.yaml.compose import MAX_BYTES
from tests.files.folders import put, route_text


def names(read: RouteFiles) -> list[str]:
    return [declaration.route.name for declaration in read.declarations]


def codes(read: RouteFiles) -> list[tuple[str, str]]:
    return [
        (finding.code, finding.position.file if finding.position else "")
        for finding in read.findings
    ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "routes/ledger.yaml", route_text("Ledger"))
    put(tmp_path, "routes/payments.yaml", route_text("Payments"))
    put(tmp_path, "routes/shop/checkout.yaml", route_text("Checkout"))
    return tmp_path


def test_every_file_is_declared_with_its_text(root: Path) -> None:
    read = read_routes(root)

    assert names(read) == ["Ledger", "Payments", "Checkout"]
    assert [declaration.file for declaration in read.declarations] == [*read.texts]
    assert read.texts["routes/ledger.yaml"] == route_text("Ledger")
    assert (read.findings, read.complete, read.incomplete) == ((), True, ())


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("routes/ledger.yaml", ["Ledger"]),
        ("./routes//ledger.yaml", ["Ledger"]),
        ("routes/shop", ["Checkout"]),
        ("routes/shop/", ["Checkout"]),
        ("routes", ["Ledger", "Payments", "Checkout"]),
        ("Checkout", ["Checkout"]),
    ],
)
def test_a_word_means_a_file_a_folder_or_a_route(root: Path, word: str, meant: list[str]) -> None:
    read = read_routes(root, (word,))

    assert names(read) == meant
    assert read.findings == ()
    assert route_paths(root, (word,)) == (tuple(map(Path, read.texts)), ())


def test_a_path_may_be_typed_from_where_one_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "routes" / "shop")

    assert names(read_routes(root, ("checkout.yaml", "../ledger.yaml"))) == ["Ledger", "Checkout"]
    assert names(read_routes(root, (str(root / "routes" / "payments.yaml"),))) == ["Payments"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("Legder", "did you mean `Ledger`"),
        ("routes/ledgr.yaml", "did you mean `routes/ledger.yaml`"),
        ("ledgr.yml", "did you mean `routes/ledger.yaml`"),
        ("routes/shop/chekout.yaml", "did you mean `routes/shop/checkout.yaml`"),
        ("routes/nope.yaml", "reconciler table"),
        ("routes//nope/", "reconciler table"),
        ("zzz", "reconciler table"),
    ],
)
def test_a_word_that_means_nothing_is_an_error_with_near_ones(
    root: Path, word: str, hint: str
) -> None:
    read = read_routes(root, (word, "Payments"))

    (finding,) = read.findings
    assert (finding.level, finding.code) == ("error", "unknown-route")
    assert word in finding.message
    assert hint in finding.hint
    assert names(read) == ["Payments"]
    assert route_paths(root, (word, "Payments"))[1] == (finding,)


def test_without_words_paths_are_those_of_all_files(root: Path) -> None:
    put(root, "routes/broken.yaml", ": [")

    paths, findings = route_paths(root)

    assert [path.name for path in paths] == [
        "broken.yaml", "ledger.yaml", "payments.yaml", "checkout.yaml",
    ]  # fmt: skip
    assert findings == ()


@pytest.mark.parametrize("only", [(), ("Payments",)])
def test_a_missing_folder_is_an_error_whatever_was_asked_for(
    tmp_path: Path, only: tuple[str, ...]
) -> None:
    read = read_routes(tmp_path, only)

    assert read.declarations == ()
    assert not read.complete
    assert any(finding.level == "error" for finding in read.findings)


def test_a_file_with_an_error_declares_nothing_and_leaves_the_folder_incomplete(
    root: Path,
) -> None:
    put(root, "routes/ledger.yaml", route_text("Ledger", "enabled: no\n"))

    read = read_routes(root)

    assert names(read) == ["Payments", "Checkout"]
    assert codes(read) == [("not-true-or-false", "routes/ledger.yaml")]
    assert not read.complete
    assert [part.route.name for part in read.incomplete] == ["Ledger"]
    assert "routes/ledger.yaml" in read.texts


def test_a_broken_file_that_was_not_asked_for_is_no_finding_but_leaves_it_incomplete(
    root: Path,
) -> None:
    put(root, "routes/ledger.yaml", "name: [")
    (root / "routes" / "gone.yaml").symlink_to("nowhere")

    read = read_routes(root, ("Payments",))

    assert (read.findings, read.incomplete) == ((), ())
    assert not read.complete


def test_what_is_in_the_way_is_told_where_it_was_asked_for(root: Path) -> None:
    (root / "routes" / "shop" / "gone.yaml").symlink_to("nowhere")

    read = read_routes(root, ("routes/shop",))

    assert codes(read) == [("unreadable", "routes/shop/gone.yaml")]
    assert route_paths(root, ("routes/shop",))[1] == read.findings


def test_warnings_stop_nothing(root: Path) -> None:
    put(root, "routes/ledger.yaml", "name: Ledger\nsources: []\n")

    read = read_routes(root)

    assert codes(read) == [("no-sources", "routes/ledger.yaml")]
    assert read.complete


def test_a_huge_file_is_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = root / "routes" / "huge.yaml"
    huge.touch()
    os.truncate(huge, 50_000_000)
    opened: list[str] = []
    open_path = Path.open

    def noted(path: Path, mode: str = "r") -> object:
        opened.append(path.name)
        return open_path(path, mode)

    monkeypatch.setattr(Path, "open", noted)
    read = read_routes(root)

    assert codes(read) == [("too-large", "routes/huge.yaml")]
    assert "huge.yaml" not in opened
    assert len(read.declarations) == 3
    assert not read.complete


def test_a_file_that_grows_while_it_is_read_is_too_large(root: Path) -> None:
    put(root, "routes/ledger.yaml", b"#" * (MAX_BYTES + 1))

    assert codes(read_routes(root)) == [("too-large", "routes/ledger.yaml")]


def test_a_file_that_is_not_utf8_has_no_text(root: Path) -> None:
    put(root, "routes/ledger.yaml", b"name: L\xfc\n")

    read = read_routes(root)

    assert codes(read) == [("not-utf8", "routes/ledger.yaml")]
    assert "routes/ledger.yaml" not in read.texts


def test_a_file_that_cannot_be_opened_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refusing(path: Path, flags: int, mode: int = 0o777) -> int:
        if Path(path).name == "ledger.yaml":
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refusing)

    assert codes(read_routes(root)) == [("unreadable", "routes/ledger.yaml")]


@pytest.mark.parametrize("only", [(), ("routes/again.yaml",), ("routes/payments.yaml",)])
def test_two_files_of_one_name_are_found_whichever_is_asked_for(
    root: Path, only: tuple[str, ...]
) -> None:
    put(root, "routes/again.yaml", route_text("Payments"))

    read = read_routes(root, only)

    asked = only or ("routes/again.yaml", "routes/payments.yaml")
    assert codes(read) == [("duplicate-name", file) for file in asked]


def test_a_file_with_other_mistakes_still_claims_its_name(root: Path) -> None:
    put(root, "routes/again.yaml", route_text("Payments", "enabled: no\n"))

    assert ("duplicate-name", "routes/payments.yaml") in codes(read_routes(root))


def test_a_name_that_two_files_have_means_both(root: Path) -> None:
    put(root, "routes/again.yaml", route_text("Payments", "id: 01A\n"))
    put(root, "routes/payments.yaml", route_text("Payments", "id: 01B\n"))

    read = read_routes(root, ("Payments",))

    assert names(read) == ["Payments", "Payments"]
    assert read.findings == ()


def test_findings_stand_in_the_order_of_files_and_lines(root: Path) -> None:
    put(root, "routes/ledger.yaml", "enabled: no\nprivate: no\n")
    put(root, "routes/a.yaml", route_text("A", "zzz: 1\n"))

    read = read_routes(root)

    places = [finding.position for finding in read.findings if finding.position]
    assert len(places) == len(read.findings) >= 4
    assert places == sorted(places)


def test_the_digest_is_of_all_files_whatever_was_asked_for(root: Path) -> None:
    assert read_routes(root, ("Payments",)).digest == read_routes(root).digest


@pytest.mark.parametrize("file", ["routes/ledger.yaml", "routes/new.yaml", "routes/broken.yaml"])
def test_another_content_is_another_digest(root: Path, file: str) -> None:
    before = read_routes(root).digest
    put(root, file, "name: [" if "broken" in file else route_text("New"))

    assert read_routes(root).digest != before


def test_another_path_is_another_digest(root: Path) -> None:
    before = read_routes(root).digest
    (root / "routes" / "ledger.yaml").rename(root / "routes" / "ledgers.yaml")

    assert read_routes(root).digest != before


def test_the_place_of_the_folder_is_not_in_the_digest(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        put(tmp_path / folder, "routes/a.yaml", route_text("A"))

    assert read_routes(tmp_path / "one").digest == read_routes(tmp_path / "two").digest


def test_a_word_that_may_be_the_name_in_a_broken_file_points_there(root: Path) -> None:
    put(root, "routes/broken.yaml", "name: [\n")

    finding = read_routes(root, ("Something Else",)).findings[0]

    assert finding.code == "unknown-route"
    assert (
        finding.hint == "the name in routes/broken.yaml cannot be read: run `reconciler validate`"
    )


def test_a_word_costs_the_same_among_many_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 60
    words = tuple(f"routes/shop/{number:03}.yaml" for number in range(count))
    for word in words:
        put(tmp_path, word, route_text(word))
    asked: list[str] = []
    real = os.path.relpath

    def counted(path: str, start: str) -> str:
        asked.append(path)
        return real(path, start)

    monkeypatch.setattr(os.path, "relpath", counted)

    assert route_paths(tmp_path, words)[0] == tuple(map(Path, words))
    assert len(names(read_routes(tmp_path, words))) == count
    assert len(asked) == 2 * count


def test_only_the_first_words_that_mean_nothing_are_compared_with_all(root: Path) -> None:
    words = tuple(f"Legder{number}" for number in range(MOST_HINTS + 5))

    hints = [finding.hint for finding in read_routes(root, words).findings]

    assert all("did you mean" in hint for hint in hints[:MOST_HINTS])
    assert all("reconciler table" in hint for hint in hints[MOST_HINTS:])
