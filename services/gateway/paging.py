"""Query parameters of job lists: states, page size, cursor."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from shared.contracts.states import JobState


class PageQuery:
    """`cursor` is the `next` of the previous page."""

    def __init__(
        self,
        state: Annotated[list[JobState] | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: str | None = None,
        shared: Annotated[bool, Query(description="those that are shared with everyone, not your own")] = False,
    ) -> None:
        self.states = state or []
        self.shared = shared
        self.limit = limit
        self.cursor = cursor


JobPage = Annotated[PageQuery, Depends()]
