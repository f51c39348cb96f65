"""The subjects that each service may publish and subscribe to (ADR 24): the source of every NATS configuration.

A service that is not named here gets nothing. No service may update, purge or delete a stream; `admin` may, and no
service has its password. `PROGRAMS` are the users of what is no part of Sokhan (ADR 28).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts import subjects
from shared.contracts.states import JobKind

ADMIN = "admin"
EVENTS = "events"
WORKERS: Mapping[str, JobKind] = {
    "downloader": JobKind.DOWNLOAD,
    "scanner": JobKind.SCAN,
    "trainer": JobKind.TRAINING,
    "synth": JobKind.SPEECH,
}


@dataclass(frozen=True, slots=True)
class BusPermissions:
    """Subjects with NATS wildcards. In addition, a service may answer a received request once."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def _every_service(name: str) -> BusPermissions:
    """Its own inboxes and pings. Creating a stream that exists changes nothing, so every service may restore it."""
    api = tuple(f"$JS.API.STREAM.{verb}.{s.name}" for verb in ("INFO", "CREATE") for s in subjects.STREAMS)
    return BusPermissions(api, (f"{subjects.inbox(name)}.>", subjects.ping(name)))


def _queue(kind: JobKind) -> BusPermissions:
    """The subjects of the worker of one kind of job: its consumer, its events, its controls."""
    consumer, command = subjects.consumer(kind), subjects.command(kind)
    stream = subjects.COMMANDS_STREAM
    return BusPermissions(
        publish=(
            # The filter is part of the subject, so a consumer of another kind's commands cannot be made.
            f"$JS.API.CONSUMER.CREATE.{stream}.{consumer}.{command}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}",
            f"$JS.ACK.{stream}.{consumer}.>",
            command,  # the sweeper publishes waiting jobs again
            subjects.event(kind, "*"),
            subjects.dead_letter(command),
        ),
        subscribe=(subjects.controls(kind),),
    )


_GATEWAY = BusPermissions(
    publish=(
        *(subjects.command(kind) for kind in JobKind),
        *(subjects.controls(kind) for kind in JobKind),
        *(subjects.event(kind, "*") for kind in JobKind),
        *(subjects.ping(worker) for worker in WORKERS),
        subjects.SPEAK,
        subjects.VOICES,
        subjects.PHONEMIZE,
        subjects.RECIPES,
        subjects.CHECK_TRAINING,
        subjects.REFRESH_ASSETS,
        subjects.CREDENTIAL_REVOKED,
    ),
    subscribe=(subjects.ALL_EVENTS, subjects.CREDENTIAL_REVOKED, subjects.chunks("synth", "*")),
)
_OWN: Mapping[str, BusPermissions] = {
    "downloader": BusPermissions((subjects.REFRESH_ASSETS,), (subjects.event(JobKind.DOWNLOAD, "*"),)),
    "scanner": BusPermissions((subjects.event("asset", "*"),), (subjects.REFRESH_ASSETS,)),
    "trainer": BusPermissions((subjects.REFRESH_ASSETS,), (subjects.RECIPES, subjects.CHECK_TRAINING)),
    "synth": BusPermissions(
        (subjects.chunks("synth", "*"), subjects.REFRESH_ASSETS),
        (subjects.SPEAK, subjects.VOICES, subjects.PHONEMIZE, subjects.event(JobKind.SPEECH, "*")),
    ),
}


def _joined(*parts: BusPermissions) -> BusPermissions:
    return BusPermissions(
        tuple(subject for part in parts for subject in part.publish),
        tuple(subject for part in parts for subject in part.subscribe),
    )


PERMISSIONS: Mapping[str, BusPermissions] = {
    "gateway": _joined(_every_service("gateway"), _GATEWAY),
    **{name: _joined(_every_service(name), _queue(kind), _OWN[name]) for name, kind in WORKERS.items()},
}


def _read_events() -> BusPermissions:
    """Read and acknowledge what the declared consumers of programs hold; create, change and publish nothing."""
    stream = subjects.EVENTS_STREAM
    return BusPermissions(
        publish=tuple(
            subject
            for consumer in subjects.APP_CONSUMERS
            for subject in (
                f"{subjects.PROGRAMS_API}.CONSUMER.INFO.{stream}.{consumer}",
                f"{subjects.PROGRAMS_API}.CONSUMER.MSG.NEXT.{stream}.{consumer}",
                f"$JS.ACK.{stream}.{consumer}.>",
            )
        ),
        subscribe=(f"{subjects.inbox(EVENTS)}.>",),
    )


PROGRAMS: Mapping[str, BusPermissions] = {EVENTS: _read_events()}
"""They are in an account of their own, which imports only the subjects that they may publish."""
