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
    ) -> None:
        self.states = state or []
        self.limit = limit
        self.cursor = cursor


JobPage = Annotated[PageQuery, Depends()]
