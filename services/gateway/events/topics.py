"""Topics: `<kind>:<id>`, `<kind>:*` and `*`, and the revisions from which a reader continues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.contracts.errors import Validation
from shared.contracts.states import JobKind

EVERYTHING = "*"
MAX_TOPICS = 200
SYSTEM = "system"
"""The one topic without an id. `*` does not mean it: it is sent every few seconds."""
ALL_KINDS = frozenset({*JobKind, "asset", SYSTEM})

Since = Mapping[str, int]
"""The last revision that the reader has, by job id."""


def check_topic(topic: str) -> None:
    """Raises `Validation` unless the topic has a valid form."""
    kind, separator, subject = topic.partition(":")
    if topic in {EVERYTHING, SYSTEM}:
        return
    if not separator or not subject or kind not in ALL_KINDS or kind == SYSTEM:
        raise Validation(
            f"“{topic[:80]}” is not a topic.", hint="Topics are like training:<id> or download:*, * for all, or system."
        )


def kinds_of(topic: str) -> tuple[JobKind, ...]:
    """The kinds of jobs that a wildcard means; none for the topic of one subject."""
    if topic == EVERYTHING:
        return tuple(JobKind)
    kind, _, subject = topic.partition(":")
    return (JobKind(kind),) if subject == "*" and kind in set(JobKind) else ()


def is_wildcard(topic: str) -> bool:
    return topic == EVERYTHING or topic.endswith(":*")


def distinct(topics: Iterable[str]) -> tuple[str, ...]:
    """Each topic once, in order: every subscription reads a snapshot, and 1,300 wildcards fit into one URL."""
    return tuple(dict.fromkeys(topics))


def parse_since(text: str, topics: Iterable[str]) -> Since:
    """A revision, for one topic of one job, or `<job id>:<revision>` once or more with commas between.

    Raises `Validation`.
    """
    wanted = tuple(topics)
    if text.isdecimal() and len(text) < 19 and len(wanted) == 1 and not is_wildcard(wanted[0]):
        return {wanted[0].partition(":")[2]: int(text)}
    found: dict[str, int] = {}
    for part in text.split(",")[:MAX_TOPICS]:
        job_id, separator, revision = part.strip().rpartition(":")
        if not separator or not job_id or not revision.isdecimal() or len(revision) > 18:
            raise Validation("`since` is a revision, or <job id>:<revision>, several with commas.").about("since")
        found[job_id] = int(revision)
    return found


def since_text(revisions: Since) -> str:
    """The inverse of `parse_since`."""
    return ",".join(f"{job_id}:{revision}" for job_id, revision in revisions.items())
