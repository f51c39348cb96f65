"""The headers of a request or a message give a span its parent, and nothing else."""

from __future__ import annotations

from opentelemetry import baggage
from opentelemetry.trace import get_current_span

from shared.telemetry import current_trace_headers, remote_span

TRACE, PARENT = "a" * 32, "b" * 16


def test_the_parent_is_taken_and_baggage_is_not() -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "baggage": "secret=1", "tracestate": "v=1"}
    with remote_span("test", headers):
        assert f"{get_current_span().get_span_context().trace_id:032x}" == TRACE
        assert baggage.get_all() == {}
        assert "baggage" not in current_trace_headers()


def test_headers_without_a_parent_are_harmless() -> None:
    for headers in (None, {}, {"traceparent": "nonsense"}, {"traceparent": "00-" + "0" * 32 + "-x-01"}):
        with remote_span("test", headers):
            pass
