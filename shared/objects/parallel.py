"""A few requests to the bucket at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 4
T = TypeVar("T")
R = TypeVar("R")


def for_each(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """The results in order. Blocking. The first failure is raised, and what has not begun then never begins: each
    request to a dead bucket takes its time to fail.
    """
    failed = threading.Event()

    def attempt(item: T) -> R:
        if failed.is_set():
            raise CancelledError
        try:
            return work(item)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(AT_ONCE) as pool:
        attempts = [pool.submit(attempt, item) for item in items]
    for task in attempts:
        if (error := task.exception()) is not None and not isinstance(error, CancelledError):
            raise error
    return [task.result() for task in attempts]


def one_by_one(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    return [work(item) for item in items]
