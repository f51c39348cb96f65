"""What a run said, a page at a time or its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.training.schemas import LogLevel, LogLine
from shared.contracts.errors import Validation
from shared.store import Store, Value


@dataclass(frozen=True, slots=True)
class LogQuery:
    """`levels` empty: all. `after`: only lines with a higher seq. `tail`: the last so many, instead of a page."""

    levels: Sequence[LogLevel] = ()
    after: int | None = None
    limit: int = 200
    cursor: str | None = None
    tail: int | None = None


async def read_logs(store: Store, run: str, query: LogQuery) -> tuple[list[LogLine], str | None]:
    """Lines, oldest first, and the cursor of the next page. Raises `Validation` for a cursor with `tail`."""
    where: dict[str, Value] = {"run": run}
    if query.levels:
        where["level"] = {"$in": list(query.levels)}
    if query.after is not None:
        where["seq"] = {"$gt": query.after}
    if query.tail is None:
        page = await store.find("training_logs", where, sort=[("seq", 1)], limit=query.limit, cursor=query.cursor)
        return [LogLine.model_validate(item) for item in page.items], page.next
    if query.cursor is not None:
        raise Validation("`tail` and `cursor` do not go together.", hint="Ask for the end, or for page after page.")
    page = await store.find("training_logs", where, sort=[("seq", -1)], limit=query.tail)
    return [LogLine.model_validate(item) for item in reversed(page.items)], None
