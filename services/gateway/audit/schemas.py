"""The audit as an administrator reads it."""

from __future__ import annotations

from pydantic import AwareDatetime

from shared.audit import AuditEntry, Outcome
from shared.contracts.wire import Wire


class AuditView(Wire):
    """`action`: the method and the template of the path; `target`: the path with its ids. `key`, `session`: the
    credential.
    """

    id: str
    time: AwareDatetime
    account: str | None
    key: str | None = None
    session: str | None = None
    address: str | None = None
    action: str
    target: str
    outcome: Outcome
    status: int
    code: str | None = None
    request_id: str
    milliseconds: float

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditView:
        same = {"id", "key", "session", "address", "outcome", "status", "code", "request_id", "milliseconds"}
        return cls(
            **entry.model_dump(include=same),
            time=entry.created_at,
            account=entry.owner,
            action=entry.route,
            target=entry.path,
        )
