"""Where the product of a run is deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.training.product_ids import product_id
from shared.contracts.holding import owned_by
from shared.files import DataTree, write_access
from shared.products import ModelInfo


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    tree = DataTree(tmp_path)
    tree.prepare()
    return tree


def product(tree: DataTree, asset_id: str, run: str) -> Path:
    folder = tree.folder("model", asset_id)
    folder.mkdir(parents=True)
    info = ModelInfo(name="v", run_id=run, step=1, recipe="masked_lm")
    (folder / "sokhan-model.json").write_text(info.model_dump_json(by_alias=True))
    return folder


def test_a_product_is_in_the_namespace_of_its_owner(tree: DataTree) -> None:
    assert product_id(tree, "v", "sara", "run") == "~sara/v"
    assert product_id(tree, "v", "local", "run") == "local/v"
    assert product_id(tree, "v", "owner", "run") == "local/v"


def test_a_run_that_was_given_keeps_the_product_that_was_given_with_it(tree: DataTree) -> None:
    folder = product(tree, "local/v", "run")
    assert product_id(tree, "v", "sara", "run") == "~sara/v", "it was not given"
    write_access(folder, owned_by("sara"))
    assert product_id(tree, "v", "sara", "run") == "local/v"
    assert product_id(tree, "v", "sara", "another") == "~sara/v"
    assert product_id(tree, "v", "ali", "run") == "~ali/v"
    product(tree, "~sara/v", "run")
    assert product_id(tree, "v", "sara", "run") == "~sara/v"
