"""What a mirror or a copied folder may say to do harm."""

from __future__ import annotations

import json

from tests.support.downloads import MIB, Line, sha256
from tests.support.hub import ALWAYS, TestHub


async def test_a_job_that_fails_while_another_connection_is_idle_ends(wire: Line, hub: TestHub) -> None:
    hub.put("hostile/idle", {"fine.bin": bytes(3000), "bad.bin": bytes(5000)})
    hub.fault("bad.bin", "corrupt", times=999)
    async with wire.client() as client:
        for _ in range(5):
            assert await client.failed(await client.start("hostile/idle"), 15) == "HASH_MISMATCH"


async def test_a_copied_manifest_deletes_nothing_outside_its_folder(wire: Line, hub: TestHub) -> None:
    hub.put("hostile/copied", {"a.txt": b"a"})
    victim = wire.data / "victim.txt"
    victim.write_text("mine")
    folder = wire.folder("hostile/copied")
    folder.mkdir(parents=True)
    manifest = {
        "schema": "sokhan/1", "id": "hostile/copied", "kind": "model", "source": "HuggingFace",
        "created_at": "2026-01-01T00:00:00Z", "files": [{"path": "../../../victim.txt", "size": 4}],
    }  # fmt: skip
    (folder / "sokhan.json").write_text(json.dumps(manifest))
    async with wire.client() as client:
        await client.done(await client.start("hostile/copied"))
    assert victim.read_text() == "mine"


async def test_wrong_content_beside_the_hub_clients_note_is_not_believed(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("hostile/noted", "model.bin", 2 * MIB)
    folder = wire.folder("hostile/noted")
    notes = folder / ".cache" / "huggingface" / "download"
    notes.mkdir(parents=True)
    (folder / "model.bin").write_bytes(bytes(2 * MIB))
    (notes / "model.bin.metadata").write_text(f"{'0' * 40}\n{digest}\n9999999999.0\n")
    async with wire.client() as client:
        await client.done(await client.start("hostile/noted"))
    assert sha256(folder / "model.bin") == digest


async def test_files_that_end_in_part_are_files_like_others(wire: Line, hub: TestHub) -> None:
    first = hub.put_file("hostile/part", "m.bin", 3 * MIB)
    second = hub.put_file("hostile/part", "m.bin.part", 3 * MIB)
    async with wire.client() as client:
        await client.done(await client.start("hostile/part"))
    folder = wire.folder("hostile/part")
    assert (sha256(folder / "m.bin"), sha256(folder / "m.bin.part")) == (first, second)


async def test_the_names_we_keep_for_ourselves_are_not_fetched(wire: Line, hub: TestHub) -> None:
    hub.put("hostile/names", {"sokhan.json": b"{}", ".cache/huggingface/x": b"x", "a.txt": b"a"})
    async with wire.client() as client:
        await client.done(await client.start("hostile/names"))
    manifest = json.loads((wire.folder("hostile/names") / "sokhan.json").read_text())
    assert [file["path"] for file in manifest["files"]] == sorted([*ALWAYS, "a.txt"])


async def test_a_mirror_that_gives_other_content_for_a_branch_is_not_asked_for_ever(wire: Line, hub: TestHub) -> None:
    hub.put_file("hostile/changed", "model.bin", 2 * MIB)
    hub.fault("model.bin", "changed", times=999)
    async with wire.client() as client:
        assert await client.failed(await client.start("hostile/changed")) == "HASH_MISMATCH"
    assert len(hub.requests()) < 60
