"""Generates docs/asyncapi.yaml (AsyncAPI 3.1) from the contract; with `--check` it fails if the file is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue
from pydantic.json_schema import models_json_schema

from shared.contracts import subjects
from shared.contracts.events import ControlSignal, DeadLetter, Event
from shared.contracts.generated import write_or_check
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.revocation import CredentialRevoked
from shared.contracts.rpc import (
    AssetsRefreshed,
    CheckedTraining,
    CheckTraining,
    Failure,
    ListRecipes,
    ListVoices,
    Phonemize,
    Phonemized,
    Ping,
    Pong,
    RecipeList,
    RefreshAssets,
    Speak,
    SpeechChunk,
    VoiceList,
)
from shared.contracts.states import JobKind
from shared.contracts.wire import Wire

Json = dict[str, JsonValue]
_SCHEMAS = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class _Channel:
    """One subject. `action` is what the service that owns it does: receive a request, or send an event."""

    name: str
    address: str
    message: type[Wire]
    action: Literal["send", "receive"]
    summary: str
    reply: tuple[type[Wire], ...] = ()
    parameters: tuple[str, ...] = ()


def _channels() -> Iterator[_Channel]:
    for kind in JobKind:
        command = JOB_TYPES[kind].command
        yield _Channel(f"command-{kind}", subjects.command(kind), command, "receive", f"Start a {kind} job.")
    yield _Channel("event", "evt.{kind}.{id}", Event, "send", "What happened to a job or an asset.", (), ("kind", "id"))
    yield _Channel(
        "control", "ctl.{kind}.{id}", ControlSignal, "receive", "Read a job's control now.", (), ("kind", "id")
    )
    yield _Channel(
        "credential-revoked",
        subjects.CREDENTIAL_REVOKED,
        CredentialRevoked,
        "receive",
        "Between gateways: a session, a key or an account is revoked.",
    )
    yield _Channel(
        "dead-letter", "dlq.{subject}", DeadLetter, "send", "A message that cannot be parsed.", (), ("subject",)
    )
    yield _Channel(
        "ping", "rpc.{service}.ping", Ping, "receive", "Whether the service runs and is ready.", (Pong,), ("service",)
    )
    yield _Channel("speak", subjects.SPEAK, Speak, "receive", "Synthesize a text as a stream of audio.", (SpeechChunk,))
    yield _Channel("voices", subjects.VOICES, ListVoices, "receive", "The available voices.", (VoiceList, Failure))
    yield _Channel(
        "phonemize",
        subjects.PHONEMIZE,
        Phonemize,
        "receive",
        "The normalized text and its phonemes.",
        (Phonemized, Failure),
    )
    yield _Channel(
        "refresh-assets",
        subjects.REFRESH_ASSETS,
        RefreshAssets,
        "receive",
        "Compare the assets with the disk.",
        (AssetsRefreshed, Failure),
    )
    yield _Channel("recipes", subjects.RECIPES, ListRecipes, "receive", "The training recipes.", (RecipeList, Failure))
    yield _Channel(
        "check-training",
        subjects.CHECK_TRAINING,
        CheckTraining,
        "receive",
        "Whether a run can start.",
        (CheckedTraining, Failure),
    )


def document() -> Json:
    channels: Json = {}
    operations: Json = {}
    messages: dict[str, type[Wire]] = {}
    for channel in _channels():
        for model in (channel.message, *channel.reply):
            messages[model.__name__] = model
        channels[channel.name] = {
            "address": channel.address,
            "messages": {channel.message.__name__: {"$ref": f"#/components/messages/{channel.message.__name__}"}},
            **(
                {"parameters": {name: {"description": f"the {name}"} for name in channel.parameters}}
                if channel.parameters
                else {}
            ),
        }
        operation: Json = {
            "action": channel.action,
            "summary": channel.summary,
            "channel": {"$ref": f"#/channels/{channel.name}"},
        }
        if channel.reply:
            reply = f"{channel.name}-reply"
            channels[reply] = {
                "address": None,
                "messages": {m.__name__: {"$ref": f"#/components/messages/{m.__name__}"} for m in channel.reply},
            }
            operation["reply"] = {
                "address": {"location": "$message.header#/replyTo", "description": "the NATS reply subject"},
                "channel": {"$ref": f"#/channels/{reply}"},
            }
        operations[channel.name] = operation
    _, definitions = models_json_schema([(m, "serialization") for m in messages.values()], ref_template=_SCHEMAS)
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Sokhan's bus",
            "version": "1.0.0",
            "description": "Commands, events and requests between Sokhan's services, on NATS.",
            "license": {"name": "Apache-2.0"},
        },
        "servers": {"nats": {"host": "127.0.0.1:4222", "protocol": "nats"}},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {
                name: {"name": name, "payload": {"$ref": _SCHEMAS.format(model=name)}} for name in sorted(messages)
            },
            "schemas": definitions["$defs"],
        },
    }


def render() -> str:
    import yaml  # a development dependency: services do not install it

    return "# Generated by `make docs` from shared/contracts; do not edit.\n" + yaml.safe_dump(
        document(), sort_keys=False, allow_unicode=True, width=120
    )


if __name__ == "__main__":
    raise SystemExit(write_or_check(sys.argv[1:], render))
