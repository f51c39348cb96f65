"""Where a download may be led, and where the token goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.hub import TokenVault
from shared.secret_keys import load_secret_keys
from shared.service.runtime import utc_now
from tests.support.downloads import Line
from tests.support.hub import TOKEN, TestHub


@pytest.mark.parametrize("fault", ["evil-redirect", "private-redirect", "http-redirect", "loop"])
async def test_a_redirect_elsewhere_is_refused(wire: Line, hub: TestHub, fault: str) -> None:
    hub.put(f"guard/{fault}", {f"{fault}.bin": bytes(2000)})
    hub.fault(f"{fault}.bin", fault, times=99)
    async with wire.client() as client:
        assert await client.failed(await client.start(f"guard/{fault}")) == "REDIRECT_REFUSED"
    assert not any(wire.folder(f"guard/{fault}").glob(f"{fault}.bin*"))


async def test_the_next_page_is_asked_of_the_endpoint_whatever_host_the_link_names(wire: Line, hub: TestHub) -> None:
    hub.put("guard/link", {f"{n}.txt": b"x" for n in range(60)})
    hub.fault("guard/link", "link-elsewhere", times=1)
    async with wire.client() as client:
        await client.done(await client.start("guard/link"))
    assert len([seen for seen in hub.requests() if "/tree/" in seen["path"]]) == 2
    assert len(list(wire.folder("guard/link").glob("*.txt"))) == 60


async def test_a_gated_repository_names_the_page_where_access_is_asked_for(wire: Line, hub: TestHub) -> None:
    hub.put("guarded/voice", {"a.bin": bytes(2000)})
    hub.describe("guarded/voice", gated="manual")
    async with wire.client() as client:
        ended = await client.ended(await client.start("guarded/voice"))
    assert ended.error is not None
    assert ended.error.code == "GATED_REPO"
    assert f"{hub.url}/guarded/voice" in (ended.error.hint or "")


async def test_each_users_own_token_opens_what_it_may_and_stays_a_secret(wire: Line, hub: TestHub) -> None:
    hub.put("guarded/mine", {"a.bin": bytes(2000), "small.txt": b"small"})
    hub.describe("guarded/mine", gated="manual")
    async with wire.client() as client:
        key = load_secret_keys(None, (), wire.data)
        vault = TokenVault(client.client.store, key, None, utc_now)
        await vault.put("zahra", TOKEN)
        await vault.put("poor", "hf_poor")
        await client.done(await client.start("guarded/mine", owner="zahra"))
        seen = hub.requests()
        assert await client.failed(await client.start("guarded/mine", owner="poor", include=["a.*"])) == "GATED_REPO"
        assert await client.failed(await client.start("guarded/mine", owner="nobody")) == "GATED_REPO"
    to_the_hub = [s for s in seen if s["host"].endswith(str(hub.port))]
    to_the_cdn = [s for s in seen if s["host"].endswith(str(hub.port + 1))]
    assert to_the_hub
    assert to_the_cdn
    assert all(TOKEN in s["authorization"] for s in to_the_hub)
    assert not any(s["authorization"] for s in to_the_cdn)
    assert not any(TOKEN in s["query"] + s["path"] for s in seen)
    written = [*wire.bench.folder.glob("*.log"), *wire.bench.folder.glob("*.db*"), *_files(wire.bench.folder / "nats")]
    assert len(written) > 4
    assert [path.name for path in written if TOKEN.encode() in path.read_bytes()] == []


async def test_a_key_that_changed_is_said_not_guessed(wire: Line) -> None:
    async with wire.client() as client:
        await TokenVault(client.client.store, load_secret_keys(SecretStr("a" * 20), (), wire.data), None, utc_now).put(
            "k", "hf_x"
        )
        other = TokenVault(client.client.store, load_secret_keys(SecretStr("b" * 20), (), wire.data), None, utc_now)
        with pytest.raises(Exception, match="SOKHAN_SECRET_KEY has changed"):
            await other.get("k")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
