"""A few requests to the bucket at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

AT_ONCE = 4
T = TypeVar("T")
R = TypeVar("R")


def for_each(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """The results in order. Blocking. The first failure is raised, and what has not begun then never begins: each
    request to a dead bucket takes its time to fail.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(work, item) for item in items]
        wait(running, return_when=FIRST_EXCEPTION)
        for task in running:
            task.cancel()
        for task in running:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
        return [task.result() for task in running]


def one_by_one(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    return [work(item) for item in items]
