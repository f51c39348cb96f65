"""Queues with exact solutions: the simulator must agree with them.

Arrivals are a Poisson process of rate λ, service times are exponential with rate μ, both a second.
"""

from __future__ import annotations

from math import log


def erlang_c(servers: int, offered: float) -> float:
    """The share of customers that wait at M/M/c. `offered`: λ/μ; below `servers`, else every customer waits (1).

    By the recursion of Erlang B, which does not overflow (Cooper, Introduction to Queueing Theory, 1981, 3.4).
    """
    if offered >= servers:
        return 1.0
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


def mean_wait(servers: int, arrival_rate: float, service_rate: float) -> float:
    """Seconds that a customer of M/M/c waits; infinite if the servers are too few."""
    spare = servers * service_rate - arrival_rate
    return erlang_c(servers, arrival_rate / service_rate) / spare if spare > 0 else float("inf")


def wait_quantile(servers: int, arrival_rate: float, service_rate: float, share: float) -> float:
    """The wait in seconds that `share` of the customers of M/M/c do not exceed."""
    waiting = erlang_c(servers, arrival_rate / service_rate)
    spare = servers * service_rate - arrival_rate
    if spare <= 0:
        return float("inf")
    return max(0.0, log(waiting / (1 - share)) / spare) if waiting > 0 else 0.0
