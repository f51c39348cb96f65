"""A thin layer over NATS: connect, declare streams, publish, consume, request, stream."""

from shared.bus.client import Bus
from shared.bus.consumer import CommandConsumer, Delivery
from shared.bus.publisher import BusUnavailable
from shared.bus.rpc import call, call_all, serve
from shared.bus.settings import BusSettings, bus_settings
from shared.bus.streaming import ListenerGone, SendChunk, open_stream, serve_stream

__all__ = [
    "Bus",
    "BusSettings",
    "BusUnavailable",
    "CommandConsumer",
    "Delivery",
    "ListenerGone",
    "SendChunk",
    "bus_settings",
    "call",
    "call_all",
    "open_stream",
    "serve",
    "serve_stream",
]
