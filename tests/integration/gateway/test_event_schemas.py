"""The live events of the OpenAPI document are those that the gateway sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
from pydantic import JsonValue

from services.gateway.events.messages import parse_message
from services.gateway.events.subscriber import encode, hidden_event
from services.gateway.events.system_feed import system_event
from services.scanner.asset_events import SeenChange, event_of
from shared.contracts.assets import Asset
from shared.contracts.events import Event, EventType
from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.kinds.scan import ScanSpec, WalkDisk
from shared.contracts.kinds.speech import SpeechSpec
from shared.contracts.system import (
    DiskStatus,
    GpuStatus,
    MemoryStatus,
    ProcessorStatus,
    ServiceStatus,
    SystemStatus,
)
from shared.jobs import job_event
from shared.service.runtime import utc_now
from tests.support.gateway_app import GatewayApp
from tests.support.runs import MadeRun
from tests.support.sockets import connected

ROOT = Path(__file__).parents[3]
DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
NOW = utc_now()
POINT: JsonValue = {"step": 1, "epoch": 0, "time": NOW.isoformat(), "train_loss": 2.5}
LINE: JsonValue = {"seq": 1, "level": "info", "message": "m", "time": NOW.isoformat()}


def validator(component: str) -> jsonschema_rs.Validator:
    schema = {"$ref": f"#/components/schemas/{component}", "components": DOCUMENT["components"]}
    return jsonschema_rs.validator_for(schema)


EVENT = validator("LiveEvent")


def job(spec: DownloadSpec | ScanSpec | SpeechSpec) -> Job:
    kind = JOB_TYPES[spec.kind]
    return kind.document(
        id="j", kind=spec.kind, owner="me", spec=spec, progress=kind.progress(), created_at=NOW, updated_at=NOW,
        available_at=NOW,
    )  # fmt: skip


def events() -> Iterator[tuple[str, Event]]:
    run = MadeRun("r", checkpoints=(1,)).job()
    jobs: list[Job] = [
        run,
        job(DownloadSpec(repo_id="ns/a")),
        job(ScanSpec(task=WalkDisk())),
        job(SpeechSpec(voice="v", text_hash="0" * 64, characters=1)),
    ]
    types: tuple[EventType, ...] = ("snapshot", "state", "progress")
    for each in jobs:
        for type_ in types:
            yield f"{each.kind} {type_}", job_event(each, type_)
    yield "metrics", job_event(run, "metrics", {"points": [POINT]})
    yield "log", job_event(run, "log", {"lines": [LINE]})
    yield "hidden", hidden_event(job_event(run, "state"))
    asset = Asset(
        id="ns/a", kind="model", name="a", path="models/ns/a", type="piper", size=1, file_count=1, status="ready",
        source="local", fingerprint="f", downloaded_at=NOW, updated_at=NOW,
    )  # fmt: skip
    status = SystemStatus(
        time=NOW, version="1", disk=DiskStatus(total=2, free=1), memory=MemoryStatus(total=2, available=1),
        processors=ProcessorStatus(count=1, load=(0.1, 0.2, 0.3)),
        services=(ServiceStatus(name="synth", state="down"),),
        gpus=(GpuStatus(id="GPU-1", name="H200", services=("trainer",), age=0.1),),
    )  # fmt: skip
    yield "system", system_event(status)
    yield "asset", event_of(asset, SeenChange("changed", None), NOW)[1]


@pytest.mark.parametrize(("name", "event"), list(events()), ids=lambda value: value if isinstance(value, str) else "")
def test_an_event_has_its_documented_form(name: str, event: Event) -> None:
    sent = json.loads(encode(event))
    assert [str(error) for error in EVENT.iter_errors(sent)] == [], name
    # A field that the document does not name would be missing in generated types.
    described = DOCUMENT["components"]["schemas"][f"{event.type.capitalize()}Event"]
    assert set(sent) == set(described["properties"]), name
    data = described["properties"]["data"]
    reference = data.get("$ref") or data["discriminator"]["mapping"][event.kind]
    known = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
    assert set(sent["data"]) == set(known), name


def test_a_wrong_event_is_refused() -> None:
    sent: dict[str, JsonValue] = json.loads(encode(job_event(MadeRun("r").job(), "state")))
    assert not EVENT.is_valid(sent | {"type": "fly"})
    assert not EVENT.is_valid(sent | {"data": {"id": "r"}})


@pytest.mark.parametrize(
    "message",
    [
        {"op": "subscribe", "topics": ["training:*", {"topic": "training:a", "since": 41}]},
        {"op": "subscribe", "topics": [{"topic": "download:*", "since": {"a": 7}}]},
        {"op": "unsubscribe", "topics": ["training:*"]},
        {"op": "ping"},
    ],
)
def test_a_documented_message_is_accepted(message: JsonValue) -> None:
    assert validator("SocketRequest").is_valid(message)
    assert parse_message(json.dumps(message))


def test_answers_of_the_socket_have_their_documented_form(gateway: GatewayApp) -> None:
    message = validator("SocketMessage")
    answers: list[dict[str, JsonValue]] = []
    with gateway.client() as client, connected(client) as socket:
        for text in (
            '{"op":"ping"}', '{"op":"subscribe","topics":["training:*","nonsense"]}', "nonsense",
            '{"op":"unsubscribe","topics":["training:*"]}',
        ):  # fmt: skip
            socket.send_text(text)
        while len(answers) < 5:
            answers.append(socket.receive_json())
    assert [answer["op"] for answer in answers] == ["pong", "error", "subscribed", "error", "unsubscribed"]
    assert all(message.is_valid(answer) for answer in answers)


def test_the_served_document_is_the_committed_one(gateway: GatewayApp) -> None:
    with gateway.client() as client:
        assert client.get("/openapi.json").json() == DOCUMENT
