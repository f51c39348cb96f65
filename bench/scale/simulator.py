"""A discrete-event simulation: actions at times, and stations where customers wait for one of several servers.

It has no clock and no randomness of its own: the same seed gives the same run.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

Action = Callable[[], None]
Draw = Callable[[], float]
"""Gives the next time, in seconds."""


@dataclass
class Simulation:
    """`now` in seconds since the start."""

    now: float = 0.0
    _agenda: list[tuple[float, int, Action]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def after(self, delay: float, action: Action) -> None:
        """Do it `delay` seconds from now; what is due at the same time happens in the order of these calls."""
        heapq.heappush(self._agenda, (self.now + delay, next(self._numbers), action))

    def run(self, until: float) -> None:
        """Do all that is due before `until`."""
        while self._agenda and self._agenda[0][0] < until:
            self.now, _, action = heapq.heappop(self._agenda)
            action()
        self.now = until


@dataclass
class Station:
    """`servers` that serve one customer each, in the order of arrival. Measures from `measured_from` on (seconds)."""

    simulation: Simulation
    servers: int
    measured_from: float = 0.0
    waits: list[float] = field(default_factory=list)
    """Seconds that each customer waited whose service has begun."""
    arrived: int = 0
    departed: int = 0
    _busy: int = 0
    _queue: deque[tuple[float, Draw, Action]] = field(default_factory=deque)
    _busy_area: float = 0.0
    _present_area: float = 0.0
    _at: float = 0.0

    @property
    def present(self) -> int:
        """Customers in service and in the queue."""
        return self._busy + len(self._queue)

    def enter(self, service: Draw, done: Action) -> None:
        """Wait for a server, be served for `service()` seconds, then do `done`. The time is drawn as service begins."""
        self._account()
        self.arrived += 1
        self._queue.append((self.simulation.now, service, done))
        self._begin()

    def utilisation(self) -> float:
        """The share of the servers' time that was busy, 0 to 1."""
        self._account()
        return self._busy_area / (self.servers * max(1e-9, self.simulation.now - self.measured_from))

    def mean_present(self) -> float:
        """The mean number of customers at the station."""
        self._account()
        return self._present_area / max(1e-9, self.simulation.now - self.measured_from)

    def _begin(self) -> None:
        while self._queue and self._busy < self.servers:
            came, service, done = self._queue.popleft()
            if came >= self.measured_from:
                self.waits.append(self.simulation.now - came)
            self._busy += 1
            self.simulation.after(service(), lambda done=done: self._end(done))  # type: ignore[misc]

    def _end(self, done: Action) -> None:
        self._account()
        self._busy -= 1
        self.departed += 1
        self._begin()
        done()

    def _account(self) -> None:
        now = self.simulation.now
        elapsed = max(0.0, now - max(self._at, self.measured_from))
        self._busy_area += self._busy * elapsed
        self._present_area += self.present * elapsed
        self._at = now


def arrivals(simulation: Simulation, rng: random.Random, rate: float, arrive: Action) -> None:
    """Do `arrive` as a Poisson process of `rate` a second, for ever; never if it is 0."""
    if rate <= 0:
        return

    def next_one() -> None:
        arrive()
        simulation.after(rng.expovariate(rate), next_one)

    simulation.after(rng.expovariate(rate), next_one)
