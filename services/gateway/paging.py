"""Query parameters of job lists: states, page size, cursor, and whose jobs."""

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


class SharedPageQuery(PageQuery):
    """`shared`: the jobs that others share, instead of the caller's own."""

    def __init__(
        self,
        state: Annotated[list[JobState] | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: str | None = None,
        shared: Annotated[bool, Query(description="those that others share with everyone, instead of yours")] = False,
    ) -> None:
        super().__init__(state, limit, cursor)
        self.shared = shared


JobPage = Annotated[PageQuery, Depends()]
SharedJobPage = Annotated[SharedPageQuery, Depends()]
