"""One rule for foreign names, at every entry."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scanner.uploads import name_of_texts
from shared.contracts.errors import BadDataset, UnsupportedFile, Validation
from shared.files.atomic import install_folder
from shared.files.layout import check_segment
from shared.files.names import name_problem, path_problem, twins, visible
from shared.hub.files import Listing, storable, unstorable

MISLEADING = ["a\u202etxt.exe", "a\x1b[2J", "a\x85b", "a\u2028b", "\u2066a", "a\tb"]
RESERVED = ["sokhan.json", "SOKHAN.json", ".sokhan-damaged.json", ".sokhan-x", ".cache", ".features"]
FINE = ["متن‌ها.csv", "\u200fa.txt", "sokhan.jsonl", "cache", ".gitattributes", "sokhan-damaged.json", "a b", "…"]


@pytest.mark.parametrize("name", MISLEADING + RESERVED)
def test_refused_names(name: str) -> None:
    assert name_problem(name) is not None
    assert path_problem(PurePosixPath("a", name, "b")) is not None
    with pytest.raises(Validation) as refused:
        check_segment(name)
    assert refused.value.message.isprintable()
    assert not storable(f"folder/{name}")


@pytest.mark.parametrize("name", FINE)
def test_other_names_are_allowed(name: str) -> None:
    assert name_problem(name) is None
    assert storable(name)


@pytest.mark.parametrize("name", ["a\u202e.csv", "a\x1b.jsonl"])
def test_a_single_file_has_the_same_rule(tmp_path: Path, name: str) -> None:
    (tmp_path / "upload").write_bytes(b"text\n")
    with pytest.raises(BadDataset, match=r"U\+"):
        name_of_texts(tmp_path / "upload", name)


def test_files_of_a_repository_that_are_twins_are_refused_by_name() -> None:
    paths = ["caf\u00e9.txt", "cafe\u0301.txt", "other.txt"]
    assert twins(paths) == {"cafe\u0301.txt"}
    assert unstorable(paths) == {"cafe\u0301.txt"}
    with pytest.raises(UnsupportedFile):
        Listing("0" * 40, (), tuple(unstorable(paths))).choose([], [])


def test_no_folder_is_installed_beside_its_twin(tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301").mkdir()
    (tmp_path / "new").mkdir()
    with pytest.raises(FileExistsError):
        install_folder(tmp_path / "new", tmp_path / "caf\u00e9")
    install_folder(tmp_path / "new", tmp_path / "cafe")
    assert (tmp_path / "cafe").is_dir()


@given(st.text())
def test_a_visible_name_has_no_control_character(name: str) -> None:
    assert name_problem(visible(name, 10_000)) in {None, "is reserved"}
