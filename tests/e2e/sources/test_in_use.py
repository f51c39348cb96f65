"""A voice that somebody listens to is not removed."""

from __future__ import annotations

from tests.support.mms import write_mms_voice
from tests.support.platform import Platform
from tests.support.processes import wait_until

VOICE = "ns/listened-to"


def test_a_voice_is_removed_only_when_nobody_listens(sokhan: Platform) -> None:
    write_mms_voice(sokhan.data / "models" / VOICE)
    wait_until(lambda: VOICE in listed(sokhan), 20, "the voice is there")
    # More audio than the buffers on the way take in: it is being spoken until we hang up.
    wish = {"model": "sokhan", "voice": VOICE, "input": "سلام دنیا. " * 300, "response_format": "pcm", "speed": 0.25}
    with sokhan.client() as client, client.stream("POST", "/v1/audio/speech", json=wish, timeout=60) as answer:
        pieces = answer.iter_raw()  # kept: an iterator that is dropped hangs up
        assert next(pieces)
        refused = client.delete(f"/api/sources/installed/{VOICE}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "CONFLICT")
        assert "somebody who listens" in refused.json()["error"]["message"]
    wait_until(lambda: removed(sokhan), 30, "nobody listens any more")
    assert not (sokhan.data / "models" / VOICE).exists()


def listed(sokhan: Platform) -> set[str]:
    with sokhan.client() as client:
        return {voice["id"] for voice in client.get("/v1/audio/voices").json()["voices"]}


def removed(sokhan: Platform) -> bool:
    with sokhan.client() as client:
        return client.delete(f"/api/sources/installed/{VOICE}").status_code == 200
