"""Repositories, lines and answers as the world has them."""

from __future__ import annotations

import json
import time

import pytest

from tests.support.downloads import Line, line, progress
from tests.support.hub import TestHub
from tests.support.processes import free_port
from tests.support.world import hub_names, publish


@pytest.mark.parametrize("shape", ["mms-tts-fas", "voice-with-samples"])
async def test_a_repository_of_the_world_is_whole_and_stays_so(wire: Line, hub: TestHub, shape: str) -> None:
    files = publish(hub, shape, f"world/{shape}")
    async with wire.client() as client:
        await client.done(await client.start(f"world/{shape}"))
    folder = wire.folder(f"world/{shape}")
    assert {name: (folder / name).read_bytes() for name in files} == files
    manifest = json.loads((folder / "sokhan.json").read_text())
    assert {file["path"] for file in manifest["files"]} == set(files)


async def test_names_that_can_be_stored_are(wire: Line, hub: TestHub) -> None:
    stored = {name["name"]: name["name"].encode() for name in hub_names() if name["stored"]}
    hub.put("world/names", stored)
    async with wire.client() as client:
        await client.done(await client.start("world/names"))
    folder = wire.folder("world/names")
    assert {name: (folder / name).read_bytes() for name in stored if name != ".gitattributes"} == {
        name: content for name, content in stored.items() if name != ".gitattributes"
    }


@pytest.mark.parametrize("name", [name["name"] for name in hub_names() if not name["stored"]])
async def test_one_odd_name_is_refused_at_once_by_name_and_can_be_left_out(wire: Line, hub: TestHub, name: str) -> None:
    repo = f"world/odd-{hub_names().index({'name': name, 'stored': False})}"
    hub.put(repo, {"fine.txt": b"fine", name: b"odd"})
    async with wire.client() as client:
        started = time.monotonic()
        ended = await client.ended(await client.start(repo), 10)
        assert time.monotonic() - started < 5
        assert ended.error is not None
        assert ended.error.code == "UNSUPPORTED_FILE"
        assert not ended.error.retryable
        assert name in ended.error.message
        await client.done(await client.start(repo, include=["fine.*"]))
        await client.done(await client.start(repo, exclude=[name.replace("[", "[[]")]))
    assert (wire.folder(repo) / "fine.txt").read_bytes() == b"fine"


async def test_a_renamed_repository_behind_a_mirror_is_followed(wire: Line, hub: TestHub) -> None:
    hub.put("world/new-name", {"a.bin": bytes(5000), "b.txt": b"b"})
    hub.describe("world/old-name", moved_to="world/new-name")
    async with wire.client() as client:
        await client.done(await client.start("world/old-name"))
    assert (wire.folder("world/old-name") / "a.bin").stat().st_size == 5000


@pytest.mark.parametrize(("status", "code"), [(400, "HUB_REFUSED"), (410, "REPO_NOT_FOUND"), (451, "HUB_REFUSED")])
async def test_an_answer_that_will_not_change_is_not_asked_for_again(
    wire: Line, hub: TestHub, status: int, code: str
) -> None:
    repo = f"world/status-{status}"
    hub.put(repo, {"a.txt": b"a"})
    hub.fault(repo, f"api-status-{status}", times=99)
    async with wire.client() as client:
        assert await client.failed(await client.start(repo), 10) == code
    assert len([seen for seen in hub.requests() if repo in seen["path"]]) == 1


async def test_a_captive_portal_is_reported_in_seconds(wire: Line, hub: TestHub) -> None:
    hub.put("world/portal", {"a.txt": b"a"})
    hub.fault("world/portal", "portal", times=99)
    async with wire.client() as client:
        ended = await client.ended(await client.start("world/portal"), 10)
    assert ended.error is not None
    assert ended.error.code == "HUB_UNREACHABLE"
    assert "web page" in ended.error.message
    assert "sign in" in (ended.error.hint or "")


async def test_a_mistyped_repository_may_not_exist(wire: Line, hub: TestHub) -> None:
    async with wire.client() as client:
        ended = await client.ended(await client.start("world/mistypde"), 10)
    assert ended.error is not None
    assert ended.error.code == "GATED_REPO"
    assert "gated or private, or does not exist" in ended.error.message


async def test_one_file_that_answers_500_does_not_hold_up_other_downloads(wire: Line, hub: TestHub) -> None:
    hub.put("world/broken", {"broken.bin": bytes(5000)})
    hub.put("world/healthy", {f"{n}.bin": bytes([n]) * 3000 for n in range(8)})
    hub.fault("broken.bin", "status-500", times=99)
    async with wire.client() as client:
        broken = await client.start("world/broken", owner="one")
        assert "500" in await client.waiting(broken, "attempt 4")
        started = time.monotonic()
        await client.done(await client.start("world/healthy", owner="two"))
        assert time.monotonic() - started < 5
        assert "500" in await client.waiting(broken, "waiting")
        hub.clear()
        await client.done(broken, 60)


async def test_who_waits_for_an_endpoint_that_asked_for_a_pause_says_so(wire: Line, hub: TestHub) -> None:
    hub.put("world/limited", {"limited.bin": bytes(5000)})
    hub.put("world/behind", {"behind.bin": bytes(5000)})
    hub.fault("limited.bin", "status-429", times=1, value=4)
    async with wire.client() as client:
        limited = await client.start("world/limited", owner="one")
        await client.waiting(limited, "429")
        behind = await client.start("world/behind", owner="two")
        assert "is busy" in await client.waiting(behind, "waiting", 3)
        await client.done(limited)
        await client.done(behind)


async def test_what_a_repository_holds_does_not_move_everybody_to_the_mirror(
    tmp_path_factory: pytest.TempPathFactory, hub: TestHub
) -> None:
    hub.put("world/odd-health", {"a:b": b"odd", "fine.txt": b"fine"})
    hub.put("world/refused", {"refused.bin": bytes(3000)})
    hub.put("world/served", {"served.bin": bytes(3000)})
    hub.fault("refused.bin", "status-500", times=99)
    nowhere = f"http://127.0.0.1:{free_port()}"
    with line(tmp_path_factory.mktemp("health"), hub, SOKHAN_HF_MIRRORS=nowhere) as built:
        async with built.client() as client:
            assert await client.failed(await client.start("world/odd-health"), 10) == "UNSUPPORTED_FILE"
            refused = await client.start("world/refused", owner="other")
            await client.waiting(refused, "attempt")
            served = await client.done(await client.start("world/served"), 10)
    assert progress(served).served_by == f"127.0.0.1:{hub.port + 1}"
