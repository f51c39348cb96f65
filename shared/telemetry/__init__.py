"""Logging, metrics and tracing of the services."""

from shared.telemetry.logs import configure_logging, current_request_id, get_logger, log_context
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import configure_tracing, current_trace_headers, in_trace, joined_span, remote_span, span

__all__ = [
    "Metrics",
    "configure_logging",
    "configure_tracing",
    "current_request_id",
    "current_trace_headers",
    "get_logger",
    "in_trace",
    "joined_span",
    "log_context",
    "remote_span",
    "span",
]
