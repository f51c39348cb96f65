"""The streams and subjects of the bus."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.kinds import JOB_TYPES
from shared.contracts.states import JobKind

COMMANDS_STREAM = "COMMANDS"
EVENTS_STREAM = "EVENTS"
DLQ_STREAM = "DLQ"

ALL_EVENTS = "evt.>"
SPEAK = "rpc.synth.speak"
VOICES = "rpc.synth.voices"
PHONEMIZE = "rpc.synth.phonemize"
RECIPES = "rpc.trainer.recipes"
CHECK_TRAINING = "rpc.trainer.check"
REFRESH_ASSETS = "rpc.scanner.refresh"
ASSETS_TOPIC = "assets"
CREDENTIAL_REVOKED = "auth.revoked"
"""Between gateways: a session, a key or an account is revoked."""


def command(kind: JobKind) -> str:
    return JOB_TYPES[kind].subject


def event(kind: str, subject_id: str) -> str:
    return f"evt.{kind}.{subject_id}"


def control(kind: JobKind, job_id: str) -> str:
    return f"ctl.{kind}.{job_id}"


def controls(kind: JobKind) -> str:
    return f"ctl.{kind}.*"


def dead_letter(subject: str) -> str:
    return f"dlq.{subject}"


def consumer(kind: JobKind) -> str:
    """The name of the durable consumer that the workers of a kind share."""
    return f"worker-{kind}"


APP_CONSUMERS = tuple(f"app-{number}" for number in range(1, 9))
"""The durable pull consumers of `EVENTS` for programs of the installation (docs/events-stream.md)."""
JETSTREAM_API = "$JS.API"
PROGRAMS_DOMAIN = "sokhan"
PROGRAMS_API = f"$JS.{PROGRAMS_DOMAIN}.API"
"""JetStream as programs address it: `$JS.API` is that of their own account, which has no stream."""


def inbox(service: str) -> str:
    """The prefix of a service's inboxes: no other service may read the answers to its requests."""
    return f"_INBOX.{service}"


def chunks(service: str, stream_id: str) -> str:
    """Where a service sends the chunks of one stream. The reader subscribes to it before its request."""
    return f"stream.{service}.{stream_id}"


def ping(service: str) -> str:
    return f"rpc.{service}.ping"


def matches(pattern: str, subject: str) -> bool:
    """Whether a subject matches a pattern with NATS's wildcards."""
    expected, given = pattern.split("."), subject.split(".")
    if expected[-1] == ">":
        expected, given = expected[:-1], given[: len(expected) - 1] if len(given) >= len(expected) else []
    return len(expected) == len(given) and all(e in ("*", g) for e, g in zip(expected, given, strict=True))


@dataclass(frozen=True, slots=True)
class StreamDeclaration:
    """`max_age` in seconds, 0 for no limit. `duplicates`: the deduplication window for message ids, in seconds."""

    name: str
    subjects: tuple[str, ...]
    work_queue: bool
    max_age: float
    duplicates: float


# The sweeper publishes waiting jobs again under their first message id. The stream drops repeats within this window,
# so a long queue costs one extra copy per job and window.
_COMMAND_DUPLICATES_S = 600.0

STREAMS = (
    StreamDeclaration(
        COMMANDS_STREAM, tuple(job_type.subject for job_type in JOB_TYPES.values()), True, 0.0, _COMMAND_DUPLICATES_S
    ),
    StreamDeclaration(EVENTS_STREAM, (ALL_EVENTS,), False, 24 * 3600.0, 120.0),
    StreamDeclaration(DLQ_STREAM, ("dlq.>",), False, 14 * 24 * 3600.0, 120.0),
)
