"""Everything of one owner becomes another's."""

from __future__ import annotations

from pathlib import Path

from shared.assets import give_assets
from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.holding import owned_by
from shared.files import DataTree, read_access, write_access
from tests.support.folders import BERT, install, safetensors, write

FILES = {"config.json": BERT, "model.safetensors": safetensors()}


def test_what_was_made_before_there_were_accounts_is_given(tmp_path: Path) -> None:
    tree = DataTree(tmp_path)
    tree.prepare()
    downloaded = install(tree.root / "models/ns/repo", FILES)
    shared = install(tree.root / "models/ns/held", FILES)
    write_access(shared, AssetAccess(holders=("ali",), visibility="shared"))
    voice = write(tree.root / "models/local/voice", {**FILES, "voice.json": b"{}"})
    by_hand = write(tree.root / "models/ns/by-hand", FILES)
    bundled = write(tree.root / "models/sokhan/base", {**FILES, "voice.json": b"{}"})
    write_access(bundled, INSTALLATION)
    run = write(tree.root / "checkpoints/run/10", {"metrics.json": b"{}"}).parent
    of_ali = write(tree.root / "datasets/~ali/texts", {"a.jsonl": b"{}"})
    write_access(of_ali, owned_by("ali"))

    assert give_assets(tree, "local", "sara") == [
        "checkpoint:run",
        "model:local/voice",
        "model:ns/held",
        "model:ns/repo",
    ]
    assert read_access(downloaded) == AssetAccess(owner=None, holders=("sara",))
    assert read_access(shared) == AssetAccess(owner=None, holders=("ali", "sara"), visibility="shared")
    assert read_access(voice) == read_access(run) == owned_by("sara")
    assert read_access(by_hand) is None
    assert read_access(bundled) == INSTALLATION
    assert read_access(of_ali) == owned_by("ali")
    assert give_assets(tree, "local", "sara") == []


def test_an_account_gives_what_it_owns_and_holds(tmp_path: Path) -> None:
    tree = DataTree(tmp_path)
    tree.prepare()
    own = write(tree.root / "datasets/~ali/texts", {"a.jsonl": b"{}"})
    write_access(own, owned_by("ali"))
    held = install(tree.root / "models/ns/repo", FILES)
    write_access(held, AssetAccess(owner=None, holders=("ali", "sara")))
    install(tree.root / "models/ns/earlier", FILES)
    assert give_assets(tree, "ali", "sara") == ["dataset:~ali/texts", "model:ns/repo"]
    assert read_access(own) == owned_by("sara")
    assert read_access(held) == AssetAccess(owner=None, holders=("sara",))
    assert give_assets(tree, "ali", "sara") == []
