"""A worker's answer to a ping, and when it came."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.rpc import Pong


@dataclass(frozen=True, slots=True)
class Answer:
    """`at`: by the clock of the health service."""

    pong: Pong
    at: float
