from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from shared.jobs import Interrupt, Interrupted, LeaseLost, RetryPolicy, decisive_error


@given(st.integers(1, 10_000), st.integers())
def test_a_wait_is_never_too_long_and_never_nothing(failures: int, seed: int) -> None:
    policy = RetryPolicy(limit=5, first=1.0, ceiling=60.0)
    assert 0.5 <= policy.delay(failures, random.Random(seed)) <= 60.0


def test_waits_grow() -> None:
    policy = RetryPolicy(first=1.0, ceiling=1000.0)
    waits = [policy.delay(n, random.Random(1)) for n in range(1, 9)]
    assert waits == sorted(waits)


def test_of_a_group_the_lost_lease_leads_then_the_users_wish_then_the_first() -> None:
    lost, asked, broken = LeaseLost("x"), Interrupted(Interrupt.CANCEL), ValueError()
    nested = BaseExceptionGroup("", [broken, BaseExceptionGroup("", [asked, BaseExceptionGroup("", [lost])])])
    assert decisive_error(nested) is lost
    assert decisive_error(ExceptionGroup("", [broken, ExceptionGroup("", [asked])])) is asked
    assert decisive_error(ExceptionGroup("", [broken, ZeroDivisionError()])) is broken
    assert decisive_error(broken) is broken


def test_the_first_wait_is_twice_the_first() -> None:
    """With the upper half of jitter: 2 seconds after the first failure, 4 after the second."""
    policy = RetryPolicy(first=1.0, ceiling=60.0)
    for failures, nominal in ((1, 2.0), (2, 4.0), (9, 60.0)):
        waits = [policy.delay(failures, random.Random(seed)) for seed in range(200)]
        assert nominal / 2 <= min(waits) < nominal * 0.55
        assert nominal * 0.95 < max(waits) <= nominal
