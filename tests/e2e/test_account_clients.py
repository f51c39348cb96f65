"""Programs with API keys, and what is open when a credential is revoked, on two gateways."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx2
import openai
import pytest
from openai import OpenAI

from shared.contracts.holding import owned_by
from shared.files import write_access
from shared.trust import NOBODY
from tests.support.accounts import PASSWORD
from tests.support.audio import heard
from tests.support.piper import write_piper_voice
from tests.support.platform import Platform, platform
from tests.support.processes import free_port, start_python, wait_until

pytestmark = pytest.mark.siege

TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"
# Numbers become words: many seconds of work, in sentences of their own.
LONG = " ".join(f"این جملهٔ شمارهٔ {number} است." for number in range(120))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("lab")
    for name in ("sara", "ali"):
        voice = write_piper_voice(folder / "data" / "models" / f"~{name}" / "voice")
        write_access(voice, owned_by(name))
    environment = {
        "SOKHAN_AUTH": "accounts",
        "SOKHAN_REGISTRATION": "open",
        "SOKHAN_TOKEN": TOKEN,
        "SOKHAN_ADMIN_LINK_FILE": str(folder / "admin-link"),
        "SOKHAN_SPEECH_CACHE_BYTES": "0",
    }
    with platform(folder, ("gateway", "scanner", "synth"), environment) as built:
        yield built


@pytest.fixture(scope="module")
def other_gateway(lab: Platform) -> Iterator[str]:
    """A second gateway over the same store and bus."""
    port = free_port()
    environment = lab.settings() | {"SOKHAN_PORT": str(port)}
    process = start_python("services.gateway", lab.folder / "gateway-2.log", environment)

    def ready() -> bool:
        try:
            return (
                httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, verify=NOBODY, timeout=2).status_code
                == 200
            )
        except httpx2.HTTPError:
            return False

    wait_until(ready, 60, "the second gateway is ready")
    yield f"http://127.0.0.1:{port}"
    process.popen.terminate()
    process.popen.wait(30)


@pytest.fixture(scope="module")
def sara(lab: Platform) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=lab.url, timeout=60, trust_env=False, verify=NOBODY) as client:
        for name in ("ali", "sara"):
            answer = client.post("/api/auth/register", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 201, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['data']['accessToken']}"
        yield client


def key(sara: httpx2.Client, *scopes: str, voice: str | None = None) -> tuple[str, str]:
    """A new key and its id."""
    made = sara.post("/api/auth/keys", json={"name": "program", "scopes": list(scopes), "voice": voice}).json()["data"]
    return made["key"], made["id"]


def client(lab: Platform, api_key: str) -> OpenAI:
    http = httpx2.Client(trust_env=False, verify=NOBODY, timeout=60)
    return OpenAI(base_url=f"{lab.url}/v1", api_key=api_key, http_client=http, max_retries=0)


def test_openais_client_speaks_with_a_key_of_its_scope(lab: Platform, sara: httpx2.Client) -> None:
    speaks = client(lab, key(sara, "speech")[0])
    answer = speaks.audio.speech.create(model="tts-1", voice="alloy", input="سلام دنیا", response_format="wav")
    assert heard(answer.content, "wav").seconds > 0.1
    names = {model.id for model in speaks.models.list()}
    assert "~sara/voice" in names
    assert "~ali/voice" not in names
    reads = client(lab, key(sara, "read")[0])
    with pytest.raises(openai.PermissionDeniedError) as refused:
        reads.audio.speech.create(model="tts-1", voice="alloy", input="سلام")
    assert refused.value.code == "forbidden"
    with pytest.raises(openai.AuthenticationError):
        client(lab, "sk-sokhan-000000000000.wrong-wrong-wrong-wrong").models.list()


def test_openais_names_mean_the_accounts_own_voice(lab: Platform, sara: httpx2.Client) -> None:
    with httpx2.Client(base_url=lab.url, timeout=60, trust_env=False, verify=NOBODY) as ali:
        signed_in = ali.post("/api/auth/login", json={"name": "ali", "password": PASSWORD}).json()["data"]
        ali.headers["Authorization"] = f"Bearer {signed_in['accessToken']}"
        for person, own in ((sara, "~sara/voice"), (ali, "~ali/voice")):
            voices = {voice["id"]: voice["aliases"] for voice in person.get("/v1/audio/voices").json()["voices"]}
            assert "alloy" in voices[own]
            assert [name for name, aliases in voices.items() if "alloy" in aliases] == [own]


def test_a_key_for_one_voice_knows_no_other(lab: Platform, sara: httpx2.Client) -> None:
    refused = sara.post("/api/auth/keys", json={"name": "x", "scopes": ["speech"], "voice": "~ali/voice"})
    assert refused.status_code == 404, "not a voice that she may use"
    only = client(lab, key(sara, "speech", voice="local/voice")[0])
    assert only.audio.speech.create(model="tts-1", voice="alloy", input="سلام").content
    for other in ("espeak-fa", "~ali/voice"):
        with pytest.raises(openai.NotFoundError):
            only.audio.speech.create(model="tts-1", voice=other, input="سلام")


def test_the_default_voice_of_an_account_speaks_for_openais_names(lab: Platform, sara: httpx2.Client) -> None:
    sara.post("/api/settings", json={"defaultVoice": "espeak-fa"})
    try:
        rates = [
            sara.post("/v1/audio/speech", json={"input": "سلام", "voice": voice}).headers["x-sample-rate"]
            for voice in ("alloy", "espeak-fa", "local/voice")
        ]
        assert rates[0] == rates[1] != rates[2]
        sara.post("/api/settings", json={"defaultVoice": "local/gone"})
        assert sara.post("/v1/audio/speech", json={"input": "سلام"}).headers["x-sample-rate"] == rates[2]
    finally:
        sara.post("/api/settings", json={"defaultVoice": None})


def read_until_it_breaks(stream: Iterator[bytes]) -> int:
    """The number of bytes that a player reads before the connection is cut."""
    received = 0
    try:
        for chunk in stream:
            received += len(chunk)
            time.sleep(0.01)
    except httpx2.HTTPError:
        return received
    pytest.fail(f"the stream came to its end, after {received:,} bytes")


@pytest.mark.parametrize("through", ["its own gateway", "the other gateway"])
def test_a_stream_ends_when_its_key_is_revoked(
    lab: Platform, other_gateway: str, sara: httpx2.Client, through: str
) -> None:
    credential, key_id = key(sara, "speech")
    base = lab.url if through == "its own gateway" else other_gateway
    body = {"input": LONG, "voice": "espeak-fa", "response_format": "pcm", "speed": 0.25}  # 60 MB
    received, ended = 0, 0.0
    # Else the system may take the whole answer before the key is revoked.
    small = httpx2.HTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)])
    with httpx2.Client(base_url=base, timeout=60, transport=small) as listener:
        headers = {"Authorization": f"Bearer {credential}"}
        with listener.stream("POST", "/v1/audio/speech", json=body, headers=headers) as answer:
            assert answer.status_code == 200
            stream = answer.iter_raw(4096)
            received += len(next(stream))
            assert sara.delete(f"/api/auth/keys/{key_id}").status_code == 200
            revoked = time.monotonic()
            received += read_until_it_breaks(stream)
            ended = time.monotonic() - revoked
        again = listener.post("/v1/audio/speech", json=body, headers=headers)
        assert again.status_code == 401
    assert ended < 15
    whole = sara.post("/v1/audio/speech", json=body).content
    assert received < len(whole)
